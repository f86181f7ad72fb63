"""Tell whether what was read still holds: nothing that it is about was touched since.

An answer is read by ids: it finds rows that have some id in some column, and goes on from the ids in those. A commit
touches what it changed and what that refers to or referred to (`api/storage/touches.py`). So a row that would be found
now and was not then, or the other way round, has touched one of the ids that were asked for. Whatever is found in
another way, by words or by being the newest, may be about anything.
"""

from collections.abc import Iterable, Sequence
from time import monotonic_ns
from uuid import UUID

MOST = 20_000  # ids that a journal holds


class About:
    """What a reading is about: the ids that it asked for, as `UUID.int` gives them, or anything at all."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._anything = False

    def take(self, ids: Iterable[UUID]) -> None:
        """Note ids that were asked for."""
        self._ids.update(one.int for one in ids)

    def take_anything(self) -> None:
        """Note that something was asked for in another way."""
        self._anything = True

    @property
    def ids(self) -> frozenset[int] | None:
        """Return all ids; None where it is about anything, or where nobody noted what it is about."""
        return None if self._anything or not self._ids else frozenset(self._ids)


class Journal:
    """What was touched, as far as one process has heard, in order; `place` is where it ends by now."""

    def __init__(self, most: int = MOST) -> None:
        self.most = most
        # The place of the first id that is still here. No two journals share one: time outruns what is touched.
        self._first = monotonic_ns()
        self._ids: list[int] = []
        self._newer: tuple[int, int, frozenset[int]] = (0, 0, frozenset())  # what `_since` said last

    @property
    def place(self) -> int:
        """Say where it ends."""
        return self._first + len(self._ids)

    def add(self, ids: Sequence[int]) -> None:
        """Note what commits have touched, no more than it holds."""
        self._ids += ids
        if len(self._ids) > self.most:
            gone = len(self._ids) - self.most // 2
            self._first, self._ids = self._first + gone, self._ids[gone:]

    def add_everything(self) -> None:
        """Note that anything may be different."""
        self._first, self._ids = self.place + 1, []

    def holds(self, about: frozenset[int] | None, place: int) -> bool:
        """Say whether what was read at a place, about these ids or anything (None), still holds."""
        if place == self.place:
            return True
        is_known = self._first <= place < self.place
        return is_known and about is not None and about.isdisjoint(self._since(place))

    def _since(self, place: int) -> frozenset[int]:
        """Return what was touched since a place; remembered, as many answers in turn have the same."""
        began, ended, touched = self._newer
        if (began, ended) != (place, self.place):
            touched = frozenset(self._ids[place - self._first :])
            self._newer = place, self.place, touched
        return touched
