"""The two databases behind one door: `write` and `reading`. Nobody else knows SQLite from PostgreSQL."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import select

from api.custody.callers import COMMAND_LINE, NOBODY, Caller
from api.custody.keys import Keys
from api.custody.notes import opened
from api.storage import postgres_engine, sqlite_engine
from api.storage.address import check_there, read_address
from api.storage.changes import LogCheckpoint, sign_once
from api.storage.deadline import Deadline
from api.storage.journal import About
from api.storage.ledger import Ledger
from api.storage.postgres_engine import PostgresEngine
from api.storage.protection import marked, seal_marked
from api.storage.reading import Reading
from api.storage.refusals import translated
from api.storage.sqlite_engine import SqliteEngine
from api.storage.watch import Watch

T = TypeVar("T")
log = structlog.get_logger()


@contextmanager
def look(url: str, sealing: bytes | None) -> Iterator[Reading]:
    """Open one snapshot of a store that this process does not use otherwise; what is sealed opens only with the key.

    Raises `FileNotFoundError` where there is none, and makes none.
    """
    address = read_address(url)
    check_there(address)
    engine = (sqlite_engine if address.get_backend_name() == "sqlite" else postgres_engine).reader(url, 1)
    try:
        with (
            translated(),
            engine.connect() as connection,
            closing(Reading(connection, sealing=sealing, reveals=sealing is not None)) as reading,
        ):
            yield reading
    finally:
        engine.dispose()


class Database:
    """Where the record is kept. Safe to share between threads; `close` when done."""

    def __init__(self, url: str, pool_size: int, keys: Keys) -> None:
        self.url = read_address(url)
        self.engine_name = self.url.get_backend_name()
        self._keys = keys
        self._sealing = keys.sealing
        self._at_work: deque[None] = deque()  # one for each reading and write under way
        self.verifier = keys.signer.verifier
        if self.engine_name == "sqlite":
            self._opened: SqliteEngine | PostgresEngine = SqliteEngine(url, pool_size, keys)
        else:
            self._opened = PostgresEngine(url, pool_size, keys)

    def write(self, work: Callable[[Ledger], T], caller: Caller = NOBODY) -> T:
        """Run `work` in a transaction, for this caller, and return what it returned, after the commit.

        It may run several times (each on a clean slate), so it must not touch anything but the ledger. An exception
        from it rolls everything back. Raises `Unavailable` when the database stays busy or is away.
        """
        with self._working():
            return self._opened.write(work, caller)

    def write_if_free(self, work: Callable[[Ledger], object]) -> bool:
        """Run `work` in a transaction if nobody is in its way, and say whether it ran; for what may be left out.

        It is tried once, and waits for no other writer. An exception from it rolls everything back.
        """
        with self._working():
            return self._opened.write_if_free(work)

    @contextmanager
    def reading(
        self,
        known_at: datetime | None = None,
        deadline: Deadline | None = None,
        *,
        reveals: bool = False,
        about: About | None = None,
    ) -> Iterator[Reading]:
        """Open one snapshot, on a connection that cannot write; with `known_at`, of the record as it stood then.

        With `reveals` it opens what is sealed, and tells in `seen` of which records; with `about` it notes there what
        it is about. Raises `Unavailable`, or `OutOfTime` where a statement runs past the deadline.
        """
        with self._working(), translated(deadline):
            settled = known_at is None or self._opened.settled(known_at)  # asked before the snapshot is taken
            with (
                self._opened.reader.connect() as connection,
                nullcontext() if deadline is None else self._opened.ending(connection, deadline),
                closing(
                    Reading(connection, known_at, settled=settled, sealing=self._sealing, reveals=reveals, about=about)
                ) as reading,
            ):
                yield reading

    def now(self) -> datetime:
        """Return the instant by which all that is committed was known: this machine's clock may be behind that.

        Raises `Unavailable`.
        """
        with self._working(), translated():
            return self._opened.now()

    @property
    def at_hand(self) -> bool:
        """Say whether a short reading waits for nobody: for no server, and for no thread of this process that reads or
        writes. With one, each step of SQLite's gives the interpreter away and has to wait to get it back.
        """
        return self._opened.at_hand and not self._at_work

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._at_work.append(None)
        try:
            yield
        finally:
            self._at_work.pop()

    def watch(self) -> Watch:
        """Return what hears what commits touch, for the event loop that asks; close it when done."""
        return self._opened.watch()

    def take_custody(self) -> None:
        """Sign the log where nobody has, and seal what was protected before there was a seal.

        Raises `ValueError` where the sealing key is not the one that the store was sealed with.
        """
        self.check_keys()
        with translated(), self._opened.writer.begin() as connection:
            sign_once(connection, self._keys.signer)
        with self.reading() as reading:
            waiting = bool(marked(reading))
        if waiting:
            self.write(seal_marked, COMMAND_LINE)
            self._opened.compact()

    def check_keys(self) -> None:
        """Raise `ValueError` where nothing that is sealed could be opened; say so where another key has signed."""
        with self.reading() as reading:
            fits = reading.vault.fits()
            newest = reading.rows(select(LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1))  # type: ignore
        if not fits:
            raise ValueError(
                "The sealing key is not the one that this store was sealed with: nothing protected could be read. Give"
                " back the file sealing.key in WHENCE_KEY_FOLDER, or WHENCE_SEALING_KEY."
            )
        try:
            opened(newest[0][0], [self.verifier]) if newest else None
        except ValueError:
            log.warning("another key has signed the log so far: `whence verify` takes both", key=self.verifier.vkey)

    def describe(self) -> str:
        """Name the engine and its version, as the log says at start."""
        return self._opened.describe()

    def close(self) -> None:
        """Let go of every connection."""
        self._opened.close()
