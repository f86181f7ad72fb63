"""The database as whoever sent a request may use it: what is sealed shows only to those who may see it, on record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from api.custody.callers import Caller
from api.storage.database import Database
from api.storage.deadline import Deadline
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

    @contextmanager
    def reading(self, known_at: datetime | None = None, deadline: Deadline | None = None) -> Iterator[Reading]:
        """Open one snapshot. What it reveals is recorded before the answer goes out, or there is no answer."""
        with self.database.reading(known_at, deadline, reveals=self.caller.reveals) as reading:
            yield reading
        if reading.seen:
            self.write(lambda ledger: note(ledger, self.request, self.caller.key, reading.seen))

    def write(self, work: Callable[[Ledger], T]) -> T:
        """Run `work` in a transaction, and return what it returned after the commit."""
        return self.database.write(work, self.caller)
