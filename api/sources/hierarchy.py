"""Follow whose line a source speaks, records that are one source taken together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from api.graph.joining import joined
from api.graph.lineage import search
from api.sources import repository
from api.sources.models import SourceSameAs
from api.storage.reading import Reading
from api.storage.sameness import leaders_of


@dataclass(frozen=True)
class Hierarchy:
    """Who speaks for whom, and which record stands for several that are one: each of those may name somebody else."""

    ways: Mapping[UUID, frozenset[UUID]]
    leaders: Mapping[UUID, UUID]

    def leader(self, source: UUID) -> UUID:
        """Return the record that stands for a source."""
        return self.leaders.get(source, source)

    def records(self, sources: Iterable[UUID]) -> frozenset[UUID]:
        """Return every record of some sources."""
        wanted = frozenset(map(self.leader, sources))
        return wanted.union(one for one, leader in self.leaders.items() if leader in wanted)

    def above(self, sources: Iterable[UUID]) -> Collection[UUID]:
        """Return all whom some sources speak for, themselves included."""
        return search(map(self.leader, sources), self._onward).keys()

    def tops(self, source: UUID) -> frozenset[UUID]:
        """Return whom a source in the end speaks for: itself, where it speaks for nobody."""
        one = self.leader(source)
        return self._tops.get(one) or frozenset(self.above([one]))  # where the record loops, nobody is the last

    def nearest(self, some: Iterable[UUID]) -> dict[UUID, UUID]:
        """Map some sources, and everybody below them, to the nearest of the former; of equals to the first."""
        found: dict[UUID, UUID] = {}
        for one, over in search(map(self.leader, some), self._backward).items():
            found[one] = one if over is None else found[over]
        return found

    def leads(self, source: UUID, to: UUID) -> bool:
        """Say whether a source is another one, or speaks for it in the end."""
        return self.leader(to) in self.above([source])

    def leads_through_others(self, source: UUID, to: UUID) -> bool:
        """Say whether a source speaks for another one, or for itself, through a third."""
        here, there = self.leader(source), self.leader(to)
        return there in search(self._onward(here) - {here, there}, self._onward)

    @cached_property
    def _tops(self) -> Mapping[UUID, frozenset[UUID]]:
        """Map all who speak for somebody, or are spoken for, to the tops: from these down, each way once."""
        tops: dict[UUID, frozenset[UUID]] = {}
        for top in self._below.keys() - self.ways.keys():
            for one in search([top], self._backward):
                tops[one] = tops.get(one, frozenset()) | {top}
        return tops

    @cached_property
    def _below(self) -> Mapping[UUID, list[UUID]]:
        below: dict[UUID, list[UUID]] = {}
        for one, controllers in self.ways.items():
            for controller in controllers:
                below.setdefault(controller, []).append(one)
        return below

    def _onward(self, source: UUID) -> frozenset[UUID]:
        return self.ways.get(source, frozenset())

    def _backward(self, source: UUID) -> Sequence[UUID]:
        return self._below.get(source, ())


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
    """Sources, with everybody whom control, in either direction, or a `same_as` joins to them."""

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
    """Read who speaks for whom, for these sources and all that is above, below or one with them, in two statements."""
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
