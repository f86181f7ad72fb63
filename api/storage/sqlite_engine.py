"""SQLite: one writer, which commits many requests together; readers each on a snapshot of their own."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic_core import from_json
from sqlalchemy import Uuid, create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from api.custody.callers import NOBODY, Caller
from api.custody.keys import Keys
from api.errors import Unavailable
from api.storage import sqlite
from api.storage.changes import append, last_recorded_at
from api.storage.deadline import Deadline
from api.storage.ledger import Ledger
from api.storage.place import Place
from api.storage.records import dumps
from api.storage.refusals import as_failure
from api.storage.search import KINDS, index_of
from api.storage.sqlite_watch import FileWatch
from api.storage.turns import Turns

T = TypeVar("T")
FIRST = datetime.min.replace(tzinfo=UTC)
BUSY_SECONDS = 10
WIPES = 10
STEPS = 100_000  # of SQLite's machine, a few milliseconds, between two looks at the clock


class _Job(Generic[T]):
    """A request's write on its way into a shared transaction."""

    def __init__(self, work: Callable[[Ledger], T], caller: Caller) -> None:
        self.work, self.caller = work, caller
        self.called = threading.Event()  # it is done, or its thread is the next to carry out what waits
        self.done = False
        self.rewrites = False
        self.result: T | None = None
        self.failure: BaseException | None = None
        self.changes: list[dict[str, Any]] = []


