"""A stamp of the whole store is another one after every commit, and nobody waits for it."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

import psycopg

from api.custody.callers import COMMAND_LINE
from api.custody.keys import Keys
from api.sources.models import Source
from api.storage.database import Database
from api.storage.watch import ServerWatch, Watch

PATIENCE = 60  # seconds, of a busy machine


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.05)


async def says_something(watch: Watch) -> bool:
    return await watch.stamp() is not None


def test_it_is_the_same_until_something_is_committed(database_url: str) -> None:
    def record(database: Database) -> None:
        database.write(lambda ledger: ledger.add(Source(name="KCNA", **ledger.stamp())), COMMAND_LINE)

    async def looked(database: Database, watch: Watch) -> None:
        async def settled() -> bool:
            return await watch.stamp() == await watch.stamp() is not None

        await until(settled)
        before = await watch.stamp()
        await asyncio.to_thread(record, database)
        assert await watch.stamp() not in (before, None)
        await watch.close()

    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        asyncio.run(looked(database, database.watch()))


def test_a_server_that_hangs_or_drops_it_is_asked_again_later(postgresql_url: str) -> None:
    address = postgresql_url.replace("+psycopg", "")

    async def looked() -> None:
        watch = ServerWatch(postgresql_url)
        failures: list[Any] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, failure: failures.append(failure))
        await until(lambda: says_something(watch))
        with psycopg.connect(address, autocommit=True) as other:
            find = "SELECT pid FROM pg_stat_activity WHERE application_name = 'whence watcher' AND datname = %s"
            (pid,) = other.execute(find, [other.info.dbname]).fetchone() or (0,)
            os.kill(pid, signal.SIGSTOP)
            try:
                assert await watch.stamp() is None
                await until(lambda: says_something(watch))  # on another connection
            finally:
                os.kill(pid, signal.SIGCONT)
            for _ in range(3):
                other.execute("SELECT pg_terminate_backend(pid) FROM (" + find + ") AS one", [other.info.dbname])
                await asyncio.sleep(0.1)  # it hears of that though nobody asks
                await until(lambda: says_something(watch))
        await watch.close()
        assert failures == []

    asyncio.run(looked())


def test_whoever_comes_after_a_commit_shares_no_answer_that_was_asked_for_before(postgresql_url: str) -> None:
    async def looked() -> None:
        watch = ServerWatch(postgresql_url)
        with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("CREATE TABLE counted (number int)")
            await until(lambda: says_something(watch))
            for _ in range(20):
                before = await watch.stamp()
                early = [asyncio.create_task(watch.stamp()) for _ in range(3)]
                await asyncio.sleep(0)  # the first of them has asked; the answer is on its way
                other.execute("INSERT INTO counted VALUES (1)")
                late = [asyncio.create_task(watch.stamp()) for _ in range(3)]
                late[0].cancel()  # whoever goes away takes nobody along
                _, *after = await asyncio.gather(*late, return_exceptions=True)
                assert None not in (before, *after)
                assert before not in after
                assert None not in await asyncio.gather(*early)
        await watch.close()

    asyncio.run(looked())


def test_nobody_waits_for_a_server_that_is_not_there() -> None:
    async def looked() -> None:
        watch = ServerWatch("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        assert await asyncio.gather(*(watch.stamp() for _ in range(3))) == [None] * 3
        assert await watch.stamp() is None
        await watch.close()

    asyncio.run(looked())
