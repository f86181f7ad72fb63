"""The two databases behind one door: `write` and `reading`. The only code that knows SQLite from PostgreSQL."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool
from sqlmodel import Session

from api.errors import Unavailable
from api.formats.json import write as write_json
from api.storage.changes import number_queued, take_lease
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.records import new_id

T = TypeVar("T")
log = structlog.get_logger()

ATTEMPTS = 8
BUSY_SECONDS = 10
WRITER = "whence writer"
# Serialization failure, deadlock; a unique or foreign key that another writer of this moment took or dropped.
REFUSED = {"40001", "40P01"}


class Database:
    """Where the record is kept. Safe to share between threads; `close` when done."""

    def __init__(self, url: str, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.engine_name = self.url.get_backend_name()
        if self.engine_name == "sqlite":
            self._opened: _Sqlite | _Postgres = _Sqlite(url, pool_size)
        elif self.engine_name == "postgresql":
            self._opened = _Postgres(url, pool_size)
        else:
            raise ValueError(f"{self.engine_name} is not a database that Whence knows: use sqlite or postgresql.")

    def write(self, work: Callable[[Ledger], T], actor: str | None = None) -> T:
        """Run `work` in a transaction and return what it returned, after the commit.

        It may run several times (each on a clean slate), so it must not touch anything but the ledger. An exception
        from it rolls everything back. Raises `Unavailable` when the database stays busy or is away.
        """
        return self._opened.write(work, actor)

    @contextmanager
    def reading(self, known_at: datetime | None = None) -> Iterator[Reading]:
        """Open one snapshot, on a connection that cannot write; with `known_at`, of the record as it stood then."""
        settled = known_at is None or self._opened.settled(known_at)
        with _translated(), Session(self._opened.reader.connect(), autoflush=False) as session:
            try:
                yield Reading(session, known_at, settled=settled)
            finally:
                session.connection().close()

    def describe(self) -> str:
        """Name the engine and its version, as the log says at start."""
        return self._opened.describe()

    def check(self) -> None:
        """Raise `Unavailable` unless the database answers and its tables are there."""
        with self.reading() as reading:
            reading.session.connection().execute(text("SELECT 1 FROM change WHERE sequence = 0"))

    def close(self) -> None:
        """Let go of every connection."""
        self._opened.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, PoolTimeout) as away:
        raise Unavailable("The database does not answer.") from away


def _dumps(value: Any) -> str:
    return write_json(value).decode()


# SQLite ------------------------------------------------------------------------------------------------------------


def _sqlite_driver() -> Any:
    """Prefer a SQLite that does not have the WAL bug of before 3.51.3 (fixed in 3.50.7 and 3.44.6 too)."""
    try:
        from pysqlite3 import dbapi2  # type: ignore[import-untyped]
    except ImportError:
        import sqlite3 as dbapi2
    return dbapi2


class _Job(Generic[T]):
    """A request's write on its way into a shared transaction."""

    def __init__(self, work: Callable[[Ledger], T], actor: str | None) -> None:
        self.work, self.actor = work, actor
        self.done = threading.Event()
        self.result: T | None = None
        self.failure: BaseException | None = None


class _Sqlite:
    """One writer, which commits many requests together; readers each on a snapshot of their own."""

    def __init__(self, url: str, pool_size: int) -> None:
        file = make_url(url).database
        if not file or file == ":memory:":
            raise ValueError("SQLite needs a file, such as sqlite:///data/whence.db: memory has no second connection.")
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        self.driver = _sqlite_driver()
        shared = {"module": self.driver, "json_serializer": _dumps, "poolclass": QueuePool}
        self.writer = create_engine(url, pool_size=1, max_overflow=0, **shared)
        self.reader = create_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_timeout=BUSY_SECONDS, **shared
        )
        self.probe = create_engine(url, pool_size=1, max_overflow=0, **shared)
        for engine, query_only in ((self.writer, 0), (self.reader, 1), (self.probe, 0)):
            _set_up_sqlite(engine, query_only)
        self._turn = threading.Lock()
        self._queue: list[_Job[Any]] = []
        self._queue_lock = threading.Lock()
        self._last = datetime.min.replace(tzinfo=UTC)

    def write(self, work: Callable[[Ledger], T], actor: str | None) -> T:
        job = _Job(work, actor)
        with self._queue_lock:
            self._queue.append(job)
        with self._turn:  # whoever has the turn carries out everybody's work that waits
            if not job.done.is_set():
                with self._queue_lock:
                    jobs, self._queue = self._queue, []
                self._carry_out(jobs)
        if job.failure is not None:
            raise job.failure
        return job.result  # type: ignore[return-value]

    def _carry_out(self, jobs: list[_Job[Any]]) -> None:
        try:
            with self.writer.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                for job in jobs:
                    self._attempt(connection, job)
                connection.exec_driver_sql("COMMIT")
        except BaseException as failed:
            for job in jobs:
                job.failure = job.failure or _as_failure(failed)
                job.result = None
        finally:
            for job in jobs:
                job.done.set()

    def _attempt(self, connection: Connection, job: _Job[Any]) -> None:
        connection.exec_driver_sql("SAVEPOINT request")
        session = Session(connection, autoflush=False, expire_on_commit=False, join_transaction_mode="control_fully")
        try:
            ledger = Ledger(session, self._now(), job.actor)
            job.result = job.work(ledger)
            ledger.finish()
            connection.exec_driver_sql("RELEASE request")
        except BaseException as failed:
            job.failure = failed
            connection.exec_driver_sql("ROLLBACK TO request")
            connection.exec_driver_sql("RELEASE request")
        finally:
            session.expunge_all()

    def _now(self) -> datetime:
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last

    def settled(self, known_at: datetime) -> bool:
        """Say whether no write can still add to what was known then: nobody holds the write lock now."""
        if known_at >= datetime.now(UTC):
            return False
        with self.probe.connect() as connection:
            try:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql("ROLLBACK")
            except OperationalError:
                return False
        return True

    def describe(self) -> str:
        return f"SQLite {self.driver.sqlite_version}"

    def close(self) -> None:
        for engine in (self.reader, self.probe, self.writer):
            engine.dispose()


