"""Let the writers of one process pass side by side, or one of them alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Passage:
    """Where writers pass. Whoever wants to pass alone keeps others from entering, so that his turn comes."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._passing = 0
        self._alone = 0  # of those who want to pass alone, or do

    @contextmanager
    def beside_others(self) -> Iterator[None]:
        """Pass, whoever else does."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone)
            self._passing += 1
        try:
            yield
        finally:
            with self._changed:
                self._passing -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Pass while nobody else does."""
        with self._changed:
            self._alone += 1
            self._changed.wait_for(lambda: not self._passing)
            self._passing += 1
        try:
            yield
        finally:
            with self._changed:
                self._passing -= 1
                self._alone -= 1
                self._changed.notify_all()
