"""The editorial policy: what caps an origin, what corroboration adds, what opposition takes off. Data, with an id."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from api.graph.vocabulary import Modality, OriginKind


class Level(IntEnum):
    """How well supported: an integer ladder, and no probability."""

    NONE = 0
    VERY_LOW = 1
    LOW = 2
    MODERATE = 3
    HIGH = 4
    VERY_HIGH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The tables of DESIGN, section 6; every value is a level that something allows at most, or steps on the ladder.

    `reliability` and `credibility` are by the letter or number of the Admiralty code, `distance` by citations from
    what is on file (the last one for all beyond), `bonus` by how many classes there are at least (the last that
    fits), `factor` times the level bounds what a crowd at that level reaches, `penalty` is by the opposition's level.
    """

    id: str
    reliability: Mapping[str, Level]
    unrated_reliability: Level
    modality: Mapping[Modality, Level]
    credibility: Mapping[str, Level]
    unrated_credibility: Level
    origin_kind: Mapping[OriginKind, Level]
    distance: tuple[Level, ...]
    bonus: Mapping[int, int]
    factor: int
    penalty: tuple[int, ...]

    def lift(self, classes: int) -> int:
        """Tell how many steps this many classes at a level add to it."""
        return max((steps for least, steps in self.bonus.items() if classes >= least), default=0)


DEFAULT = Policy(
    id="default-1",
    reliability=MappingProxyType(
        {
            "A": Level.HIGH,
            "B": Level.MODERATE,
            "C": Level.LOW,
            "D": Level.VERY_LOW,
            "E": Level.NONE,
            "F": Level.VERY_LOW,
        }
    ),
    unrated_reliability=Level.VERY_LOW,
    modality=MappingProxyType(
        {
            Modality.CONFIRMED: Level.VERY_HIGH,
            Modality.STATED: Level.HIGH,
            Modality.ACCUSED: Level.MODERATE,
            Modality.PROBABLE: Level.MODERATE,
            Modality.POSSIBLE: Level.LOW,
            Modality.UNCONFIRMED: Level.LOW,
            Modality.UNCLASSIFIED: Level.LOW,
            Modality.RUMOUR: Level.VERY_LOW,
        }
    ),
    credibility=MappingProxyType(
        {
            "1": Level.VERY_HIGH,
            "2": Level.HIGH,
            "3": Level.MODERATE,
            "4": Level.VERY_LOW,
            "5": Level.NONE,
            "6": Level.VERY_HIGH,
        }
    ),
    unrated_credibility=Level.VERY_HIGH,
    origin_kind=MappingProxyType(
        {OriginKind.NAMED: Level.VERY_HIGH, OriginKind.ANONYMOUS: Level.LOW, OriginKind.UNKNOWN: Level.VERY_LOW}
    ),
    distance=(Level.VERY_HIGH, Level.LOW, Level.VERY_LOW),
    bonus=MappingProxyType({1: 0, 2: 1, 4: 2}),
    factor=2,
    penalty=(0, 1, 1, 2, 2, 3),
)
POLICIES: Mapping[str, Policy] = MappingProxyType({DEFAULT.id: DEFAULT})
