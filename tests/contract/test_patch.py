"""Get, edit, patch: what was read can be sent back, and only what differs counts."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.contract.operations import Operation, Store, at, pointed_at, resolved, strict
from tests.numbers import unnumbered

EDITS = strict("PATCH")
KINDS = ("sources", "documents", "claims", "attributions", "relations", "dependencies", "assessments")
RECORDS = strict("POST", where=lambda one: one.path in {f"/v1/{kind}" for kind in KINDS})
ANY = {"If-Match": "*"}


def draft_of(operation: Operation) -> dict[str, Any]:
    """Give the fields that a patch may change."""
    schema = next(iter(operation.said["requestBody"]["content"].values()))["schema"]
    return dict(resolved(schema)["properties"])


def whole(operation: Operation) -> Mapping[str, Any]:
    """Give the schema of a draft of a new record."""
    (post,) = strict("POST", where=lambda one: one.path == f"/v1/{operation.collection}")
    schema = post.said["requestBody"]["content"]["application/json"]["schema"]
    return resolved(schema.get("anyOf", [schema])[0])


def record(store: Store, operation: Operation) -> tuple[str, dict[str, Any]]:
    """Record something to edit, with as much in it as its example has."""
    made = store.fresh(operation.collection)
    return operation.path.replace("{id}", made["id"]), made


def sample(value: Any) -> Any:
    """Give another value of the same look."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case None:
            return "something"
        case _:
            return [*value, {"id": "0190b5a2-0000-7000-8000-000000000000"}] if isinstance(value, list) else {"id": "x"}


