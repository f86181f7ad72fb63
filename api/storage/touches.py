"""What commits touched: each leaves the ids of what it changed, and of all that this refers to or referred to, in the
same transaction, so that every process can tell which answers follow from the record as it was before.
"""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Executable, Integer, LargeBinary, bindparam, cast, delete, func, insert, null, select
from sqlalchemy.engine import Connection
from sqlalchemy.types import Text
from sqlmodel import Field, SQLModel, col

from api.storage.history import table_of

KEPT = 1_000  # rows; who has looked at none of these has to take everything for touched
MOST = 1_000  # ids; what touches more is said to touch everything
SIZE = 16  # bytes of an id


class Touch(SQLModel, table=True):
    """What one commit touched; its place is its number among them on SQLite, and its transaction's on PostgreSQL."""

    place: int = Field(
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        sa_column_kwargs={"autoincrement": False},
    )
    # So many bytes for each id; null where anything may be different now.
    ids: bytes | None = Field(default=None, sa_type=LargeBinary)


def leave(connection: Connection, ids: Collection[UUID] | None) -> None:
    """Say in this transaction, once, that it touches these, or (None) that it may touch anything."""
    told = None if ids is None or len(ids) > MOST else b"".join(one.bytes for one in ids)
    connection.execute(_left(connection.dialect.name), {"ids": told})


def prune(connection: Connection) -> None:
    """Drop the oldest rows, where one process does so at a time: others add theirs meanwhile."""
    connection.execute(_old())


def read(told: bytes) -> list[int]:
    """Return the ids of a row, as `UUID.int` gives them: they are looked for among many, and hash in no time."""
    return [int.from_bytes(told[at : at + SIZE]) for at in range(0, len(told), SIZE)]


@cache
def _left(dialect: str) -> Executable:
    place: Any = null() if dialect == "sqlite" else cast(cast(func.pg_current_xact_id(), Text), BigInteger)
    return insert(Touch).values(place=place, ids=bindparam("ids", type_=LargeBinary()))


@cache
def _old() -> Executable:
    table = table_of(Touch)
    newest_dropped = select(table.c.place).order_by(table.c.place.desc()).offset(KEPT).limit(1).scalar_subquery()
    return delete(Touch).where(col(Touch.place) <= newest_dropped)
