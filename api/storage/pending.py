"""Hold back what one write makes and changes until it is written, all of it in an order that the database takes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, insert, literal, select
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel

from api.storage.among import among
from api.storage.history import history_of, table_of
from api.storage.inserting import insert_rows
from api.storage.parts import Part, forget_parts, placed_parts
from api.storage.records import Instant, Recorded, in_order


class Pending:
    """What waits: new rows, rows that records may come to refer to, versions that are outdated, parts to be made."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._new: list[SQLModel] = []
        self._kept: dict[tuple[Table, Any], SQLModel] = {}  # by their keys: what waits may be kept once more
        self._outdated: dict[type[Recorded], list[UUID]] = {}
        self._touched: dict[UUID, Recorded] = {}
        self._made: set[UUID] = set()  # the records whose parts of this version are written

    def add(self, row: Recorded) -> None:
        """Have a new record written."""
        self._new.append(row)
        self._touched[row.id] = row

    def keep(self, row: SQLModel) -> None:
        """Have a row that is no record written as soon as a record refers to it."""
        self._kept[_place(row)] = row

    def put(self, row: SQLModel) -> None:
        """Write a row that is no record now, unless it is there: what waits under its key waits no more."""
        table, key = _place(row)
        self._kept.pop((table, key), None)
        if self._session.get(type(row), key) is None:
            insert_rows(self._session.connection(), table, [vars(row)])

    def outdate(self, row: Recorded) -> None:
        """Have the version that is on record kept as an earlier one."""
        self._outdated.setdefault(type(row), []).append(row.id)

    def touch(self, row: Recorded) -> None:
        """Have the rows that a record is found by made from what it says now."""
        self._touched[row.id] = row

    def anew(self, row: Recorded) -> None:
        """Have them made anew: those on record for this version are out of date."""
        self._made.add(row.id)
        self.touch(row)

    def keep_outdated(self, now: datetime) -> None:
        """Write the earlier versions."""
        connection = self._session.connection()
        for model, ids in self._outdated.items():
            current, earlier = table_of(model), history_of(model)
            old = select(*current.c, literal(now, Instant()))
            names = [*current.c.keys(), "replaced_at"]
            connection.execute(insert(earlier).from_select(names, old.where(among(current.c.id, ids))))
        self._outdated = {}

    def write(self) -> list[Recorded]:
        """Write the rest, tables in the order of their foreign keys, rows of a table in the order they came; return the
        records that were touched.
        """
        self._write_needed()
        touched, self._touched = list(self._touched.values()), {}
        by_table: dict[Table, list[SQLModel]] = {}
        for row in [*self._new, *self._parts(touched)]:
            by_table.setdefault(table_of(type(row)), []).append(row)
        self._new = []
        changed = list(self._session.dirty)
        for row in changed:  # held back, as it may refer to a row that is yet to be written
            self._session.expunge(row)
        for table in in_order():
            if rows := by_table.get(table):
                self._insert(table, rows)
        self._session.add_all(changed)
        self._session.flush()
        return touched

    def _write_needed(self) -> None:
        """Write the kept rows that a record refers to by now: a document that is sealed needs no text."""
        kinds = {table for table, _ in self._kept}
        rows: list[SQLModel] = [*self._new, *self._session.dirty] if kinds else []
        named = {(table, getattr(row, name)) for row in rows for name, table in _foreign(type(row)) if table in kinds}
        written: dict[Table, list[Mapping[str, Any]]] = {}
        for table, key in [one for one in self._kept if one in named]:
            written.setdefault(table, []).append(vars(self._kept.pop((table, key))))
        for table, kept in written.items():
            insert_rows(self._session.connection(), table, kept)

    def _parts(self, touched: Iterable[Recorded]) -> Iterable[Part]:
        for row in touched:
            if row.id in self._made:
                forget_parts(self._session.connection(), type(row), row)
            self._made.add(row.id)
            yield from placed_parts(row)

    def _insert(self, table: Table, rows: list[SQLModel]) -> None:
        """Write new rows in one statement, and let the session know the records among them, as if it had read them."""
        insert_rows(self._session.connection(), table, map(vars, rows))
        for row in rows:
            if isinstance(row, Recorded):
                make_transient_to_detached(row)
                self._session.add(row)


def _place(row: SQLModel) -> tuple[Table, Any]:
    table = table_of(type(row))
    return table, getattr(row, next(iter(table.primary_key)).name)


@cache
def _foreign(model: type[SQLModel]) -> list[tuple[str, Table]]:
    """List the columns that refer to something, each with the table that it refers to."""
    return [(one.name, key.column.table) for one in table_of(model).columns for key in one.foreign_keys]
