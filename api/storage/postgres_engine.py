"""PostgreSQL: serializable writers, run again when they collide; readers on a snapshot; numbers after the commit."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, TypeVar

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from api.custody.callers import NOBODY, Caller
from api.custody.keys import Keys
from api.errors import Unavailable
from api.storage.changes import ChangeQueue
from api.storage.deadline import Deadline
from api.storage.history import table_of
from api.storage.inserting import copies, insert_rows
from api.storage.ledger import Ledger
from api.storage.passage import Passage
from api.storage.postgres import arguments
from api.storage.postgres_watch import ServerWatch
from api.storage.records import dumps, in_order
from api.storage.refusals import as_failure, close_read_only, may_try_again, translated
from api.storage.sequencer import Sequencer

T = TypeVar("T")

ATTEMPTS = 8
TOGETHER = 3  # attempts beside other writers of this process; after that alone
POOL_SECONDS = 30  # how long a thread waits for a connection that another one has
HASTE = "200ms"  # how long a write that may be left out waits for a lock
WRITER = "whence writer"
PATIENCE = 10  # seconds that closing waits for the tables to be wiped
FIRST = datetime.min.replace(tzinfo=UTC)
MOMENT = timedelta(microseconds=1)  # what an instant is kept to
NEWEST = "SELECT recorded_at FROM change ORDER BY sequence DESC LIMIT 1"
NEWEST_OF_ALL = f"SELECT max(recorded_at) FROM (SELECT recorded_at FROM change_queue UNION ALL ({NEWEST})) AS known"


class PostgresEngine:
    """Serializable writers, run again when they collide; readers on a snapshot; one sequencer for the change log."""

    at_hand = False

    def __init__(self, url: str, pool_size: int, keys: Keys) -> None:
        self._url = url
        self._keys = keys
        self._wiping: threading.Thread | None = None
        self._passage = Passage()
        self._giving = threading.Lock()
        self._last = FIRST
        self.writer = _engine(url, WRITER, "SERIALIZABLE", pool_size)
        # For what may be left out: it waits for no connection, and hardly for a lock.
        self.hasty = _engine(url, WRITER, "SERIALIZABLE", 1, pool_seconds=0, lock_timeout=HASTE)
        self.reader = reader(url, pool_size)
        self._numbering = _engine(url, "whence sequencer", "READ COMMITTED", 1)
        self._sequencer = Sequencer(self._numbering, keys.signer)
        for engine in (self.writer, self.hasty, self._numbering):
            copies(engine)
            event.listen(engine, "handle_error", close_read_only)
        self._sequencer.start()

    def write(self, work: Callable[[Ledger], T], caller: Caller) -> T:
        for attempt in range(ATTEMPTS):
            passing = self._passage.beside_others if attempt < TOGETHER else self._passage.alone
            try:
                with passing():
                    return self._attempt(self.writer, work, caller)
            except (DBAPIError, PoolTimeout) as failed:
                if not may_try_again(failed):
                    raise as_failure(failed) from failed
            time.sleep(random.uniform(0, 0.01 * 2**attempt))
        raise Unavailable("Other writers were faster, several times over.")

    def write_if_free(self, work: Callable[[Ledger], object]) -> bool:
        try:
            self._attempt(self.hasty, work, NOBODY)
        except (DBAPIError, PoolTimeout) as failed:
            if may_try_again(failed) or isinstance(as_failure(failed), Unavailable):
                return False
            raise
        return True

    def _attempt(self, engine: Engine, work: Callable[[Ledger], T], caller: Caller) -> T:
        with Session(engine, autoflush=False, expire_on_commit=False) as session, session.begin():
            ledger = Ledger(session, self._now(session.connection()), caller, sealing=self._keys.sealing)
            result = work(ledger)
            ledger.finish()
            queued = ({"position": at, **change} for at, change in enumerate(ledger.changes))
            insert_rows(session.connection(), table_of(ChangeQueue), queued)
        self._sequencer.wake()
        if ledger.rewrites:
            self._wiping = threading.Thread(target=self._wipe, name="vacuum", daemon=True)
            self._wiping.start()
        return result

    def _now(self, connection: Connection) -> datetime:
        """Return the server's instant, or a later one where its clock was set back, or is a standby's that is behind:
        it comes after those that this process gave, and after those of what is committed.
        """
        now, newest = connection.execute(text(f"SELECT clock_timestamp(), ({NEWEST})")).one()
        if newest is not None and now <= newest:
            with self._numbering.connect() as apart:  # writers that read here what all of them queue would collide
                now = apart.execute(text(NEWEST_OF_ALL)).scalar_one() + MOMENT
        with self._giving:
            self._last = max(now, self._last + MOMENT)
            return self._last

    def now(self) -> datetime:
        with self.reader.connect() as connection:
            now: datetime = connection.execute(
                text(f"SELECT greatest(clock_timestamp(), ({NEWEST_OF_ALL}))")
            ).scalar_one()
            return now

    def compact(self) -> None:
        """Write the tables anew, without what was ever deleted from them."""
        self._wipe("VACUUM FULL")

    def _wipe(self, command: str = "VACUUM") -> None:
        """Free the rows that were written over, so that their space is reused; older readers may still hold some."""
        kept = {"sealed_under", "record_id", "text"}
        written_over = [one.name for one in in_order() if kept & set(one.c.keys())]
        engine = self.reader.execution_options(isolation_level="AUTOCOMMIT")
        with suppress(DBAPIError, PoolTimeout), engine.connect() as connection:
            connection.exec_driver_sql(f"{command} {', '.join(written_over)}")

    def watch(self) -> ServerWatch:
        return ServerWatch(self._url)

    def settled(self, known_at: datetime) -> bool:
        """Say whether no write can still add to what was known then: none that began before is under way.

        Of a writer that another role runs, or a server that does not track them, that is not known.
        """
        with translated(), self.reader.connect() as connection:
            settled: bool = connection.execute(
                text(
                    "SELECT :known_at < clock_timestamp() AND NOT EXISTS (SELECT FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = :writer"
                    " AND (xact_start <= :known_at OR coalesce(state, 'disabled') = 'disabled'))"
                ),
                {"known_at": known_at, "writer": WRITER},
            ).scalar_one()
        return settled

    @contextmanager
    def ending(self, connection: Connection, deadline: Deadline) -> Iterator[None]:
        """Let no statement of a connection's transaction take longer than is left until a deadline."""
        milliseconds = max(1, ceil(deadline.left * 1000))
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = {milliseconds}")
        yield

    def describe(self) -> str:
        with translated(), self.reader.connect() as connection:
            version = connection.execute(text("SHOW server_version")).scalar_one()
        return f"PostgreSQL {version}"

    def close(self) -> None:
        if self._wiping is not None:
            self._wiping.join(PATIENCE)
        self._sequencer.stop()
        for engine in (self.reader, self.hasty, self.writer):
            engine.dispose()


def reader(url: str, pool_size: int) -> Engine:
    """Make the engine of connections whose transactions cannot write."""
    engine = _engine(url, "whence reader", "REPEATABLE READ", pool_size)
    event.listen(engine, "connect", _only_read)
    return engine


def _engine(
    url: str,
    name: str,
    isolation: IsolationLevel,
    pool_size: int,
    pool_seconds: int = POOL_SECONDS,
    **settings: str,
) -> Engine:
    return create_engine(
        url,
        isolation_level=isolation,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=pool_seconds,
        pool_pre_ping=True,
        connect_args=arguments(url, name, **settings),
        hide_parameters=True,  # what people said does not belong in a log
        json_serializer=dumps,
        json_deserializer=from_json,
    )


def _only_read(connection: Any, _: Any) -> None:
    connection.read_only = True  # by no setting of the session: `target_session_attrs=read-write` would refuse it
