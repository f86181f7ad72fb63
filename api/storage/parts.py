"""Keep the entries of lists in rows of their own, so that they can be searched, for each version of a record."""

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, exists
from sqlmodel import Field, SQLModel, col

from api.storage.history import table_of
from api.storage.records import NOWHERE, Recorded


class Part(SQLModel):
    """A list's entry as a row of its own."""

    of: ClassVar[type[Recorded]]
    # The column whose record, when it is protected, protects the one that this is a part of.
    protects: ClassVar[str | None] = None
    # Filled in when it is known which version of the record the row belongs to.
    record_id: UUID = Field(default=NOWHERE, primary_key=True)
    version: int = Field(default=0, primary_key=True)
    position: int = Field(default=0, primary_key=True)


def parts_of(model: type[Recorded]) -> list[type[Part]]:
    """List the kinds of searchable rows that a kind of record has."""
    return [kind for kind in Part.__subclasses__() if kind.of is model]


def has_part(view: Any, kind: type[Part], wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that a version of a record, as its view has it, has a part of this kind that meets a condition."""
    return exists().where(col(kind.record_id) == view.id, col(kind.version) == view.version, wanted)


def placed_parts(row: Recorded) -> Iterator[Part]:
    """Make the rows that a version of a record is searched by."""
    for position, part in enumerate(row.parts()):
        vars(part).update(record_id=row.id, version=row.version, position=position)
        yield part


def forget_parts(connection: Connection, model: type[Recorded], row: Recorded) -> None:
    """Drop the rows that a version of a record of this kind is searched by."""
    for kind in parts_of(model):
        part = table_of(kind)
        connection.execute(delete(part).where(part.c.record_id == row.id, part.c.version == row.version))
