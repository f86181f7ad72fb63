"""Who refers to a record: asked of the foreign keys, so that a new one is never forgotten."""

from collections.abc import Iterable, Iterator
from functools import cache
from uuid import UUID

from sqlalchemy import Column, Table, and_, select
from sqlmodel import SQLModel

from api.storage.among import among
from api.storage.history import table_of
from api.storage.parts import Part, parts_of
from api.storage.reading import Reading
from api.storage.records import Recorded, in_order

# In a foreign key's `info`: the row is a part of what it refers to, and goes and comes back with it.
OWNED = {"owned": True}


def models() -> dict[str, type[Recorded]]:
    """Return every kind of record that operations on records reach, by the name of its table."""
    return {name: model for name, model in logged().items() if not model.apart}


def logged() -> dict[str, type[Recorded]]:
    """Return every kind of what has versions, and so entries in the change log, by the name of its table."""
    waiting, found = list(Recorded.__subclasses__()), {}
    while waiting:
        model = waiting.pop()
        waiting += model.__subclasses__()
        if "__table__" in vars(model):
            found[table_of(model).name] = model
    return found


def referring(reading: Reading, model: type[Recorded], ids: Iterable[UUID]) -> list[Recorded]:
    """Return the live records that refer to any of these, parts of theirs left out."""
    return [row for column in _keys_to(model) if not owned(column) for row in _rows(reading, column, ids)]


def owned_by(reading: Reading, model: type[Recorded], ids: Iterable[UUID]) -> list[Recorded]:
    """Return the records that are parts of these, deleted ones too."""
    return [row for column in _keys_to(model) if owned(column) for row in _rows(reading, column, ids, deleted=True)]


def targets(row: Recorded) -> Iterator[tuple[type[Recorded], UUID, bool]]:
    """List what a record's own columns refer to, each with whether the record is a part of it."""
    known = models()
    for column in table_of(type(row)).columns:
        for key in column.foreign_keys:
            model = known.get(key.column.table.name)  # None: what it refers to is no record, such as a text
            if model is not None and (value := getattr(row, column.name)) is not None:
                yield model, value, owned(column)


def named_by(row: Recorded) -> Iterator[UUID]:
    """List what a record's own columns and the entries of its lists refer to, from what the row says."""
    model = type(row)
    listed = row.parts() if any(_referring(kind) for kind in parts_of(model)) else []
    for each in (row, *listed):
        for name in _referring(type(each)):
            if isinstance(one := getattr(each, name), UUID):  # a text is referred to by its digest
                yield one


@cache
def _referring(model: type[SQLModel]) -> tuple[str, ...]:
    """Name the columns that refer to something, but for the one by which a part names its whole."""
    return tuple(one.name for one in table_of(model).columns if one.foreign_keys and one.name != "record_id")


def listed_targets(reading: Reading, rows: Iterable[Recorded]) -> Iterator[tuple[Recorded, type[Recorded], UUID]]:
    """List what the entries of these records' lists refer to, such as a document's authors, each with its record."""
    known, owners = models(), {row.id: row for row in rows}
    for kind in Part.__subclasses__():
        part, current = table_of(kind), table_of(kind.of)
        ids = [row.id for row in owners.values() if isinstance(row, kind.of)]
        newest = and_(part.c.record_id == current.c.id, part.c.version == current.c.version)
        for column in part.columns:
            for key in column.foreign_keys:
                if key.column.table is current and column.name == "record_id":
                    continue
                statement = select(current.c.id, column).join(current, newest)
                statement = statement.where(among(current.c.id, ids), column.is_not(None))
                for owner, target in reading.rows(statement) if ids else ():
                    yield owners[owner], known[key.column.table.name], target


def owned(column: "Column[object]") -> bool:
    """Say whether the rows with this foreign key are parts of what it refers to."""
    return bool(column.info.get("owned"))


def _keys_to(model: type[Recorded]) -> list["Column[object]"]:
    table = table_of(model)
    return [
        column
        for other in in_order()
        for column in other.columns
        if column.name != "record_id" and any(key.column.table is table for key in column.foreign_keys)
    ]


def _rows(reading: Reading, column: "Column[object]", ids: Iterable[UUID], *, deleted: bool = False) -> list[Recorded]:
    wanted = set(ids)
    if not wanted:
        return []
    owner, link = _owner(column.table)
    current = table_of(owner)
    statement = select(current.c.id).where(among(column, wanted))
    if link is not None:
        statement = statement.join(link, and_(link.c.record_id == current.c.id, link.c.version == current.c.version))
    if not deleted:
        statement = statement.where(current.c.deleted_at.is_(None))
    return reading.find_all(owner, reading.connection.execute(statement.distinct()).scalars().all())


def _owner(table: Table) -> tuple[type[Recorded], Table | None]:
    """Return the kind of record that a table's rows belong to, and the table itself where it holds only parts."""
    for kind in Part.__subclasses__():
        if table_of(kind) is table:
            return kind.of, table
    return models()[table.name], None
