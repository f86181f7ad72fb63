"""Climb the ladder: DESIGN, section 6. Every step is kept in what comes out, so that it can be checked.

A verdict is a tree: R4 over the two sides' R2 over the R1 of each origin. It says how well supported a claim is
by what is recorded, never how likely it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from api.confidence.policy import DEFAULT, Level, Policy
from api.graph.independence import Independence, Join, OriginClass, independence
from api.graph.origins import Origin, Reach
from api.graph.sides import Question, standing
from api.graph.values import Graph, Statement
from api.graph.vocabulary import Side


class Status(StrEnum):
    """How the two sides stand to each other."""

    NO_EVIDENCE = "no_evidence"
    UNCONTESTED = "uncontested"
    DENIED_UNWEIGHED = "denied_unweighed"
    DENIED_ONLY = "denied_only"
    CONTESTED_LEANING_SUPPORTED = "contested_leaning_supported"
    CONTESTED_BALANCED = "contested_balanced"
    CONTESTED_LEANING_DENIED = "contested_leaning_denied"


class Factor(StrEnum):
    """What caps an origin's strength."""

    RELIABILITY = "reliability"
    MODALITY = "modality"
    CREDIBILITY = "credibility"
    ORIGIN_KIND = "origin_kind"
    DISTANCE = "distance"


@dataclass(frozen=True, slots=True)
class Rating:
    """A standing rating as it was given, and what it was given to: the attribution, its source or a controller."""

    value: str
    assessment: UUID
    target: UUID


@dataclass(frozen=True, slots=True)
class Ratings:
    """The standing ratings that count, by statement: on the scales of reliability and of credibility, and no other."""

    reliability: Mapping[UUID, Rating]
    credibility: Mapping[UUID, Rating]


@dataclass(frozen=True, slots=True)
class Cap:
    """One link of R1: what was found (None: nothing on record), what that allows, and whose rating it is."""

    factor: Factor
    value: str | None
    limit: Level
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """R1: an origin is as strong as its weakest cap."""

    origin: Origin
    caps: tuple[Cap, ...]

    @property
    def strength(self) -> Level:
        """Give the least cap."""
        return min(cap.limit for cap in self.caps)

    @property
    def binding(self) -> tuple[Cap, ...]:
        """Give the caps that make it so weak."""
        least = self.strength
        return tuple(cap for cap in self.caps if cap.limit is least)


@dataclass(frozen=True, slots=True)
class Voice:
    """A class of origins that are one: as strong as the strongest of them, or cancelled by R3.

    `facing` are the statements on the other side that cancel it.
    """

    leaves: tuple[Leaf, ...]
    joined_by: tuple[Join, ...]
    cancelled: bool
    facing: tuple[UUID, ...] = ()

    @property
    def strength(self) -> Level:
        """Give the strength of its strongest member."""
        return max(leaf.strength for leaf in self.leaves)


@dataclass(frozen=True, slots=True)
class Rung:
    """The step of R2 that decides: `classes` of them stand at `level` or better, which lifts to `reaches`."""

    level: Level
    classes: int
    lift: int
    reaches: Level


