"""The Big List of Naughty Strings goes in everywhere, and comes out as it was or is refused, with the place of it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from httpx import Response

from tests.contract.operations import JSON, Operation, Store, at, number_of_engine, parameters, pointed_at, strict
from tests.contract.test_text import ADDRESSES, BESIDE, RECORDS, places, put

NAUGHTY: list[str] = json.loads((Path(__file__).parent / "naughty_strings.json").read_text("utf-8"))["strings"]
HEADERS = ("Accept-Language", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id", "Content-Type", "Origin")
SAMPLE = 6  # strings for each parameter, other ones for each and on each engine


def documented(operation: Operation, answer: Response) -> bool:
    """Say whether an answer is one that the contract has, and no fault of ours."""
    return answer.status_code < 500 and str(answer.status_code) in operation.said["responses"]


def filled(operation: Operation, body: Mapping[str, Any], texts: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    """Put a text at each of these places of a body."""
    whole = {**body, **BESIDE.get(operation.collection, {})}
    for way, text in texts.items():
        whole = put(whole, way, text)
    return whole


def dealt(strings: list[str], ways: list[tuple[str, ...]], turn: int) -> dict[tuple[str, ...], str]:
    """Give each place another string, other ones in each turn."""
    return {way: strings[(turn + number) % len(strings)] for number, way in enumerate(ways)}


def check_kept(store: Store, operation: Operation, texts: dict[tuple[str, ...], str]) -> None:
    """Send strings, leave out those that are refused by pointer, and find the others as they were sent."""
    body = store.new(operation.collection)
    while True:
        sent = {"/" + "/".join(way): text for way, text in texts.items()}
        content = json.dumps(filled(operation, body, texts))
        answer = store.client.post(operation.path, content=content, headers=JSON)
        assert documented(operation, answer), (texts, answer.text)
        if answer.status_code != 422:
            break
        refused = pointed_at(answer) & sent.keys()
        assert refused, (texts, answer.text)
        texts = {way: text for way, text in texts.items() if "/" + "/".join(way) not in refused}
    assert answer.status_code in (200, 201), answer.text
    there = store.client.get(f"{operation.path}/{answer.json()['id']}").json()
    assert {pointer: at(there, pointer) for pointer in sent} == sent


def text_places(operation: Operation) -> list[tuple[str, ...]]:
    return [way for way in places(operation.collection) if way[-1] not in ADDRESSES]


@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_each_string_is_kept_or_refused_in_a_record(store: Store, operation: Operation) -> None:
    ways = text_places(operation)
    first = RECORDS.index(operation) + 4 * number_of_engine(store)
    some = NAUGHTY[first % len(RECORDS) :: len(RECORDS)]  # each string in one kind, per engine another one
    for turn in range(0, len(some), len(ways)):
        check_kept(store, operation, dealt(some, ways, turn))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_each_string_is_kept_or_refused_in_every_field(store: Store, operation: Operation) -> None:
    ways = text_places(operation)
    for turn in range(len(NAUGHTY)):
        check_kept(store, operation, dealt(NAUGHTY, ways, turn))


def test_all_of_them_are_kept_in_one_bundle(store: Store) -> None:
    keys = [f"naughty/{uuid4()}" for _ in NAUGHTY]
    texts = [text for text in NAUGHTY if text.strip()]
    records = [{"kind": "claim", "external_id": key, "text": text} for key, text in zip(keys, texts, strict=False)]

    answer = store.client.post("/v1/bundles", json={"records": records})

    assert answer.status_code == 201, answer.text
    for made, text in zip(answer.json(), texts, strict=True):
        assert store.client.get(f"/v1/claims/{made['id']}").json()["text"] == text


def asked() -> Iterator[tuple[Operation, str]]:
    for operation in strict("GET"):
        for name, said in operation.parameters().items():
            schema = said["schema"]
            if schema.get("type") in ("string", "array") and "enum" not in schema:
                yield operation, name


ASKED = list(asked())


def check_asked(store: Store, operation: Operation, name: str, texts: list[str]) -> None:
    for text in texts:
        answer = store.send(operation, query={name: text})
        assert documented(operation, answer), (name, text, answer.text)
        if answer.status_code == 422:
            assert parameters(answer) == {name}, (name, text)


@pytest.mark.parametrize(("operation", "name"), ASKED, ids=[f"{one} {name}" for one, name in ASKED])
def test_no_string_breaks_a_question(store: Store, operation: Operation, name: str) -> None:
    start = (2 * ASKED.index((operation, name)) + number_of_engine(store)) * SAMPLE
    check_asked(store, operation, name, [NAUGHTY[(start + step) % len(NAUGHTY)] for step in range(SAMPLE)])


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("operation", "name"), ASKED, ids=[f"{one} {name}" for one, name in ASKED])
def test_no_string_at_all_breaks_a_question(store: Store, operation: Operation, name: str) -> None:
    check_asked(store, operation, name, NAUGHTY)


@pytest.mark.parametrize("name", HEADERS)
def test_no_string_breaks_a_header(store: Store, name: str) -> None:
    first = 2 * HEADERS.index(name) + number_of_engine(store)
    check_header(store, name, NAUGHTY[first :: 2 * len(HEADERS)])


@pytest.mark.slow
@pytest.mark.parametrize("name", HEADERS)
def test_no_string_at_all_breaks_a_header(store: Store, name: str) -> None:
    check_header(store, name, NAUGHTY)


def check_header(store: Store, name: str, texts: list[str]) -> None:
    (post,) = strict("POST", where=lambda one: one.path == "/v1/claims")
    (get,) = strict("GET", where=lambda one: one.path == "/v1/claims/{id}")
    (delete,) = strict("DELETE", where=lambda one: one.path == "/v1/claims/{id}")
    for text in (text for text in texts if not {"\r", "\n"} & set(text)):
        header = {name.encode(): text.encode()}
        claim = store.fresh("claims") if name == "If-Match" else {"id": store.ids["claims"]}
        sent = [
            (post, store.client.post("/v1/claims", content=b'{"text": "x"}', headers={**_plain(JSON, name), **header})),
            (get, store.client.get(f"/v1/claims/{claim['id']}", headers=header)),
            (delete, store.client.delete(f"/v1/claims/{claim['id']}", params={"reason": "x"}, headers=header))
            if name == "If-Match" else (get, store.client.head(f"/v1/claims/{claim['id']}", headers=header)),
        ]  # fmt: skip
        for operation, answer in sent:
            assert documented(operation, answer), (text, answer.text)


def _plain(headers: Mapping[str, str], but: str) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in headers.items() if name != but}


def test_no_string_breaks_an_address(front: Store) -> None:
    for text in NAUGHTY:
        answer = front.client.get(f"/v1/claims/{quote(text, safe='')}")
        assert answer.status_code in (200, 404, 422), (text, answer.text)
