"""The journal has what every commit touched before anybody asks after it, and nobody waits for it."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg
import pytest

from api.custody.keys import Keys
from api.sources.models import Source
from api.storage import migrations, postgres_watch, touches
from api.storage.changes import is_queued
from api.storage.database import Database
from api.storage.ledger import Ledger
from api.storage.postgres_watch import ServerWatch
from api.storage.records import new_id
from api.storage.watch import Watch
from tests.crowd import wait_until

PATIENCE = 60  # seconds, of a busy machine


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.05)


async def says_something(watch: Watch) -> bool:
    return await watch.look() is not None


def test_it_has_what_every_commit_touched(database_url: str) -> None:
    async def looked(database: Database, watch: Watch) -> None:
        await until(lambda: says_something(watch))
        for _ in range(3):
            journal = await watch.look()
            assert journal is not None
            place = journal.place
            touched, other = await asyncio.to_thread(record, database), frozenset({new_id().int})
            assert await watch.look() is journal
            assert not journal.holds(frozenset({touched.int}), place)
            assert not journal.holds(None, place)
            assert journal.holds(other, place)
        await watch.close()

    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        asyncio.run(looked(database, database.watch()))


@pytest.fixture
def few_are_kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep what ten commits touched, and no more."""
    monkeypatch.setattr(touches, "KEPT", 10)
    asked = postgres_watch.TOUCHED.replace("< 1000", "< 10")
    assert asked != postgres_watch.TOUCHED
    monkeypatch.setattr(postgres_watch, "TOUCHED", asked)
    touches._old.cache_clear()
    yield
    touches._old.cache_clear()


@pytest.mark.usefixtures("few_are_kept")
def test_whoever_missed_too_much_takes_everything_for_touched(database_url: str) -> None:
    async def looked(database: Database, watch: Watch) -> None:
        async def some(times: int) -> None:
            for _ in range(times):
                await asyncio.to_thread(record, database)
            await asyncio.to_thread(wait_for_numbers, database)

        await until(lambda: says_something(watch))
        journal = await watch.look()
        assert journal is not None
        place, other = journal.place, frozenset({new_id().int})
        await some(1)
        await watch.look()
        assert journal.holds(other, place)
        place = journal.place
        await some(25)
        await watch.look()
        assert not journal.holds(other, place)
        await watch.close()

    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        asyncio.run(looked(database, database.watch()))


def wait_for_numbers(database: Database) -> None:
    """Wait until every change has its number, which prunes what was left of old commits."""

    def is_done() -> bool:
        with database.reading() as reading:
            return not is_queued(reading.connection)

    wait_until(is_done, "changes wait for their numbers")


def test_a_write_that_touches_many_touches_everything(database_url: str) -> None:
    async def looked(database: Database, watch: Watch) -> None:
        def record(ledger: Ledger) -> int:
            return len([ledger.add(Source(name="KCNA", **ledger.stamp())) for _ in range(touches.MOST_IDS + 1)])

        await until(lambda: says_something(watch))
        journal = await watch.look()
        assert journal is not None
        place = journal.place
        await asyncio.to_thread(database.write, record)
        await watch.look()
        assert not journal.holds(frozenset({new_id().int}), place)
        await watch.close()

    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        asyncio.run(looked(database, database.watch()))


def test_a_table_that_was_made_anew_tells_of_nothing(database_url: str) -> None:
    async def looked(database: Database, watch: Watch) -> None:
        await until(lambda: says_something(watch))
        for _ in range(3):
            await asyncio.to_thread(record, database)
            journal = await watch.look()
        assert journal is not None
        place, other = journal.place, frozenset({new_id().int})
        await asyncio.to_thread(migrations.downgrade, database_url, "0010")
        await asyncio.to_thread(migrations.upgrade, database_url)
        for _ in range(3):
            await asyncio.to_thread(record, database)
        await until(lambda: says_something(watch))
        assert not journal.holds(other, place)
        place = journal.place
        touched = await asyncio.to_thread(record, database)
        await watch.look()
        assert journal.holds(other, place)
        assert not journal.holds(frozenset({touched.int}), place)
        await watch.close()

    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        asyncio.run(looked(database, database.watch()))


