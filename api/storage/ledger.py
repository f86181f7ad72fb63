"""Write records so that nothing is overwritten: every change keeps the old version and leaves a row in the log."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID
from weakref import proxy

from sqlalchemy import Table, delete, insert, literal
from sqlalchemy import select as core_select
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel, col, select

from api.custody.callers import NOBODY, Caller
from api.custody.envelope import SEED_BYTES, commitments
from api.custody.roles import Role
from api.storage import marks, search, touches
from api.storage.among import among, among_words
from api.storage.earlier import Earlier, said_by
from api.storage.foreign import ForeignIds
from api.storage.history import history_of, table_of
from api.storage.inserting import insert_rows
from api.storage.protection import Protection, put
from api.storage.reading import Reading
from api.storage.records import Instant, Part, Portable, Recorded, Sealable, in_order, parts_of
from api.storage.references import named_by
from api.storage.vault import Opened, is_sealed
from api.storage.views import Which

R = TypeVar("R", bound=Recorded)
K = TypeVar("K", bound=Recorded)
N = TypeVar("N")


class Attached(Reading):
    """A look at the record from inside a write: `records` gives objects of the session, with what it has changed so
    far, and `ask` gives what was flushed.
    """

    def __init__(self, session: Session, *, sealing: bytes | None, reveals: bool) -> None:
        super().__init__(session.connection(), sealing=sealing, reveals=reveals)
        self.session = session

    def records(self, model: type[R], which: Which, *about: Any, **values: Any) -> list[R]:
        """Return the records that meet a condition, in no order."""
        found = select(model).where(which(self.views, *about))
        return list(self.session.exec(found, params=self._given(values)).all())

    def expect_numbered(self, model: type[Recorded], ids: Iterable[UUID]) -> None:
        """Read records ahead, as objects of the session."""
        self.find_all(model, ids)


class Ledger(Attached):
    """One write: everything it adds and changes happens at one instant, or not at all.

    Rows wait here until `flush`, which writes them kind by kind in the order of the foreign keys. A record has one
    new version a write, however often the write touches it.
    """

    def __init__(
        self, session: Session, now: datetime, caller: Caller = NOBODY, *, sealing: bytes | None = None
    ) -> None:
        super().__init__(session, sealing=sealing, reveals=True)  # the rules work on what is true
        this = proxy(self)  # in a circle, thousands of rows would wait to be found as garbage
        self.earlier = Earlier(this)
        self.foreign = ForeignIds(this)
        self.protection = Protection(this)
        # Whether earlier versions were written anew, so that what they held is to be wiped from the database's files.
        self.rewrites = False
        self.now = now
        self.caller = caller
        self.actor = caller.holder
        # What the log is to say about this write, once it is finished: rows of `Change` that have no number yet.
        self.changes: list[dict[str, Any]] = []
        self._known: dict[tuple[type[Recorded], UUID], Recorded | None] = {}
        self._named: dict[tuple[type[Recorded], str], Recorded | None] = {}
        # How often this write has added or changed anything.
        self.acts = 0
        self._takes_over = False
        # The records, by kind and id, of which the caller comes to know something sealed.
        self.told: set[tuple[str, UUID]] = set()
        self._notes: dict[type, Any] = {}
        self._waiting: list[SQLModel] = []
        self._kept: list[SQLModel] = []
        self._actions: dict[tuple[type[Recorded], UUID], str] = {}
        self._left: set[UUID] = set()  # what changed records referred to before
        self._outdated: dict[type[Recorded], list[UUID]] = {}
        self._unsearchable: dict[UUID, Recorded] = {}
        self._searched: set[UUID] = set()

    @property
    def takes_over(self) -> bool:
        """Say whether what is recorded at this moment was checked where it comes from.

        What was right when it was said there need not be so today: its document may have another publisher now. Every
        answer works that out anyway.
        """
        return self._takes_over

    @contextmanager
    def taking_over(self) -> Iterator[None]:
        """Take over what is recorded meanwhile, where an editor brings it: anybody else's is checked like any other."""
        before, self._takes_over = self._takes_over, self.caller.may(Role.EDITOR)
        try:
            yield
        finally:
            self._takes_over = before

    def notes(self, kind: type[N]) -> N:
        """Return what rules note of this write, in a kind of notes of their own: empty when first asked for."""
        if kind not in self._notes:
            self._notes[kind] = kind()
        notes: N = self._notes[kind]
        return notes

    # What is there -------------------------------------------------------------------------------------------------

    def expect(self, model: type[R], ids: Iterable[UUID] = (), external_ids: Iterable[str] = ()) -> None:
        """Read many records ahead, so that `find` and `find_named` need no statement for each."""
        if new_ids := {record_id for record_id in ids if (model, record_id) not in self._known}:
            self._known |= {(model, record_id): None for record_id in new_ids}
            for row in super().find_all(model, new_ids):
                self._remember(row)
        new_names = {name for name in external_ids if (model, name) not in self._named}
        self._named |= {(model, name): None for name in new_names}
        if new_names:
            for row in self.session.exec(select(model).where(among_words(col(model.external_id), new_names))).all():
                self._remember(row)

    def find(self, model: type[R], record_id: UUID) -> R | None:
        """Return the record with this id, deleted ones and those of this write too, or None."""
        if (model, record_id) not in self._known:
            self.expect(model, [record_id])
        return self._known[model, record_id]  # type: ignore[return-value]

    def find_all(self, model: type[R], ids: Iterable[UUID]) -> list[R]:
        """Return the records with these ids, those of this write too; unknown ids are passed over."""
        wanted = list(dict.fromkeys(ids))
        self.expect(model, wanted)
        return [row for one in wanted if (row := self._known[model, one]) is not None]  # type: ignore[misc]

    def find_named(self, model: type[R], external_id: str) -> R | None:
        """Return the record with this external id, deleted ones too, or None."""
        if (model, external_id) not in self._named:
            self.expect(model, external_ids=[external_id])
        return self._named[model, external_id]  # type: ignore[return-value]

    def expect_brought(self, model: type[R], ids: Iterable[UUID]) -> None:
        """Read ahead the records that have these ids, here or in another store."""
        wanted = set(ids)
        self.foreign.expect(wanted)
        known = (self.foreign.find(model, one) for one in wanted)
        self.expect(model, wanted | {one.record_id for one in known if one is not None})

    def find_brought(self, model: type[R], one: UUID) -> R | None:
        """Return the record that has this id, here or in another store, deleted ones too, or None."""
        row = self.find(model, one)
        if row is None and (known := self.foreign.find(model, one)) is not None:
            row = self.find(model, known.record_id)
        return row

    def known(self, kind: type[K]) -> list[K]:
        """Return the records of a kind that this write has read or made."""
        return [row for row in self._known.values() if isinstance(row, kind)]

    def is_new(self, row: Recorded) -> bool:
        """Say whether this write adds the record."""
        return self._actions.get((type(row), row.id)) == "created"

    def is_touched(self, row: Recorded) -> bool:
        """Say whether this write has added or changed the record."""
        return (type(row), row.id) in self._actions

    def deleted_together(self, model: type[R], deletion: UUID | None) -> list[R]:
        """Return the records of a kind that one act of deletion took."""
        self.flush()
        ids = self.session.exec(select(model.id).where(col(model.deletion) == deletion)).all()
        return self.find_all(model, ids)

    def as_caller(self) -> Reading:
        """Look at the same record as the writer may see it."""
        return Attached(self.session, sealing=self._sealing, reveals=self.caller.reveals)

    def expect_indexes(self, rows: Iterable[Recorded]) -> None:
        """Tell of no version where the log has it: rules do not ask."""
        self._indexes |= {(type(row), row.id, row.version): None for row in rows}

    def opened(self, row: Sealable) -> Opened | None:
        """Return what is sealed in a record, as this write leaves it; None where it was erased."""
        return self.protection.opened(row)

    def _visible(self, row: Sealable) -> Mapping[str, Any]:
        opened = self.opened(row)
        return {} if opened is None else opened.values  # what was erased is merged as the placeholders that stand there

    # What changes --------------------------------------------------------------------------------------------------

    def stamp(self) -> dict[str, Any]:
        """Give the fields that say when a new record was made, and by whom."""
        return {
            "recorded_at": self.now,
            "recorded_by": self.actor,
            "updated_at": self.now,
            "updated_by": self.actor,
        }

    def add(self, row: R) -> R:
        """Keep a new record."""
        self.acts += 1
        vars(row).update(_new_salting())
        self._waiting.append(row)
        self._remember(row)
        self._actions[type(row), row.id] = "created"
        self._unsearchable[row.id] = row
        self.protection.added(row)
        return row

    def bring(self, row: Portable, stores: Sequence[tuple[UUID, int]], origin: dict[str, Any]) -> None:
        """Note of a new record that other stores had it, under which ids and in which versions, the last one first.

        Anybody may say where a record of his own comes from; which version that was is certain from an editor only.
        """
        columns = {"origin_id": stores[0][0], "origin": origin}
        if row in self.session:
            put(row, columns)
        else:
            vars(row).update(columns)
        for one, version in stores:
            self.foreign.note(one, row, version if self.caller.may(Role.EDITOR) else 0)

    def keep(self, row: SQLModel) -> None:
        """Keep a row that is no record and has no versions; records may refer to it."""
        self._kept.append(row)

    def change(self, row: Recorded, values: dict[str, Any], action: str = "updated") -> None:
        """Make a new version of a record with these values; its earlier self goes to the history."""
        self.acts += 1
        model, key = type(row), (type(row), row.id)
        standing = self.protection.change(row, values)
        if key not in self._actions:
            self._left.update(named_by(row))
            self._actions[key] = action
            self._outdated.setdefault(model, []).append(row.id)
            row.version += 1
            put(row, _new_salting())
            row.updated_at, row.updated_by = self.now, self.actor
            self.protection.renewed(row)
        put(row, standing)
        self._remember(row)
        self._unsearchable[row.id] = row

    def delete(self, row: Recorded, reason: str, deletion: UUID) -> None:
        """Mark a record as deleted; one `deletion` id joins what went together."""
        self.change(
            row,
            {"deleted_at": self.now, "deleted_by": self.actor, "deletion_reason": reason, "deletion": deletion},
            action="deleted",
        )

    def restore(self, row: Recorded) -> None:
        """Bring a deleted record back."""
        nothing = {"deleted_at": None, "deleted_by": None, "deletion_reason": None, "deletion": None}
        self.change(row, nothing, action="restored")

    def search_anew(self, row: Recorded) -> None:
        """Make the rows that a record is searched by anew: those on record say what it does not say any more."""
        if not self.is_new(row):
            self._searched.add(row.id)
        self._unsearchable[row.id] = row

    def flush(self) -> None:
        """Write what waits: tables in the order of their foreign keys, rows of a table in the order they came."""
        self._keep_old_versions()
        self.protection.seal()
        self._keep_what_is_needed()
        by_table: dict[str, list[SQLModel]] = {}
        touched, self._unsearchable = list(self._unsearchable.values()), {}
        for row in [*self._waiting, *self._searchable(touched)]:
            by_table.setdefault(table_of(type(row)).name, []).append(row)
        self._waiting = []
        changed = list(self.session.dirty)
        for row in changed:  # held back, as it may refer to a row that is yet to be written
            self.session.expunge(row)
        for table in in_order():
            if rows := by_table.get(table.name):
                self._insert(table, rows)
        self.session.add_all(changed)
        self.session.flush()
        search.index(self, touched)
        self.protection.let_go()

    def finish(self) -> None:
        """Flush, tell in `changes` what the log is to say, and leave a mark, for every record that was touched.

        What is written beside the records shows in no answer that is remembered, so that nobody is told of it.
        """
        self.flush()
        self.foreign.write()
        connection = self.session.connection()
        if self._actions or self.protection.moved or self.rewrites:
            touches.leave(connection, self._touched())
        if not self._actions:
            return
        self.changes = [
            {
                "kind": table_of(model).name,
                "record_id": record_id,
                "version": row.version,
                "action": action,
                "recorded_at": self.now,
                "recorded_by": self.actor,
                "commitments": self._commitments(row),
            }
            for (model, record_id), action in self._actions.items()
            if (row := self._known[model, record_id]) is not None
        ]
        touched = [(table_of(model).name, record_id) for model, record_id in self._actions if not model.apart]
        marks.leave(connection, touched)

    def _touched(self) -> set[UUID] | None:
        """Return what this write changed, and all that this refers to or referred to; None where it may be anything."""
        if self.protection.moved or self.rewrites or len(self._actions) > touches.MOST_IDS:
            return None
        rows = [row for key in self._actions if (row := self._known[key]) is not None]
        return self._left.union((row.id for row in rows), *map(named_by, rows))

    # How -----------------------------------------------------------------------------------------------------------

    def _remember(self, row: Recorded) -> None:
        self._known[type(row), row.id] = row
        if row.external_id is not None:
            self._named[type(row), row.external_id] = row

    def _commitments(self, row: Recorded) -> dict[str, str]:
        """Commit to what a version says, under the salts that follow from its seed."""
        opened = self.protection.opened(row) if is_sealed(row) else None
        seed = row.seed if opened is None else opened.seed
        assert seed is not None
        hidden = row.sealable if is_sealed(row) and opened is not None else ()  # empty ones do not show
        return commitments(said_by(row, self.opened), seed, hidden)

    def _keep_old_versions(self) -> None:
        connection = self.session.connection()
        for model, ids in self._outdated.items():
            current, earlier = table_of(model), history_of(model)
            old = core_select(*current.c, literal(self.now, Instant()))
            names = [*current.c.keys(), "replaced_at"]
            connection.execute(insert(earlier).from_select(names, old.where(among(current.c.id, ids))))
        self._outdated = {}

    def _insert(self, table: Table, rows: list[SQLModel]) -> None:
        """Write new rows in one statement, and let the session know the records among them, as if it had read them."""
        insert_rows(self.session.connection(), table, map(vars, rows))
        for row in rows:
            if isinstance(row, Recorded):
                make_transient_to_detached(row)
                self.session.add(row)

    def _keep_what_is_needed(self) -> None:
        """Write those of the rows that are no records which a record refers to now: what is sealed needs no text."""
        kinds = {table_of(type(row)) for row in self._kept}
        rows: list[SQLModel] = [*self._waiting, *self.session.dirty] if kinds else []
        needed = {getattr(row, name) for row in rows for name, table in _foreign(type(row)) if table in kinds}
        waiting, self._kept = self._kept, []
        written: dict[Table, list[Mapping[str, Any]]] = {}
        for row in waiting:
            table = table_of(type(row))
            if getattr(row, next(iter(table.primary_key)).name) in needed:
                written.setdefault(table, []).append(vars(row))
            else:
                self._kept.append(row)
        for table, kept in written.items():
            insert_rows(self.session.connection(), table, kept)

    def _searchable(self, touched: Iterable[Recorded]) -> Iterator[Part]:
        """Make the rows that the new versions are searched by."""
        for row in touched:
            if row.id in self._searched:
                self.forget_parts(type(row), row.id, row.version)
            self._searched.add(row.id)
            for position, part in enumerate(row.parts()):
                vars(part).update(record_id=row.id, version=row.version, position=position)
                yield part

    def forget_parts(self, model: type[Recorded], record_id: UUID, version: int) -> None:
        """Drop the rows that a version of a record is searched by."""
        for kind in parts_of(model):
            part = table_of(kind)
            old = delete(part).where(part.c.record_id == record_id, part.c.version == version)
            self.session.connection().execute(old)


@cache
def _foreign(model: type[SQLModel]) -> list[tuple[str, Table]]:
    """List the columns that refer to something, each with the table that it refers to."""
    return [(one.name, key.column.table) for one in table_of(model).columns for key in one.foreign_keys]


def _new_salting() -> dict[str, Any]:
    """Have a version's salts follow from a seed of its own."""
    return {"seed": secrets.token_bytes(SEED_BYTES), "salts": None}
