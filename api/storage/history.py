"""What records were before: one history table for each kind, written in the transaction that changes the record."""

from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import Column, ColumnElement, Index, PrimaryKeyConstraint, Table, bindparam, exists, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel

from api.storage.records import UNCOMMITTED, Instant, Recorded, metadata

R = TypeVar("R", bound=Recorded)
KNOWN_AT = bindparam("known_at", type_=Instant())  # the instant, in every statement that looks at what stood at one


def table_of(model: type[SQLModel]) -> Table:
    """Return the table of current rows."""
    return cast(Table, model.__table__)  # type: ignore[attr-defined]


def kind_of(row: Recorded) -> str:
    """Name a record's kind, singular, as references do: its table has the same name."""
    return table_of(type(row)).name


def keep_history(model: type[R]) -> type[R]:
    """Give a kind of record its history table: the same columns and `replaced_at`; nothing refers to it.

    What refers to another record has an index there too: earlier versions are looked up by it.
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
    for table in (current, earlier):
        if "sealed_under" in table.c:
            few = table.c.sealed_under.is_not(None)
            Index(None, table.c.sealed_under, sqlite_where=few, postgresql_where=few)
    return model


def history_of(model: type[Recorded]) -> Table:
    """Return the table of earlier versions."""
    return metadata().tables[f"{table_of(model).name}_history"]


def of_no_version(model: type[Recorded], table: Table) -> list[ColumnElement[bool]]:
    """Say that what a row of this table names, by `record_id` and `version`, is no version of a kind of record."""
    return [
        ~exists().where(one.c.id == table.c.record_id, one.c.version == table.c.version)
        for one in (table_of(model), history_of(model))
    ]


@cache
def columns(model: type[Recorded]) -> tuple[str, ...]:
    """Name the columns of a kind of record."""
    return tuple(column.name for column in table_of(model).columns)


def values_of(row: Recorded) -> dict[str, Any]:
    """Return the columns of a version that the log commits to."""
    return {name: getattr(row, name) for name in committed(type(row))}


@cache
def committed(model: type[Recorded]) -> tuple[str, ...]:
    """Name the columns that the log commits to."""
    return tuple(name for name in columns(model) if name not in UNCOMMITTED)


class Layer(NamedTuple):
    """One of the tables in which a kind of record is looked up, and which of its rows count."""

    table: Table
    conditions: tuple[ColumnElement[bool], ...] = ()


def layers(model: type[Recorded]) -> tuple[Layer, Layer]:
    """Return the current and the earlier rows, as far as they stood at the instant."""
    current, earlier = table_of(model), history_of(model)
    known, left = (table.c.updated_at <= KNOWN_AT for table in (current, earlier))
    return Layer(current, (known,)), Layer(earlier, (left, earlier.c.replaced_at > KNOWN_AT))


def as_it_stood(model: type[R]) -> type[R]:
    """Read a kind of record as it stood at the instant: the same attributes, from current and earlier rows."""
    names = columns(model)
    parts = (select(*(table.c[name] for name in names)).where(*counting) for table, counting in layers(model))
    stood = union_all(*parts).subquery(f"{table_of(model).name}_then")
    return cast(type[R], aliased(model, stood, adapt_on_names=True))
