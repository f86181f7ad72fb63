"""Tags tell what changed: nothing is sent twice in vain, and nobody overwrites what they have not seen."""

import re
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from tests.contract.operations import NOBODY, Operation, Store, recording, strict
from tests.numbers import assert_tells_the_same, wait_until_numbered
from tests.problems import problem

READING = strict("GET")
RECORDS = strict("GET", where=lambda one: one.path.endswith("/{id}") and one.collection != "policies")
EDITS = strict("PATCH")
COMPUTED = strict("GET", where=lambda one: one.single and one.path.count("/") == 4)
# What has a version, and is changed or withdrawn under its tag.
TAGGED = strict("PATCH", "DELETE", where=lambda one: "If-Match" in one.parameters("header"))


def owner(store: Store, operation: Operation, record_id: str) -> str:
    """Give the address whose tag a change needs: a citation's is that of its attribution."""
    if operation.collection == "citations":
        return f"/v1/attributions/{store.client.get(f'/v1/citations/{record_id}').json()['citing']['id']}"
    return f"/v1/{operation.collection}/{record_id}"


def tag_of(client: TestClient, address: str) -> str:
    tag: str = client.get(address).headers["etag"]
    return tag


def changed(store: Store, operation: Operation, record_id: str, headers: dict[str, str]) -> Any:
    """Change or withdraw a record."""
    body = {"json": edit_of(operation)} if operation.takes_body else {}
    return store.send(operation, url=operation.path.replace("{id}", record_id), headers=headers, **body)


def edit_of(operation: Operation) -> Any:
    return {"external_id": f"changed/{uuid4()}"} if operation.method == "PATCH" else None


def changeable(store: Store, operation: Operation) -> str:
    """Record something that an operation can change."""
    made: str = store.fresh(operation.collection)["id"]
    if operation.path.endswith("/retraction"):
        store.client.post(operation.path.replace("{id}", made), json={}).raise_for_status()
        wait_until_numbered(store.client)
    return made


def test_whatever_has_a_version_is_changed_under_its_tag() -> None:
    untagged = {str(one) for one in strict("PATCH", "DELETE")} - {str(one) for one in TAGGED}

    assert untagged == {
        "part_sources",  # what is undone there has no address, so no tag to read
        "part_documents",
        "revoke_key",  # in a hurry, and there is nothing in it that another could have changed
    }


@pytest.mark.dealt
@pytest.mark.parametrize("operation", READING, ids=str)
def test_an_answer_is_not_sent_to_whoever_has_it(store: Store, operation: Operation) -> None:
    first = store.send(operation)
    assert first.status_code == 200, first.text
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[\x21\x23-\x7e]+"', tag), "a strong tag"

    for known in (tag, "*", f'"other", {tag}', f'{tag} , "other"', f"W/{tag}", f'W/"x",W/{tag}'):
        again = store.send(operation, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b""), known
        assert again.headers["etag"] == tag
        assert "content-type" not in again.headers
    for other in ('"other"', 'W/"other"', tag.strip('"'), "", '"'):
        again = store.send(operation, headers={"If-None-Match": other})
        assert again.status_code == 200, other
        assert again.headers["etag"] == tag


@pytest.mark.parametrize("operation", READING, ids=str)
def test_head_tells_the_tag_without_the_answer(store: Store, operation: Operation) -> None:
    got = store.send(operation)

    head = store.client.head(store.address(operation), params=operation.needed())

    assert (head.status_code, head.content) == (200, b"")
    assert {name: head.headers[name] for name in ("etag", "content-length", "content-type")} == {
        name: got.headers[name] for name in ("etag", "content-length", "content-type")
    }


@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_a_records_tag_begins_with_its_version(store: Store, operation: Operation) -> None:
    answer = store.send(operation)

    version = store.client.get(owner(store, operation, answer.json()["id"])).json()["version"]
    assert answer.headers["etag"].startswith(f'"{version}.')


@pytest.mark.dealt
@pytest.mark.parametrize("operation", TAGGED, ids=str)
def test_a_change_needs_the_tag_of_what_it_changes(store: Store, operation: Operation) -> None:
    made = changeable(store, operation)
    address = owner(store, operation, made)
    tag = tag_of(store.client, address)

    problem(changed(store, operation, made, {}), 428)
    for outdated in ('"0"', '"999"', '"0.abc"', '"x"', '""', "", '"', "W/" + tag, f"0{tag}"):
        problem(changed(store, operation, made, {"If-Match": outdated}), 412)
    assert "a proxy" in problem(changed(store, operation, made, {"If-Match": f"W/{tag}"}), 412)["detail"]
    assert tag_of(store.client, address) == tag

    answer = changed(store, operation, made, {"If-Match": f'"0", {tag}'})

    assert answer.status_code in (200, 204), answer.text
    after = store.client.get(address)
    assert after.headers.get("etag") != tag
    if operation.method == "PATCH":
        problem(changed(store, operation, made, {"If-Match": tag}), 412)
        assert_tells_the_same(answer, after)


