"""Cut what records are found by anew: figures however they are written, digits and letters of one sound as one

Revision 0012, after 0011; made on 2026-11-27.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Any
from unicodedata import decimal, normalize

import regex
from alembic import context, op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("document", "attribution", "claim", "source")
TABLE = "0006"  # the revision that made what is made anew
INDEXES = {"sqlite": "0009", "postgresql": "0010"}  # … and those that made its indexes as they are now


def upgrade() -> None:
    """Make the tables what this revision says."""
    _make_anew(_terms)


def downgrade() -> None:
    """Take it back: texts are cut as they were before."""
    _make_anew(_revision(TABLE)._terms)


def _make_anew(cut: Callable[[str], Iterable[str]]) -> None:
    """Make the table and its indexes again, of what is on record."""
    dialect = op.get_bind().dialect.name
    if dialect == "sqlite":  # where an index is a table of its own
        for kind in KINDS:
            op.execute(f"DROP TABLE search_index_{kind}")
    op.drop_table("search_entry")
    _revision(TABLE).make(cut)
    _revision(INDEXES[dialect]).index_each()


def _revision(number: str) -> Any:
    return context.script.get_revision(number).module


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
MARKS, POINTS = ",.'’٬", ",.٫"
BETWEEN = f"{MARKS} \u00a0\u2009\u202f"


def _terms(text: str) -> dict[str, None]:
    """List the terms of a text in the order in which they stand there, before each figure in groups the whole of it."""
    return dict.fromkeys(term for _, term in sorted([*_figures(text), *_words(text)], key=itemgetter(0)))


def _figures(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """Give figures in groups, each with where it stands."""
    for found in _patterns()["figures"].finditer(text):
        if found["by"] is not None:
            whole = "".join(str(decimal(sign, sign)) for sign in found["whole"] if sign not in BETWEEN)
            yield (found.start(), 0), whole[:64]


def _words(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    if text.isascii():
        yield from (((match.start(), 1), match[0][:64]) for match in re.finditer("[0-9a-z]+", text.lower()))
        return
    patterns = _patterns()
    for match in patterns["words"].finditer(text):
        apart = normalize("NFKD", normalize("NFKC", match[0]).casefold())
        folded = normalize("NFC", patterns["accents"].sub("", apart).translate(_alike()))
        folded = patterns["other"].sub("", folded)
        if folded and match.lastgroup == "spaced":
            yield (match.start(), 1), folded[:64]
        elif folded:
            pairs = [folded[place : place + 2] for place in range(len(folded) - 1)]
            yield from (((match.start(), 1), term) for term in (*pairs, folded[-1]))


@cache
def _patterns() -> dict[str, Any]:
    spaced = rf"[[\p{{L}}\p{{N}}]--[{SIGNS}]](?:[[{LETTERS}{UNSEEN}]--[[{SIGNS}]&&[\p{{L}}\p{{N}}]]])*"
    three = r"\p{Nd}{3}(?!\p{Nd})"
    thousands = (
        rf"(?!0)\p{{Nd}}{{1,3}}(?P<by>[{BETWEEN}]){three}(?:(?P=by){three})*(?!(?<=\s\p{{Nd}}{{3}})[{MARKS}]{three})"
    )
    lakhs = rf"(?!0)\p{{Nd}}{{1,2}}(?:(?P<by>,)\p{{Nd}}\p{{Nd}})+,{three}"
    decimals = rf"[{POINTS}]\p{{Nd}}+(?![{POINTS}]?\p{{Nd}})"
    grouped, plain = rf"(?P<whole>{thousands}|{lakhs})(?:(?!(?P=by)){decimals})?", r"\p{Nd}+"
    of_plain = rf"(?<!\p{{Nd}}[{POINTS}]\p{{Nd}}+){decimals}"
    return {
        "words": regex.compile(rf"(?V1)(?P<spaced>{spaced})|(?P<signs>[[{SIGNS}]&&[{LETTERS}]]+)"),
        "accents": regex.compile(ACCENTS),
        "other": regex.compile(f"(?V1)[^{LETTERS}]+"),
        "figures": regex.compile(rf"(?<![{NAMED}])(?:{grouped}|{plain}(?:{of_plain})?)"),
    }


@cache
def _alike() -> dict[int, str | int | None]:
    digits = {sign: str(decimal(sign)) for sign in map(chr, range(128, 0x1FBFA)) if sign.isdecimal()}
    return str.maketrans({**ALIKE, **digits})
