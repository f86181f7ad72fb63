"""Strict JSON (RFC 8259): what every reader understands in the same way, or an error that says what is wrong.

The standard library's reader takes duplicate keys, NaN, 1e400, lone surrogates and NUL, and on deep bodies
fails with an error of another type. Here they are found by scans in C: ten megabytes take about a second.
"""

import json
import re
from array import array
from collections import Counter
from itertools import accumulate
from math import isinf

DEEPEST = 128
LARGEST = 2**63 - 1
SOME = 2**12

_WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")  # as signed bytes: one level in, one level out
_NO_BRACKET = bytes(byte for byte in range(256) if byte not in b"[]{}")
_UNSTORABLE = re.compile(
    rb"\\u(?:0000"
    rb"|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|[dD](?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)


def read(body: bytes) -> object:
    """Read one JSON document; ValueError says what is wrong with it and, where known, at which byte."""
    text = _decode(body)
    # Two bytes for two, so that positions stay: now a quote ends or begins a string, a backslash an escape.
    plain = body.replace(b"\\\\", b"__").replace(b'\\"', b"__") if b"\\" in body else body
    _check_depth(plain)
    _check_escapes(plain)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise ValueError(f"The body is not JSON: {wrong.msg.lower()}, {where}.") from None


def write(value: object) -> bytes:
    """Write a value as compact UTF-8 JSON; ValueError for NaN, infinities and lone surrogates."""
    return _WRITER.encode(value).encode()


def merge_patch(target: object, patch: object) -> object:
    """Apply a JSON merge patch (RFC 7396) and return the result; neither argument changes."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def pointer(*parts: str | int) -> str:
    """Write the JSON Pointer (RFC 6901) to where these keys and indexes lead; none is the whole document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _decode(body: bytes) -> str:
    if not body.strip(b" \t\r\n"):
        raise ValueError("The body is empty: send one JSON document.")
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise ValueError("The body begins with a byte order mark: send UTF-8 without it.")
    try:
        return body.decode()
    except UnicodeDecodeError as wrong:
        raise ValueError(f"The body is not UTF-8: byte {wrong.start} cannot be read. Send UTF-8.") from None


def _check_depth(plain: bytes) -> None:
    brackets = b"".join(plain.split(b'"')[::2]).translate(_STEPS, _NO_BRACKET)
    depth = 0
    for start in range(0, len(brackets), SOME):  # in pieces: what is too deep mostly is so from the start
        depths = list(accumulate(array("b", brackets[start : start + SOME]), initial=depth))
        if max(depths) > DEEPEST:
            raise ValueError(f"The body nests arrays and objects more than {DEEPEST} deep: send a flatter one.")
        depth = depths[-1]


def _check_escapes(plain: bytes) -> None:
    found = _UNSTORABLE.search(plain)
    if found is None:
        return
    escape, place = found[0].decode(), found.start()
    if escape == "\\u0000":
        raise ValueError(f"There is a NUL, {escape}, at byte {place}: no text can keep it. Leave it out.")
    raise ValueError(f"There is half a surrogate pair, {escape}, at byte {place}: send the whole character.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read_once = dict(pairs)
    if len(read_once) < len(pairs):
        twice, _ = Counter(key for key, _ in pairs).most_common(1)[0]
        raise ValueError(f"The key {_short(twice)!r} occurs more than once in one object: send it once.")
    return read_once


def _integer(digits: str) -> int:
    # The length first: the time to read a number grows with the square of its digits, of which there may be a million.
    if len(digits) > 20 or abs(number := int(digits)) > LARGEST:
        raise ValueError(f"The number {_short(digits)} is too large: whole numbers run to 2^63-1 either way.")
    return number


def _number(digits: str) -> float:
    if isinf(number := float(digits)):
        raise ValueError(f"The number {_short(digits)} is too large for a 64-bit number.")
    return number


def _constant(word: str) -> object:
    raise ValueError(f"{word} is not JSON: send a number, or null for what is unknown.")


def _short(digits: str) -> str:
    return digits if len(digits) <= 40 else digits[:39] + "…"
