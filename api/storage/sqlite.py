"""Which SQLite serves, whether its write-ahead log is sound, and how a file of it is copied while it is in use."""

import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any


def driver() -> Any:
    """Return the driver with the newer SQLite: the one that comes along, else Python's own."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2
    return dbapi2


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
