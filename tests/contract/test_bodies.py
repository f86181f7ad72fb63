"""A body is one JSON document in UTF-8 that every reader understands alike, or it is refused and says where."""

import gzip
import json
from typing import Any
from uuid import uuid4

import pytest

from api.formats.json import DEEPEST
from tests.contract.operations import JSON, Operation, Store, at, pointed_at, strict
from tests.problems import problem

WRITING = strict("POST", "PATCH", where=lambda one: one.takes_body)
BODILESS = strict("POST", where=lambda one: not one.takes_body)
DELETING = strict("DELETE")
MEBI = 2**20
# What is not JSON, or what no reader understands in the same way, in place of a field's value.
UNREADABLE_TEXTS = {
    "no JSON": '{"a": oops}',
    "half": '{"a": ',
    "two documents": "{} {}",
    "duplicate key": '{"a": 1, "a": 1}',
    "inner duplicate key": '{"a": [{"b": 1, "b": 2}]}',
    "NaN": '{"a": NaN}',
    "infinity": '{"a": -Infinity}',
    "beyond a double": '{"a": 1e400}',
    "2^63": '{"a": 9223372036854775808}',
    "-2^70": '{"a": -1180591620717411303424}',
    "a million digits": '{"a": ' + "9" * 1_000_000 + "}",
    "lone high surrogate": '{"a": "\\ud800"}',
    "lone low surrogate": '{"a": "\\udc00x"}',
    "lone surrogate in a key": '{"\\ud83d": 1}',
    "escaped NUL": '{"a": "x\\u0000"}',
    "too deep by one": '{"a": ' + "[" * DEEPEST + "]" * DEEPEST + "}",
    "200,000 deep": '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "200,000 open": '{"a": ' + "[" * 200_000,
}
UNREADABLE = {
    **{name: text.encode() for name, text in UNREADABLE_TEXTS.items()},
    "raw NUL": b'{"a": "\x00"}',
    "broken UTF-8": b'{"a": "\xff"}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "blank": b"  \n ",
}


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_what_is_not_json_is_not_taken(front: Store, operation: Operation) -> None:
    body = json.dumps(operation.body()).encode()

    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "application/problem", "json"):
        refused = front.send(operation, content=body, headers={"Content-Type": kind})
        problem(refused, 415)
        assert "application/json" in refused.headers["Accept-Patch" if operation.method == "PATCH" else "Accept"]
    problem(front.client.request(operation.method, front.address(operation), content=body), 415)


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_a_compressed_body_is_not_taken(front: Store, operation: Operation) -> None:
    body, headers = gzip.compress(json.dumps(operation.body()).encode()), {**JSON, "Content-Encoding": "gzip"}

    refused = front.send(operation, content=body, headers=headers)
    assert "plain" in problem(refused, 415)["detail"]
    assert refused.headers["Accept-Encoding"] == "identity"  # RFC 9110, 12.5.3


@pytest.mark.parametrize("operation", strict("PATCH"), ids=str)
def test_a_patch_of_another_kind_is_not_taken(front: Store, operation: Operation) -> None:
    body = json.dumps([{"op": "replace", "path": "/external_id", "value": "mine"}]).encode()

    refused = front.send(operation, content=body, headers={"Content-Type": "application/json-patch+json"})
    assert "application/merge-patch+json" in problem(refused, 415)["detail"]
    assert refused.headers["Accept-Patch"] == "application/merge-patch+json, application/json"  # RFC 5789, 3.1


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_a_missing_body_is_missed(front: Store, operation: Operation) -> None:
    problem(front.send(operation), 422)
    problem(front.send(operation, headers=JSON), 422)


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_a_body_is_an_object(front: Store, operation: Operation) -> None:
    for sent in ("null", "[]", '"text"', "1", "true", "[{}]"):
        assert pointed_at(front.send(operation, content=sent, headers=JSON)) == {""}, sent


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_what_cannot_be_read_alike_everywhere_is_refused(front: Store, operation: Operation) -> None:
    for name, body in UNREADABLE.items():
        answer = front.send(operation, content=body, headers=JSON)
        assert answer.status_code == 400, (name, answer.text)
        problem(answer, 400)


@pytest.mark.parametrize("operation", strict("POST", "PATCH"), ids=str)
@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
def test_a_body_over_the_limit_is_refused(front: Store, operation: Operation, told: bool) -> None:
    body = b'{"a": "' + b"x" * 50 * MEBI + b'"}'

    answer = front.send(operation, content=body if told else iter([body]), headers=JSON)

    problem(answer, 413)


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_an_unknown_field_is_pointed_at(front: Store, operation: Operation) -> None:
    for name in ("txet", "a/b~c", "", "‹draft›", "é\u202e😀", "__class__", "id "):
        body = {**operation.body(), name: 1}
        found = pointed_at(front.send(operation, json=body, headers={"If-Match": "*"}))
        assert [at(body, pointer) for pointer in found] == [1], (name, found)


@pytest.mark.parametrize("operation", BODILESS, ids=str)
def test_where_no_body_is_taken_nothing_in_one_is_passed_over(own: Store, operation: Operation) -> None:
    address, _ = own.prepared(operation)
    assert pointed_at(own.client.post(address, json={"cascade": True, "a/b": 1})) == {"/cascade", "/a~1b"}
    for sent in ("[]", '"cascade"', "1"):
        assert pointed_at(own.client.post(address, content=sent, headers=JSON)) == {""}, sent
    problem(own.client.post(address, content="oops", headers=JSON), 400)
    assert own.client.post(address, json={}).status_code == 200


@pytest.mark.parametrize("operation", DELETING, ids=str)
def test_no_delete_passes_over_what_stands_in_its_body(front: Store, operation: Operation) -> None:
    address = operation.path.replace("{id}", str(uuid4()))
    answers = [front.client.request("DELETE", address, json=sent) for sent in ({"other": {"id": 1}}, {})]
    assert pointed_at(answers[0]) == {"/other"}
    assert "/other" not in answers[1].text


def inner_objects(value: Any, pointer: str = "") -> list[str]:
    """List where in a body there are objects, itself apart."""
    found = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        here = f"{pointer}/{key}"
        found += ([here] if isinstance(inner, dict) else []) + inner_objects(inner, here)
    return found


@pytest.mark.parametrize("operation", WRITING, ids=str)
def test_a_pointer_leads_into_the_body_that_was_sent(front: Store, operation: Operation) -> None:
    for wrong in ({"no such": 1}, None, 1, ["x"], "", "x" * 25_000, {"‹›": {}}):
        for name in {**operation.body(), **{inner[1:]: 0 for inner in inner_objects(operation.body())[:5]}}:
            body = json.loads(json.dumps(operation.body()))
            *way, last = name.split("/")
            place = at(body, "".join(f"/{step}" for step in way))
            place[int(last) if isinstance(place, list) else last] = wrong
            answer = front.send(operation, json=body, headers={"If-Match": "*"})
            assert answer.status_code < 500, (name, wrong)
            if answer.status_code == 422:
                for pointer in pointed_at(answer):
                    assert pointer == "" or at(body, pointer.rpartition("/")[0]) is not None, (name, pointer)
