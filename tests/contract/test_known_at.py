"""Any record and any computed answer can be read as the record stood at an instant."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.operations import Operation, Store, parameters, strict
from tests.problems import problem

DATED = strict("GET", where=lambda one: "known_at" in one.parameters())
LATER = "2100-01-01T00:00:00Z"
BEFORE = "1999-12-31T23:59:59Z"


def now() -> str:
    return datetime.now(UTC).isoformat()


def keys(value: Any) -> set[str]:
    """List every key at any depth."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_read_takes_it_but_the_logs_and_the_policies() -> None:
    without = {str(one) for one in strict("GET") if one not in DATED and one.collection != "log"}

    assert without == {"list_changes", "list_policies", "get_policy", "search"}


def test_elsewhere_it_is_refused(store: Store) -> None:
    for operation in strict(where=lambda one: one not in DATED):
        body = operation.body() if operation.takes_body else None
        assert parameters(store.send(operation, query={"known_at": LATER}, json=body)) == {"known_at"}, str(operation)


@pytest.mark.parametrize("operation", DATED, ids=str)
def test_before_anything_was_recorded_there_is_nothing(store: Store, operation: Operation) -> None:
    answer = store.send(operation, query={"known_at": BEFORE})

    if operation.single:
        problem(answer, 404)
    else:
        assert (answer.json()["items"], answer.json()["next"]) == ([], None)


@pytest.mark.dealt
@pytest.mark.parametrize("operation", DATED, ids=str)
def test_only_an_answer_as_of_an_instant_says_whether_it_is_settled(store: Store, operation: Operation) -> None:
    plain = store.send(operation).json()
    dated = store.send(operation, query={"known_at": now()}).json()

    assert "settled" not in keys(plain)
    assert isinstance(dated.pop("settled"), bool)
    assert "settled" not in keys(dated)


@pytest.mark.parametrize("operation", DATED, ids=str)
def test_as_of_now_is_what_is(store: Store, operation: Operation) -> None:
    plain, dated = store.send(operation), store.send(operation, query={"known_at": now()})

    assert without_means(dated.json()) == without_means(plain.json())


def without_means(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says how to go on, which depends on the question."""
    return {name: value for name, value in answer.items() if name not in ("settled", "next")}


def test_a_later_change_does_not_show(own: Store) -> None:
    shown = own.client.get(f"/v1/documents/{own.ids['documents']}").json()["url"]
    queries = {str(one): {"url": shown} if one.needed() else {} for one in DATED}
    before = {str(one): own.send(one, query=queries[str(one)]).json() for one in DATED}
    then = now()
    change_everything(own)

    for operation in DATED:
        query = queries[str(operation)]
        today = own.send(operation, query=query)
        past = own.send(operation, query={**query, "known_at": then})
        assert past.status_code == 200, (str(operation), past.text)
        assert without_means(past.json()) == without_means(before[str(operation)]), str(operation)
        if str(operation) != "get_erasure":  # which nothing changes
            assert today.status_code == 410 or today.json() != before[str(operation)], str(operation)


def change_everything(store: Store) -> None:
    """Edit what can be edited of the store's own records, retract, cite, erase, reveal, delete what the rest is on."""
    tag = {"If-Match": "*"}
    client, ids = store.client, store.ids
    client.post(f"/v1/attributions/{ids['attributions']}/retraction", json={}).raise_for_status()
    cited = {"kind": "quotes", "attribution": {"source": {"name": "An older voice"}}}
    client.post(f"/v1/attributions/{ids['attributions']}/citations", json=cited).raise_for_status()
    client.delete(f"/v1/keys/{ids['keys']}", params={"reason": "a trial"}).raise_for_status()
    for collection in ("erasures", "reveals"):
        store.fresh(collection)
    for patch in strict("PATCH"):
        for one in client.get(f"/v1/{patch.collection}", params={"limit": 200}).json()["items"]:
            address = patch.path.replace("{id}", one["id"])
            changed = client.patch(address, json={"external_id": f"{one['external_id']}/changed"}, headers=tag)
            assert changed.status_code == 200, changed.text
    for collection in ("sources", "claims", "documents"):
        for one in client.get(f"/v1/{collection}", params={"limit": 200}).json()["items"]:
            answer = client.delete(
                f"/v1/{collection}/{one['id']}", params={"reason": "a trial", "cascade": "true"}, headers=tag
            )
            assert answer.status_code in (204, 410)


@pytest.mark.parametrize("operation", strict("GET", where=lambda one: one.path.endswith("{id}/history")), ids=str)
def test_between_two_versions_the_older_one_stood(store: Store, operation: Operation) -> None:
    made = store.fresh(operation.collection)
    address = f"/v1/{operation.collection}/{made['id']}"
    first = datetime.now(UTC).isoformat()
    store.client.delete(address, params={"reason": "a trial"}, headers={"If-Match": "*"}).raise_for_status()
    gone = datetime.now(UTC).isoformat()
    store.client.post(f"{address}/restore").raise_for_status()

    assert store.client.get(address, params={"known_at": first}).json()["version"] == 1
    problem(store.client.get(address, params={"known_at": gone}), 410)
    assert store.client.get(address).json()["version"] == 3
    history = store.client.get(f"{address}/history").json()["items"]
    assert [(one["version"], one["action"], one["reason"]) for one in history] == [
        (1, "created", None),
        (2, "deleted", "a trial"),
        (3, "restored", None),
    ]
    past = store.client.get(f"{address}/history", params={"known_at": gone}).json()["items"]
    assert [one["version"] for one in past] == [1, 2]


@pytest.mark.parametrize("operation", DATED, ids=str)
def test_an_instant_has_a_zone(front: Store, operation: Operation) -> None:
    for wrong in ("2023-01-01", "2023-01-01T00:00:00", "yesterday", "1672531200", "2023-02-30T00:00:00Z", ""):
        assert parameters(front.send(operation, query={"known_at": wrong})) == {"known_at"}, wrong
    for right in ("2100-01-01T00:00:00Z", "2100-01-01T01:00:00+01:00", "2100-01-01T00:00:00.123456Z"):
        answer = front.send(operation, query={"known_at": right})
        assert answer.status_code == 200, (right, answer.text)
