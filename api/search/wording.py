"""Say how alike two texts are: in their words, whatever their order and spelling."""

import re
from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice

from rapidfuzz import fuzz, process

from api.formats.figures import figures
from api.formats.words import Word, joined, pairs, terms_of
from api.search.denial import denials

BEGINNING, UNITS = 2_000, 200  # at most: code points of a text that are looked at, units of it that are compared
SPELLING = 80  # per cent: how much of two words must agree for them to be one word misspelt
SCALE = re.compile("(?:m|b|tr|м|б|тр)(?=[iиі][lль])")  # million, Billion, трильйон: another letter, another figure
LONG = 6  # letters from which on no word weighs more: short ones are mostly grammar
MOSTLY = 0.8  # so much of both texts' words must be the same for their order to tell anything
NEARLY = 0.6  # … and so much, by weight, for single words to tell them apart


@dataclass(frozen=True)
class Worded:
    """One text of a claim, or a translation of it; `language` is None where it is not known."""

    text: str
    language: str | None = None
    translated: bool = False

    @cached_property
    def words(self) -> list[Word]:
        """List the words that it begins with."""
        text = self.text[:BEGINNING]
        return list(islice(joined(text, figures(text)), UNITS))

    @cached_property
    def terms(self) -> KeysView[str]:
        """List what an index holds of these, in order."""
        return dict.fromkeys(term for word in self.words for term in terms_of(word)).keys()

    @cached_property
    def units(self) -> dict[str, int]:
        """Weigh what it is compared by: its words, and the pairs of signs of scripts without spaces."""
        spaced = {word.folded: min(len(word.folded), LONG) for word in self.words if word.spaced}
        units = spaced | {unit: 2 for word in self.words if not word.spaced for unit in _units_of(word)}
        return dict(islice(units.items(), UNITS))

    @cached_property
    def places(self) -> dict[str, Word]:
        """Map each of these to the word that it first stands in, in their order."""
        first: dict[str, Word] = {}
        for word in self.words:
            for unit in _units_of(word):
                first.setdefault(unit, word)
        return first

    @cached_property
    def signs(self) -> frozenset[str]:
        """List the signs of scripts without spaces, and every two that stand together."""
        runs = "".join(word.folded for word in self.words if not word.spaced)
        return frozenset(pairs(runs)).union(runs)

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Map the value of each figure in it to how it is written."""
        return {one.value: self.text[one.start : one.end] for one in figures(self.text[:BEGINNING])}

    @cached_property
    def denies(self) -> list[str]:
        """List the words by which it denies."""
        return denials(self.text, self.language, self.words)


Apart = tuple[list[str], list[str]]  # what only the one of two texts has, and what only the other


@dataclass(frozen=True)
class Match:
    """Two texts, and the weight of those units of either that the other has too."""

    mine: Worded
    other: Worded
    in_mine: Mapping[str, float]
    in_other: Mapping[str, float]

    @cached_property
    def alike(self) -> float:
        """Return the share of both texts' words, by weight, that the other has too, spelt much the same."""
        weight = sum(self.mine.units.values()) + sum(self.other.units.values())
        found = sum(self.in_mine.values()) + sum(self.in_other.values())
        return found / weight if weight else 0.0

    @property
    def shared(self) -> list[str]:
        """List the words of the one, as they stand there, that the other has too; of signs the pieces, two or more."""
        both, _ = self._mine_parted
        return both

    def apart(self) -> Apart | None:
        """Return the words that each has alone, but for figures and denials; None where they are not near, or more."""
        if self.alike < NEARLY:
            return None
        only_here = _names(self.mine, self._mine_parted[1])
        only_there = _names(self.other, _parted(self.other, self.in_other, self.mine.signs)[1])
        both = set(only_here).intersection(only_there)  # signs that stand elsewhere in the other
        here, there = ([one for one in some if one not in both] for some in (only_here, only_there))
        return (here, there) if here and there else None

    @cached_property
    def _mine_parted(self) -> tuple[list[str], list[str]]:
        return _parted(self.mine, self.in_mine, self.other.signs)

    def figures_apart(self) -> Apart | None:
        """Return the figures that each has alone; None where they may only say more."""
        here, there = self.mine.numbers, self.other.numbers
        only_here = [said for value, said in here.items() if value not in there]
        only_there = [said for value, said in there.items() if value not in here]
        return (only_here, only_there) if only_here and only_there else None

    def denial(self) -> Apart | None:
        """Return the words by which one of them denies; None where both do, or neither."""
        here, there = self.mine.denies, self.other.denies
        return (here, there) if bool(here) != bool(there) else None

    def moved(self) -> Apart | None:
        """Return the part of each in which the words of both stand in another order; None where they do not."""
        here, there = self.mine.places, self.other.places
        both = here.keys() & there.keys()
        if 2 * len(both) < MOSTLY * (len(here) + len(there)):
            return None
        first, second = ([unit for unit in places if unit in both] for places in (here, there))
        apart = [place for place in range(len(both)) if first[place] != second[place]]
        if not apart:
            return None
        begin, end = apart[0], apart[-1]
        return [self.mine.text[here[first[begin]].start : here[first[end]].end]], [
            self.other.text[there[second[begin]].start : there[second[end]].end]
        ]


