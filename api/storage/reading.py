"""Read records, as they stand or as they stood at an instant."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Executable, Table, or_, true
from sqlalchemy import select as core_select
from sqlmodel import Session, col

from api.custody.sealing import Tampered
from api.errors import Unavailable
from api.storage.among import among, any_of
from api.storage.changes import Change
from api.storage.history import columns, history_of, kind_of, table_of
from api.storage.journal import About
from api.storage.records import Recorded, Sealable
from api.storage.rows import by_kind, row_of
from api.storage.vault import Opened, Vault, as_shown, redacted
from api.storage.views import Recipe, Rows, Views, Which, of_kind, put_together

R = TypeVar("R", bound=Recorded)
S = TypeVar("S", bound=Sealable)


class Reading:
    """One consistent look at the record: a snapshot, at an instant (`known_at`) or now (None)."""

    def __init__(
        self,
        connection: Connection,
        known_at: datetime | None = None,
        *,
        settled: bool = True,
        sealing: bytes | None = None,
        reveals: bool = False,
        about: About | None = None,
        seen: set[tuple[str, UUID]] | None = None,
        sessions: list[Session] | None = None,
    ) -> None:
        self._connection = connection
        self.known_at = known_at
        self.settled = settled
        self.views = Views(connection.dialect.name, known_at is not None)
        self.reveals = reveals  # whether the reader may see sealed values
        self.seen = set() if seen is None else seen  # the records of which that was done
        self.about = about  # where it notes what it is asked for, if anybody wants to know
        self.texts: dict[str, str] = {}  # of documents, by digest: those that were read, or that a write brings
        self._sealing = sealing
        self._sessions = [] if sessions is None else sessions
        self._indexes: dict[tuple[type[Recorded], UUID, int], int | None] = {}
        # What was read so far, None where there is no such record: a snapshot says the same however often it is asked.
        self._read: defaultdict[type[Recorded], dict[UUID, Any]] = defaultdict(dict)

    @property
    def connection(self) -> Connection:
        """Return the connection. Whoever has it may ask for anything, which is noted."""
        self.passed(None)
        return self._connection

    @cached_property
    def session(self) -> Session:
        """Return the session for what is read as objects of a session; most answers take plain rows only."""
        session = Session(self.connection, autoflush=False)  # and so may whoever has a session
        self._sessions.append(session)
        return session

    def close(self) -> None:
        """Close the sessions that objects were read with, here and at other instants."""
        for session in self._sessions:
            session.close()

    @cached_property
    def vault(self) -> Vault:
        """Return the vault that what is sealed is opened with."""
        return Vault(self.session, self._sealing)

    @property
    def certain(self) -> bool | None:
        """Say whether no write still under way could change what is read; None where it is read as of now."""
        return None if self.known_at is None else self.settled

    def at(self, instant: datetime) -> "Reading":
        """Look at the record as it stood at another instant, in the same snapshot."""
        # Not in the same session, which keeps one version of a record.
        return Reading(
            self._connection,
            instant,
            settled=self.settled,
            sealing=self._sealing,
            reveals=self.reveals,
            about=self.about,
            seen=self.seen,
            sessions=self._sessions,
        )

    def find(self, model: type[R], record_id: UUID) -> R | None:
        """Return the record with this id, deleted ones too, or None where there is none."""
        return next(iter(self.find_all(model, [record_id])), None)

    def find_all(self, model: type[R], ids: Iterable[UUID]) -> list[R]:
        """Return the records with these ids, deleted ones too, in no order; unknown ids are passed over."""
        wanted, read = set(ids), self._read[model]
        if unread := wanted.difference(read):
            read |= dict.fromkeys(unread)
            read |= {row.id: row for row in self.records(model, _these, model, ids=unread)}
        return [row for one in wanted if (row := read[one]) is not None]

    def live(self, model: type[R], ids: Iterable[UUID]) -> dict[UUID, R]:
        """Return the records with these ids that are not deleted, by id."""
        return {row.id: row for row in self.find_all(model, ids) if row.deleted_at is None}

    def shown(self, rows: Iterable[S]) -> list[S]:
        """Return records as the reader may see them: sealed values revealed, or redacted."""
        found = list(rows)
        self.expect_shown(found)
        return [row if row.sealed_under is None else as_shown(row, self._visible(row)) for row in found]

    def expect_shown(self, rows: Iterable[Sealable]) -> None:
        """Read ahead, in one statement, what records are opened with that may be shown one by one."""
        owners = {row.sealed_under for row in rows if row.sealed_under is not None} if self.reveals else ()
        if owners:
            self.vault.expect(owners)

    def visible(self, model: type[S], ids: Iterable[UUID]) -> dict[UUID, S]:
        """Return the live records with these ids as the reader may see them, by id."""
        return {row.id: row for row in self.shown(self.live(model, ids).values())}

    def numbered(self, rows: Iterable[S]) -> list[S]:
        """Return records as the reader may see them, and know where the log has them."""
        found = self.shown(rows)
        self.expect_indexes(found)
        return found

    def log_index(self, row: Recorded) -> int | None:
        """Return where the log has a version of a record; None where it has not been numbered yet."""
        version = (type(row), row.id, row.version)
        if version not in self._indexes:
            self.expect_indexes([row])
        return self._indexes[version]

    def expect_indexes(self, rows: Iterable[Recorded]) -> None:
        """Read where the log has these versions, a statement for each kind."""
        unknown = (row for row in rows if (type(row), row.id, row.version) not in self._indexes)
        for model, some in by_kind(unknown).items():
            self._indexes |= {(model, row.id, row.version): None for row in some}
            for record, version, sequence in self.ask(_numbers, table_of(model).name, ids={row.id for row in some}):
                self._indexes[model, record, version] = sequence - 1

    def opened(self, row: Sealable) -> Opened | None:
        """Return what is sealed in a record, None where it was erased; for rules, not for answers."""
        try:
            return self.vault.open(row)
        except Tampered as wrong:
            raise Unavailable(f"{wrong} Nothing protected can be read: `whence verify` tells more.") from None

    def versions(self, model: type[R], record_id: UUID) -> list[R]:
        """Return every version of a record up to `known_at`, oldest first; empty for an unknown id."""
        tables = (history_of(model), table_of(model))
        rows = [row for one in tables for row in self._versions(model, one, one.c.id == record_id, about=[record_id])]
        known = [row for row in rows if self.known_at is None or row.updated_at <= self.known_at]
        return sorted(known, key=attrgetter("version"))

    def replaced(self, model: type[R], *conditions: ColumnElement[bool]) -> list[R]:
        """Return the versions of a kind that later ones replaced and that meet the conditions, in no order."""
        return self._versions(model, history_of(model), *conditions)

    def ever(self, model: type[Recorded], columns: Sequence[str], ids: Collection[UUID], *wanted: str) -> list[Any]:
        """Return the columns wanted, of all versions known by then that have one of these ids in one of the columns."""
        found: list[Any] = []
        for table in (table_of(model), history_of(model)) if ids else ():
            named = or_(*(among(table.c[name], ids) for name in columns))
            known = true() if self.known_at is None else table.c.updated_at <= self.known_at
            found += self.rows(core_select(*(table.c[name] for name in wanted)).where(named, known), about=ids)
        return found

    def expect_numbered(self, model: type[Recorded], ids: Iterable[UUID]) -> None:
        """Read records ahead, each with where the log has it: one statement, where an answer needs both."""
        names, read = columns(model), self._read[model]
        unread = set(ids).difference(read)
        read |= dict.fromkeys(unread)
        for *values, sequence in self.ask(_numbered, model, ids=unread) if unread else ():
            row = row_of(model, names, values)
            read[row.id] = row
            self._indexes[type(row), row.id, row.version] = None if sequence is None else sequence - 1

    def _visible(self, row: Sealable) -> Mapping[str, Any]:
        opened = self.opened(row) if self.reveals else None
        if opened is None:
            return redacted(row)
        self.seen.add((kind_of(row), row.id))
        return opened.values

    def rows(self, statement: Executable, about: Iterable[UUID] | None = None) -> Sequence[Any]:
        """Run a statement and return its rows; each holds one of these ids somewhere, or (None) may be about anything.

        Whatever else it looks up has to be asked for by its id too, if that can ever change.
        """
        self.passed(about)
        return self._connection.execute(statement, self._given({})).all()

    def ask(self, recipe: Recipe, *about: Any, **values: Any) -> Sequence[Any]:
        """Ask by a recipe, whose statement is built once, and return the rows.

        As with `rows`, each holds one of the ids among the values: a collection there is one of ids.
        """
        statement, given = put_together(recipe, self.views, *about), self._given(values)
        if self.about is not None:
            lists = [value for value in given.values() if isinstance(value, Collection) and not isinstance(value, str)]
            self.passed(chain.from_iterable(lists) if lists else None)
        return self._connection.execute(statement, given).all()

    def walk(self, recipe: Recipe, *about: Any, **values: Any) -> Sequence[Any]:
        """Ask by a recipe that follows links from the ids among the values, and returns every id on the way."""
        rows = self.ask(recipe, *about, **values)
        self.passed(value for row in rows for value in row if isinstance(value, UUID))
        return rows

    def passed(self, ids: Iterable[UUID] | None) -> None:
        """Note ids that something was found by, perhaps inside the database; None: that may have been anything."""
        if self.about is None:
            return
        if ids is None:
            self.about.take_anything()
        else:
            self.about.take(ids)

    def records(self, model: type[R], which: Which, *about: Any, **values: Any) -> list[R]:
        """Return the records that meet a condition, in no order; they can only be read."""
        names = columns(model)
        return [row_of(model, names, row) for row in self.ask(of_kind, model, which, *about, **values)]

    def _versions(
        self, model: type[R], table: Table, *conditions: ColumnElement[bool], about: Iterable[UUID] | None = None
    ) -> list[R]:
        names = columns(model)
        found = core_select(*(table.c[name] for name in names)).where(*conditions)
        return [row_of(model, names, row) for row in self.rows(found, about)]

    def _given(self, values: dict[str, Any]) -> dict[str, Any]:
        given = {name: list(value) if isinstance(value, Set) else value for name, value in values.items()}
        return given if self.known_at is None else {**given, "known_at": self.known_at}


def _these(views: Views, model: type[Recorded]) -> ColumnElement[bool]:
    return any_of(col(views.of(model).id), "ids")


def _numbered(views: Views, model: type[Recorded]) -> Rows:
    view, change = views.of(model), table_of(Change)
    this = (change.c.record_id == col(view.id)) & (change.c.version == col(view.version))
    sequence = core_select(change.c.sequence).where(change.c.kind == table_of(model).name, this).scalar_subquery()
    return of_kind(views, model, _these, model).add_columns(sequence)


def _numbers(views: Views, kind: str) -> Rows:
    change = table_of(Change)
    found = core_select(change.c.record_id, change.c.version, change.c.sequence)
    return found.where(change.c.kind == kind, any_of(change.c.record_id, "ids"))
