"""Find which records are protected with which: those that a source said and published, those that these stand in."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from api.storage.among import among
from api.storage.history import table_of
from api.storage.parts import parts_of
from api.storage.records import Recorded, Sealable
from api.storage.references import models
from api.storage.sameness import SameAs

if TYPE_CHECKING:
    from api.storage.ledger import Ledger

Wave = dict[UUID, tuple[Sealable, UUID]]  # records, each with its protector
NO_OWNER = UUID(int=0)


class Reach:
    """What protecting records reaches, over all their versions and what one write makes of them."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger

    def extent(self, row: Sealable) -> list[Sealable]:
        """Return a record and, in the order of recording, all else that protecting it alone would seal."""
        wave: Wave = {row.id: (row, row.id)}
        everything = dict(wave)
        while wave:
            wave = {one: pair for one, pair in self.following(wave, everything).items() if one not in everything}
            everything |= wave
        _, *others = (one for one, _ in everything.values())
        return [row, *sorted(others, key=attrgetter("id"))]

    def following(self, wave: Wave, extent: Wave | None = None) -> Wave:
        """Find the records that these protect, in one step; with `extent`, as if only those were protected."""
        return self._wards(wave) | self._shielded(wave, extent)

    def _wards(self, wave: Wave) -> Wave:
        """Find the records that these protect: by any of their versions, and by what this write makes of them."""
        owners = {record: owner for record, (_, owner) in wave.items()}
        kinds = {type(row) for row, _ in wave.values()}
        found: dict[type[Sealable], dict[UUID, UUID]] = {}
        for model in sealable():
            for name in model.protectors:
                if table_of(model).columns[name].foreign_keys and kinds.intersection(targets_of(model, name)):
                    for ward, target in self._ledger.ever(model, [name], owners, "id", name):
                        found.setdefault(model, {})[ward] = owners[target]
            for kind in parts_of(model):
                if kind.protects is not None:
                    table = table_of(kind)
                    named = among(table.c[kind.protects], owners)
                    listed = select(table.c.record_id, table.c[kind.protects]).where(named).distinct()
                    rows = self._ledger.rows(listed)
                    found.setdefault(model, {}).update({ward: owners[target] for ward, target in rows})
        for row in self._ledger.known(Sealable):
            for protector in filter(owners.__contains__, row.protected_by()):
                found.setdefault(type(row), {})[row.id] = owners[protector]
        return self._found(found) | self._twins(owners)

    def _twins(self, owners: Mapping[UUID, UUID]) -> Wave:
        """Find the records that are one with these, and would tell who they are."""
        found: dict[type[Sealable], dict[UUID, UUID]] = {}
        for model in models().values():
            if issubclass(model, SameAs):
                kind = joined_by(model)
                pairs = [(row.one_id, row.other_id) for row in self._ledger.known(model) if row.deleted_at is None]
                table = table_of(model)
                live = table.c.deleted_at.is_(None)
                for this, that in ((table.c.one_id, table.c.other_id), (table.c.other_id, table.c.one_id)):
                    named = select(this, that).where(live, among(this, owners))
                    pairs += [tuple(pair) for pair in self._ledger.rows(named)]
                for one, other in pairs:
                    for known, twin in ((one, other), (other, one)):
                        if known in owners:
                            found.setdefault(kind, {})[twin] = owners[known]
        return self._found(found)

    def _shielded(self, wave: Wave, extent: Wave | None) -> Wave:
        """Find the records that these refer to, and whose protection is theirs."""
        found: dict[type[Sealable], dict[UUID, UUID]] = {}
        for model, owners in owners_by_kind(wave.values()).items():
            for name, by in model.shields.items():
                pairs = [tuple(pair) for pair in self._ledger.ever(model, ["id"], owners, by, name)]
                pairs += [(getattr(wave[one][0], by), getattr(wave[one][0], name)) for one in owners]
                (guarding,), (guarded,) = targets_of(model, by), targets_of(model, name)
                self._ledger.expect(guarding, (guard for guard, _ in pairs if guard is not None))
                for guard, target in pairs:
                    protector = None if guard is None else self._ledger.find(guarding, guard)
                    owner = protector.sealed_under if isinstance(protector, Sealable) else None
                    if extent is not None:
                        owner = extent[guard][1] if guard in extent else None
                    if owner is not None and target is not None and issubclass(guarded, Sealable):
                        found.setdefault(guarded, {})[target] = owner
        return self._found(found)

    def _found(self, found: Mapping[type[Sealable], Mapping[UUID, UUID]]) -> Wave:
        rows = (
            (row, owners[row.id]) for model, owners in found.items() for row in self._ledger.find_all(model, owners)
        )
        return {row.id: (row, owner) for row, owner in rows}

    def around(self, model: type[Sealable], ids: Collection[UUID]) -> list[Sealable]:
        """Find these records, those that they are one with, and those that shield them."""
        nearby = self._found({model: dict.fromkeys(ids, NO_OWNER)}) | self._twins(dict.fromkeys(ids, NO_OWNER))
        for other in sealable():
            for name in other.shields:
                if model in targets_of(other, name):
                    shielding = {row[0] for row in self._ledger.ever(other, [name], ids, "id")}
                    nearby |= self._found({other: dict.fromkeys(shielding, NO_OWNER)})
        return [row for row, _ in nearby.values()]


def owners_by_kind(wave: Iterable[tuple[Sealable, UUID]]) -> dict[type[Sealable], dict[UUID, UUID]]:
    """Group records, each with its protector, by their kind."""
    owners: dict[type[Sealable], dict[UUID, UUID]] = {}
    for row, owner in wave:
        owners.setdefault(type(row), {})[row.id] = owner
    return owners


def joined_by(model: type[SameAs]) -> type[Sealable]:
    """Return the kind of record that findings of sameness are about."""
    tables = {key.column.table for key in table_of(model).columns["one_id"].foreign_keys}
    return next(one for one in sealable() if table_of(one) in tables)


def sealable() -> Iterator[type[Sealable]]:
    """Name every kind of record that can be protected."""
    for model in models().values():
        if issubclass(model, Sealable):
            yield model


@cache
def protectors_of(model: type[Sealable]) -> frozenset[type[Recorded]]:
    """Name the kinds of record that protect a kind when they are protected."""
    return frozenset(target for name in model.protectors for target in targets_of(model, name))


@cache
def targets_of(model: type[Sealable], name: str) -> list[type[Recorded]]:
    """Return the kinds that a column refers to; for a list, those that its rows refer to."""
    known = models()
    listed = [table_of(kind).columns[kind.protects] for kind in parts_of(model) if kind.protects is not None]
    own = table_of(model).columns[name]
    return [known[key.column.table.name] for key in (own.foreign_keys or [k for c in listed for k in c.foreign_keys])]
