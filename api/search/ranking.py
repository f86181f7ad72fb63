"""Say how well a record answers a query, and show the places that do.

Every record that is ranked has all that is asked for, so how rare a word is tells little. What counts of each part of
the query is where it stands best: what the field is worth (a claim's own text more than a quote, a quote more than a
document's body), how often it stands there for the field's length, as in BM25 (Robertson and Zaragoza, 2009), and
whether the word is whole. The score is the mean over the parts, in per cent; only what has exactly the words of the
query for its text, name or title has all hundred. Equals stand newest first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from unicodedata import category

from api.formats.words import Line
from api.search.query import Part, Query

# What a place is worth, by the kind of record and where in it; in per cent.
WORTH = {
    ("claim", "text"): 100,
    ("claim", "translations"): 95,
    ("source", "name"): 100,
    ("source", "aliases"): 90,
    ("source", "description"): 40,
    ("attribution", "quote"): 70,
    ("attribution", "cue"): 50,
    ("document", "title"): 70,
    ("document", "text"): 30,
}
NAMES = {("claim", "text"), ("claim", "translations"), ("source", "name"), ("source", "aliases"), ("document", "title")}
EXACT = 100  # what a record is worth that is called exactly what is asked for; every other is worth less
ENOUGH = 0.3  # how soon standing there once more adds little (BM25's k1)
TYPICAL = 25  # words of a field of common length
UNFINISHED = 0.8  # what the beginning of a word is worth of the word
AROUND = 80  # code points that a snippet shows on either side of its best place
SNIPPETS, MARKS = 3, 20  # at most, of a record and of a snippet
SPACE = re.compile(r"[ \t\r\n]")  # one at which a text may be cut: others hold together what they stand in
WIDEST = 400  # code points of one place that are shown: what is written without spaces may be one word


@dataclass(frozen=True)
class Passage:
    """One text of a record: where it stands in the record's answer, and what it is worth."""

    field: str
    text: str
    worth: int
    names: bool
    line: Line

    @classmethod
    def of(cls, kind: str, field: str, text: str) -> Self:
        """Read a text of a record of a kind."""
        place = kind, field.split("/")[1]
        return cls(field, text, WORTH[place], place in NAMES, Line(text))


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a text, where in the text it begins, and the code points of the piece, [start, end), that answer."""

    field: str
    text: str
    start: int
    highlights: list[tuple[int, int]]


def score(passages: Sequence[Passage], query: Query, unread: int = 0) -> int | None:
    """Return how well these texts answer a query; None where they do not.

    Parts of one word may stand in what was not read; they are worth `unread` then.
    """
    best = [max((_worth(passage, part) for passage in passages), default=0.0) for part in query.parts]
    for place, part in enumerate(query.parts):
        if best[place] == 0 and unread and len(part.words) == 1 and part.words[0].spaced:
            best[place] = unread * 0.5
    if not all(best):
        return None
    if any(passage.names and query.is_all_of(passage.line) for passage in passages):
        return EXACT
    return min(round(sum(best) / len(best)), EXACT - 1)


def snippets(passages: Sequence[Passage], query: Query) -> list[Shown]:
    """Show where the parts of a query stand, in the fields that are worth most first."""
    shown: list[Shown] = []
    for passage in sorted(passages, key=lambda one: -one.worth):
        places = sorted(_places(passage, query), key=lambda place: place[:2])
        if places and len(shown) < SNIPPETS:
            shown.append(_around(passage, places))
    return shown


def _worth(passage: Passage, part: Part) -> float:
    places = list(part.places(passage.line))
    if not places:
        return 0.0
    whole = any(part.is_all_of(passage.line.folded[start:end]) for start, end in places)
    length = 0.25 + 0.75 * passage.line.length / TYPICAL
    return passage.worth * len(places) / (len(places) + ENOUGH * length) * (1 if whole else UNFINISHED)


def _places(passage: Passage, query: Query) -> Iterator[tuple[int, int, Part]]:
    for part in dict.fromkeys(query.parts):
        for start, end in (passage.line.origin(*place) for place in part.places(passage.line)):
            yield start, min(end, start + WIDEST), part


def _best(places: Sequence[tuple[int, int, Part]]) -> tuple[int, int]:
    """Return the place at which, and shortly after which, most parts of the query stand; of equals the first."""
    best, most = places[0][:2], 0
    nearest: dict[Part, int] = {}  # of each part, where the next place ends
    for start, end, part in reversed(places):
        nearest[part] = end
        near = sum(one <= end + AROUND for one in nearest.values())
        if near >= most:
            best, most = (start, end), near
    return best


def _around(passage: Passage, places: Sequence[tuple[int, int, Part]]) -> Shown:
    """Cut a piece out of a text around the best place, at the edges of words where there are any."""
    text, (first, last) = passage.text, _best(places)
    start, end = max(0, first - AROUND), min(len(text), last + AROUND)
    if start:
        start = next((one.end() for one in SPACE.finditer(text, start, first)), start)
    if end < len(text):
        end = max((one.start() for one in SPACE.finditer(text, last + 1, end)), default=end)
    start, end = _whole(text, start), max(last, _whole(text, end))
    inside = [(begin - start, stop - start) for begin, stop, _ in places if begin >= start and stop <= end]
    return Shown(passage.field, text[start:end], start, _joined(inside)[:MARKS])


def _whole(text: str, at: int) -> int:
    """Return the edge of the letter that a place is in, so that no mark is cut off from its letter."""
    edges = range(at, max(0, at - AROUND) - 1, -1)
    return next((edge for edge in edges if edge == len(text) or category(text[edge])[0] != "M"), at)


def _joined(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join places that overlap."""
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