@pytest.mark.dealt
@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_what_was_read_as_of_now_can_be_sent_back(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)
    read = store.client.get(address, params={"known_at": "2100-01-01T00:00:00Z"}).json()
    assert "settled" in read

    same = store.client.patch(address, json=read, headers=ANY)

    assert (same.status_code, same.json()) == (200, made)


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_what_was_read_can_be_sent_back(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    same = store.client.patch(address, json=made, headers=ANY)
    other = store.client.patch(address, json={**made, "external_id": f"{made['external_id']}/2"}, headers=ANY)

    assert (same.status_code, same.json()) == (200, made)
    assert other.status_code == 200, other.text
    assert unnumbered(other.json()) == {
        **unnumbered(made),
        "external_id": f"{made['external_id']}/2",
        "version": 2,
        "updated_at": other.json()["updated_at"],
    }


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_what_was_read_before_it_had_its_number_can_be_sent_back(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    answer = store.client.patch(address, json={**made, "log_index": None}, headers=ANY)

    assert (answer.status_code, answer.json()) == (200, made)


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_everything_on_record_can_be_read_and_sent_back(store: Store, operation: Operation) -> None:
    for listed in store.client.get(f"/v1/{operation.collection}", params={"limit": 200}).json()["items"]:
        address = operation.path.replace("{id}", listed["id"])
        answer = store.client.patch(address, json=listed, headers=ANY)
        assert (answer.status_code, answer.json()) == (200, store.client.get(address).json())


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_the_example_of_a_patch_changes_what_it_says(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    for kind in operation.said["requestBody"]["content"]:
        headers = {**ANY, "Content-Type": kind}
        answer = store.client.patch(address, json=operation.body(), headers=headers)
        assert answer.status_code == 200, answer.text
    assert answer.json()["version"] == made["version"] + 1
    assert set(operation.body()) <= {name for name, value in answer.json().items() if value != made[name]} | {
        name for name, value in operation.body().items() if value == made[name]
    }


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_an_empty_patch_changes_nothing(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    answer = store.client.patch(address, json={}, headers=ANY)

    assert (answer.status_code, answer.json()) == (200, made)
    assert len(store.client.get(f"{address}/history").json()["items"]) == 1


@pytest.mark.dealt
@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_what_cannot_be_changed_here_is_pointed_at(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)
    fixed = set(made) - set(draft_of(operation)) | ({"cites"} & set(made))
    assert {"id", "version", "recorded_at"} <= fixed

    for name in sorted(fixed):
        other = {**made, name: sample(made[name])}
        assert pointed_at(store.client.patch(address, json=other, headers=ANY)) == {f"/{name}"}, name
        assert pointed_at(store.client.patch(address, json={name: other[name]}, headers=ANY)) == {f"/{name}"}, name
        if made[name] is not None and name != "log_index":  # which is null until the log has the record
            assert pointed_at(store.client.patch(address, json={name: None}, headers=ANY)) == {f"/{name}"}, name
    assert store.client.get(address).json() == made


@pytest.mark.dealt
@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_an_unknown_field_is_refused_also_where_it_is_null(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    for value in (1, {}, "x", None):
        assert pointed_at(store.client.patch(address, json={"txet": value}, headers=ANY)) == {"/txet"}, value
    assert store.client.get(address).json() == made


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_zero_is_not_false_sent_back(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    assert pointed_at(store.client.patch(address, json={**made, "protected": 0}, headers=ANY)) == {"/protected"}


@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_null_takes_an_optional_field_away_and_no_other(store: Store, operation: Operation) -> None:
    schema = whole(operation)
    for name, said in draft_of(operation).items():
        address, made = record(store, operation)
        if name not in made or name == "cites":
            continue
        answer = store.client.patch(address, json={name: None}, headers=ANY)
        if name in schema.get("required", ()):
            assert pointed_at(answer) == {f"/{name}"}
        else:
            assert answer.status_code == 200, (name, answer.text)
            assert answer.json()[name] == default(schema["properties"][name]), (name, said)


@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_of_a_new_record_null_is_what_a_field_left_out_is(store: Store, operation: Operation) -> None:
    needed = {*whole(operation).get("required", {"url"}), "if_named"}  # a page has an address; names are known already
    optional = dict.fromkeys(set(whole(operation)["properties"]) - needed)

    def told(more: dict[str, None]) -> dict[str, Any]:
        answer = store.client.post(
            operation.path,
            json={**{name: value for name, value in store.new(operation.collection).items() if name in needed}, **more},
        )
        assert answer.status_code == 201, answer.text
        return {name: value for name, value in answer.json().items() if name in optional}

    assert told(optional) == told({})


@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_of_a_known_record_its_key_and_what_changes_are_enough(store: Store, operation: Operation) -> None:
    made = store.fresh(operation.collection)
    key = {"external_id": made["external_id"]}

    same = store.client.post(operation.path, json=key)
    new = store.client.post(operation.path, json={"external_id": "nobody has this"})

    assert (same.status_code, same.json()) == (200, made)
    required = {f"/{name}" for name in whole(operation).get("required", ())}
    assert new.status_code == (422 if required else 201), new.text
    assert not required or pointed_at(new) == required
    if operation.collection == "assessments":  # which are never edited
        return
    note = next(name for name in ("rationale", "reason", "place", "description", "language") if name in made)
    other = store.client.post(operation.path, json={**key, note: "de"})
    assert (other.status_code, other.json()[note], other.json()["version"]) == (200, "de", 2), other.text
    assert unnumbered({**made, note: "de"}) == unnumbered(
        {**other.json(), "version": 1, "updated_at": made["updated_at"], "updated_by": made["updated_by"]}
    )


def default(said: dict[str, Any]) -> Any:
    told = re.search(r"Left out of a new record, or null, it is `(.*)`\.", said.get("description", ""))
    if told is not None:
        return {"true": True, "false": False}.get(told[1], told[1])
    kinds = [kind.get("type") for kind in said.get("anyOf", [said])]
    return [] if "array" in kinds else {} if "object" in kinds else None


@pytest.mark.dealt
@pytest.mark.parametrize("operation", EDITS, ids=str)
def test_a_wrong_value_is_pointed_at_in_the_patch(store: Store, operation: Operation) -> None:
    address, made = record(store, operation)

    for name in set(draft_of(operation)) & set(made) - {"cites"}:
        for wrong in (1.5, [[1]], {"no": {"such": "thing"}}, ""):
            patch = {name: wrong}
            answer = store.client.patch(address, json=patch, headers=ANY)
            assert pointed_at(answer), (name, wrong)
            for pointer in pointed_at(answer):
                assert at(patch, pointer.rpartition("/")[0]) is not None
                assert pointer == f"/{name}" or pointer.startswith(f"/{name}/"), (name, wrong, pointer)
    assert store.client.get(address).json() == made
