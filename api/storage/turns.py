"""Take turns between the processes that write to one SQLite file: SQLite lets in whoever asks at the right moment.

A process first waits to be the next, and only the next waits for the turn. So one that has just written comes after
another that waits. Where there are no such locks, SQLite alone decides.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

try:
    import fcntl
except ImportError:  # as on Windows
    fcntl = None  # type: ignore[assignment]

from api.errors import Unavailable

LOOK = 0.001  # seconds between two looks at a lock


class Turns:
    """The turns of one database file, kept by locks on two empty files beside it, which stay there."""

    def __init__(self, file: str) -> None:
        self._next, self._turn = _opened(f"{file}-next"), _opened(f"{file}-turn")

    @contextmanager
    def taken(self, seconds: float) -> Iterator[None]:
        """Hold the turn. Raises `Unavailable` where it does not come within this many seconds."""
        ends = time.monotonic() + seconds
        _lock(self._next, ends)
        try:
            _lock(self._turn, ends)
        finally:
            _unlock(self._next)
        try:
            yield
        finally:
            _unlock(self._turn)

    def close(self) -> None:
        """Let go of the files."""
        for file in (self._next, self._turn):
            if file is not None:
                os.close(file)
        self._next = self._turn = None


def _opened(name: str) -> int | None:
    """Open a file to lock; None where nobody can."""
    if fcntl is None:
        return None
    with suppress(OSError):
        return os.open(name, os.O_RDWR | os.O_CREAT, 0o666)
    return None


def _lock(file: int | None, ends: float) -> None:
    """Lock a file once nobody else does, until an instant of the monotonic clock."""
    while file is not None:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > ends:
                raise Unavailable("The database is busy.") from None
            time.sleep(LOOK)
        except OSError:  # as on some shared folders
            return


def _unlock(file: int | None) -> None:
    if file is not None:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_UN)