def matched(mine: Worded, other: Worded) -> Match:
    """Find what two texts both have; of what is misspelt, as much as agrees. No two units are compared twice."""
    here, there = mine.units, other.units
    nearest = dict.fromkeys(here.keys() & there.keys(), 100.0)
    only_here, only_there = _misspelt(here, nearest), _misspelt(there, nearest)
    near_here, near_there = dict(nearest), dict(nearest)
    for unit in only_here:
        for one, agrees in _spelt_alike(unit, there.keys()):
            near_here[unit] = max(agrees, near_here.get(unit, 0.0))
            if one in only_there:
                near_there[one] = max(agrees, near_there.get(one, 0.0))
    rest = here.keys() - only_here
    for unit in only_there:
        for _, agrees in _spelt_alike(unit, rest):
            near_there[unit] = max(agrees, near_there.get(unit, 0.0))
    return Match(mine, other, _weighed(here, near_here), _weighed(there, near_there))


def _units_of(word: Word) -> list[str]:
    return [word.folded] if word.spaced else pairs(word.folded) or [word.folded]


def _misspelt(units: Collection[str], nearest: Collection[str]) -> set[str]:
    """List the units that may be misspelt in the other text: figures and the shortest words are not."""
    return {unit for unit in units if unit not in nearest and len(unit) > 3 and not unit[0].isdigit()}


def _spelt_alike(unit: str, others: Collection[str]) -> Iterator[tuple[str, float]]:
    """Give those of some units that may be this one misspelt, and how much agrees, per cent."""
    for other, agrees, _ in process.extract(unit, others, scorer=fuzz.ratio, score_cutoff=SPELLING, limit=None):
        if not _of_other_scales(unit, other):
            yield other, agrees


def _of_other_scales(one: str, other: str) -> bool:
    """Say whether two words that are spelt much the same are of figures a thousand times apart."""
    first, second = SCALE.match(one), SCALE.match(other)
    return first is not None and second is not None and first[0] != second[0]


def _weighed(units: Mapping[str, int], near: Mapping[str, float]) -> dict[str, float]:
    return {unit: weight * near[unit] / 100 for unit, weight in units.items() if unit in near}


def _parted(text: Worded, found: Collection[str], signs: Collection[str]) -> tuple[list[str], list[str]]:
    """Part the words of a text, as they stand there, into those that another has too, and those that it has not."""
    both, alone = dict[str, str](), dict[str, str]()  # by how they are folded
    for word in text.words:
        if word.spaced:
            (both if word.folded in found else alone).setdefault(word.folded, text.text[word.start : word.end])
            continue
        for piece, shared in _pieces(word.folded, signs):
            (both if shared else alone).setdefault(piece, piece)
    return list(both.values()), list(alone.values())


def _names(text: Worded, words: Iterable[str]) -> list[str]:
    """Leave out the figures and the denials, which are compared by what they say."""
    return [word for word in words if word not in text.denies and not word[0].isdigit()]


def _pieces(run: str, signs: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Cut a run into pieces of which every pair of signs is among these, and the rest; say of each which it is."""
    if run in signs:
        yield run, True
        return
    ends = [end for end in range(1, len(run)) if run[end - 1 : end + 1] not in signs]
    cut = [run[begin:end] for begin, end in zip([0, *ends], [*ends, len(run)], strict=True)]
    for shared, pieces in groupby(cut, key=lambda piece: len(piece) > 1):
        found = list(pieces)
        yield from ((piece, shared) for piece in (found if shared else ["".join(found)]))
