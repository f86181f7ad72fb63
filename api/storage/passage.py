"""Let the writers of one process pass side by side, or one of them alone."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from api.errors import Unavailable

PATIENCE = 30.0  # seconds


class Passage:
    """Where writers pass. Whoever wants to pass alone keeps others from entering, so that their turn comes.

    Nobody may pass twice at once. Raises `Unavailable` where somebody else takes too long.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._changed = threading.Condition()
        self._passing = 0
        self._alone = 0  # of those who want to pass alone, or do

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Pass, whoever else does."""
        with self._changed:
            self._enter(lambda: not self._alone)
        with self._left_at_the_end():
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Pass while nobody else does."""
        with self._changed:
            self._alone += 1
        try:
            with self._changed:
                self._enter(lambda: not self._passing)
            with self._left_at_the_end():
                yield
        finally:
            with self._changed:
                self._alone -= 1
                self._changed.notify_all()

    def _enter(self, is_free: Callable[[], bool]) -> None:
        if not self._changed.wait_for(is_free, self._patience):
            raise Unavailable("Another write takes very long.")
        self._passing += 1

    @contextmanager
    def _left_at_the_end(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._changed:
                self._passing -= 1
                self._changed.notify_all()
