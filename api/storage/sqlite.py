"""Which SQLite serves and how its connections are set up, how ids are read from it, whether its log is sound, and how
its file is copied while in use.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Dialect, Engine, Uuid, event

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file, and reads into it when it is opened
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


def back_up(file: Path, target: Path) -> None:
    """Copy a database that others may be writing to; `target` appears whole and checked, or not at all.

    Raises `FileNotFoundError`, other `OSError`, or `ValueError` where the copy does not hold together.
    """
    if not file.is_file():
        raise FileNotFoundError(f"There is no file {file}.")
    target = Path(os.path.realpath(target))  # a link stays, and leads to what is new
    if target.exists() and not target.is_file():
        raise FileExistsError(f"{target} is no file that a copy can replace.")
    own = [Path(f"{os.path.realpath(file)}{end}") for end in ("", *BESIDE)]
    if target in own or (target.exists() and target.samefile(file)):
        raise FileExistsError(f"{target} is the store itself, or a part of it: name another file for the copy.")
    if any(Path(f"{target}{end}").exists() for end in BESIDE):
        raise FileExistsError(f"{target} is in use, or was not closed: name another file for the copy.")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {target.parent}.")
    sqlite = driver()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    copy = Path(name)
    try:
        with closing(sqlite.connect(file)) as source, closing(sqlite.connect(copy)) as destination:
            source.backup(destination)
            destination.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            (found,) = destination.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise ValueError(f"The copy of {file} does not hold together: {found}")
        with copy.open("rb+") as written:
            os.fsync(written.fileno())
        copy.replace(target)
    except sqlite.Error as failed:
        raise OSError(f"{file} cannot be copied: {failed}") from failed
    finally:
        copy.unlink(missing_ok=True)
