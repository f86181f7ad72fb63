"""What every stored record has in common, and the column types that both databases share."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import DateTime, Dialect, MetaData
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from api.formats.json import write

# One convention, so that a migration can name what it drops on either database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


NOWHERE = UUID(int=0)


def metadata() -> MetaData:
    """Return the one schema that all features' models register in."""
    return SQLModel.metadata


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond; SQLite keeps it without zone, so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc if dialect.name == "postgresql" else in_utc.replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562): ids sort by the time they were made."""
    return uuid_utils.compat.uuid7()


class Recorded(SQLModel):
    """The fields of every record; a deleted one stays in its row, marked, and its older versions in the history."""

    # True for what no record refers to and no operation on records may reach, though its versions are in the log.
    apart: ClassVar[bool] = False

    id: UUID = Field(default_factory=new_id, primary_key=True)
    version: int = 1
    external_id: str | None = Field(default=None, unique=True)
    recorded_at: datetime = Field(sa_type=Instant)
    recorded_by: str | None = None
    updated_at: datetime = Field(sa_type=Instant)
    updated_by: str | None = None
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)
    deleted_by: str | None = None
    deletion_reason: str | None = None
    # What one request deleted shares one id, so that it can be brought back together.
    deletion: UUID | None = None

    def parts(self) -> "list[Part]":
        """Make the rows that lists are searched by, from what the record says."""
        return []


class Part(SQLModel):
    """A list's entry as a row of its own, so that it can be searched: written once for each version of its record."""

    of: ClassVar[type[Recorded]]
    # The ledger fills these in, when it knows which version of the record the row belongs to.
    record_id: UUID = Field(default=NOWHERE, primary_key=True)
    version: int = Field(default=0, primary_key=True)
    position: int = Field(default=0, primary_key=True)


def dumps(value: Any) -> str:
    """Write a JSON column."""
    return write(value).decode()
