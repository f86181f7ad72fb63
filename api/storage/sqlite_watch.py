"""Hear of commits to a SQLite file: SQLite tells a connection whether others did anything there."""

from contextlib import suppress
from typing import Any

from api.errors import Unavailable
from api.storage import sqlite, touches
from api.storage.journal import Journal
from api.storage.place import Place
from api.storage.watch import note_touched


class FileWatch:
    """Watches a SQLite file, on a connection of its own."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connection: Any = None
        self._version = self._newest = -1
        self._journal = Journal()

    async def look(self) -> Journal | None:
        """Ask for `data_version`, and read what was touched where it is another one. It waits for nobody: a thread
        would take longer than the answer.
        """
        with suppress(sqlite.driver().Error, Unavailable):
            self._place.check()  # what was touched in another file is not heard of
            if self._connection is None:
                self._connection = sqlite.driver().connect(
                    self._place.file, timeout=0, check_same_thread=False, isolation_level=None
                )
            if self._data_version() != self._version:
                self._hear()
            return self._journal
        return None

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _hear(self) -> None:
        """Note what was touched since the last time; what was committed without leaving a row is taken for nothing."""
        self._connection.execute("BEGIN")  # one snapshot for all
        try:
            version = self._data_version()
            (newest,) = self._connection.execute("SELECT coalesce(max(place), 0) FROM touch").fetchone()
            missed, rows = newest - self._newest, []
            if 0 < missed <= touches.KEPT and self._newest >= 0:
                rows = self._connection.execute("SELECT ids FROM touch WHERE place > ?", [self._newest]).fetchall()
        finally:
            self._connection.execute("COMMIT")
        self._version, self._newest = version, newest
        told = [ids for (ids,) in rows]
        if len(told) != missed or None in told:
            self._journal.add_everything()
        else:
            note_touched(self._journal, b"".join(told))

    def _data_version(self) -> int:
        version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version
