"""Say how alike two claims are: in words, whatever their order and spelling, and in what else both say."""

from collections.abc import Collection, Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import islice
from math import prod

from rapidfuzz import fuzz, process

from api.formats.figures import figures
from api.formats.folding import key
from api.formats.words import Word, joined, pairs, terms_of
from api.search.denial import denials

BEGINNING, UNITS = 2_000, 200  # at most: code points of a text that are looked at, units of it that are compared
SPELLING = 80  # per cent: how much of two words must agree for them to be one word misspelt
LONG = 6  # letters from which on no word weighs more: short ones are mostly grammar
IN_WORDS = 0.8  # how much of the score is the words, where both claims say anything else
PER_DIFFERENCE = 0.7  # what a difference leaves of the score
PER_ORDER = 0.9  # … and where it is the order alone, which may mean nothing, or who did it to whom
MOSTLY = 0.8  # so much of both texts' words must be the same for their order to tell anything


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


@dataclass(frozen=True)
class Proposition:
    """What of a claim is compared."""

    texts: Sequence[Worded]
    subjects: Mapping[str, str] = field(default_factory=dict)  # labels, by what tells that two are one
    occurred: str | None = None
    span: tuple[datetime | None, datetime | None] = (None, None)
    place: str | None = None
    topics: Collection[str] = ()


@dataclass(frozen=True)
class Likeness:
    """How alike two claims are, 0 to 100, with what they share and where they differ, each by its kind."""

    score: int
    shared: Mapping[str, list[str]]
    differences: Mapping[str, tuple[list[str], list[str]]]


def compare(draft: Proposition, claim: Proposition) -> Likeness:
    """Compare a draft with a claim on record: in the pair of texts that begin most alike, and in what else both say.

    The words make up four fifths of the score where there is anything else to compare. Figures, a negation, a time or
    an order of the words that only one of them has make it less.
    """
    best = max((_matched(one, two) for one in draft.texts for two in claim.texts), key=lambda match: match.alike)
    mine, other, words = best.mine, best.other, best.alike
    agreeing, shared = _agreeing(draft, claim)
    differences = dict(_differences(draft, claim, mine, other))
    score = words if not agreeing else IN_WORDS * words + (1 - IN_WORDS) * sum(agreeing) / len(agreeing)
    if mine.translated or other.translated:
        tags = [one.language for one in (mine, other) if one.translated and one.language is not None]
        shared = {"translation": list(dict.fromkeys(tags))} | shared
    shared = {"words": _in_both(best)} | shared
    reasons = {kind: values for kind, values in shared.items() if values}
    left = prod(PER_ORDER if kind == "order" else PER_DIFFERENCE for kind in differences)
    return Likeness(round(100 * score * left), reasons, differences)


@dataclass(frozen=True, slots=True)
class _Match:
    """Two texts, and the weight of those units of either that the other has too."""

    mine: Worded
    other: Worded
    in_mine: Mapping[str, float]
    in_other: Mapping[str, float]

    @property
    def alike(self) -> float:
        """Return the share of both texts' words, by weight, that the other has too, spelt much the same."""
        weight = sum(self.mine.units.values()) + sum(self.other.units.values())
        found = sum(self.in_mine.values()) + sum(self.in_other.values())
        return found / weight if weight else 0.0


def _units_of(word: Word) -> list[str]:
    return [word.folded] if word.spaced else pairs(word.folded) or [word.folded]


def _matched(mine: Worded, other: Worded) -> _Match:
    """Find what both have; of what is misspelt, as much as agrees. No two units are compared twice."""
    here, there = mine.units, other.units
    nearest = dict.fromkeys(here.keys() & there.keys(), 100.0)
    only_here, only_there = _misspelt(here, nearest), _misspelt(there, nearest)
    near_here, near_there = dict(nearest), dict(nearest)
    for unit in only_here:
        for one, agrees, _ in process.extract(unit, there.keys(), scorer=fuzz.ratio, score_cutoff=SPELLING, limit=None):
            near_here[unit] = max(agrees, near_here.get(unit, 0.0))
            if one in only_there:
                near_there[one] = max(agrees, near_there.get(one, 0.0))
    rest = here.keys() - only_here
    for unit in only_there:
        near = process.extractOne(unit, rest, scorer=fuzz.ratio, score_cutoff=SPELLING)
        if near is not None:
            near_there[unit] = max(near[1], near_there.get(unit, 0.0))
    return _Match(mine, other, _weighed(here, near_here), _weighed(there, near_there))


