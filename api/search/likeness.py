"""Say how alike two claims are: in words, whatever their order and spelling, and in what else both say."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import NamedTuple

from api.formats.folding import key
from api.search.wording import Apart, Match, Worded, matched

IN_WORDS = 0.8  # how much of the score is the words, where both claims say anything else
# What a difference leaves of the score; an order alone may mean nothing, or who did it to whom. The others are in it.
LEAVES = {"numbers": 0.7, "negation": 0.7, "occurred": 0.7, "order": 0.9}


class Subject(NamedTuple):
    """What a claim is about; `wikidata` is None where nobody said."""

    label: str
    folded: str
    wikidata: str | None


@dataclass(frozen=True)
class Proposition:
    """What of a claim is compared."""

    texts: Sequence[Worded]
    subjects: Collection[Subject] = ()
    occurred: str | None = None
    span: tuple[datetime | None, datetime | None] = (None, None)
    place: str | None = None
    topics: Collection[str] = ()


@dataclass(frozen=True)
class Likeness:
    """How alike two claims are, 0 to 100, with what they share and where they differ, each by its kind."""

    score: int
    shared: Mapping[str, list[str]]
    differences: Mapping[str, Apart]


def compare(draft: Proposition, claim: Proposition) -> Likeness:
    """Compare a draft with a claim on record: in the pair of texts that begin most alike, and in what else both say.

    The words make up four fifths of the score where there is anything else to compare. Figures, a negation, a time or
    an order of the words that only one of them has make it less.
    """
    best = max((matched(one, two) for one in draft.texts for two in claim.texts), key=lambda match: match.alike)
    agreeing, shared = _agreeing(draft, claim)
    differences = {kind: apart for kind, apart in _differences(draft, claim, best) if apart is not None}
    score = best.alike if not agreeing else IN_WORDS * best.alike + (1 - IN_WORDS) * sum(agreeing) / len(agreeing)
    if best.mine.translated or best.other.translated:
        tags = [one.language for one in (best.mine, best.other) if one.translated and one.language is not None]
        shared = {"translation": list(dict.fromkeys(tags))} | shared
    shared = {"words": best.shared} | shared
    reasons = {kind: values for kind, values in shared.items() if values}
    left = prod(LEAVES.get(kind, 1) for kind in differences)
    return Likeness(round(100 * score * left), reasons, differences)


def _agreeing(draft: Proposition, claim: Proposition) -> tuple[list[float], dict[str, list[str]]]:
    """Compare what both say besides words: how far each agrees, 0 to 1, and what they share."""
    agreeing, shared = list[float](), dict[str, list[str]]()
    if draft.subjects and claim.subjects:
        here, there = _common(draft.subjects, claim.subjects), _common(claim.subjects, draft.subjects)
        agreeing.append(min(len(here), len(there)) / min(len(draft.subjects), len(claim.subjects)))
        shared["subjects"] = here
    if draft.occurred and claim.occurred:
        together = _overlap(draft.span, claim.span)
        agreeing.append(float(together))
        shared["occurred"] = list(dict.fromkeys([draft.occurred, claim.occurred])) if together else []
    if draft.place and claim.place:
        same = key(draft.place) == key(claim.place)
        agreeing.append(float(same))
        shared["place"] = [draft.place] if same else []
    if draft.topics and claim.topics:
        mine, theirs = {key(topic): topic for topic in draft.topics}, set(map(key, claim.topics))
        both = [topic for folded, topic in mine.items() if folded in theirs]
        agreeing.append(len(both) / min(len(mine), len(theirs)))
        shared["topics"] = both
    return agreeing, shared


def _differences(draft: Proposition, claim: Proposition, match: Match) -> Iterator[tuple[str, Apart | None]]:
    yield "numbers", match.figures_apart()
    yield "words", match.apart()
    yield "order", match.moved()
    yield "negation", match.denial()
    if draft.subjects and claim.subjects and not _common(draft.subjects, claim.subjects):
        yield "subjects", (_labels(draft.subjects), _labels(claim.subjects))
    if draft.occurred and claim.occurred and not _overlap(draft.span, claim.span):
        yield "occurred", ([draft.occurred], [claim.occurred])
    if draft.place and claim.place and key(draft.place) != key(claim.place):
        yield "place", ([draft.place], [claim.place])


def _overlap(one: tuple[datetime | None, datetime | None], other: tuple[datetime | None, datetime | None]) -> bool:
    """Say whether two spans, open where there is None, can have an instant in common."""
    return _begins_by(one[0], other[1]) and _begins_by(other[0], one[1])


def _begins_by(begin: datetime | None, end: datetime | None) -> bool:
    return begin is None or end is None or begin <= end


def subjects(about: Iterable[tuple[str, str | None]]) -> Collection[Subject]:
    """List what a claim is about, each once, from labels and Wikidata ids."""
    listed = (Subject(label, key(label), wikidata) for label, wikidata in about)
    return {one.wikidata or one.folded: one for one in listed}.values()


def _common(some: Iterable[Subject], others: Iterable[Subject]) -> list[str]:
    """List the labels of the subjects that are among others: by their Wikidata ids, by label where either has none."""
    ids = {one.wikidata for one in others if one.wikidata is not None}
    labels = {one.folded for one in others}
    without_id = {one.folded for one in others if one.wikidata is None}
    return _labels(
        one for one in some if one.wikidata in ids or one.folded in (labels if one.wikidata is None else without_id)
    )


def _labels(some: Iterable[Subject]) -> list[str]:
    return sorted(one.label for one in some)
