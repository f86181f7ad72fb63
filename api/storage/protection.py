"""Seal, within one write, what protected records say and what would tell who they are, before any of it is written.

A record is protected by itself, by a record that it refers to (a source protects what it said and published), or by one
that refers to it (what a source said protects the document that it stands in). All versions are sealed alike.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, union

from api.custody.roles import Scope
from api.errors import Conflict
from api.storage.among import among
from api.storage.history import history_of, kind_of, table_of
from api.storage.reach import Reach, Wave, joined_by, owners_by_kind, protectors_of, sealable
from api.storage.reading import Reading
from api.storage.records import Recorded, Sealable, in_order
from api.storage.rewriting import as_it_was, open_salts, placeholders, rewrite
from api.storage.rows import put
from api.storage.sameness import SameAs
from api.storage.vault import Opened, as_shown, is_sealed

if TYPE_CHECKING:
    from api.storage.ledger import Ledger


class Protection:
    """What one write has to seal, and the true values that it works with meanwhile."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self.moved = False  # whether anything on record was sealed or opened: that shows in what stands around it
        self._reach = Reach(ledger)
        self._opened: dict[UUID, Opened | None] = {}
        self._questioned: dict[UUID, Sealable] = {}
        self._unwritten: dict[UUID, Sealable] = {}
        self._ending: list[UUID] = []
        self._joined: list[SameAs] = []
        self._released: dict[type[Sealable], list[Mapping[str, Any]]] = {}

    def opened(self, row: Sealable) -> Opened | None:
        """Return what is sealed in a record, as this write leaves it; None where it was erased."""
        if row.id not in self._opened:
            self._opened[row.id] = Reading.opened(self._ledger, row)
        return self._opened[row.id]

    def added(self, row: Recorded) -> None:
        """Take note of a new record, or of one that came back."""
        if isinstance(row, Sealable):
            self._questioned[row.id] = row
        elif isinstance(row, SameAs):
            self._joined.append(row)

    def change(self, row: Recorded, values: dict[str, Any]) -> dict[str, Any]:
        """Take note of a change, and return what changes in the row itself. Raises `Forbidden`, `Conflict`."""
        if not isinstance(row, Sealable):
            if "deleted_at" in values:
                self.added(row)
            return values
        returns = "deleted_at" in values and values["deleted_at"] is None
        if returns or values.keys() & {"protected", *row.protectors, *row.shields}:
            self._questioned[row.id] = row
        if row.sealed_under is None:
            return values
        opened = self.opened(row)
        true = {name: getattr(row, name) for name in row.sealable} if opened is None else opened.values
        hidden = {name: value for name, value in values.items() if name in row.sealable and value != true[name]}
        if hidden and opened is None:
            raise Conflict("What you would change was erased for good.")
        if values.get("protected") is False and row.protected:
            self._ledger.caller.require_scope(Scope.REVEAL, "To end the protection of a record")
            self._ending.append(row.id)
        if opened is not None:
            if hidden:
                self._opened[row.id] = Opened({**opened.values, **hidden}, opened.seed, opened.salts)
            self._unwritten[row.id] = row
        return {name: value for name, value in values.items() if name not in row.sealable}

    def renewed(self, row: Recorded) -> None:
        """Take note that a record has a new version, with a seed of its own."""
        if is_sealed(row) and (opened := self.opened(row)) is not None:
            self._opened[row.id] = Opened(opened.values, row.seed)
            self._unwritten[row.id] = row

    def seal(self) -> None:
        """Seal what has to be, before the rows that wait are written."""
        self.moved = self.moved or bool(self._ending)
        for owner in self._ending:
            self._open_all(owner)
        self._ending = []
        wave = self._first_wave()
        while wave:
            self._seal_earlier(wave.values())
            wave = {one: pair for one, pair in self._reach.following(wave).items() if pair[0].sealed_under is None}
            for row, owner in wave.values():
                self._seal(row, owner)
        self.moved = self.moved or not all(map(self._ledger.is_new, self._unwritten.values()))
        for row in self._unwritten.values():
            self._close(row)
        self._unwritten = {}

    def release(self, model: type[Sealable], values: Mapping[str, Any]) -> None:
        """Take note that what is kept beside rows with these values may not be needed any more."""
        self._released.setdefault(model, []).append(values)

    def let_go(self) -> None:
        """Drop what was kept beside rows that are sealed now, once they are written."""
        for model, values in self._released.items():
            model.let_go(self._ledger, values)
        self._released = {}

    def hand_over(self, owner: UUID, besides: Collection[UUID]) -> None:
        """Seal under keys of its own whatever a protector's key seals besides these records.

        That is what was once one with them, by a `same_as` that was taken back, and what stands under that.
        """
        tables = list(in_order())
        for model in sorted(sealable(), key=lambda one: tables.index(table_of(one))):  # protectors come first
            table = table_of(model)
            held = select(table.c.id).where(table.c.sealed_under == owner, table.c.sealed.is_not(None))
            ids = {row[0] for row in self._ledger.rows(held)}
            for row in self._ledger.find_all(model, sorted(ids.difference(besides))):
                for one in self._reach.extent(row) if row.sealed_under == owner else ():
                    if one.sealed_under == owner and one.sealed is not None and one.id not in besides:
                        self._seal_under(one, row.id)

    # How -----------------------------------------------------------------------------------------------------------

    def _first_wave(self) -> Wave:
        questioned, self._questioned = self._questioned, {}
        place = {table.name: at for at, table in enumerate(in_order())}
        for joined in self._joined:
            ends = self._ledger.find_all(joined_by(type(joined)), [joined.one_id, joined.other_id])
            questioned |= {row.id: row for row in ends}
        self._joined = []
        rows = sorted(questioned.values(), key=lambda row: place[kind_of(row)])
        for model in {type(row) for row in rows}:
            for target in protectors_of(model):
                self._ledger.expect(target, (one for row in rows if type(row) is model for one in row.protected_by()))
        wave: Wave = {}
        for row in rows:
            owner = row.sealed_under or self._protector(row)
            if owner is not None:
                self._seal(row, owner)
                wave[row.id] = (row, owner)
        return wave

    def _protector(self, row: Sealable) -> UUID | None:
        if row.protected:
            return row.id
        for target_id in row.protected_by():
            for model in protectors_of(type(row)):
                target = self._ledger.find(model, target_id)
                if target is not None and is_sealed(target):
                    return target.sealed_under
        return None

    def _seal(self, row: Sealable, owner: UUID) -> None:
        """Put placeholders into a row; what stood there is kept here until the row is written."""
        if row.sealed_under is not None:
            return
        alias = self._alias(owner, row)
        self._opened[row.id] = Opened({name: getattr(row, name) for name in row.sealable}, row.seed, row.salts)
        put(row, placeholders(row, owner, alias))
        self._unwritten[row.id] = row
        self._ledger.search_anew(row)

    def _close(self, row: Sealable) -> None:
        """Put the ciphertext of what is sealed in a row into it, and leave it no salts but those of the rest."""
        opened = self._opened[row.id]
        if opened is None or row.sealed_under is None:
            return
        row.make_room(self._ledger)
        beside = row.beside(self._ledger, opened.values)
        self._opened[row.id] = opened = Opened({**opened.values, **beside}, opened.seed, opened.salts)
        for name, blank in row.sealable.items():
            if blank.keeps_null:
                setattr(row, name, blank.instead_of(opened.values[name], ""))
        row.sealed = self._ledger.vault.close(row, opened)
        row.seed, row.salts = None, open_salts(type(row), opened.seed, opened.salts)
        self.release(type(row), opened.values)

    def _alias(self, owner: UUID, row: Sealable) -> str:
        return self._ledger.vault.take(owner, kind_of(row)).alias

    def _seal_under(self, row: Sealable, owner: UUID) -> None:
        """Seal a record that is sealed under another key than this protector's, all versions alike."""
        model, alias, versions = type(row), self._alias(owner, row), list[Sealable]()
        for version in self._ledger.replaced(model, history_of(model).c.id == row.id):
            opened = self._ledger.vault.open(version)
            if opened is not None:
                blank = as_shown(version, placeholders(version, owner, alias))
                versions.append(as_shown(blank, {"sealed": self._ledger.vault.close(blank, opened)}))
        rewrite(self._ledger, model, versions)
        self.opened(row)  # while its row says under which key
        put(row, placeholders(row, owner, alias))
        self._unwritten[row.id] = row
        self._ledger.search_anew(row)

    def _seal_earlier(self, wave: Iterable[tuple[Sealable, UUID]]) -> None:
        """Seal the earlier versions of records, those of this write included."""
        for model, owners in owners_by_kind(wave).items():
            table, versions = history_of(model), list[Sealable]()
            for version in self._ledger.replaced(model, among(table.c.id, owners), table.c.sealed_under.is_(None)):
                values = {name: getattr(version, name) for name in model.sealable}
                values |= model.beside(self._ledger, values)
                model.make_room(self._ledger)
                alias = self._alias(owners[version.id], version)
                blank = as_shown(version, placeholders(version, owners[version.id], alias))
                closed = self._ledger.vault.close(blank, Opened(values, version.seed, version.salts))
                salts = open_salts(model, version.seed, version.salts)
                versions.append(as_shown(blank, {"sealed": closed, "seed": None, "salts": salts}))
                self.release(model, values)
            rewrite(self._ledger, model, versions)

    def _open_all(self, owner: UUID) -> None:
        """Take the seal off everything that a protector's key seals, all versions alike."""
        for model in sealable():
            current, earlier = table_of(model), history_of(model)
            ids = [row[0] for row in self._ledger.rows(select(current.c.id).where(current.c.sealed_under == owner))]
            for row in self._ledger.find_all(model, ids):
                opened = self.opened(row)
                if opened is not None:
                    put(row, as_it_was(row, opened))
                    model.put_back(self._ledger, opened.values)
                    self._ledger.search_anew(row)
            self._questioned |= {row.id: row for row in self._reach.around(model, ids)}
            versions = []
            for version in self._ledger.replaced(model, earlier.c.sealed_under == owner):
                opened = self._ledger.vault.open(version)
                if opened is not None:
                    versions.append(as_shown(version, as_it_was(version, opened)))
                    model.put_back(self._ledger, opened.values)
            rewrite(self._ledger, model, versions)


def marked(reading: Reading) -> dict[type[Sealable], list[UUID]]:
    """Find the records that are protected and not sealed: from before there was a seal, or before it reached them."""
    found = {}
    for model in sealable():
        table = table_of(model)
        protects: list[ColumnElement[bool]] = [table.c.protected]
        for key in (key for name in model.protectors for key in table.columns[name].foreign_keys):
            above = key.column.table.c
            sealed = select(key.column).where(above.sealed_under.is_not(None), above.sealed.is_not(None))
            protects.append(key.parent.in_(sealed))
        waiting = (select(table.c.id).where(why, table.c.sealed_under.is_(None)) for why in protects)
        found[model] = [row[0] for row in reading.rows(union(*waiting))]
    return {model: ids for model, ids in found.items() if ids}


def seal_marked(ledger: "Ledger") -> None:
    """Seal those, and what stands under them."""
    for model, ids in marked(ledger).items():
        for row in ledger.find_all(model, ids):
            ledger.protection.added(row)
    ledger.flush()