class SqliteEngine:
    """One writer, which commits many requests together; readers each on a snapshot of their own."""

    at_hand = True

    def __init__(self, url: str, pool_size: int, keys: Keys) -> None:
        file = make_url(url).database or ""
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        self.writer = create_engine(url, pool_size=1, **_shared())
        # A connection costs little here: every thread that reads at this moment can have one.
        self.reader = reader(url, pool_size)
        self.hasty = create_engine(url, pool_size=1, max_overflow=-1, **_shared())
        for engine, seconds in ((self.writer, BUSY_SECONDS), (self.hasty, 0)):  # the hasty one is refused at once
            _set_up(engine, "BEGIN IMMEDIATE", seconds)
        self._place = Place(file)
        for engine in (self.writer, self.reader, self.hasty):
            event.listen(engine, "do_connect", self._place.check)  # else SQLite makes a new file
            event.listen(engine, "checkout", self._place.check)
        self._turns = Turns(file)
        self._lock = threading.Lock()
        self._waiting: list[_Job[Any]] = []
        self._writing = False
        self._last = FIRST
        self._unwiped = False
        self._keys = keys

    def write(self, work: Callable[[Ledger], T], caller: Caller) -> T:
        job = _Job(work, caller)
        with self._lock:
            self._waiting.append(job)
            if not self._writing:
                self._writing = True
                job.called.set()
        job.called.wait()
        if not job.done:
            with self._lock:
                jobs, self._waiting = self._waiting, []
            self._carry_out(jobs, self.writer, self._turns.taken(BUSY_SECONDS))
        if job.failure is not None:
            raise job.failure
        if job.rewrites and not sqlite.forgets_terms():
            self._drop_old_terms()
        self._unwiped = self._unwiped or job.rewrites
        if self._unwiped:
            self._wipe(WIPES if job.rewrites else 1)
        return job.result  # type: ignore[return-value]

    def write_if_free(self, work: Callable[[Ledger], object]) -> bool:
        with self._lock:
            if self._writing:
                return False
            self._writing = True
        job = _Job(work, NOBODY)
        self._carry_out([job], self.hasty, nullcontext())
        if job.failure is not None and not isinstance(job.failure, Unavailable):
            raise job.failure
        return job.failure is None

    def _carry_out(self, jobs: list[_Job[Any]], engine: Engine, turn: AbstractContextManager[None]) -> None:
        """Commit these together, and call the first of those that came meanwhile; only for whoever has the turn."""
        try:
            with turn, engine.begin() as connection:
                self._last = max(self._last, _newest(connection))  # another process may have written since
                for job in jobs:
                    self._attempt(connection, job)
                if changes := [change for job in jobs for change in job.changes]:
                    append(connection, changes, self._keys.signer)
        except BaseException as failed:
            for job in jobs:
                job.failure = job.failure or as_failure(failed)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._writing = bool(following)
            for job in jobs:
                job.done = True
            for job in following + jobs:
                job.called.set()

    def _attempt(self, connection: Connection, job: _Job[Any]) -> None:
        own: Exception | None = None  # what the work itself failed with, and none of the savepoint's failures
        try:
            with (
                Session(
                    connection, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint"
                ) as session,
                session.begin(),
            ):
                try:
                    ledger = Ledger(session, self._now(), job.caller, sealing=self._keys.sealing)
                    job.result = job.work(ledger)
                    ledger.finish()
                    job.rewrites, job.changes = ledger.rewrites, ledger.changes
                except Exception as failed:
                    own = failed
                    raise
        except Exception as failed:
            job.failure = as_failure(failed)
            if failed is not own or not _in_transaction(connection):
                # A full disk or the like: a savepoint that was neither released nor rolled back stays, and else SQLite
                # undid everybody's work. So all of it is undone, and nobody may be told that it is done.
                job.failure = Unavailable("The database could not keep this: its disk may be full.")
                raise job.failure from failed

    def compact(self) -> None:
        """Write the whole file anew, without what was ever deleted from it."""
        with self.hasty.connect() as connection, _unless_busy():
            raw: Any = connection.connection.driver_connection
            raw.execute("VACUUM")
        self._wipe(WIPES)

    def _drop_old_terms(self) -> None:
        """Write the indexes of words anew, without what was deleted from them, where SQLite does not do so at once."""
        with self.hasty.connect() as connection:
            raw: Any = connection.connection.driver_connection
            for index in map(index_of, KINDS):
                with _unless_busy():
                    raw.execute(f"INSERT INTO {index} ({index}) VALUES ('optimize')")

    def _wipe(self, times: int) -> None:
        """Take what was written over out of the write-ahead log too; with readers in the way, a later write does."""
        for attempt in range(times):
            if attempt:
                time.sleep(0.05)
            with self.hasty.connect() as connection, _unless_busy():
                raw = connection.connection.driver_connection
                if raw is not None and raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                    self._unwiped = False
                    return

    def _now(self) -> datetime:
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last

    def now(self) -> datetime:
        with self.reader.connect() as connection:
            return max(datetime.now(UTC), _newest(connection))

    def watch(self) -> FileWatch:
        return FileWatch(self._place)

    def settled(self, known_at: datetime) -> bool:
        """Say whether no write can still add to what was known then.

        Writers come one after another, and take an instant later than any before when it is their turn. So none is left
        once one has finished that took this instant or a later one, or while nobody has the turn.
        """
        with self.reader.connect() as connection:
            if _newest(connection) >= known_at:
                return True
        if known_at >= datetime.now(UTC):
            return False
        with suppress(OperationalError), self.hasty.begin() as connection:
            return True
        return False

    @contextmanager
    def ending(self, connection: Connection, deadline: Deadline) -> Iterator[None]:
        """Interrupt what a connection does once a deadline is over."""
        driven: Any = connection.connection.driver_connection
        driven.set_progress_handler(deadline.is_over, STEPS)
        try:
            yield
        finally:
            driven.set_progress_handler(None, 0)

    def describe(self) -> str:
        return f"SQLite {sqlite.driver().sqlite_version}"

    def close(self) -> None:
        if self._unwiped:
            with suppress(Unavailable):  # the file may not be there any more
                self._wipe(WIPES)
        self._turns.close()
        for engine in (self.reader, self.hasty, self.writer):
            engine.dispose()


def reader(url: str, pool_size: int) -> Engine:
    """Make the engine of connections that cannot write."""
    engine = create_engine(url, pool_size=pool_size, max_overflow=-1, **_shared())
    _set_up(engine, "BEGIN", BUSY_SECONDS, "PRAGMA query_only = ON")  # it takes no lock yet
    return engine


def _shared() -> dict[str, Any]:
    return {
        "module": sqlite.driver(),
        "hide_parameters": True,
        "json_serializer": dumps,
        "json_deserializer": from_json,
        "poolclass": QueuePool,
    }


def _unless_busy() -> suppress:
    """Leave out what the plain driver cannot do while somebody else is in the way."""
    return suppress(sqlite.driver().OperationalError)


def _newest(connection: Connection) -> datetime:
    """Return the instant of the latest write."""
    return last_recorded_at(connection) or FIRST


def _in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def _set_up(engine: Engine, begin: str, busy_seconds: float, *pragmas: str) -> None:
    engine.dialect.colspecs = {**engine.dialect.colspecs, Uuid: sqlite.TextIds}
    sqlite.set_up(engine, begin, busy_seconds, "PRAGMA foreign_keys = ON", *pragmas)
