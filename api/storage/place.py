"""Whether the file at an address is still the one that was opened there."""

import os
from contextlib import suppress
from typing import Any

from api.errors import Unavailable


class Place:
    """The place of a SQLite file. A connection goes on with the file that it opened even when that has lost its name:
    what it writes then is gone when it ends, and what another connection opens there is another store.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._opened: tuple[int, int] | None = None

    def check(self, *_: Any) -> None:
        """Note which file is opened first. Raises `Unavailable` where another one, or none, is there later."""
        found = self._found()
        if self._opened is None:
            self._opened = found
        elif found != self._opened:
            raise Unavailable(
                "The database's file was moved, replaced or deleted while it was in use. Whoever runs this server has"
                " to end it before a file is put there, beside no -wal and -shm that another has left."
            )

    def _found(self) -> tuple[int, int] | None:
        with suppress(OSError):
            found = os.stat(self.file)
            return found.st_dev, found.st_ino
        return None
