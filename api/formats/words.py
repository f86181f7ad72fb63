"""Cut text into what it is found by, the same way in every language and for both databases.

A word is a run of letters, digits and their marks, folded. Scripts that put no spaces between words give runs of signs
instead; those are found by their overlapping pairs, and so by any part of them.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

import regex

from api.formats.folding import bare

LONGEST = 64  # signs of a word that count
_SIGNS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰﾞﾟ"
_LETTERS = r"\p{L}\p{M}\p{N}"
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
    pattern, other = _patterns()
    for found in pattern.finditer(text):
        folded = found[0].lower() if found[0].isascii() else other.sub("", bare(found[0]))
        if folded:
            yield Word(found.start(), found.end(), folded, found.lastgroup == "spaced")


def terms(text: str) -> set[str]:
    """Return what an index holds of a text: its words; of a run of signs every pair, and the last one by itself."""
    return {term for word in words(text) for term in terms_of(word)}


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
        self.words = list(words(text))
        self.folded = " " + "".join(f"{word.folded} " for word in self.words)
        self._starts = list(accumulate((len(word.folded) + 1 for word in self.words[:-1]), initial=1))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Give the code points of the text for a place in the line: of words all, of signs only those."""
        first, last = (bisect_right(self._starts, place) - 1 for place in (start, end - 1))
        return self._place(first, start)[0], self._place(last, end - 1)[1]

    def _place(self, number: int, at: int) -> tuple[int, int]:
        word = self.words[number]
        if word.spaced or len(word.folded) != word.end - word.start:
            return word.start, word.end
        begin = word.start + at - self._starts[number]
        return begin, begin + 1


@cache
def _patterns() -> tuple[Any, Any]:
    """Make the pattern of a word, and that of what is none of its letters."""
    letters, signs = f"[{_LETTERS}]", f"[[{_SIGNS}]&&[{_LETTERS}]]"
    spaced = rf"[[\p{{L}}\p{{N}}]--[{_SIGNS}]](?:[[{_LETTERS}{_UNSEEN}]--[[{_SIGNS}]&&[\p{{L}}\p{{N}}]]])*"
    return regex.compile(rf"(?V1)(?P<spaced>{spaced})|(?P<signs>{signs}+)"), regex.compile(f"(?V1)[^{letters[1:-1]}]+")
