"""What the log says about a version: the same from either database, and nothing of the values themselves."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from api.custody import envelope
from api.custody.envelope import Entry
from api.formats.json import write

SEED = bytes(range(32))
ID = UUID("01890000-0000-7000-8000-000000000001")
NOON = datetime(2026, 3, 1, 12, 0, 0, 5, UTC)
ENTRY = Entry(3, "claim", ID, 1, "created", None, NOON, {"text": "dA==", "language": "bA=="})
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
# Whatever a JSON column can hold.
STORABLE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_what_is_keyed_is_hmac(key: bytes, message: bytes) -> None:
    assert envelope.keyed(key, message) == hmac.digest(key, message, "sha256")


@given(TEXT)
def test_words_are_written_as_rfc_8785_has_them(words: str) -> None:
    assert envelope.written(words) == rfc8785.dumps(words)
    assert envelope.canonical({"b": words, "a": 1, "c": None}) == rfc8785.dumps({"b": words, "a": 1, "c": None})


@given(STORABLE | st.integers() | st.uuids() | st.datetimes(timezones=st.just(UTC)))
def test_a_value_is_written_as_rfc_8785_has_it(value: Any) -> None:
    assert envelope.written(value) == rfc8785.dumps(envelope.plain(value))


def test_an_envelope_is_canonical_json() -> None:
    assert ENTRY.envelope() == (
        b'{"action":"created","actor":null,"commitments":{"language":"bA==","text":"dA=="},'
        b'"id":"01890000-0000-7000-8000-000000000001","kind":"claim","recorded_at":"2026-03-01T12:00:00.000005Z",'
        b'"sequence":3,"version":1}'
    )
    assert ENTRY.leaf() == hashlib.sha256(b"\x00" + ENTRY.envelope()).digest()


def test_a_commitment_is_the_hmac_of_the_value_under_its_fields_salt() -> None:
    salt = hmac.new(SEED, b"text", hashlib.sha256).digest()
    expected = base64.b64encode(hmac.new(salt, '"é\\n"'.encode(), hashlib.sha256).digest()).decode()

    assert envelope.commitments({"text": "é\n"}, SEED) == {"text": expected}


def test_a_null_is_left_out_and_an_empty_value_is_not() -> None:
    values: dict[str, Any] = {"cue": None, "text": "", "topics": [], "verbatim": False, "quote_start": 0}

    assert set(envelope.commitments(values, SEED)) == set(values) - {"cue"}


def test_two_fields_that_say_the_same_do_not_show_it() -> None:
    made = envelope.commitments({"kind": "person", "name": "person"}, SEED)

    assert made["kind"] != made["name"]
    assert envelope.commitments({"name": "person"}, bytes(32)) != {"name": made["name"]}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (ID, b'"01890000-0000-7000-8000-000000000001"'),
        (NOON, b'"2026-03-01T12:00:00.000005Z"'),
        (NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), b'"2026-03-01T12:00:00.000005Z"'),
        (datetime(1, 1, 1, tzinfo=UTC), b'"0001-01-01T00:00:00.000000Z"'),
        (b"\x00\xff", b'"AP8="'),
        (True, b"true"),
        (1, b"1"),
        (1.0, b"1"),
        (1e21, b"1e+21"),
        ((1, [2]), b"[1,[2]]"),
        ({"b": 1, "a": None}, b'{"a":null,"b":1}'),
        ("\x00\x7f\u2028€😀", '"\\u0000\x7f\u2028€😀"'.encode()),
        (2**53 - 1, b"9007199254740991"),
        (2**53, b'"9007199254740992"'),
        (-(2**63), b'"-9223372036854775808"'),
        ({"a": [2**60]}, b'{"a":["1152921504606846976"]}'),
        ("\ud800 alone", b'"\\\\ud800 alone"'),
        ({"\udfff": ["\ud83d"]}, b'{"\\\\udfff":["\\\\ud83d"]}'),
    ],
)
def test_every_kind_of_value_has_one_form(value: object, written: bytes) -> None:
    assert envelope.written(value) == written


@given(STORABLE)
def test_what_can_be_stored_can_be_committed_to_and_reads_back_the_same(value: object) -> None:
    assert envelope.written(json.loads(write(value))) == envelope.written(value)


@given(st.integers(0, 7))
def test_no_field_of_an_entry_changes_without_its_leaf(place: int) -> None:
    fields: dict[str, Any] = {
        "sequence": 4,
        "kind": "source",
        "id": UUID(int=1),
        "version": 2,
        "action": "updated",
        "actor": "",
        "recorded_at": NOON + timedelta(microseconds=1),
        "commitments": {"text": "dA=="},
    }
    name = list(fields)[place]
    said = {slot: getattr(ENTRY, slot) for slot in fields}

    assert Entry(**(said | {name: fields[name]})).leaf() != ENTRY.leaf()
