"""What every stored record has in common, and the column types that both databases share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary, MetaData, Table
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from api.formats.json import write

if TYPE_CHECKING:
    from api.storage.ledger import Ledger
    from api.storage.parts import Part
    from api.storage.reading import Reading

# One convention, so that a migration can name what it drops on either database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


NOWHERE = UUID(int=0)
# Columns that the log does not commit to: its entries name the first two, the others are for storage's own use.
UNCOMMITTED = frozenset({"id", "version", "seed", "salts", "sealed", "sealed_under", "alias"})


def metadata() -> MetaData:
    """Return the one schema that all features' models register in."""
    return SQLModel.metadata


def in_order() -> Sequence[Table]:
    """List all tables in the order of their foreign keys: what is referred to comes first."""
    return _sorted(len(metadata().tables))  # there are more of them once more features are imported


@cache
def _sorted(_: int) -> Sequence[Table]:
    return tuple(metadata().sorted_tables)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime to the microsecond; SQLite keeps it without zone, so that text order is time order."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc if dialect.name == "postgresql" else in_utc.replace(tzinfo=None)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None]:
        """Read what either driver gives directly: SQLAlchemy's own way takes several times as long."""
        return _in_utc if dialect.name == "postgresql" else _read_in_utc


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


def _read_in_utc(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def new_id() -> UUID:
    """Make a UUIDv7 (RFC 9562): ids sort by the time they were made."""
    return uuid_utils.compat.uuid7()


class Recorded(SQLModel):
    """The fields of every record; a deleted one stays in its row, marked, and its older versions in the history."""

    # True for what no record refers to and no operation on records may reach, though its versions are in the log.
    apart: ClassVar[bool] = False
    # True for what the API answers by other scopes than reading, or never: the log does not disclose its values.
    closed: ClassVar[bool] = False

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
    # What this version's commitments in the log are salted with; after an erasure, the salts of what was not erased.
    seed: bytes | None = Field(default=None, sa_type=LargeBinary)
    salts: dict[str, str] | None = Field(default=None, sa_type=JSON(none_as_null=True))

    def parts(self) -> "list[Part]":
        """Make the rows that lists are searched by, from what the record says."""
        return []

    def found_by(self) -> "list[tuple[str, str]]":
        """List the texts that a search for words finds the record by, each with where it stands in the answer."""
        return []

    def found_in(self) -> "list[str]":
        """List the languages of those texts, as far as they are known."""
        return []

    def found_beside(self, reading: "Reading") -> "list[str]":
        """List the texts that are kept beside the row and that the record is found by too."""
        return []

    @classmethod
    def expect_found(cls, reading: "Reading", rows: "Iterable[Any]") -> None:
        """Read ahead what is kept beside these rows."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What stands in a sealed column: the protector's alias, or a value; with `keeps_null` only where one was."""

    value: Any = None
    alias: bool = False
    keeps_null: bool = False

    def instead_of(self, true_value: Any, alias: str) -> Any:
        """Return what stands there instead of a true value."""
        if self.keeps_null and true_value is None:
            return None
        return alias if self.alias else self.value


class Portable(Recorded):
    """A record that may have come from another store, which had it first."""

    # Its id there, and what was said of it there last (`api.web.records.Origin`); it is found by `api.storage.foreign`.
    origin_id: UUID | None = None
    origin: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))

    @property
    def first_recorded_at(self) -> datetime:
        """Return when anybody first had it on record: here, or in the first of the stores that it came through."""
        return first_recorded(self.recorded_at, self.origin)


class Sealable(Portable):
    """A record that can be protected: its row then holds placeholders, and its true values are sealed beside them."""

    # The columns that are sealed, and what stands in them.
    sealable: ClassVar[Mapping[str, Blank]] = {}
    # Columns that refer to whatever protects this record when it is protected itself; one may hold a list of ids.
    protectors: ClassVar[tuple[str, ...]] = ()
    # Columns whose records are protected when the one that the named column refers to is.
    shields: ClassVar[Mapping[str, str]] = {}

    protected: bool = False
    # The protector whose key seals this version: the source, or the record itself; and what it seals, null once erased.
    sealed_under: UUID | None = None
    sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    # What the protector is called for those who may not know it.
    alias: str | None = None

    def protected_by(self) -> list[UUID]:
        """List the records that protect this one when they are protected."""
        named = (getattr(self, name) for name in self.protectors)
        return [one for value in named for one in (map(UUID, value) if isinstance(value, list) else [value]) if one]

    @classmethod
    def beside(cls, reading: "Reading", values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is kept beside rows with these values, and is sealed with them."""
        return {}

    @classmethod
    def make_room(cls, ledger: "Ledger") -> None:
        """Keep what the placeholders of a sealed row refer to."""

    @classmethod
    def put_back(cls, ledger: "Ledger", values: Mapping[str, Any]) -> None:
        """Keep beside the row again what was sealed with it."""

    @classmethod
    def let_go(cls, ledger: "Ledger", values: Iterable[Mapping[str, Any]]) -> None:
        """Drop what was kept beside rows that are sealed now, where nothing else needs it."""


def first_recorded(here: datetime, origin: Mapping[str, Any] | None) -> datetime:
    """Return when a record was made, here or in the first of the stores that it came through."""
    while origin is not None:
        here, origin = datetime.fromisoformat(origin["recorded_at"]), origin["origin"]
    return here


def dumps(value: Any) -> str:
    """Write a JSON column."""
    return write(value).decode()
