"""Follow whose line a source speaks, records that are one source taken together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from api.graph.joining import joined
from api.graph.lineage import distances, search
from api.sources import repository
from api.sources.models import SourceSameAs
from api.storage.reading import Reading
from api.storage.sameness import leaders_of


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Who speaks for whom, and which record stands for several that are one: each of those may name somebody else."""

    ways: Mapping[UUID, frozenset[UUID]]
    leaders: Mapping[UUID, UUID]
    _tops: dict[UUID, frozenset[UUID]] = field(default_factory=dict, repr=False, compare=False)  # asked for so far

    def leader(self, source: UUID) -> UUID:
        """Return the record that stands for a source."""
        return self.leaders.get(source, source)

    def records(self, sources: Iterable[UUID]) -> frozenset[UUID]:
        """Return every record of some sources."""
        wanted = frozenset(map(self.leader, sources))
        return wanted.union(one for one, leader in self.leaders.items() if leader in wanted)

    def upward(self, source: UUID) -> dict[UUID, int]:
        """Measure how far above a source each one is that it speaks for, nearest first, itself included."""
        return distances(search([self.leader(source)], self._onward))

    def tops(self, source: UUID) -> frozenset[UUID]:
        """Return whom a source in the end speaks for: itself, where it speaks for nobody."""
        if source not in self._tops:
            above = frozenset(self.upward(source))
            # Where the record loops, nobody is the last.
            self._tops[source] = frozenset(one for one in above if not self._onward(one)) or above
        return self._tops[source]

    def leads(self, source: UUID, to: UUID) -> bool:
        """Say whether a source is another one, or speaks for it in the end."""
        return self.leader(to) in self.upward(source)

    def leads_through_others(self, source: UUID, to: UUID) -> bool:
        """Say whether a source speaks for another one, or for itself, through a third."""
        here, there = self.leader(source), self.leader(to)
        return there in search(self._onward(here) - {here, there}, self._onward)

    def _onward(self, source: UUID) -> frozenset[UUID]:
        return self.ways.get(source, frozenset())


def hierarchy(reading: Reading, ids: Iterable[UUID]) -> Hierarchy:
    """Read who speaks for whom, for these sources and all that is above them."""
    return _hierarchy(*_above(reading, ids))


def _above(reading: Reading, ids: Iterable[UUID]) -> tuple[Mapping[UUID, UUID], Mapping[UUID, UUID]]:
    """Read who speaks for whom and which records are one, for these sources and all that is above them."""
    everyone: set[UUID] = set(ids)
    while True:
        above = repository.controllers(reading, everyone)
        everyone |= {*above, *above.values()}
        leaders = leaders_of(reading, SourceSameAs, everyone)
        if everyone.issuperset(leaders):
            break
        everyone |= set(leaders)  # a record that is one with a controller's may have a controller of its own
    return above, leaders


@dataclass(frozen=True, slots=True)
class Kin:
    """Sources with all that control, either way, and findings of one source join to them."""

    hierarchy: Hierarchy
    _families: Mapping[UUID, UUID]  # for each, the one that stands for all who are joined

    def __contains__(self, source: UUID) -> bool:
        return source in self._families

    def __or__(self, other: "Kin") -> "Kin":
        """Add the families of others: each is whole, so that none is a part of another."""
        mine, theirs = self.hierarchy, other.hierarchy
        together = Hierarchy({**mine.ways, **theirs.ways}, {**mine.leaders, **theirs.leaders})
        return Kin(together, {**self._families, **other._families})

    def family(self, ids: Iterable[UUID]) -> frozenset[UUID]:
        """Return every record of a source that in the end speaks for the same as one of these."""
        wanted = {self._families[one] for one in ids if one in self._families}
        return frozenset(one for one, family in self._families.items() if family in wanted)


def kin(reading: Reading, ids: Iterable[UUID]) -> Kin:
    """Read these sources' families, in two statements however many there are."""
    controllers = repository.relatives(reading, set(ids))
    above = {one: controller for one, controller in controllers.items() if controller is not None}
    leaders = leaders_of(reading, SourceSameAs, controllers)
    families = joined([*above.items(), *leaders.items()])
    return Kin(_hierarchy(above, leaders), {one: families.get(one, one) for one in controllers})


def _hierarchy(above: Mapping[UUID, UUID], leaders: Mapping[UUID, UUID]) -> Hierarchy:
    ways: dict[UUID, frozenset[UUID]] = {}
    for one, over in above.items():
        speaker, controller = leaders.get(one, one), leaders.get(over, over)
        if speaker != controller:  # nobody speaks for itself, though two records of one source may say so
            ways[speaker] = ways.get(speaker, frozenset()) | {controller}
    return Hierarchy(ways, leaders)
