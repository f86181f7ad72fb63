"""Read what is searched for: words, of which the last and any with a * behind it may be a beginning, and phrases."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Any

import regex

from api.errors import Invalid
from api.formats.figures import figures
from api.formats.words import LONGEST, SPACED, Line, Word, joined, pairs
from api.storage.finding import Wanted

MOST = 20  # words
MARKS = ' "“”„«»「」『』'
THOUSANDS = re.compile(r"\B(?=(?:[0-9]{3})+$)")
LAKHS = re.compile(r"\B(?=(?:[0-9]{2})*[0-9]{3}$)")


@dataclass(frozen=True)
class Part:
    """Words that must stand next to one another; of an `unfinished` part the last may go on."""

    words: tuple[Word, ...]
    unfinished: bool = False

    def places(self, line: Line) -> Iterator[tuple[int, int]]:
        """Give every place of a line where the part stands."""
        return (found.span() for found in self._pattern.finditer(line.folded))

    def is_all_of(self, said: str) -> bool:
        """Say whether a piece of a line is the part, and no longer."""
        return _unparted(said) == self.unparted

    @cached_property
    def unparted(self) -> str:
        """Return the signs of the part."""
        return "".join(word.folded for word in self.words)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        sought = " ".join(_written(word) for word in self.words)
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


def _written(word: Word) -> str:
    """Return the pattern of a word in a line, where a figure's thousands may stand apart."""
    if not word.folded.isdecimal():
        return re.escape(word.folded)
    return "|".join(parted.sub(" ?", word.folded) for parted in (THOUSANDS, LAKHS)).join(("(?:", ")"))


def _unparted(said: str) -> str:
    return said.replace(" ", "")


@dataclass(frozen=True)
class Query:
    """Everything that a record must have to be found; and the names that all of it may be."""

    parts: tuple[Part, ...]
    names: frozenset[str] = frozenset()

    def is_all_of(self, line: Line) -> bool:
        """Say whether a line is what is asked for, in this order, and nothing else."""
        return _unparted(line.folded) == self._unparted

    @cached_property
    def _unparted(self) -> str:
        return "".join(part.unparted for part in self.parts)

    def wanted(self, *also: str) -> Wanted:
        """Say what an index is asked for; with further terms that a record must have."""
        terms = chain(also, *(part.terms() for part in self.parts))
        return Wanted(frozenset(terms), frozenset(chain(*(part.beginnings() for part in self.parts))))


def read(sent: str) -> Query:
    """Read a query. Raises `Invalid` where it has no word, or too many."""
    parts: list[Part] = []
    done = 0
    for quoted in _quoted().finditer(sent):
        parts += _loose(sent[done : quoted.start()])
        phrase = tuple(_words(next(part for part in quoted.groups() if part is not None)))
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
    return Query(tuple(parts), frozenset({sent.strip(), sent.strip(MARKS)}))


def _loose(sent: str) -> list[Part]:
    return [Part((word,), unfinished=word.spaced and sent.startswith("*", word.end)) for word in _words(sent)]


def _words(sent: str) -> Iterator[Word]:
    """Cut what was sent; two figures with a space between them may be two."""
    return joined(sent, (one for one in figures(sent) if " " not in sent[one.start : one.whole_end]))


@cache
def _quoted() -> Any:
    """Make the pattern of a phrase. A straight mark in a word, or after a figure, does not quote: ארה"ב, 5" guns."""
    within = f'(?<={SPACED})"(?={SPACED})'
    others = r"“([^”]*)”|„([^“”]*)[“”]|«([^»]*)»|»([^«]*)«|「([^」]*)」|『([^』]*)』"
    return regex.compile(f'(?V1)(?<!{SPACED})"((?:[^"]|{within})*)"|{others}')