def _set_up_sqlite(engine: Engine, query_only: int) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_SECONDS * 1000}",
            f"query_only = {query_only}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    if query_only:

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN")


# PostgreSQL --------------------------------------------------------------------------------------------------------


class _Postgres:
    """Serializable writers, run again when they collide; readers on a snapshot; one sequencer for the change log."""

    def __init__(self, url: str, pool_size: int) -> None:
        shared: dict[str, Any] = {
            "json_serializer": _dumps,
            "pool_size": pool_size,
            "max_overflow": 0,
            "pool_timeout": BUSY_SECONDS,
            "pool_pre_ping": True,
        }
        self.writer = create_engine(
            url,
            isolation_level="SERIALIZABLE",
            connect_args={"application_name": WRITER, "options": "-c timezone=UTC", "connect_timeout": 5},
            **shared,
        )
        self.reader = create_engine(
            url,
            isolation_level="REPEATABLE READ",
            connect_args={
                "application_name": "whence reader",
                "options": "-c timezone=UTC -c default_transaction_read_only=on",
                "connect_timeout": 5,
            },
            **shared,
        )
        self._sequencer = _Sequencer(
            create_engine(
                url,
                isolation_level="READ COMMITTED",
                pool_size=1,
                connect_args={"application_name": "whence sequencer", "connect_timeout": 5},
                pool_pre_ping=True,
            )
        )
        self._sequencer.start()

    def write(self, work: Callable[[Ledger], T], actor: str | None) -> T:
        for attempt in range(ATTEMPTS):
            try:
                with Session(self.writer, autoflush=False, expire_on_commit=False) as session, session.begin():
                    now = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
                    ledger = Ledger(session, now, actor)
                    result = work(ledger)
                    ledger.finish()
                self._sequencer.wake()
                return result
            except (DBAPIError, PoolTimeout) as failed:
                if not _may_try_again(failed):
                    raise _as_failure(failed) from failed
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise Unavailable("Other writers were faster, several times over.")

    def settled(self, known_at: datetime) -> bool:
        """Say whether no write can still add to what was known then: none that began before is under way."""
        with _translated(), self.reader.connect() as connection:
            now, oldest = connection.execute(
                text(
                    "SELECT clock_timestamp(), (SELECT min(xact_start) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = :writer)"
                ),
                {"writer": WRITER},
            ).one()
        return bool(known_at < now and (oldest is None or known_at < oldest))

    def describe(self) -> str:
        with _translated(), self.reader.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
        return f"PostgreSQL {version}"

    def close(self) -> None:
        self._sequencer.stop()
        for engine in (self.reader, self.writer):
            engine.dispose()


class _Sequencer(threading.Thread):
    """Numbers committed changes; of all processes' sequencers, the one that holds the lease works."""

    PAUSE = 0.25

    def __init__(self, engine: Engine) -> None:
        super().__init__(name="sequencer", daemon=True)
        self.engine = engine
        self.holder = new_id()
        self._awake = threading.Event()
        self._stopping = False

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        self.join(timeout=5)
        self.engine.dispose()

    def run(self) -> None:
        while not self._stopping:
            try:
                more = self._number()
            except DBAPIError as failed:  # no tables yet, database away, or another process was first
                log.debug("sequencer waits", reason=str(failed.orig))
                more = False
            if not more:
                self._awake.wait(self.PAUSE)
                self._awake.clear()

    def _number(self) -> bool:
        with self.engine.begin() as connection:
            now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            held = take_lease(connection, "sequencer", self.holder, now)
        if not held:
            return False
        with self.engine.begin() as connection:
            return number_queued(connection) > 0


def _may_try_again(failed: Exception) -> bool:
    return isinstance(failed, IntegrityError) or getattr(getattr(failed, "orig", None), "sqlstate", None) in REFUSED


def _as_failure(failed: BaseException) -> BaseException:
    if isinstance(failed, OperationalError | PoolTimeout):
        failure = Unavailable("The database is busy or does not answer.")
        failure.__cause__ = failed
        return failure
    return failed
