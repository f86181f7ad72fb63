"""Hold the words of a language, apart from the order in which they are put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.confidence.ladder import Factor, Status
from api.confidence.policy import Level
from api.graph.vocabulary import JoinKind, Modality, OriginKind, Side


class Plural(NamedTuple):
    """Two forms of a phrase; both may use `{n}`."""

    one: str
    many: str

    def of(self, n: int, **fields: str) -> str:
        """Put in the number, in the form that goes with it."""
        return (self.one if n == 1 else self.many).format(n=n, **fields)


class Rated(NamedTuple):
    """What to say of a scale: nobody used it, somebody could not judge, or this is the rating."""

    unrated: str
    unjudged: str
    rated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every phrase that sentences are made of; `{…}` is where a name, a level or a number goes.

    `because` joins reasons, which are clauses, into one. Where a phrase begins a sentence, its first letter is made a
    capital one.
    """

    levels: Mapping[Level, str]
    statuses: Mapping[Status, str]
    outcomes: Mapping[Status, str]

    somebody: str
    conjunction: str
    semicolon: str
    sources: Plural
    others: Plural

    leaf: str
    leaf_because: str
    because: Callable[[Sequence[str]], str]
    ratings: Mapping[Factor, Rated]
    rated_here: str
    rated_elsewhere: str
    modality: Mapping[Modality, str]
    origin_kind: Mapping[OriginKind, str]
    nobody_named: str
    distance: Plural

    voice_alone: str
    voice_repeated: str
    voice_joined: str
    voice_joined_because: str
    voice_cancelled: Plural
    voice_cancelled_because: Plural
    joins: Mapping[JoinKind, str]
    same: str

    weight: str
    sides: Mapping[Side, str]
    classes: Plural
    unknown: Plural
    powerless: Plural
    cancelled: Plural
    leading_nowhere: Plural
    cut_off: Plural
    withdrawn: Plural
    nothing: str
    adds: Plural
    held_down: Plural
    to_the_top: str
    no_corroboration: str
    weaker_add_nothing: Plural
    powerless_add_nothing: Plural
    cancelled_count_nowhere: Plural
    unknown_add_nothing: Plural

    support: str
    no_opposition: str
    opposition_not_on_file: str
    weightless_opposition: str
    opposition: str
    opposition_takes: Plural
    opposition_takes_nothing: str
    verdict: str
