"""What records were before: one history table for each kind, written in the transaction that changes the record."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, and_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel

from api.storage.records import UNCOMMITTED, Instant, Recorded, metadata

R = TypeVar("R", bound=Recorded)


def table_of(model: type[SQLModel]) -> Table:
    """Return the table of current rows."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


def keep_history(model: type[R]) -> type[R]:
    """Give a kind of record its history table: the same columns and `replaced_at`; nothing refers to it.

    What refers to another record is looked for by that, in earlier versions too.
    """
    current = table_of(model)
    earlier = Table(
        f"{current.name}_history",
        metadata(),
        *(
            Column(column.name, column.type, nullable=column.nullable, index=bool(column.foreign_keys))
            for column in current.columns
        ),
        Column("replaced_at", Instant(), nullable=False),
        PrimaryKeyConstraint("id", "version"),
    )
    if "origin_id" in current.c:
        came = current.c.origin_id.is_not(None)
        Index(None, current.c.origin_id, unique=True, sqlite_where=came, postgresql_where=came)
    for table in (current, earlier):
        if "sealed_under" in table.c:
            few = table.c.sealed_under.is_not(None)
            Index(None, table.c.sealed_under, sqlite_where=few, postgresql_where=few)
    return model


def history_of(model: type[Recorded]) -> Table:
    """Return the table of earlier versions."""
    return metadata().tables[f"{table_of(model).name}_history"]


def values_of(row: Recorded) -> dict[str, Any]:
    """Return the columns of a version that the log commits to."""
    return {name: getattr(row, name) for name in committed(type(row))}


@cache
def committed(model: type[Recorded]) -> tuple[str, ...]:
    """Name the columns that the log commits to."""
    return tuple(column.name for column in table_of(model).columns if column.name not in UNCOMMITTED)


def as_it_stood(model: type[R], instant: datetime) -> type[R]:
    """Read a kind of record as it stood at an instant: the same attributes, from current and earlier rows."""
    current, earlier = table_of(model), history_of(model)
    names = [column.name for column in current.columns]
    stood = union_all(
        select(*(current.c[name] for name in names)).where(current.c.updated_at <= instant),
        select(*(earlier.c[name] for name in names)).where(
            and_(earlier.c.updated_at <= instant, earlier.c.replaced_at > instant)
        ),
    ).subquery(f"{current.name}_then")
    return cast(type[R], aliased(model, stood, adapt_on_names=True))
