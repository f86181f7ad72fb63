"""The database as whoever sent a request may use it: what is sealed shows only to those who may see it, on record."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from api.custody.callers import Caller
from api.errors import Failure
from api.storage.database import Database
from api.storage.deadline import Deadline
from api.storage.journal import About
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.reveals import note

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where one caller reads and writes, for one request."""

    database: Database
    caller: Caller
    request: str
    about: About | None = None  # where readings note what they are about, if anybody wants to know

    @contextmanager
    def reading(self, known_at: datetime | None = None, deadline: Deadline | None = None) -> Iterator[Reading]:
        """Open one snapshot. What it reveals is recorded before the answer goes out, or there is no answer."""
        with self.database.reading(known_at, deadline, reveals=self.caller.reveals, about=self.about) as reading:
            yield reading
        if reading.seen:
            self.write(lambda ledger: note(ledger, self.request, self.caller.key, reading.seen))

    def write(self, work: Callable[[Ledger], T]) -> T:
        """Run `work` in a transaction, and return what it returned after the commit.

        What it told the caller of sealed values is recorded with it, and all the same if it was refused.
        """

        def noted(ledger: Ledger) -> T:
            done = work(ledger)
            if ledger.told:
                note(ledger, self.request, self.caller.key, ledger.told)
            return done

        try:
            return self.database.write(noted, self.caller)
        except Failure as refused:
            self.tell(refused.told)
            raise

    def rehearse(self, work: Callable[[Ledger], T]) -> T:
        """Run `work`, undo it, and return what it returned. What that told is recorded in a write of its own."""
        returned: list[T] = []

        def undone(ledger: Ledger) -> None:
            returned[:] = [work(ledger)]
            raise _Undone(frozenset(ledger.told))

        try:
            self.write(undone)
        except _Undone as done:
            self.tell(done.told)
        return returned[0]

    def tell(self, told: Collection[tuple[str, UUID]]) -> None:
        """Record that the caller has come to know something sealed of these, if any, each by its kind and id."""
        if told:
            self.database.write(lambda ledger: note(ledger, self.request, self.caller.key, told), self.caller)


class _Undone(Exception):
    """Ends a write that must not happen, and carries out of it which records it told of."""

    def __init__(self, told: Collection[tuple[str, UUID]]) -> None:
        super().__init__()
        self.told = told