def _misspelt(units: Collection[str], nearest: Collection[str]) -> set[str]:
    """List the units that may be misspelt in the other text: figures and the shortest words are not."""
    return {unit for unit in units if unit not in nearest and len(unit) > 3 and not unit[0].isdigit()}


def _weighed(units: Mapping[str, int], near: Mapping[str, float]) -> dict[str, float]:
    return {unit: weight * near[unit] / 100 for unit, weight in units.items() if unit in near}


def _in_both(match: _Match) -> list[str]:
    """List the words of a text, as they stand there, that the other has too; of signs the pieces, two or more."""
    mine, signs = match.mine, match.other.signs
    both = dict[str, str]()  # by how they are folded
    for word in mine.words:
        if not word.spaced:
            both |= {piece: piece for piece in _pieces(word.folded, signs)}
        elif word.folded in match.in_mine:
            both.setdefault(word.folded, mine.text[word.start : word.end])
    return list(both.values())


def _pieces(run: str, signs: Collection[str]) -> Iterator[str]:
    """Give the pieces of a run of which every pair of signs is among these, or the one sign that it is."""
    if run in signs:
        yield run
        return
    begin = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or run[end - 1 : end + 1] not in signs:
            if end - begin > 1:
                yield run[begin:end]
            begin = end


def _moved(mine: Worded, other: Worded) -> tuple[list[str], list[str]] | None:
    """Return the part of each text in which the words of both stand in another order; None where they do not."""
    here, there = mine.places, other.places
    both = here.keys() & there.keys()
    if 2 * len(both) < MOSTLY * (len(here) + len(there)):
        return None
    first, second = ([unit for unit in places if unit in both] for places in (here, there))
    apart = [place for place in range(len(both)) if first[place] != second[place]]
    if not apart:
        return None
    begin, end = apart[0], apart[-1]
    return [mine.text[here[first[begin]].start : here[first[end]].end]], [
        other.text[there[second[begin]].start : there[second[end]].end]
    ]


def _agreeing(draft: Proposition, claim: Proposition) -> tuple[list[float], dict[str, list[str]]]:
    """Compare what both say besides words: how far each agrees, 0 to 1, and what they share."""
    agreeing, shared = list[float](), dict[str, list[str]]()
    if draft.subjects and claim.subjects:
        common = draft.subjects.keys() & claim.subjects.keys()
        agreeing.append(len(common) / min(len(draft.subjects), len(claim.subjects)))
        shared["subjects"] = sorted(draft.subjects[one] for one in common)
    if draft.occurred and claim.occurred:
        together = _overlap(draft.span, claim.span)
        agreeing.append(float(together))
        shared["occurred"] = list(dict.fromkeys([draft.occurred, claim.occurred])) if together else []
    if draft.place and claim.place:
        same = key(draft.place) == key(claim.place)
        agreeing.append(float(same))
        shared["place"] = [draft.place] if same else []
    if draft.topics and claim.topics:
        theirs = set(map(key, claim.topics))
        both = [topic for topic in draft.topics if key(topic) in theirs]
        agreeing.append(len(both) / min(len(draft.topics), len(claim.topics)))
        shared["topics"] = both
    return agreeing, shared


def _differences(
    draft: Proposition, claim: Proposition, mine: Worded, other: Worded
) -> Iterator[tuple[str, tuple[list[str], list[str]]]]:
    only_mine = [said for value, said in mine.numbers.items() if value not in other.numbers]
    only_other = [said for value, said in other.numbers.items() if value not in mine.numbers]
    if only_mine and only_other:
        yield "numbers", (only_mine, only_other)
    if (moved := _moved(mine, other)) is not None:
        yield "order", moved
    if bool(mine.denies) != bool(other.denies):
        yield "negation", (mine.denies, other.denies)
    if draft.occurred and claim.occurred and not _overlap(draft.span, claim.span):
        yield "occurred", ([draft.occurred], [claim.occurred])


def _overlap(one: tuple[datetime | None, datetime | None], other: tuple[datetime | None, datetime | None]) -> bool:
    """Say whether two spans, open where there is None, can have an instant in common."""
    return _begins_by(one[0], other[1]) and _begins_by(other[0], one[1])


def _begins_by(begin: datetime | None, end: datetime | None) -> bool:
    return begin is None or end is None or begin <= end


def subjects(about: Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Key labels by what two of one subject share: the Wikidata id where there is one, else the label folded."""
    return {wikidata or key(label): label for label, wikidata in about}
