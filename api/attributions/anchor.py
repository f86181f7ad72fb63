"""Find quoted words in a document's text: W3C Web Annotation `TextQuoteSelector`, with a start as a hint.

Two texts are compared folded: in Unicode normal form C, with one kind of apostrophe or quotation mark, one of
dash and one of space. Apostrophes and quotation marks are one kind, because the curly right one is both. All
else counts: case, accents, ligatures, ellipses, the number of spaces. Positions are code points of the text
as it was given, and what is found is always the text's own words.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain
from operator import sub
from unicodedata import category, combining, decomposition, is_normalized, normalize

# Unicode's Quotation_Mark, Dash_Punctuation and White_Space, with the look-alikes that people type for them.
_QUOTES = "'\"`´«»ʹʻʼ՚׳״‘’‚‛“”„‟′″‹›⹂「」『』〝〞〟﹁﹂﹃﹄＂＇｢｣"
_DASHES = "-֊־᐀᠆‐‑‒–—―−⸗⸚⸺⸻⹀⹝〜〰゠︱︲﹘﹣－"
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
_SPACES += "\u2028\u2029\u202f\u205f\u3000"
_KINDS = str.maketrans(
    _QUOTES + _DASHES + _SPACES,
    "'" * len(_QUOTES) + "-" * len(_DASHES) + " " * len(_SPACES),
)
_WORK = 50_000_000  # places tried times length of the quote: only a made-up text repeats itself this often
_QUOTE_COMPARED, _TEXT_COMPARED = 500, 1_000_000  # code points that `nearest` looks at
_WORD = 20  # code points by which `nearest` goes on to the edge of a word


@dataclass(frozen=True, slots=True)
class Match:
    """Where a quote stands, code points [start, end), with the text's own words there and around."""

    start: int
    end: int
    exact: str
    prefix: str | None
    suffix: str | None


@dataclass(frozen=True, slots=True)
class Folded:
    """A text and its folded words; `places` are those, in each, from where both go on in step."""

    original: str
    words: str
    places: tuple[tuple[int, ...], tuple[int, ...]]

    def to_original(self, place: int) -> int:
        """Give the place in the original of a place in the folded words."""
        return _in_step(place, self.places[1], self.places[0])

    def to_folded(self, place: int) -> int:
        """Give the place in the folded words of a place in the original."""
        return _in_step(place, self.places[0], self.places[1])


def fold(text: str) -> Folded:
    """Fold a text once, to find many quotes in it."""
    ours, folded, parts, done = [0], [0], list[str](), 0
    if not is_normalized("NFC", text):
        for changeable in _unsettled().finditer(text):
            begin, end = changeable.span()
            begin = max(begin - _joins(text[begin]), done)  # a mark changes with the letter that bears it
            composed = normalize("NFC", text[begin:end])
            if composed == text[begin:end]:
                continue
            place = folded[-1] + begin - ours[-1]
            parts += (text[done:begin], composed)
            ours += (begin, end)
            folded += (place, place + len(composed))
            done = end
    parts.append(text[done:])
    return Folded(text, "".join(parts).translate(_KINDS), (tuple(ours), tuple(folded)))


def find(
    text: str | Folded,
    exact: str,
    prefix: str | None = None,
    suffix: str | None = None,
    start: int | None = None,
) -> Match | None:
    """Find a quote between its prefix and suffix, of several the one nearest to `start`, or None.

    No match begins or ends inside a combining sequence. An empty `exact` is a ValueError.
    """
    if not exact:
        raise ValueError("The quote is empty: send the words as the document has them.")
    page = text if isinstance(text, Folded) else fold(text)
    before, quote, after = (fold(part or "").words for part in (prefix, exact, suffix))
    hint = page.to_folded(min(max(start or 0, 0), len(page.original)))
    begins = (place + len(before) for place in _occurrences(page.words, before + quote + after))
    whole = (begin for begin in begins if _is_whole(page.words, begin, begin + len(quote)))
    begin = min(whole, key=lambda place: abs(place - hint), default=None)
    if begin is None:
        return None
    edges = (begin - len(before), begin, begin + len(quote), begin + len(quote) + len(after))
    outer, first, last, end = (page.to_original(edge) for edge in edges)
    return Match(
        first,
        last,
        page.original[first:last],
        None if prefix is None else page.original[outer:first],
        None if suffix is None else page.original[last:end],
    )


