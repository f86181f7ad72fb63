"""Hear of commits to a PostgreSQL server, by asking what has been touched since the last answer."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

import psycopg
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from api.storage import touches
from api.storage.journal import Journal
from api.storage.postgres import CONNECTING, arguments
from api.storage.watch import note_touched

QUESTION = "touched"
SECONDS = 1.0  # how long an answer may wait for what was touched; what is worked out waits for the same server

# Which transactions a snapshot sees, and the ids that those among them touched which an earlier one did not see: null
# where that may be anything, or where so many have come since that what the first of them left may be gone. A standby
# sees commits that its snapshot does not tell of.
TOUCHED = f"""
SELECT
    CASE WHEN NOT pg_is_in_recovery() THEN pg_current_snapshot()::text END,
    CASE WHEN $1 IS NOT NULL AND count(*) < {touches.KEPT} AND count(*) FILTER (WHERE new AND ids IS NULL) = 0
        THEN coalesce(encode(string_agg(ids, '') FILTER (WHERE new), 'hex'), '')
    END
FROM (
    SELECT ids, NOT pg_visible_in_snapshot(place::text::xid8, $1::pg_snapshot) AS new
    FROM touch
    WHERE place >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
        AND place < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
) AS since
"""

# Planned once, and by the index: the newest rows, whatever is left of old ones.
PLAN = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "enable_bitmapscan": "off"}


class ServerWatch:
    """Watches a PostgreSQL server, on a connection of its own: all who come while it answers share its next answer.

    It speaks to the driver's library itself, which takes a third of the time that a cursor does. What was committed
    without leaving a row is taken for nothing, as on SQLite.
    """

    def __init__(self, url: str) -> None:
        self._arguments = arguments(url, "whence watcher", **PLAN)
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._socket = -1  # the connection's: one that is lost does not tell
        self._connecting: asyncio.Task[None] | None = None
        self._waiting: list[asyncio.Future[Journal | None]] = []  # for what is asked next
        self._asked: list[asyncio.Future[Journal | None]] = []  # for what is asked at this moment
        self._patience: asyncio.TimerHandle | None = None
        self._heard = False  # whether what was asked has been answered
        self._lost = False  # whether nobody is to wait until there is another connection
        self._snapshot: bytes | None = None  # up to which the journal goes
        self._journal = Journal()

    async def look(self) -> Journal | None:
        """Ask what was touched; None where the server takes its time over that, or was lost."""
        if self._lost:
            self._find()
            return None
        asker: asyncio.Future[Journal | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(asker)
        if not self._asked:
            self._ask()
        return await asker

    async def close(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting], timeout=SECONDS)  # the driver may take longer, to say that it goes
        self._give_up()

    def _ask(self) -> None:
        """Ask for those who have come by now; who comes later may know of a later commit."""
        self._asked, self._waiting = self._waiting, []
        self._patience = asyncio.get_running_loop().call_later(SECONDS, self._give_up)
        if self._connection is not None:
            self._send(self._connection.pgconn)
        else:
            self._find()

    def _find(self) -> None:
        if self._connecting is None:
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        """Get a connection, however long those who ask wait for it."""
        connection = await self._ready()
        self._connecting, self._lost = None, connection is None
        if connection is None:
            return self._answer()
        self._connection, self._socket = connection, connection.pgconn.socket
        asyncio.get_running_loop().add_reader(self._socket, self._hear, connection.pgconn)
        if self._asked:
            self._send(connection.pgconn)

    async def _ready(self) -> psycopg.AsyncConnection[Any] | None:
        """Return a connection that knows the question; None where there is none in time."""
        with suppress(psycopg.Error, TimeoutError):
            async with asyncio.timeout(CONNECTING), AsyncExitStack() as until_it_is_ready:
                connection = await until_it_is_ready.enter_async_context(
                    await psycopg.AsyncConnection.connect(autocommit=True, **self._arguments)
                )
                await connection.execute(f"PREPARE {QUESTION} (text) AS {TOUCHED}")
                connection.pgconn.nonblocking = 1
                until_it_is_ready.pop_all()
                return connection
        return None

    def _send(self, server: PGconn) -> None:
        self._heard = False
        try:
            server.send_query_prepared(QUESTION.encode(), [self._snapshot])
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
                    return self._answer()
                if result.status == ExecStatus.TUPLES_OK:
                    self._note(result.get_value(0, 0), result.get_value(0, 1))
                else:
                    self._note(None, None)
        except psycopg.Error:
            self._give_up()

    def _note(self, snapshot: bytes | None, told: bytes | None) -> None:
        """Note what was touched up to a snapshot; None where that is not certain."""
        if told is None:
            self._journal.add_everything()
        else:
            note_touched(self._journal, bytes.fromhex(told.decode()))
        self._snapshot, self._heard = snapshot, snapshot is not None

    def _answer(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
        asked, self._asked = self._asked, []
        for asker in asked:
            if not asker.done():  # who asked may have gone away
                asker.set_result(self._journal if self._heard else None)
        if self._waiting:
            self._ask()

    def _give_up(self) -> None:
        """Let go of a connection that does not answer: nobody waits until the server has heard of that."""
        connection, self._connection = self._connection, None
        self._snapshot, self._heard, self._lost = None, False, True  # another connection may lead to another server
        if connection is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            connection.pgconn.finish()
        self._answer()