def test_what_was_brought_from_another_server_does_not_last(postgresql_url: str) -> None:
    """Another server has other transactions: a copy already says what those touch that are yet to come here."""

    async def looked(database: Database, watch: Watch, other: psycopg.Connection[Any]) -> None:
        await until(lambda: says_something(watch))
        (next_one,) = other.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint").fetchone() or (0,)
        places = [next_one, next_one + 1, next_one + 10**8]
        other.cursor().executemany("INSERT INTO touch (place) VALUES (%s)", [(place,) for place in places])
        for _ in range(3):
            await asyncio.to_thread(record, database)
        await asyncio.to_thread(wait_for_numbers, database)
        assert other.execute("SELECT count(*) FROM touch WHERE place = %s", places[-1:]).fetchone() == (0,)
        passed = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > %s"
        await asyncio.to_thread(
            wait_until, lambda: other.execute(passed, [next_one + 1]).fetchone() == (True,), "others are under way"
        )
        journal = await watch.look()
        assert journal is not None
        place = journal.place
        touched = await asyncio.to_thread(record, database)
        await watch.look()
        assert journal.holds(frozenset({new_id().int}), place)
        assert not journal.holds(frozenset({touched.int}), place)
        await watch.close()

    with (
        closing(Database(postgresql_url, 5, Keys.ephemeral())) as database,
        psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other,
    ):
        asyncio.run(looked(database, database.watch(), other))


@pytest.mark.usefixtures("few_are_kept")
def test_who_began_early_and_commits_late_is_heard(postgresql_url: str) -> None:
    """The row of a transaction that began long ago comes among those that are pruned already."""
    address, early = postgresql_url.replace("+psycopg", ""), new_id()

    async def looked(database: Database, watch: Watch, late: psycopg.Connection[Any]) -> None:
        late.execute("SELECT pg_current_xact_id()")
        for _ in range(15):
            await asyncio.to_thread(record, database)
            await asyncio.to_thread(wait_for_numbers, database)
        await until(lambda: says_something(watch))
        journal = await watch.look()
        assert journal is not None
        place = journal.place
        late.execute("INSERT INTO touch VALUES (pg_current_xact_id()::text::bigint, %s)", [early.bytes])
        late.commit()
        await watch.look()
        assert not journal.holds(frozenset({early.int}), place)
        await watch.close()

    with closing(Database(postgresql_url, 5, Keys.ephemeral())) as database, psycopg.connect(address) as late:
        asyncio.run(looked(database, database.watch(), late))


def record(database: Database) -> UUID:
    """Record something, and return its id."""
    return database.write(lambda ledger: ledger.add(Source(name="KCNA", **ledger.stamp())).id)


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
                assert await watch.look() is None
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


def test_whoever_comes_after_a_commit_shares_no_answer_that_was_asked_for_before(database_url: str) -> None:
    async def looked(database: Database, watch: Watch) -> None:
        await until(lambda: says_something(watch))
        for _ in range(20):
            journal = await watch.look()
            assert journal is not None
            early = [asyncio.create_task(watch.look()) for _ in range(3)]
            await asyncio.sleep(0)  # the first of them has asked; the answer is on its way
            place = journal.place
            touched = record(database)
            late = [asyncio.create_task(watch.look()) for _ in range(3)]
            late[0].cancel()  # whoever goes away takes nobody along
            _, *after = await asyncio.gather(*late, return_exceptions=True)
            assert after == [journal, journal]
            assert not journal.holds(frozenset({touched.int}), place)
            assert None not in await asyncio.gather(*early)
        await watch.close()

    with closing(Database(database_url, 5, Keys.ephemeral())) as database:
        asyncio.run(looked(database, database.watch()))


def test_a_server_that_falls_silent_after_the_login_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_watch, "CONNECTING", 0.3)
    monkeypatch.setattr(postgres_watch, "SECONDS", 0.3)
    let_in = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"
    came: list[asyncio.StreamWriter] = []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(writer)
        while (head := await reader.read(8)) and head[4:] in (b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"):
            writer.write(b"N")  # neither TLS nor GSS
        writer.write(let_in)

    async def looked() -> None:
        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        one = ServerWatch(f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing?sslmode=disable&gssencmode=disable")
        assert await one.look() is None

        async def comes_again() -> bool:
            began = asyncio.get_running_loop().time()
            assert await one.look() is None
            assert asyncio.get_running_loop().time() - began < postgres_watch.SECONDS  # nobody waits once it is known
            return len(came) > 1

        await until(comes_again)
        await one.close()
        server.close()
        for writer in came:
            writer.close()

    asyncio.run(looked())


def test_nobody_waits_for_a_server_that_is_not_there() -> None:
    async def looked() -> None:
        watch = ServerWatch("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
        assert await asyncio.gather(*(watch.look() for _ in range(3))) == [None] * 3
        assert await watch.look() is None
        await watch.close()

    asyncio.run(looked())
