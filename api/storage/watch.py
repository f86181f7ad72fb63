"""Tell one state of the whole store from another, from the event loop: as long as the stamp is the same, nothing at all
was committed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Protocol
from uuid import uuid4

import psycopg
from sqlalchemy.engine import make_url

from api.storage import sqlite

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
    """Watches a PostgreSQL server, on a connection of its own that everybody takes turns on."""

    def __init__(self, url: str) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._turn = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._asking: set[asyncio.Task[str | None]] = set()

    async def stamp(self) -> str | None:
        """Return which transactions a snapshot sees now; None where the server takes its time over that."""
        asking = asyncio.create_task(self._ask())
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        await asyncio.wait([asking], timeout=SECONDS)
        if asking.done():
            return asking.result()
        asking.cancel()  # nobody waits until the server has heard of that
        return None

    async def close(self) -> None:
        for asking in self._asking:
            asking.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)
        await self._let_go()

    async def _ask(self) -> str | None:
        async with self._turn:
            try:
                if self._connection is None:
                    self._connection = await psycopg.AsyncConnection.connect(
                        self._address,
                        autocommit=True,
                        application_name="whence watcher",
                        connect_timeout=CONNECTING,
                    )
                answer = await self._connection.execute(STAMP, prepare=True)
                (stamp,) = await answer.fetchone() or (None,)
            except psycopg.Error:
                await self._let_go()
                return None
            except asyncio.CancelledError:
                await self._let_go()
                raise
            return stamp if stamp is None else str(stamp)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
