"""Strict JSON: what is read, what is refused, and that nothing crashes."""

import json
import re
from collections.abc import Callable
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.formats.json import DEEPEST, LARGEST, merge_patch, pointer, read, write
from tests.growth import LINEAR, growth

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@given(VALUES)
def test_what_was_written_is_read_the_same(value: object) -> None:
    assert read(write(value)) == value
    assert read(json.dumps(value).encode()) == value
    assert read(json.dumps(value, indent=1).encode()) == value


def test_bidi_marks_and_letters_of_four_bytes_come_back_unchanged() -> None:
    body = '{"\u202eسورية\u2066":"🇰🇵😀\u200f"}'.encode()

    assert write(read(body)) == body
    assert read(rb'"\ud83d\ude00\ud83d\ude01"') == "😀😁"


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xef\xbb\xbf{}", "byte order mark"),
        ("{}".encode("utf-16"), "byte order mark"),
        (b'{"a": "\xff"}', "byte 7"),
        (b'"\xed\xa0\x80"', "byte 1"),
        (b'"\xc0\x80"', "not UTF-8"),
        (b'{"a": 1, "a": 2}', "'a' occurs more than once"),
        (rb'[{"a": 1, "b": 0, "\u0061": 2}]', "'a' occurs more than once"),
        (b"NaN", "NaN is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"1e400", "1e400 is too large"),
        (b"-1E400", "too large"),
        (b"9223372036854775808", "too large"),
        (b"-9223372036854775808", "too large"),
        (b"1" * 10_000, "too large"),
        (rb'"\ud800"', r"\ud800, at byte 1"),
        (rb'{"\uDFFF": 1}', r"\uDFFF, at byte 2"),
        (rb'"\ude00\ud83d"', r"\ude00, at byte 1"),
        (rb'"\ud83d\ud83d\ude00"', r"\ud83d, at byte 1"),
        (rb'"\ud83d\ude00\ude00"', r"\ude00, at byte 13"),
        (rb'"\ud83d \ude00"', r"\ud83d, at byte 1"),
        (rb'"\\\ud800"', r"\ud800, at byte 3"),
        (rb'["a\u0000"]', r"\u0000, at byte 3"),
        (rb'{"\u0000": 1}', r"\u0000, at byte 2"),
        (b'"\0"', "line 1, column 2"),
        (b"\0", "not JSON"),
        (b'{"a": 1,}', "line 1"),
        (b"[1]\n]", "line 2, column 1"),
        (b"{'a': 1}", "not JSON"),
        (b'"open', "not JSON"),
        (b'"\\', "not JSON"),
        (b'\\"[', "not JSON"),
        (b"01", "not JSON"),
        (b"// no", "not JSON"),
    ],
)
def test_what_readers_disagree_on_is_refused(body: bytes, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)) as refused:
        read(body)

    assert type(refused.value) is ValueError
    assert len(str(refused.value)) < 200


def test_escapes_that_only_look_like_surrogates_are_letters() -> None:
    assert read(rb'"\\ud800 \\u0000 \\\\ude00"') == r"\ud800 \u0000 \\ude00"


@pytest.mark.parametrize("number", [LARGEST, -LARGEST, 0])
def test_whole_numbers_of_64_bits_are_exact(number: int) -> None:
    assert read(str(number).encode()) == number


@pytest.mark.parametrize(("begin", "end"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_allowed_to_a_depth_and_no_further(begin: bytes, end: bytes) -> None:
    def nested(depth: int) -> bytes:
        return begin * depth + b"1" + end * depth

    assert read(nested(DEEPEST))
    with pytest.raises(ValueError, match=f"more than {DEEPEST} deep"):
        read(nested(DEEPEST + 1))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (lambda size: b"[" * size, f"more than {DEEPEST} deep"),
        (lambda size: b'{"a":' * size, f"more than {DEEPEST} deep"),
        (lambda size: b"[" * size + b"]" * size, f"more than {DEEPEST} deep"),
        (lambda size: b"9" * size, "too large"),
    ],
    ids=["open lists", "open objects", "lists", "a number"],
)
def test_what_is_refused_takes_time_in_proportion_to_its_length(body: Callable[[int], bytes], why: str) -> None:
    def refuse(size: int) -> None:
        with pytest.raises(ValueError, match=why):
            read(body(size))

    assert growth(refuse, 250_000) < LINEAR


@pytest.mark.parametrize("text", ["[" * 99, '\\"' + "[" * 99, '"' + "[" * 99 + '\\"', "\\\\" * 99 + "{" * 99])
def test_brackets_in_a_text_are_no_nesting(text: str) -> None:
    assert read(write([text, {text: text}])) == [text, {text: text}]


@given(st.binary(max_size=40) | st.text('[]{}",:\\u0d8cf1e- ', max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_sentence(body: bytes) -> None:
    try:
        value = read(body)
    except (json.JSONDecodeError, UnicodeError):
        raise
    except ValueError:
        return

    assert read(write(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"])
def test_what_no_reader_takes_is_not_written(value: object) -> None:
    with pytest.raises(ValueError, match=r"Out of range|surrogates not allowed"):
        write(value)


def test_json_is_written_compactly_and_as_utf8() -> None:
    assert write({"a": [1, None], "é": "“"}) == '{"a":[1,null],"é":"“"}'.encode()


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # RFC 7396, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patches_do_what_the_rfc_says(target: object, patch: object, result: object) -> None:
    before = deepcopy((target, patch))

    assert merge_patch(target, patch) == result
    assert (target, patch) == before


@given(VALUES, VALUES)
def test_a_merge_patch_applied_again_changes_nothing(target: object, patch: object) -> None:
    once = merge_patch(target, patch)

    assert merge_patch(once, patch) == once


def test_pointers_escape_tilde_and_slash() -> None:
    assert pointer() == ""
    assert pointer("records", 3, "a/b~c", "") == "/records/3/a~1b~0c/"
