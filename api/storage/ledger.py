"""Write records so that nothing is overwritten: every change keeps the old version and leaves a row in the log."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from weakref import proxy

from sqlmodel import Session, SQLModel, col, select

from api.custody.callers import NOBODY, Caller
from api.custody.envelope import SEED_BYTES, commitments
from api.custody.roles import Role
from api.storage import marks, search, touches
from api.storage.attached import Attached
from api.storage.earlier import Earlier, said_by
from api.storage.foreign import ForeignIds
from api.storage.history import table_of
from api.storage.pending import Pending
from api.storage.protection import Protection
from api.storage.reading import Reading
from api.storage.records import Portable, Recorded, Sealable
from api.storage.references import named_by
from api.storage.rows import put
from api.storage.vault import Opened, is_sealed

R = TypeVar("R", bound=Recorded)
N = TypeVar("N")


class Ledger(Attached):
    """One write: everything it adds and changes happens at one instant, or not at all.

    Rows wait here until `flush`, which writes them kind by kind in the order of the foreign keys. A record has one
    new version a write, however often the write touches it.
    """

    def __init__(
        self, session: Session, now: datetime, caller: Caller = NOBODY, *, sealing: bytes | None = None
    ) -> None:
        super().__init__(session, sealing=sealing, reveals=True)  # the rules work on what is true
        this = proxy(self)  # a cycle of references would leave thousands of rows to the garbage collector
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
        # How often this write has added or changed anything.
        self.acts = 0
        self._takes_over = False
        # The records, by kind and id, of which the caller comes to know something sealed.
        self.told: set[tuple[str, UUID]] = set()
        self._notes: dict[type, Any] = {}
        self._pending = Pending(session)
        self._actions: dict[tuple[type[Recorded], UUID], str] = {}
        self._left: set[UUID] = set()  # what changed records referred to before

    @property
    def takes_over(self) -> bool:
        """Say whether what is recorded at this moment was checked where it comes from.

        What was right when it was said there need not be so today: its document may have another publisher now. Every
        answer works that out anyway.
        """
        return self._takes_over

    @contextmanager
    def taking_over(self) -> Iterator[None]:
        """Take over what is recorded meanwhile if an editor brings it; what anybody else brings is checked."""
        before, self._takes_over = self._takes_over, self.caller.may(Role.EDITOR)
        try:
            yield
        finally:
            self._takes_over = before

    def notes(self, kind: type[N]) -> N:
        """Return the notes of one kind that rules take about this write: empty when first asked for."""
        if kind not in self._notes:
            self._notes[kind] = kind()
        notes: N = self._notes[kind]
        return notes

    # What is there -------------------------------------------------------------------------------------------------

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
        """Look up no places in the log: rules do not ask for them."""
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
        self._pending.add(row)
        self._remember(row)
        self._actions[type(row), row.id] = "created"
        self.protection.added(row)
        return row

    def bring(self, row: Portable, stores: Sequence[tuple[UUID, int]], origin: dict[str, Any]) -> None:
        """Note of a new record that other stores had it, under which ids and in which versions, the last one first.

        Anybody may say where a record of theirs comes from; which version that was is certain from an editor only.
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
        self._pending.keep(row)

    def put(self, row: SQLModel) -> None:
        """Keep such a row at once, as what is about to refer to it does not wait."""
        self._pending.put(row)

    def change(self, row: Recorded, values: dict[str, Any], action: str = "updated") -> None:
        """Make a new version of a record with these values; its earlier self goes to the history."""
        self.acts += 1
        key = (type(row), row.id)
        standing = self.protection.change(row, values)
        if key not in self._actions:
            self._left.update(named_by(row))
            self._actions[key] = action
            self._pending.outdate(row)
            row.version += 1
            put(row, _new_salting())
            row.updated_at, row.updated_by = self.now, self.actor
            self.protection.renewed(row)
        put(row, standing)
        self._remember(row)
        self._pending.touch(row)

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
        """Make the rows that a record is searched by anew: those on record are out of date."""
        if self.is_new(row):
            self._pending.touch(row)
        else:
            self._pending.anew(row)

    def flush(self) -> None:
        """Write what waits: tables in the order of their foreign keys, rows of a table in the order they came."""
        self._pending.keep_outdated(self.now)
        self.protection.seal()
        search.index(self, self._pending.write())
        self.protection.let_go()

    def finish(self) -> None:
        """Flush, put into `changes` what the log is to say, and leave a mark for every record that was touched.

        What is written beside the records shows in no answer that is remembered, so nothing tells of it.
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
            if (row := self._read[model][record_id]) is not None
        ]
        touched = [(table_of(model).name, record_id) for model, record_id in self._actions if not model.apart]
        marks.leave(connection, touched)

    def _touched(self) -> set[UUID] | None:
        """Return what this write changed, and all that this refers to or referred to; None where it may be anything."""
        if self.protection.moved or self.rewrites or len(self._actions) > touches.MOST_IDS:
            return None
        rows = [row for model, one in self._actions if (row := self._read[model][one]) is not None]
        return self._left.union((row.id for row in rows), *map(named_by, rows))

    # How -----------------------------------------------------------------------------------------------------------

    def _commitments(self, row: Recorded) -> dict[str, str]:
        """Commit to what a version says, under the salts that follow from its seed."""
        opened = self.protection.opened(row) if is_sealed(row) else None
        seed = row.seed if opened is None else opened.seed
        assert seed is not None
        hidden = row.sealable if is_sealed(row) and opened is not None else ()  # empty ones do not show
        return commitments(said_by(row, self.opened), seed, hidden)


def _new_salting() -> dict[str, Any]:
    """Give a version a seed of its own, which its salts follow from."""
    return {"seed": secrets.token_bytes(SEED_BYTES), "salts": None}