@dataclass(frozen=True, slots=True)
class Weight:
    """R2: what one side's voices come to. `rung` is None where none that counts has any strength.

    `reach.chain(origin)` is the chain that a leaf rests on, from what is on file to the origin.
    """

    side: Side
    level: Level
    rung: Rung | None
    voices: tuple[Voice, ...]
    unknown: tuple[Leaf, ...]
    reach: Reach

    @property
    def counting(self) -> tuple[Voice, ...]:
        """Give the voices that are not cancelled."""
        return tuple(voice for voice in self.voices if not voice.cancelled)

    @property
    def ends(self) -> frozenset[UUID]:
        """Give the origins that lend it any support."""
        leaves = [leaf for voice in self.counting for leaf in voice.leaves]
        return frozenset(leaf.origin.statement for leaf in (*leaves, *self.unknown) if leaf.strength > Level.NONE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """R4: the support, less what the opposition takes off."""

    level: Level
    status: Status
    support: Weight
    opposition: Weight
    penalty: int
    policy: Policy


def judge(graph: Graph, question: Question, ratings: Ratings, policy: Policy = DEFAULT) -> Verdict:
    """Say how well supported a claim is. Linear in the part of the graph behind it."""
    return weigh(graph, question, independence(graph, question), ratings, policy)


def weigh(graph: Graph, question: Question, found: Independence, ratings: Ratings, policy: Policy = DEFAULT) -> Verdict:
    """Judge over origins that were grouped before."""
    support = _weight(graph, found, Side.SUPPORTING, ratings, policy)
    opposition = _weight(graph, found, Side.OPPOSING, ratings, policy)
    penalty = policy.penalty[opposition.level]
    denied = any(not each.retracted for each in standing(graph, question, Side.OPPOSING))
    return Verdict(
        level=Level(max(0, support.level - penalty)),
        status=_status(support.level, opposition.level, denied=denied),
        support=support,
        opposition=opposition,
        penalty=penalty,
        policy=policy,
    )


def _status(support: Level, opposition: Level, *, denied: bool) -> Status:
    if opposition is Level.NONE:
        if denied:
            return Status.DENIED_UNWEIGHED
        return Status.NO_EVIDENCE if support is Level.NONE else Status.UNCONTESTED
    if support is Level.NONE:
        return Status.DENIED_ONLY
    if support == opposition:
        return Status.CONTESTED_BALANCED
    return Status.CONTESTED_LEANING_SUPPORTED if support > opposition else Status.CONTESTED_LEANING_DENIED


def _weight(graph: Graph, found: Independence, side: Side, ratings: Ratings, policy: Policy) -> Weight:
    def leaf(origin: Origin) -> Leaf:
        return Leaf(origin, tuple(_caps(graph.statements[origin.statement], origin, ratings, policy)))

    def voice(one: OriginClass) -> Voice:
        leaves = sorted(map(leaf, one.on(side)), key=_strongest_first)
        facing = tuple(origin.statement for other in Side if other is not side for origin in one.on(other))
        return Voice(tuple(leaves), one.joined_by, one.cancelled, facing)

    voices = sorted(
        (voice(one) for one in found.classes if one.on(side)), key=lambda one: _strongest_first(one.leaves[0])
    )
    unknown = sorted(map(leaf, found.unknown[side]), key=_strongest_first)
    rung = _rung([one.strength for one in voices if not one.cancelled], policy)
    # Unknown origins corroborate nothing: the best of them counts where it is all there is.
    level = max([Level.NONE, *(one.strength for one in unknown)]) if rung is None else rung.reaches
    return Weight(side, level, rung, tuple(voices), tuple(unknown), found.reach[side])


def _strongest_first(leaf: Leaf) -> tuple[int, int, UUID]:
    return (-leaf.strength, leaf.origin.distance, leaf.origin.statement)


def _rung(strengths: Iterable[Level], policy: Policy) -> Rung | None:
    """Find the step that leads highest; of several, the one that the strongest voices stand on."""
    known = list(strengths)
    rungs = []
    for level in Level:
        classes = sum(strength >= level for strength in known)
        if level is not Level.NONE and classes:
            lift = policy.lift(classes)
            rungs.append(Rung(level, classes, lift, Level(min(max(Level), policy.factor * level, level + lift))))
    return max(rungs, key=lambda rung: (rung.reaches, rung.level), default=None)


def _caps(said: Statement, origin: Origin, ratings: Ratings, policy: Policy) -> Iterator[Cap]:
    reliability, credibility = ratings.reliability.get(said.id), ratings.credibility.get(said.id)
    yield _rated(Factor.RELIABILITY, reliability, policy.reliability, policy.unrated_reliability)
    yield Cap(Factor.MODALITY, said.modality, policy.modality[said.modality])
    yield _rated(Factor.CREDIBILITY, credibility, policy.credibility, policy.unrated_credibility)
    yield Cap(Factor.ORIGIN_KIND, origin.kind, policy.origin_kind[origin.kind])
    near = min(origin.distance, len(policy.distance) - 1)
    yield Cap(Factor.DISTANCE, str(origin.distance), policy.distance[near])


def _rated(factor: Factor, rating: Rating | None, limits: Mapping[str, Level], unrated: Level) -> Cap:
    return Cap(factor, None, unrated) if rating is None else Cap(factor, rating.value, limits[rating.value], rating)
