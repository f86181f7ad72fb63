"""Follow whose line a source speaks, records that are one source taken together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from api.graph.joining import joined
from api.graph.lineage import search
from api.sources import repository
from api.sources.models import SourceSameAs
from api.storage.reading import Reading
from api.storage.sameness import leaders_of


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Who speaks for whom, and which record stands for several that are one."""

    up: Mapping[UUID, UUID]
    leaders: Mapping[UUID, UUID]
    _tops: dict[UUID, UUID] = field(default_factory=dict, repr=False, compare=False)  # those asked for so far

    def leader(self, source: UUID) -> UUID:
        """Return the record that stands for a source."""
        return self.leaders.get(source, source)

    def records(self, sources: Iterable[UUID]) -> frozenset[UUID]:
        """Return every record of some sources."""
        wanted = frozenset(map(self.leader, sources))
        return wanted.union(one for one, leader in self.leaders.items() if leader in wanted)

    def upward(self, source: UUID) -> Iterator[UUID]:
        """Walk from a source to whoever it speaks for, and on, itself first; ends even where the record loops."""
        one, seen = self.leader(source), set[UUID]()
        while one not in seen:
            yield one
            seen.add(one)
            one = self.up.get(one, one)

    def top(self, source: UUID) -> UUID:
        """Return whoever a source in the end speaks for: itself, where it speaks for nobody."""
        if source not in self._tops:
            *_, self._tops[source] = self.upward(source)
        return self._tops[source]


def hierarchy(reading: Reading, ids: Iterable[UUID]) -> Hierarchy:
    """Read who speaks for whom, for these sources and all that is above them."""
    return _hierarchy(*_above(reading, ids))


@dataclass(frozen=True, slots=True)
class Control:
    """All whom sources speak for: of records that are one, each may name somebody else."""

    ways: Mapping[UUID, frozenset[UUID]]
    leaders: Mapping[UUID, UUID]

    def leader(self, source: UUID) -> UUID:
        """Return the record that stands for a source."""
        return self.leaders.get(source, source)

    def leads(self, source: UUID, to: UUID) -> bool:
        """Say whether a source is another one, or speaks for it in the end."""
        return self.leader(to) in search([self.leader(source)], self._onward)

    def leads_through_others(self, source: UUID, to: UUID) -> bool:
        """Say whether a source speaks for another one, or for itself, through a third."""
        here, there = self.leader(source), self.leader(to)
        return there in search(self._onward(here) - {here, there}, self._onward)

    def _onward(self, source: UUID) -> frozenset[UUID]:
        return self.ways.get(source, frozenset())


def control(reading: Reading, ids: Iterable[UUID]) -> Control:
    """Read all whom these sources and those above them speak for, by any record."""
    above, leaders = _above(reading, ids)
    ways: dict[UUID, frozenset[UUID]] = {}
    for one, controller in above.items():
        speaker = leaders.get(one, one)
        ways[speaker] = ways.get(speaker, frozenset()) | {leaders.get(controller, controller)}
    return Control(ways, leaders)


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
        together = Hierarchy({**mine.up, **theirs.up}, {**mine.leaders, **theirs.leaders})
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
    up: dict[UUID, UUID] = {}
    for one in sorted(above):
        speaker, controller = leaders.get(one, one), leaders.get(above[one], above[one])
        if speaker != controller:  # nobody speaks for itself, though two records of one source may say so
            up.setdefault(speaker, controller)
    return Hierarchy(up, leaders)
