"""Read what is searched for: words, of which the last may be a beginning, and phrases in quotation marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from api.errors import Invalid
from api.formats.words import LONGEST, Line, Word, pairs, words
from api.storage.finding import Wanted

MOST = 20  # words
QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|「([^」]*)」|『([^』]*)』')


@dataclass(frozen=True)
class Part:
    """Words that must stand next to one another; of an `unfinished` part the last may go on."""

    words: tuple[Word, ...]
    unfinished: bool = False

    def places(self, line: Line) -> Iterator[tuple[int, int]]:
        """Give every place of a line where the part stands."""
        return (found.span() for found in self._pattern.finditer(line.folded))

    @cached_property
    def length(self) -> int:
        """Count the signs of the part as it stands in a line."""
        return len(" ".join(word.folded for word in self.words))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        sought = re.escape(" ".join(word.folded for word in self.words))
        before = "(?<= )" if self.words[0].spaced else ""
        if not self.words[-1].spaced:
            return re.compile(before + sought)
        return re.compile(before + sought + ("[^ ]*" if self.unfinished else "") + "(?= )")

    def terms(self) -> Iterator[str]:
        """Give the terms that an index must have of a record in which the part stands."""
        for word in self.words[:-1] if self.unfinished else self.words:
            yield from [word.folded[:LONGEST]] if word.spaced else pairs(word.folded)

    def beginnings(self) -> Iterator[str]:
        """Give what such terms must begin with; a sign by itself begins a pair, or is the last of its run."""
        for word in self.words:
            if not word.spaced and len(word.folded) == 1:
                yield word.folded
        if self.unfinished:
            yield self.words[-1].folded[:LONGEST]


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that a record must have to be found."""

    parts: tuple[Part, ...]

    def wanted(self, *also: str) -> Wanted:
        """Say what an index is asked for; with further terms that a record must have."""
        terms = chain(also, *(part.terms() for part in self.parts))
        return Wanted(frozenset(terms), frozenset(chain(*(part.beginnings() for part in self.parts))))


def read(sent: str) -> Query:
    """Read a query. Raises `Invalid` where it has no word, or too many."""
    parts: list[Part] = []
    done = 0
    for quoted in QUOTED.finditer(sent):
        parts += _loose(sent[done : quoted.start()])
        phrase = tuple(words(next(part for part in quoted.groups() if part is not None)))
        parts += [Part(phrase)] if phrase else []
        done = quoted.end()
    loose = _loose(sent[done:])
    if loose and loose[-1].words[0].spaced:
        loose[-1] = Part(loose[-1].words, unfinished=True)
    parts += loose
    if not parts:
        raise Invalid("This has no word to search for: send letters or digits.", parameter="q")
    if sum(len(part.words) for part in parts) > MOST:
        raise Invalid(f"This is more than {MOST} words: search for those that are rare.", parameter="q")
    return Query(tuple(parts))


def _loose(sent: str) -> list[Part]:
    return [Part((word,)) for word in words(sent)]
