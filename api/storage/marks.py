"""What writes leave for readers to settle: a mark for each record touched, in the transaction that touched it."""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection
from sqlmodel import Field, SQLModel, col

from api.storage.among import among
from api.storage.history import table_of
from api.storage.inserting import insert_rows
from api.storage.reading import Reading
from api.storage.records import new_id


class Mark(SQLModel, table=True):
    """A record that was touched, with consequences nobody has looked at yet; writers only add, so none waits."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    kind: str
    record_id: UUID


class Left(NamedTuple):
    """A mark, as it is read."""

    id: UUID
    kind: str
    record_id: UUID


def leave(connection: Connection, touched: Iterable[tuple[str, UUID]]) -> None:
    """Mark records, each given by its kind and id."""
    rows = ({"id": new_id(), "kind": kind, "record_id": record_id} for kind, record_id in touched)
    insert_rows(connection, table_of(Mark), rows)


def count(reading: Reading, most: int) -> int:
    """Count the marks that wait, up to `most`."""
    some = select(col(Mark.id)).limit(most).subquery()
    waiting: int = reading.connection.execute(select(func.count()).select_from(some)).scalar_one()
    return waiting


def oldest(reading: Reading, limit: int) -> Sequence[Left]:
    """Return the marks that have waited longest."""
    statement = select(col(Mark.id), col(Mark.kind), col(Mark.record_id)).order_by(col(Mark.id)).limit(limit)
    return [Left._make(row) for row in reading.rows(statement)]


def clear(reading: Reading, ids: Collection[UUID]) -> None:
    """Take marks away; those that somebody else took are passed over."""
    reading.connection.execute(delete(Mark).where(among(col(Mark.id), ids)))
