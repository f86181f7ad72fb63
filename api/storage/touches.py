"""What commits touched: each leaves the ids of what it changed, and of all that this refers to or referred to, in the
same transaction, so that every process can tell which answers follow from the record as it was before.
"""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Executable, Integer, LargeBinary, bindparam, cast, delete, func, null
from sqlalchemy import select as core_select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.types import Text
from sqlmodel import Field, SQLModel

from api.storage.history import table_of

KEPT = 1_000  # rows; who missed more than that has to take everything for touched
MOST_IDS = 200  # in a row; what touches more is said to touch everything
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
    """Say in this transaction that it touches these, or (None) that it may touch anything."""
    told = None if ids is None or len(ids) > MOST_IDS else b"".join(one.bytes for one in ids)
    connection.execute(_left(connection.dialect.name), {"ids": told})


def prune(connection: Connection) -> None:
    """Drop the oldest rows, where one process does so at a time: others add theirs meanwhile.

    On PostgreSQL those go too whose transactions are yet to come: they were brought from another server.
    """
    connection.execute(_old(connection.dialect.name))


def read(told: bytes) -> list[int]:
    """Return the ids of rows, as `UUID.int` gives them: integers are hashed fast, and there are many."""
    return [int.from_bytes(told[at : at + SIZE]) for at in range(0, len(told), SIZE)]


@cache
def _left(dialect: str) -> Executable:
    ids = bindparam("ids", type_=LargeBinary())
    if dialect == "sqlite":
        return sqlite.insert(Touch).values(place=null(), ids=ids)
    added = postgresql.insert(Touch).values(place=_number(func.pg_current_xact_id()), ids=ids)
    return added.on_conflict_do_update(index_elements=["place"], set_={"ids": None})  # brought from another server


@cache
def _old(dialect: str) -> Executable:
    table = table_of(Touch)
    place = table.c.place
    if dialect == "sqlite":  # numbered without gaps
        return delete(table).where(place <= core_select(func.max(place) - KEPT).scalar_subquery())
    coming = _number(func.pg_snapshot_xmax(func.pg_current_snapshot()))  # or under way, as this one is
    past = core_select(place).where(place < coming).order_by(place.desc())
    brought = (place >= coming) & (place != _number(func.pg_current_xact_id()))
    return delete(table).where((place <= past.offset(KEPT).limit(1).scalar_subquery()) | brought)


def _number(transaction: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(cast(transaction, Text), BigInteger)
