"""Tell one state of the whole store from another, from the event loop: as long as the stamp is the same, nothing at all
was committed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, Protocol
from uuid import uuid4

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from sqlalchemy.engine import make_url

from api.storage import sqlite

QUESTION = "stamp"
SECONDS = 0.1  # how long an answer may wait for a stamp
CONNECTING = 5  # seconds

# A standby sees commits that its snapshot does not tell of. A server that takes over may give the same numbers to
# other transactions.
STAMP = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN concat(pg_postmaster_start_time(), ' ', pg_current_snapshot()) END"
)


Stamp = Callable[[], Awaitable[str | None]]  # what `Watch.stamp` is


class Watch(Protocol):
    """Notices whether anybody committed anything. It belongs to one event loop."""

    async def stamp(self) -> str | None:
        """Return another text after every commit; None where the database does not say."""

    async def close(self) -> None:
        """Let go of the connection."""


class FileWatch:
    """Watches a SQLite file, on a connection of its own: SQLite counts what others did there."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._connection: Any = None
        self._own = uuid4().hex  # each connection counts from the beginning

    async def stamp(self) -> str | None:
        """Return `data_version`. It waits for nobody: a thread would take longer than the answer."""
        with suppress(sqlite.driver().Error):
            if self._connection is None:
                self._connection = sqlite.driver().connect(
                    self._file, timeout=0, check_same_thread=False, isolation_level=None
                )
            return f"{self._own} {self._connection.execute('PRAGMA data_version').fetchone()[0]}"
        return None

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class ServerWatch:
    """Watches a PostgreSQL server, on a connection of its own: all who come while it answers share its next answer.

    It speaks to the driver's library itself, which takes a third of the time that a cursor does.
    """

    def __init__(self, url: str) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._socket = -1  # the connection's: one that is lost does not tell
        self._connecting: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[str | None]] = []  # for what is asked next
        self._asked: list[asyncio.Future[str | None]] = []  # for what is asked at this moment
        self._patience: asyncio.TimerHandle | None = None
        self._said: bytes | None = None

    async def stamp(self) -> str | None:
        """Return which transactions a snapshot sees now; None where the server takes its time over that."""
        asker: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(asker)
        if not self._asked:
            self._ask()
        return await asker

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        self._give_up()

    def _ask(self) -> None:
        """Ask for those who have come by now; who comes later may know of a later commit."""
        loop = asyncio.get_running_loop()
        self._asked, self._waiting = self._waiting, []
        self._patience = loop.call_later(SECONDS, self._give_up)
        if self._connection is not None:
            self._send(self._connection.pgconn)
        elif self._connecting is None:
            self._connecting = loop.create_task(self._connect())

    async def _connect(self) -> None:
        """Get a connection, however long those who ask wait for it."""
        try:
            async with AsyncExitStack() as until_it_is_ready:
                connection = await until_it_is_ready.enter_async_context(
                    await psycopg.AsyncConnection.connect(
                        self._address, autocommit=True, application_name="whence watcher", connect_timeout=CONNECTING
                    )
                )
                await connection.execute(f"PREPARE {QUESTION} AS {STAMP}")
                until_it_is_ready.pop_all()
        except psycopg.Error:
            self._connecting = None
            return self._answer(None)
        server = connection.pgconn
        server.nonblocking = 1
        self._socket = server.socket
        asyncio.get_running_loop().add_reader(self._socket, self._hear, server)
        self._connection, self._connecting = connection, None
        if self._asked:
            self._send(server)

    def _send(self, server: PGconn) -> None:
        self._said = None
        try:
            server.send_query_prepared(QUESTION.encode(), None)
            server.flush()
        except psycopg.Error:
            self._give_up()

    def _hear(self, server: PGconn) -> None:
        """Take what the server says, and pass it on when it is whole."""
        try:
            server.consume_input()
            while not server.is_busy():
                result = server.get_result()
                if result is None:
                    return self._answer(self._said)
                self._said = result.get_value(0, 0) if result.status == ExecStatus.TUPLES_OK else None
        except psycopg.Error:
            self._give_up()

    def _answer(self, said: bytes | None) -> None:
        if self._patience is not None:
            self._patience.cancel()
        asked, self._asked = self._asked, []
        for asker in asked:
            if not asker.done():  # who asked may have gone away
                asker.set_result(None if said is None else said.decode())
        if self._waiting:
            self._ask()

    def _give_up(self) -> None:
        """Let go of a connection that does not answer: nobody waits until the server has heard of that."""
        connection, self._connection = self._connection, None
        if connection is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            connection.pgconn.finish()
        self._answer(None)
