"""A POST that is sent again with its Idempotency-Key does nothing twice, and answers as it did."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.contract.operations import JSON, Operation, Store, parameters, recording
from tests.crowd import versions
from tests.numbers import assert_tells_the_same, unnumbered
from tests.problems import problem

POSTS = recording()


def post(store: Store, address: str, body: Any, key: str) -> Response:
    sent = {} if body is None else {"json": body}
    return store.client.post(address, headers={"Idempotency-Key": key}, **sent)


def told(answer: Response) -> Any:
    """Give what an answer says, wherever the log has it by now; but an access key is told once."""
    said = unnumbered(answer.json())
    return {**said, "token": None} if isinstance(said, dict) and "token" in said else said


def test_every_post_takes_a_key() -> None:
    assert [str(one) for one in POSTS if "Idempotency-Key" not in one.parameters("header")] == []


@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_the_same_request_is_answered_as_the_first_time(store: Store, operation: Operation) -> None:
    address, body = store.prepared(operation)
    key = str(uuid4())
    first = post(store, address, body, key)
    assert first.status_code in (200, 201), first.text
    assert "idempotency-replayed" not in first.headers

    for _ in range(2):
        again = post(store, address, body, key)
        assert (again.status_code, told(again)) == (first.status_code, told(first))
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers.get("location") == first.headers.get("location")
        if "token" not in first.text:
            assert_tells_the_same(first, again)


def test_a_request_sent_again_after_a_change_is_answered_as_the_first_time(store: Store) -> None:
    body, key = store.new("attributions"), str(uuid4())
    first = post(store, "/v1/attributions", body, key)
    address = first.headers["location"]
    for path, later in (("citations", store.new("citations")), ("retraction", {"reason": "It was another one."})):
        assert store.client.post(f"{address}/{path}", json=later).status_code == 201
        assert told(post(store, "/v1/attributions", body, key)) == told(first)
    store.client.delete(address, params={"reason": "a trial"}, headers={"If-Match": "*"}).raise_for_status()
    assert told(post(store, "/v1/attributions", body, key)) == told(first)


@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_a_repeated_request_records_nothing(store: Store, operation: Operation) -> None:
    url = store.client.app.state.settings.database_url  # type: ignore[attr-defined]
    address, body = store.prepared(operation)
    key = str(uuid4())
    post(store, address, body, key)
    before = versions(url)

    assert post(store, address, body, key).headers["idempotency-replayed"] == "true"

    assert versions(url) == before


@pytest.mark.dealt
@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_a_key_is_not_taken_for_another_request(store: Store, operation: Operation) -> None:
    address, body = store.prepared(operation)
    key = str(uuid4())
    first = post(store, address, body, key)
    other = ("" if body is None else json.dumps(body)) + " "  # one sign more is another request

    refused = store.client.post(address, content=other, headers={**JSON, "Idempotency-Key": key})

    assert problem(refused, 422)["type"] == "/problems/idempotency-key-reused"
    assert told(post(store, address, body, key)) == told(first)


@pytest.mark.dealt
@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_a_refused_request_is_not_remembered(store: Store, operation: Operation) -> None:
    address, body = store.prepared(operation)
    key = str(uuid4())
    headers = {**JSON, "Idempotency-Key": key}
    wrong = store.client.post(address, content="oops", headers=headers, params={"no": 1})
    assert wrong.status_code in (400, 422)

    answer = post(store, address, body, key)

    assert answer.status_code in (200, 201), answer.text
    assert "idempotency-replayed" not in answer.headers


@pytest.mark.dealt
@pytest.mark.parametrize("operation", recording(lambda one: one.single), ids=str)
def test_a_request_that_failed_on_the_record_is_not_remembered(store: Store, operation: Operation) -> None:
    address, body = store.prepared(operation)
    key = str(uuid4())
    record = address.rpartition("/")[0]
    if operation.path.endswith("/restore"):
        store.client.post(address).raise_for_status()
    else:
        store.client.delete(record, params={"reason": "a trial"}, headers={"If-Match": "*"}).raise_for_status()
    assert post(store, address, body, key).status_code in (404, 409, 410)

    if operation.path.endswith("/restore"):
        store.client.delete(record, params={"reason": "a trial"}, headers={"If-Match": "*"}).raise_for_status()
    else:
        store.client.post(f"{record}/restore").raise_for_status()

    answer = post(store, address, body, key)
    assert answer.status_code in (200, 201), answer.text
    assert "idempotency-replayed" not in answer.headers


@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_of_many_at_once_one_is_carried_out(store: Store, operation: Operation) -> None:
    address, body = store.prepared(operation)
    key = str(uuid4())

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: post(store, address, body, key), range(6)))

    assert {one.status_code for one in answers} <= {200, 201, 409}, [one.text for one in answers]
    for one in answers:
        if one.status_code == 409:
            assert problem(one, 409)["type"] == "/problems/still-running"
            assert one.headers["retry-after"]
    done = [one for one in answers if one.status_code != 409]
    assert len([one for one in done if "idempotency-replayed" not in one.headers]) == 1
    assert all(told(one) == told(done[0]) for one in done)


@pytest.mark.dealt
@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_a_key_belongs_to_one_address(store: Store, operation: Operation) -> None:
    key = str(uuid4())
    for _ in range(2 if operation.single else 1):
        address, body = store.prepared(operation)
        answer = post(store, address, body, key)
        assert answer.status_code in (200, 201), answer.text
        assert "idempotency-replayed" not in answer.headers


@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_what_is_no_key_is_refused(front: Store, operation: Operation) -> None:
    body = operation.body() if operation.takes_body else None

    for key in ("", "x" * 256, "a\tb", "é", "\x7f"):
        answer = front.send(operation, json=body, headers={b"Idempotency-Key": key.encode()})
        assert parameters(answer) == {"Idempotency-Key"}, key
