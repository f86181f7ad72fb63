"""Cut what records are found by anew: figures however they are written, digits and letters of one sound as one

Revision 0012, after 0011; made on 2026-11-27.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any
from unicodedata import decimal, normalize

import regex
from alembic import context

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE, INDEXES = "0006", ("0009", "0010")  # the revisions that made what is made anew


def upgrade() -> None:
    """Make the tables what this revision says."""
    _make_anew(_terms)


def downgrade() -> None:
    """Take it back: texts are cut as they were before."""
    _make_anew(None)


def _make_anew(cut: Callable[[str], dict[str, None]] | None) -> None:
    """Take the table and its indexes away, and make them again of what is on record."""
    table, *indexes = (context.script.get_revision(number).module for number in (TABLE, *INDEXES))
    for one in (*reversed(indexes), table):
        one.downgrade()
    table.upgrade(cut)
    for one in indexes:
        one.upgrade()


# How texts were cut when this revision was made ----------------------------------------------------------------------

SIGNS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰﾞﾟ\u3099\u309a"
LETTERS = r"\p{L}\p{M}\p{N}"
UNSEEN = r"\u00ad\u200c\u200d"
ACCENTS = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
ALIKE = {
    **{"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"},
    **{"\u06cc": "\u064a", "\u06a9": "\u0643", "\u0640": None},
}
NAMED = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{Nd}"
BETWEEN, POINTS = " ,.'’٬\u00a0\u2009\u202f", ",.٫"


def _terms(text: str) -> dict[str, None]:
    """List the terms of a text in the order in which they stand there, and then its figures in groups of three."""
    patterns = _patterns()
    found: list[str] = []
    for match in patterns["words"].finditer(text):
        apart = normalize("NFKD", normalize("NFKC", match[0]).casefold())
        folded = normalize("NFC", patterns["accents"].sub("", apart).translate(_alike()))
        folded = patterns["other"].sub("", folded)
        if folded and match.lastgroup == "spaced":
            found.append(folded[:64])
        elif folded:
            found += [*(folded[place : place + 2] for place in range(len(folded) - 1)), folded[-1]]
    return dict.fromkeys([*found, *(figure[:64] for figure in _figures(text))])


def _figures(text: str) -> Iterator[str]:
    for found in _patterns()["figures"].finditer(text):
        if found["by"] is not None:
            yield "".join(str(decimal(sign, sign)) for sign in found["whole"] if sign not in BETWEEN)


@cache
def _patterns() -> dict[str, Any]:
    spaced = rf"[[\p{{L}}\p{{N}}]--[{SIGNS}]](?:[[{LETTERS}{UNSEEN}]--[[{SIGNS}]&&[\p{{L}}\p{{N}}]]])*"
    decimals = rf"[{POINTS}]\p{{Nd}}+(?![{POINTS}]?\p{{Nd}})"
    grouped = rf"(?P<whole>(?!0)\p{{Nd}}{{1,3}}(?P<by>[{BETWEEN}])\p{{Nd}}{{3}}(?:(?P=by)\p{{Nd}}{{3}})*)(?!\p{{Nd}})"
    plain, parted = r"\p{Nd}+", rf"(?<!\p{{Nd}}[{POINTS}]\p{{Nd}}+)"
    return {
        "words": regex.compile(rf"(?V1)(?P<spaced>{spaced})|(?P<signs>[[{SIGNS}]&&[{LETTERS}]]+)"),
        "accents": regex.compile(ACCENTS),
        "other": regex.compile(f"(?V1)[^{LETTERS}]+"),
        "figures": regex.compile(
            rf"(?<![{NAMED}])(?:{grouped}(?:(?!(?P=by)){decimals})?|{plain}(?:{parted}{decimals})?)"
        ),
    }


@cache
def _alike() -> dict[int, str | int | None]:
    digits = {sign: str(decimal(sign)) for sign in map(chr, range(128, 0x1FBFA)) if sign.isdecimal()}
    return str.maketrans({**ALIKE, **digits})
