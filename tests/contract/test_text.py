"""Any text is kept as it was sent: every script, every direction, every sign that Unicode has."""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest

from tests.contract.operations import (
    JSON,
    WITHOUT_KEY,
    Operation,
    Store,
    at,
    number_of_engine,
    recording,
    resolved,
    strict,
)

# Legal, and easily broken on the way.
NAUGHTY = [
    "\u202e\u2066abc\u2069\u202c\u200f\u061c",  # bidi marks, overrides and isolates
    "😀👩‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿𝔘𠜎",  # four bytes, joiners, tags
    "e\u0301 é ﬁ Å Å \u1100\u1161\u11a8 각",  # the same to the eye, not to the byte
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́O",
    "\ufeff\u00ad\u200b\u2028\u2029\u0085\u00a0",  # what cannot be seen
    "\t\n\r\x0b\x0c \x01\x1f\x7f\x9f trailing \n",  # control characters, spaces at the end
    "\uffff\ufffe\U0010ffff\ue000\ufffd",  # no characters, and private ones
    "'; DROP TABLE claim; -- \\' \" ` $1 :x %s {0} {{x}} ${x} <script>alert(1)</script> &amp; %00 \\u0000",
    "null", "None", "true", "0", "1e5", "-0", "NaN", "[]", "{}", "undefined", "\\", "/", "~1", "_", "%",
    "اَلْعَرَبِيَّةُ עברית 日本語 ไทย हिन्दी ქართული ϕ ß ẞ İ ı ſ ʼ",
]  # fmt: skip
# What the path to a text needs beside it.
BESIDE: Mapping[str, dict[str, Any]] = {
    "sources": {"kind": "anonymous", "attested_distinct": {"by": "x", "reason": "y"}, "if_named": "new"},
    "attributions": {"document": None, "quote": {"exact": "x"}},
    "assessments": {"scale": "stix_confidence"},
}
# What these hold are other records, or references to them.
ELSEWHERE = {
    "authors", "cites", "claim", "controlled_by", "document", "from", "members", "publisher", "replaces", "responds_to",
    "source", "target", "to",
}  # fmt: skip


def texts(schema: Mapping[str, Any], way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Walk a schema for the places where any text may stand: no enumeration, no pattern, no format."""
    schema = resolved(schema)
    if schema.get("title") == "SpokenDateInput":
        return
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from texts(branch, way)
    for name, inner in schema.get("properties", {}).items():
        if name not in ELSEWHERE:
            yield from texts(inner, (*way, name))
    if "items" in schema:
        yield from texts(schema["items"], (*way, "0"))
    for inner in schema.get("patternProperties", {}).values():
        yield from texts(inner, (*way, "fr"))
    if schema.get("type") == "string" and not {"enum", "const", "pattern", "format"} & set(schema):
        yield way


def put(body: dict[str, Any], way: tuple[str, ...], text: str) -> dict[str, Any]:
    """Put a text at a place of a body, making the way there."""
    body = deepcopy(body)
    here: Any = body
    for step, following in zip(way, (*way[1:], None), strict=True):
        key = int(step) if isinstance(here, list) else step
        if following is None:
            here[key] = text
        else:
            if isinstance(here, list):
                here[:] = here or [{}]
            if not isinstance(here[key] if isinstance(here, list) else here.get(key), (dict, list)):
                here[key] = [""] if following == "0" else {}
            here = here[key]
            if isinstance(here, list) and not here:
                here.append("" if way[-1] == "0" else {"label": "x"})
    return body


def places(collection: str) -> list[tuple[str, ...]]:
    (post,) = strict("POST", where=lambda one: one.path == f"/v1/{collection}")
    schema = post.said["requestBody"]["content"]["application/json"]["schema"]
    found = sorted(set(texts(schema)))
    assert (("external_id",) in found) is (collection not in WITHOUT_KEY)
    return found


RECORDS = recording(lambda one: not one.single and one.collection != "bundles")


ADDRESSES = {"url", "homepage", "archive_url"}  # what they may hold is the business of the tests of addresses


def test_the_walk_finds_what_a_reader_would() -> None:
    found = {f"{one.collection}/{'/'.join(way)}" for one in RECORDS for way in places(one.collection)}

    assert {
        "sources/name", "sources/aliases/0", "sources/homepage", "sources/attested_distinct/by", "documents/text",
        "documents/url", "claims/about/0/label", "claims/translations/fr", "claims/topics/0", "attributions/cue",
        "attributions/quote/exact", "attributions/quote/prefix", "relations/rationale", "dependencies/reason",
        "assessments/value",
    } <= found  # fmt: skip


@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_a_text_comes_back_as_it_was_sent(store: Store, operation: Operation) -> None:
    check_kept(store, operation, range(number_of_engine(store), len(NAUGHTY), 2))


@pytest.mark.slow
@pytest.mark.parametrize("operation", RECORDS, ids=str)
def test_any_text_comes_back_as_it_was_sent_wherever_it_stands(store: Store, operation: Operation) -> None:
    check_kept(store, operation, range(len(NAUGHTY)))


def check_kept(store: Store, operation: Operation, turns: Iterable[int]) -> None:
    """Record texts, another one at each place, and other ones in each turn; find them as they were sent."""
    ways = places(operation.collection)
    for turn in turns:
        body, sent = store.new(operation.collection) | BESIDE.get(operation.collection, {}), {}
        for number, way in enumerate(ways):
            text = NAUGHTY[(turn + number) % len(NAUGHTY)]
            if way[-1] in ADDRESSES:
                text = "https://example.org/😀/e\u0301/日本語"
            elif way == ("external_id",):
                text += str(uuid4())
            body, sent["/" + "/".join(way)] = put(body, way, text), text

        answer = store.client.post(operation.path, content=json.dumps(body), headers=JSON)

        assert answer.status_code == 201, (turn, answer.text)
        there = store.client.get(answer.headers["location"]).json()
        assert {pointer: at(there, pointer) for pointer in sent} == sent, turn


@pytest.mark.parametrize(
    "operation", strict("GET", where=lambda one: {"text", "name"} & set(one.parameters())), ids=str
)
def test_any_text_is_found_by_itself(store: Store, operation: Operation) -> None:
    field = "text" if "text" in operation.parameters() else "name"
    for text in NAUGHTY:
        made = store.client.post(operation.path, json={field: text, **({"if_named": "new"} if field == "name" else {})})
        assert made.status_code == 201, made.text

        found = store.send(operation, query={field: text, "limit": "200"})

        assert found.status_code == 200, found.text
        assert made.json()["id"] in [one["id"] for one in found.json()["items"]], text


def test_a_reason_is_kept_as_it_was_sent(store: Store) -> None:
    for text in NAUGHTY:
        address = f"/v1/claims/{store.fresh('claims')['id']}"
        answer = store.client.delete(address, params={"reason": text}, headers={"If-Match": "*"})
        assert answer.status_code == 204, answer.text
        assert store.client.get(f"{address}/history").json()["items"][1]["reason"] == text.strip()
