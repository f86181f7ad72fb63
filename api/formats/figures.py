"""Read the figures in a text, however they are written: 10000, 10,000, 10 000 and ١٠٠٠٠ are one."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from unicodedata import decimal

import regex

MARKS = ",.'’٬"
BETWEEN = f"{MARKS} \u00a0\u2009\u202f"  # what separates thousands
POINTS = ",.٫"  # what stands before decimals
PARTS = {"¼": "25", "½": "5", "¾": "75"}  # signs that stand for decimals


class Figure(NamedTuple):
    """A figure in a text, code points [start, end); its whole part ends at `whole_end`, and its decimals follow.

    It is `grouped` where something separates its thousands.
    """

    start: int
    whole_end: int
    end: int
    whole: str
    decimals: str
    grouped: bool

    @property
    def value(self) -> str:
        """Return what it says, alike for all ways of writing it."""
        whole, decimals = self.whole.lstrip("0") or "0", self.decimals.rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole


def figures(text: str) -> Iterator[Figure]:
    """Give the figures of a text, in order: each number of a date is one; digits after a letter (A380) are a name's.

    What can be read as thousands is: 3.500 is three thousand five hundred, as most of the world writes it.
    """
    for found in _pattern().finditer(text):
        whole, decimals = _digits(found["whole"]), PARTS.get(found["part"]) or _digits(found["decimals"] or "")
        yield Figure(found.start(), found.end("whole"), found.end(), whole, decimals, found["by"] is not None)


def _digits(said: str) -> str:
    """Return the digits as 0 to 9; those that this Python's Unicode does not know yet, as they are."""
    return "".join(str(decimal(sign, sign)) for sign in said if sign not in BETWEEN)


@cache
def _pattern() -> Any:
    """Make the pattern of a figure: thousands that are all separated alike, or a run of digits; and its decimals.

    In `3 100,000` the space separates two figures. India writes 12,34,567.
    """
    named, three = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{Nd}", r"\p{Nd}{3}(?!\p{Nd})"
    first = r"(?!0)\p{Nd}{1,3}"
    thousands = rf"{first}(?P<by>[{BETWEEN}]){three}(?:(?P=by){three})*(?!(?<=\s\p{{Nd}}{{3}})[{MARKS}]{three})"
    lakhs = rf"(?!0)\p{{Nd}}{{1,2}}(?:(?P<by>,)\p{{Nd}}\p{{Nd}})+,{three}"
    decimals = rf"[{POINTS}](?P<decimals>\p{{Nd}}+)(?![{POINTS}]?\p{{Nd}})"
    of_grouped, of_plain = rf"(?!(?P=by)){decimals}", rf"(?<!\p{{Nd}}[{POINTS}]\p{{Nd}}+){decimals}"
    grouped, plain = rf"(?P<whole>{thousands}|{lakhs})", r"(?P<whole>\p{Nd}+)"
    part = rf"(?P<part>[{''.join(PARTS)}])"
    return regex.compile(rf"(?<![{named}])(?:{grouped}(?:{of_grouped}|{part})?|{plain}(?:{of_plain}|{part})?)")
