"""The two databases behind one door: `write` and `reading`. The only code that knows SQLite from PostgreSQL."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, col

from api.errors import Unavailable
from api.formats.json import write as write_json
from api.storage import sqlite
from api.storage.changes import Change, is_queued, number_queued, take_lease
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.records import new_id

T = TypeVar("T")
log = structlog.get_logger()

ATTEMPTS = 8
BUSY_SECONDS = 10
POOL_SECONDS = 30  # how long a thread waits for a connection that another one has
WRITER = "whence writer"
SEQUENCER = "sequencer"
# Serialization failure, deadlock; a unique or foreign key that another writer of this moment took or dropped.
REFUSED = {"40001", "40P01", "23505", "23503"}


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
        with _translated():
            settled = known_at is None or self._opened.settled(known_at)  # asked before the snapshot is taken
            with self._opened.reader.connect() as connection, Session(connection, autoflush=False) as session:
                yield Reading(session, known_at, settled=settled)

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
    except (DBAPIError, PoolTimeout) as failed:
        raise _as_failure(failed) from failed


def _dumps(value: Any) -> str:
    return write_json(value).decode()


# SQLite ------------------------------------------------------------------------------------------------------------


class _Job(Generic[T]):
    """A request's write on its way into a shared transaction."""

    def __init__(self, work: Callable[[Ledger], T], actor: str | None) -> None:
        self.work, self.actor = work, actor
        self.called = threading.Event()  # it is done, or its thread is the next to carry out what waits
        self.done = False
        self.result: T | None = None
        self.failure: BaseException | None = None


class _Sqlite:
    """One writer, which commits many requests together; readers each on a snapshot of their own."""

    def __init__(self, url: str, pool_size: int) -> None:
        file = make_url(url).database
        if not file or file == ":memory:":
            raise ValueError("SQLite needs a file, such as sqlite:///data/whence.db: memory has no second connection.")
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        shared = {"module": sqlite.driver(), "hide_parameters": True, "json_serializer": _dumps, "poolclass": QueuePool}
        self.writer = create_engine(url, pool_size=1, **shared)
        # A connection costs little here: every thread that reads at this moment can have one.
        self.reader = create_engine(url, pool_size=pool_size, max_overflow=-1, **shared)
        self.probe = create_engine(url, pool_size=1, max_overflow=-1, **shared)
        _set_up_sqlite(self.writer, "BEGIN IMMEDIATE", BUSY_SECONDS)
        _set_up_sqlite(self.reader, "BEGIN", BUSY_SECONDS, "PRAGMA query_only = ON")
        _set_up_sqlite(self.probe, "BEGIN IMMEDIATE", 0)
        self._lock = threading.Lock()
        self._waiting: list[_Job[Any]] = []
        self._writing = False
        self._last = datetime.min.replace(tzinfo=UTC)

    def write(self, work: Callable[[Ledger], T], actor: str | None) -> T:
        job = _Job(work, actor)
        with self._lock:
            self._waiting.append(job)
            if not self._writing:
                self._writing = True
                job.called.set()
        job.called.wait()
        if not job.done:
            self._carry_out_what_waits()
        if job.failure is not None:
            raise job.failure
        return job.result  # type: ignore[return-value]

    def _carry_out_what_waits(self) -> None:
        with self._lock:
            jobs, self._waiting = self._waiting, []
        try:
            with self.writer.begin() as connection:
                for job in jobs:
                    self._attempt(connection, job)
        except BaseException as failed:
            for job in jobs:
                job.failure = job.failure or _as_failure(failed)
        finally:
            with self._lock:
                following = self._waiting[:1]
                self._writing = bool(following)
            for job in jobs:
                job.done = True
            for job in following + jobs:
                job.called.set()

    def _attempt(self, connection: Connection, job: _Job[Any]) -> None:
        try:
            with (
                Session(
                    connection, autoflush=False, expire_on_commit=False, join_transaction_mode="create_savepoint"
                ) as session,
                session.begin(),
            ):
                ledger = Ledger(session, self._now(), job.actor)
                job.result = job.work(ledger)
                ledger.finish()
        except Exception as failed:
            job.failure = _as_failure(failed)
            if not _in_transaction(connection):
                # A full disk or the like: SQLite undid everybody's work, so nobody may be told that it is done.
                job.failure = Unavailable("The database could not keep this: its disk may be full.")
                raise job.failure from failed

    def _now(self) -> datetime:
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last

    def settled(self, known_at: datetime) -> bool:
        """Say whether no write can still add to what was known then.

        Writers come one after another, and take their instant when it is their turn. So none is left where one
        with a later instant is through, or where nobody has the turn.
        """
        if known_at >= datetime.now(UTC):
            return False
        with self.reader.connect() as connection:
            latest_first = select(col(Change.recorded_at)).order_by(col(Change.sequence).desc())
            newest = connection.execute(latest_first.limit(1)).scalar()
        if newest is not None and newest > known_at:
            return True
        with suppress(OperationalError), self.probe.begin() as connection:
            return True
        return False

    def describe(self) -> str:
        return f"SQLite {sqlite.driver().sqlite_version}"

    def close(self) -> None:
        for engine in (self.reader, self.probe, self.writer):
            engine.dispose()


def _in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def _set_up_sqlite(engine: Engine, begin_with: str, busy_seconds: float, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            f"PRAGMA busy_timeout = {int(busy_seconds * 1000)}",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            *pragmas,
        ):
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin_with)


# PostgreSQL --------------------------------------------------------------------------------------------------------


class _Postgres:
    """Serializable writers, run again when they collide; readers on a snapshot; one sequencer for the change log."""

    def __init__(self, url: str, pool_size: int) -> None:
        shared: dict[str, Any] = {
            "hide_parameters": True,  # what people said does not belong into a log
            "json_serializer": _dumps,
            "pool_size": pool_size,
            "max_overflow": 0,
            "pool_timeout": POOL_SECONDS,
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
            except SQLAlchemyError as failed:  # no tables yet, database away, or another process was first
                log.debug("sequencer waits", reason=str(failed))
                more = False
            if not more:
                self._awake.wait(self.PAUSE)
                self._awake.clear()

    def _number(self) -> bool:
        with self.engine.begin() as connection:
            if not is_queued(connection):
                return False
            now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
            held = take_lease(connection, SEQUENCER, self.holder, now)
        if not held:
            return False
        with self.engine.begin() as connection:
            return number_queued(connection) > 0


def _may_try_again(failed: Exception) -> bool:
    return getattr(getattr(failed, "orig", None), "sqlstate", None) in REFUSED


def _as_failure(failed: BaseException) -> BaseException:
    """Tell a database that is busy or away from a fault of our own."""
    if not _is_busy_or_away(failed):
        return failed
    failure = Unavailable("The database is busy or does not answer.")
    failure.__cause__ = failed
    return failure


def _is_busy_or_away(failed: BaseException) -> bool:
    if not isinstance(failed, DBAPIError):
        return isinstance(failed, PoolTimeout)
    # SQLite calls a statement that it cannot read (code 1, SQLITE_ERROR) operational too.
    misspelt = getattr(failed.orig, "sqlite_errorcode", None) == 1
    if str(getattr(failed.orig, "sqlstate", None) or "").startswith("54"):
        return False  # over a limit of PostgreSQL's: trying again will not help
    return failed.connection_invalidated or (isinstance(failed, OperationalError | InterfaceError) and not misspelt)
