"""Which claims are one and which cannot be, as far as one write has looked, and with what it has recorded since."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations.models import Relation

OPPOSED = frozenset({RelationKind.CONTRADICTS, RelationKind.CONTRARY})
BINDING = OPPOSED | {RelationKind.SAME_AS}  # those that cannot all stand together


class Stated(NamedTuple):
    """A relation as it stands, or is to stand; without an id where it is new."""

    id: UUID | None
    kind: str
    from_id: UUID
    to_id: UUID
    status: str

    @classmethod
    def by(cls, row: Relation) -> "Stated":
        """Return what a relation on record states."""
        return cls(row.id, row.kind, row.from_id, row.to_id, row.status)

    @property
    def binds(self) -> bool:
        """Say whether others may not be able to stand beside it."""
        return self.status == RelationStatus.CONFIRMED and self.kind in BINDING


class Bonds:
    """The clusters around some claims, and what opposes their claims; they grow by one relation after the other.

    Of two clusters that are joined the smaller one moves, so that n relations move each claim at most log n times.
    """

    def __init__(self) -> None:
        self._known: set[UUID] = set()
        self._clusters: dict[UUID, set[UUID]] = {}
        self._opposed: dict[UUID, dict[UUID, Stated]] = {}

    def unknown(self, claims: Iterable[UUID]) -> list[UUID]:
        """Return those of some claims around which nobody has looked."""
        return [claim for claim in claims if claim not in self._known]

    def know(self, claims: Iterable[UUID]) -> None:
        """Note that all that binds these claims is added, or about to be."""
        self._known.update(claims)

    def add(self, one: Stated) -> None:
        """Add a relation that stands; one that does not bind changes nothing."""
        if not one.binds:
            return
        if one.kind == RelationKind.SAME_AS:
            self._join(one.from_id, one.to_id)
        else:
            self._opposed.setdefault(one.from_id, {})[one.to_id] = one
            self._opposed.setdefault(one.to_id, {})[one.from_id] = one

    def forget(self) -> None:
        """Know of nothing any more."""
        self._known.clear()
        self._clusters.clear()
        self._opposed.clear()

    def are_one(self, one: UUID, other: UUID) -> bool:
        """Say whether two claims are one by confirmed `same_as`."""
        return other in self._cluster(one)

    def opposition(self, one: UUID, other: UUID) -> Stated | None:
        """Return a relation by which two claims, or some that are one with them, cannot both be true."""
        fewer, more = self._lesser_first(one, other)
        return next(
            (stated for claim in fewer for against, stated in self._opposed.get(claim, {}).items() if against in more),
            None,
        )

    def _join(self, one: UUID, other: UUID) -> None:
        for claim in (one, other):
            self._clusters.setdefault(claim, {claim})
        fewer, more = self._lesser_first(one, other)
        if fewer is not more:
            more |= fewer
            self._clusters |= dict.fromkeys(fewer, more)

    def _lesser_first(self, one: UUID, other: UUID) -> list[set[UUID]]:
        return sorted((self._cluster(one), self._cluster(other)), key=len)

    def _cluster(self, claim: UUID) -> set[UUID]:
        return self._clusters.get(claim, {claim})