def nearest(text: str | Folded, exact: str) -> str | None:
    """Give the passage most like a quote that was not found, for the message; None where nothing is like it.

    Likeness is the share of the quote's three-letter sequences that a window as long as the quote holds. Of a
    long quote the beginning is compared.
    """
    page = text if isinstance(text, Folded) else fold(text)
    quote = _lower(fold(exact).words[:_QUOTE_COMPARED])
    words = _lower(page.words[:_TEXT_COMPARED])
    size = min(3, len(quote))
    sought = {quote[place : place + size] for place in range(len(quote) - size + 1)}
    hits = [words[place : place + size] in sought for place in range(len(words) - size + 1)]
    width = min(len(quote) - size + 1, len(hits))
    sums = list(accumulate(hits, initial=0))
    scores = list(map(sub, sums[width:], sums))
    best = max(scores)
    if best * 2 <= len(quote) - size + 1:
        return None
    begin = hits.index(True, scores.index(best))
    end = begin + len(quote)
    begin -= len(words[max(begin - _WORD, 0) : begin].rpartition(" ")[2])
    end += len(words[end : end + _WORD].partition(" ")[0])
    return page.original[page.to_original(begin) : page.to_original(end)]


def _in_step(place: int, here: tuple[int, ...], there: tuple[int, ...]) -> int:
    """Carry a place over from one rising list to the other; inside a sequence, no further than its end."""
    last = bisect_right(here, place) - 1
    carried = there[last] + place - here[last]
    return min(carried, there[last + 1]) if last + 1 < len(there) else carried


def _occurrences(words: str, sought: str) -> Iterator[int]:
    """Give every place, overlapping ones too, until the work is out of proportion."""
    place = words.find(sought)
    for _ in range(max(_WORK // len(sought), 1)):
        if place < 0:
            return
        yield place
        place = words.find(sought, place + 1)


def _is_whole(words: str, begin: int, end: int) -> bool:
    return not any(0 < edge < len(words) and _joins(words[edge]) for edge in (begin, end))


def _joins(letter: str) -> bool:
    """Say whether a letter belongs to the one before it: a mark, or a later part of a Hangul syllable."""
    return letter > "\u02ff" and (
        category(letter).startswith("M") or "\u1160" <= letter <= "\u11ff" or "\ud7b0" <= letter <= "\ud7fb"
    )


@cache
def _unsettled() -> re.Pattern[str]:
    """Make the pattern of what normal form C may change, marks without their bearer, from its tables."""
    alone, joining = set[str](), {chr(code) for code in chain(range(0x1161, 0x1176), range(0x11A8, 0x11C3))}
    for letter in map(chr, chain(range(0x300, 0x20000), range(0x2F800, 0x2FA20))):
        parts = decomposition(letter)
        if combining(letter) or combining(normalize("NFD", letter)[0]):
            joining.add(letter)
        elif parts and not parts.startswith("<"):
            joining.update(chr(int(part, 16)) for part in parts.split()[1:])
            if not is_normalized("NFC", letter):
                alone.add(letter)
    marks = re.escape("".join(sorted(joining)))
    # The look ahead is for speed: most letters are told from the several hundred ranges by one comparison.
    return re.compile(f"(?=[^\0-\u02ff])[{marks}{re.escape(''.join(sorted(alone)))}][{marks}]*")


def _lower(words: str) -> str:
    return words.replace("İ", "I").lower()  # the one letter whose lower case is longer than itself
