"""Group the origins that an answer is about by the voice that each belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from api.graph.independence import Independence, OriginClass
from api.graph.origins import Origin
from api.graph.vocabulary import OriginKind, Side

MEMBERS = 100  # of one class, as many as an answer lists


@dataclass(frozen=True, slots=True)
class Group:
    """Origins of one class, or one unknown origin, each with its side; the nearest first."""

    of: OriginClass | None
    origins: tuple[tuple[Side, Origin], ...]

    @property
    def cancelled(self) -> bool:
        """Say whether it stands on both sides."""
        return self.of is not None and self.of.cancelled

    @property
    def listed(self) -> tuple[tuple[Side, Origin], ...]:
        """Give those that an answer lists."""
        return self.origins[:MEMBERS]


def grouped(found: Independence, led_to: Mapping[Side, Sequence[Origin]]) -> list[Group]:
    """Group these origins, those in classes first; support comes before opposition, what is near before what is far."""
    wanted = {side: {origin.statement for origin in origins} for side, origins in led_to.items()}
    classes = [
        Group(one, tuple((side, each) for side in led_to for each in one.on(side) if each.statement in wanted[side]))
        for one in found.classes
    ]
    unknown = [
        Group(None, ((side, each),)) for side in led_to for each in led_to[side] if each.kind is OriginKind.UNKNOWN
    ]
    return [*sorted((one for one in classes if one.origins), key=_nearest_first), *unknown]


def listed_in(groups: Sequence[Group]) -> set[UUID]:
    """Give the statements that answers about these groups name."""
    return {origin.statement for group in groups for _, origin in group.listed}


def _nearest_first(group: Group) -> tuple[bool, int, int]:
    side, origin = group.origins[0]
    return (side is Side.OPPOSING, origin.distance, origin.statement.int)