@pytest.mark.parametrize("operation", TAGGED, ids=str)
def test_a_star_changes_whatever_is_there(store: Store, operation: Operation) -> None:
    made = changeable(store, operation)

    answer = changed(store, operation, made, {"If-Match": "*"})

    assert answer.status_code in (200, 204), answer.text


@pytest.mark.parametrize("operation", strict("DELETE", where=lambda one: "reason" in one.needed()), ids=str)
def test_a_deletion_says_why(store: Store, operation: Operation) -> None:
    made = changeable(store, operation)
    address = operation.path.replace("{id}", made)

    for reason in ({}, {"reason": ""}, {"reason": " \u00a0"}, {"reason": "x" * 2001}):
        problem(store.client.delete(address, params=reason, headers={"If-Match": "*"}), 422)
    assert store.client.get(address).status_code == 200

    store.client.delete(address, params={"reason": "Wrong\u202e 😀"}, headers={"If-Match": "*"}).raise_for_status()

    assert "Wrong\u202e 😀" in problem(store.client.get(address), 410)["detail"]


@pytest.mark.dealt
@pytest.mark.parametrize("operation", COMPUTED, ids=str)
def test_a_computed_answer_has_another_tag_when_it_has_changed(own: Store, operation: Operation) -> None:
    address = own.address(operation)
    before = own.client.get(address)
    record = f"/v1/{operation.collection}/{own.ids[operation.collection]}"

    if operation.collection in ("attributions", "claims") and not operation.path.endswith("/history"):
        claim = own.client.get(record).json().get("claim", {}).get("id") or own.ids["claims"]
        citing = {"kind": "quotes", "attribution": {"id": own.ids["attributions"]}}
        shown = own.client.get(f"/v1/attributions/{own.ids['attributions']}").json()
        body = {"claim": {"id": claim}, "stance": "denies", "source": {"name": "A new voice"}}
        if operation.collection == "attributions":
            body |= {"stance": shown["stance"], "cites": [citing]}
        made = own.client.post("/v1/attributions", json=body)
        assert made.status_code == 201, made.text
        if operation.path.endswith(("upstream", "citations")):
            cited = {"kind": "quotes", "attribution": {"source": {"name": "An older voice"}}}
            assert own.client.post(f"{record}/citations", json=cited).status_code == 201
    elif str(operation) == "get_source_impact":
        said = {"claim": {"text": "A new claim."}, "source": {"id": own.ids["sources"]}, "stance": "affirms"}
        assert own.client.post("/v1/attributions", json={**said, "document": {"text": "New."}}).status_code == 201
    elif operation.path.endswith("/same_as"):
        same = {"other": {"id": own.fresh(operation.collection)["id"]}, "reason": "One and the same."}
        assert own.client.post(address, json=same).status_code == 201
    else:
        own.client.delete(record, params={"reason": "a trial", "cascade": "true"}, headers={"If-Match": "*"})

    after = own.client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200, after.text
    assert after.json() != before.json()
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize("operation", recording(), ids=str)
def test_what_is_recorded_can_be_read_where_it_says(store: Store, operation: Operation) -> None:
    address, body = store.prepared(operation)

    answer = store.client.post(address, json=body) if body is not None else store.client.post(address)

    assert answer.status_code == (200 if address.endswith("/restore") else 201), answer.text
    if isinstance(answer.json(), list):
        assert "location" not in answer.headers
    elif answer.status_code == 201:
        there = store.client.get(answer.headers["location"])
        assert there.status_code == 200
        if address == "/v1/keys":
            assert there.json() == {name: value for name, value in answer.json().items() if name != "token"}
        elif not address.endswith("/same_as"):
            assert_tells_the_same(answer, there)


@pytest.mark.dealt
@pytest.mark.parametrize("operation", strict(), ids=str)
def test_the_request_id_comes_back_whatever_the_answer(store: Store, operation: Operation) -> None:
    for address in (store.address(operation), operation.path.replace("{id}", NOBODY), "/nowhere"):
        answer = store.client.request(operation.method, address, headers={"X-Request-Id": "desk-7.b"}, params={"no": 1})
        assert answer.headers.get_list("x-request-id") == ["desk-7.b"]
