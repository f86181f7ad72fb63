"""Read the figures in a text, however they are written: 10000, 10,000, 10 000 and ١٠٠٠٠ are one."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from unicodedata import decimal

import regex

BETWEEN = " ,.'’٬\u00a0\u2009\u202f"  # what parts thousands
POINTS = ",.٫"  # what stands before decimals


class Figure(NamedTuple):
    """A figure where it stands in a text, code points [start, end); `grouped` where something parts its thousands."""

    start: int
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
    """Give the figures of a text, in order: of a date each number; digits behind a letter (A380) are part of a name.

    What can be thousands is: 3.500 is three thousand five hundred, as most of the world writes it.
    """
    for found in _pattern().finditer(text):
        whole, decimals = _digits(found["whole"]), _digits(found["decimals"] or "")
        yield Figure(found.start(), found.end(), whole, decimals, found["by"] is not None)


def _digits(said: str) -> str:
    """Return the digits as 0 to 9; those that are newer than this Python's Unicode as they are."""
    return "".join(str(decimal(sign, sign)) for sign in said if sign not in BETWEEN)


@cache
def _pattern() -> Any:
    """Make the pattern of a figure: thousands that are all parted alike, or a run of digits; and its decimals."""
    named, last = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{Nd}", rf"(?![{POINTS}]?\p{{Nd}})"
    decimals = rf"[{POINTS}](?P<decimals>\p{{Nd}}+){last}"
    grouped = rf"(?P<whole>(?!0)\p{{Nd}}{{1,3}}(?P<by>[{BETWEEN}])\p{{Nd}}{{3}}(?:(?P=by)\p{{Nd}}{{3}})*)(?!\p{{Nd}})"
    plain = r"(?P<whole>\p{Nd}+)"
    of_grouped, of_plain = rf"(?!(?P=by)){decimals}", rf"(?<!\p{{Nd}}[{POINTS}]\p{{Nd}}+){decimals}"
    return regex.compile(rf"(?<![{named}])(?:{grouped}(?:{of_grouped})?|{plain}(?:{of_plain})?)")
