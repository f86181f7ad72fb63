"""Cut text into the words that it is found by, the same way in every language and for both databases.

A word is a run of letters, digits and their marks, folded. Scripts that put no spaces between words give runs of signs
instead; those are found by their overlapping pairs, and so by any part of them.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, KeysView
from functools import cache, cached_property
from itertools import accumulate
from typing import Any, NamedTuple
from unicodedata import category

import regex

from api.formats.figures import Figure, figures
from api.formats.folding import bare

LONGEST = 64  # signs of a word that count
BY_LETTER = (0, 0x700), (0x1E00, 0x2000)  # code points, [first, last), whose letters can be folded one by one
_SIGNS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰﾞﾟ\u3099\u309a"
_LETTERS = r"\p{L}\p{M}\p{N}"
SPACED = f"[[{_LETTERS}]--[{_SIGNS}]]"  # a letter, mark or digit of a word with spaces around it; for `regex`, V1
_UNSEEN = r"\u00ad\u200c\u200d"  # hyphens and joiners that a reader does not see


class Word(NamedTuple):
    """A word where it stands in a text, code points [start, end), and folded; or a run of signs without spaces."""

    start: int
    end: int
    folded: str
    spaced: bool


def words(text: str) -> Iterator[Word]:
    """Give the words of a text, in order."""
    if text.isascii():
        for plain in re.finditer("[0-9a-z]+", text.lower()):
            yield Word(plain.start(), plain.end(), plain[0], True)
        return
    pattern, _ = _patterns()
    letters = _by_letter()
    for found in pattern.finditer(text):
        said = found[0]
        if said.isascii():
            folded = said.lower()
        elif letters.alone.fullmatch(said):
            folded = said.translate(letters.folded)
        else:
            folded = _folded(said)
        if folded:
            yield Word(found.start(), found.end(), folded, found.lastgroup == "spaced")


def joined(text: str, whole: Iterable[Figure]) -> Iterator[Word]:
    """Give the words of a text, each grouped one of these figures as a single word: of “10,000 men” `10000`, `men`.

    A figure with a letter or the like right beside it stays as it was cut: of “10,000km” `10` and `000km`.
    """
    at = {one.start: one for one in whole if one.grouped}
    part: list[Word] = []  # of a figure
    for word in words(text):
        figure = at.get(part[0].start if part else word.start)
        part.append(word)
        if figure is None or word.end > figure.whole_end:
            yield from part
            part = []
        elif word.end == figure.whole_end:
            yield Word(figure.start, word.end, figure.whole, True)
            part = []
    yield from part


def terms(text: str) -> KeysView[str]:
    """Return what an index holds of a text, in order: its words; of a run of signs every pair, and the last by itself.

    A figure whose thousands are separated is preceded by the whole of it, by which it is found however it is written.
    """
    return dict.fromkeys(_terms(text)).keys()


def _terms(text: str) -> Iterator[str]:
    whole = deque(one for one in figures(text) if one.grouped)
    for word in words(text):
        while whole and whole[0].start <= word.start:
            yield whole.popleft().whole[:LONGEST]
        yield from terms_of(word)
    yield from (one.whole[:LONGEST] for one in whole)


def terms_of(word: Word) -> list[str]:
    """Return what an index holds of one word."""
    if word.spaced:
        return [word.folded[:LONGEST]]
    return [*pairs(word.folded), word.folded[-1]]


def pairs(signs: str) -> list[str]:
    """Return the overlapping pairs of signs."""
    return [signs[place : place + 2] for place in range(len(signs) - 1)]


class Line:
    """A text as words with one space between them, in which phrases are looked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._signs = dict[int, list[tuple[int, int]]]()  # of words, by their number

    @cached_property
    def folded(self) -> str:
        """Return the folded words; all at once, where no letter's folding depends on what stands beside it."""
        letters = _by_letter()
        if letters.unlike.search(self._text):
            return " " + "".join(f"{word.folded} " for word in self.words)
        found = letters.alone.findall(self._text)
        return f" {' '.join(found).translate(letters.folded)} " if found else " "

    @property
    def length(self) -> int:
        """Count the words."""
        return self.folded.count(" ") - 1

    @cached_property
    def words(self) -> list[Word]:
        """List the words as they stand in the text."""
        return list(words(self._text))

    @cached_property
    def _starts(self) -> list[int]:
        return list(accumulate((len(word.folded) + 1 for word in self.words[:-1]), initial=1))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Give the code points of the text for a place in the line: whole words, but of a run just its signs."""
        first, last = (bisect_right(self._starts, place) - 1 for place in (start, end - 1))
        return self._place(first, start)[0], self._place(last, end - 1)[1]

    def _place(self, number: int, at: int) -> tuple[int, int]:
        word = self.words[number]
        if word.spaced:
            return word.start, word.end
        if number not in self._signs:
            self._signs[number] = _signs_of(self._text[word.start : word.end], word.folded)
        start, end = self._signs[number][at - self._starts[number]]
        return word.start + start, word.start + end


def _signs_of(run: str, folded: str) -> list[tuple[int, int]]:
    """Tell for each folded sign of a run which code points it stands for: some are written with several."""
    if run == folded:
        return [(place, place + 1) for place in range(len(run))]
    places = [one.span() for one in regex.finditer(r"\X", run) for _ in _folded(one[0])]
    return places if len(places) == len(folded) else [(0, len(run))] * len(folded)


def _folded(said: str) -> str:
    _, other = _patterns()
    return str(other.sub("", bare(said)))


@cache
def _patterns() -> tuple[Any, Any]:
    """Make the pattern of a word, and that of whatever is not one of its letters."""
    letters, signs = f"[{_LETTERS}]", f"[[{_SIGNS}]&&[{_LETTERS}]]"
    spaced = rf"[[\p{{L}}\p{{N}}]--[{_SIGNS}]](?:[[{_LETTERS}{_UNSEEN}]--[[{_SIGNS}]&&[\p{{L}}\p{{N}}]]])*"
    return regex.compile(rf"(?V1)(?P<spaced>{spaced})|(?P<signs>{signs}+)"), regex.compile(f"(?V1)[^{letters[1:-1]}]+")


class _Letters(NamedTuple):
    """How letters fold that do so whatever stands beside them; a run of these; and what may be any other letter."""

    folded: dict[int, str]
    alone: re.Pattern[str]
    unlike: re.Pattern[str]


@cache
def _by_letter() -> _Letters:
    """Fold Latin, Greek, Cyrillic, Hebrew and Arabic letters: words without separate marks need nothing else."""
    signs = (chr(number) for first, last in BY_LETTER for number in range(first, last))
    folded = {ord(sign): _folded(sign) for sign in signs if category(sign)[0] in "LN"}
    folded = {number: sign for number, sign in folded.items() if sign}
    these = re.escape("".join(map(chr, folded)))
    no_letter = regex.compile(f"[^{_LETTERS}{_UNSEEN}]")
    between = re.escape("".join(sign for sign in map(chr, range(BY_LETTER[-1][1] + 0x1000)) if no_letter.match(sign)))
    return _Letters(folded, re.compile(f"[{these}]+"), re.compile(f"[^{these}{between}]"))
