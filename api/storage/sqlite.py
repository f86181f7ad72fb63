"""Which SQLite serves and whether its log is sound, how connections are set up, and how it keeps ids and instants."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    String,
    Table,
    Uuid,
    and_,
    event,
    func,
    not_,
    type_coerce,
)

from api.storage.records import Instant

IDS = 2**14  # as many as are remembered of those that were read last

_read = TypeAdapter(UUID).validator.validate_python  # several times as fast as the class itself


@lru_cache(IDS)
def read_id(text: str | None) -> UUID | None:
    """Read an id from the 32 digits that SQLite keeps; an answer reads thousands, and most of them several times."""
    return None if text is None else _read(text)


class TextIds(Uuid[UUID]):
    """How ids are kept in SQLite, which has no type for them."""

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[str | None], UUID | None]:
        return read_id


# How ids and instants are written (GLOB). SQLite compares the text: another spelling of the same is not found by it.
SPELT = {Uuid: "[0-9a-f]" * 32, Instant: "0000-00-00 00:00:00.000000".replace("0", "[0-9]")}


def misspelt(connection: Connection, table: Table) -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Say of each column that keeps ids or instants as text that it holds one, and written otherwise than we do."""
    for column in table.columns if connection.dialect.name == "sqlite" else ():
        for kind, spelt in SPELT.items():
            if isinstance(column.type, kind):
                is_spelt = and_(
                    func.typeof(column) == "text",
                    type_coerce(column, String).op("GLOB")(spelt),
                    func.instr(column, func.char(0)) == 0,  # where GLOB would end
                )
                yield column.name, and_(column.is_not(None), not_(is_spelt))


def driver() -> Any:
    """Return the driver with the newer SQLite: the one that comes along, else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2
    return dbapi2


def set_up(engine: Engine, begin: str, busy_seconds: float, *pragmas: str) -> None:
    """Make an engine's connections wait so long for others, keep what is committed, and begin transactions like this.

    The dialect begins them, and not an event, as SQLAlchemy's documentation has it: with any event on connections, each
    of them looks out for every kind of event.
    """
    engine.dialect.do_begin = lambda dbapi_connection: dbapi_connection.execute(begin)  # type: ignore

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA secure_delete = ON",
            *pragmas,
        ):
            connection.execute(pragma)


def is_sound(version: str) -> bool:
    """Say whether this version has no WAL-reset bug: fixed in 3.51.3, and in 3.50.7 and 3.44.6 of older lines.

    See https://sqlite.org/wal.html#walresetbug.
    """
    major, minor, patch = (int(part) for part in [*version.split("."), "0", "0"][:3])
    mended = {44: 6, 50: 7}.get(minor)
    return (major, minor, patch) >= (3, 51, 3) or (major == 3 and mended is not None and patch >= mended)


def forgets_terms() -> bool:
    """Say whether FTS5 can drop the terms of a row when it is deleted (`secure-delete`)."""
    known: bool = driver().sqlite_version_info >= (3, 42)
    return known
