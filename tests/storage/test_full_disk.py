"""When the disk is full, a whole transaction is undone: nobody whose write shared it is told that it is done."""

import threading
from collections.abc import Callable
from typing import NoReturn

import pytest
from sqlalchemy import event

from api.claims.models import Claim
from api.custody.keys import Keys
from api.documents.models import Document, Text
from api.errors import Unavailable
from api.storage.database import Database
from api.storage.ledger import Ledger


def test_what_shares_a_transaction_with_a_full_disk_is_refused_whole(sqlite_url: str) -> None:
    database = Database(sqlite_url, 2, Keys.ephemeral())
    with database._opened.writer.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 40}")
    holding, waiting, outcomes = threading.Event(), threading.Event(), dict[str, object]()

    def hold(_: Ledger) -> None:
        holding.set()
        waiting.wait()

    def small(ledger: Ledger) -> None:
        ledger.add(Claim(text="small", words="small", **ledger.stamp()))

    def large(ledger: Ledger) -> None:
        for number in range(50):
            ledger.keep(Text(sha256=str(number), text="x" * 40_000))
            ledger.add(Document(sha256=str(number), **ledger.stamp()))

    def attempt(name: str, work: Callable[[Ledger], None]) -> None:
        try:
            outcomes[name] = database.write(work)
        except Unavailable as refused:
            outcomes[name] = refused

    threads = [threading.Thread(target=attempt, args=("first", hold))]
    threads[0].start()
    holding.wait()
    for name, work in (("before", small), ("large", large), ("after", small)):
        threads.append(threading.Thread(target=attempt, args=(name, work)))
        threads[-1].start()
        _until_queued(database, len(threads) - 1)
    waiting.set()
    for thread in threads:
        thread.join()

    assert outcomes["first"] is None
    assert all(isinstance(outcomes[name], Unavailable) for name in ("before", "large", "after"))
    kept = _claims(database)
    database.close()
    assert kept == 0


def record(ledger: Ledger) -> None:
    ledger.add(Claim(text="P.", words="p", **ledger.stamp()))
    ledger.flush()


def record_and_fail(ledger: Ledger) -> NoReturn:
    record(ledger)
    raise ValueError("the work itself")


@pytest.mark.parametrize(("refused", "work"), [("release_savepoint", record), ("rollback_savepoint", record_and_fail)])
def test_what_cannot_be_kept_or_taken_back_leaves_nothing(
    sqlite_url: str, refused: str, work: Callable[[Ledger], None]
) -> None:
    database = Database(sqlite_url, 2, Keys.ephemeral())

    @event.listens_for(database._opened.writer, refused)
    def refuse(*_: object) -> NoReturn:
        raise OSError("the disk is full")

    with pytest.raises(Unavailable):
        database.write(work)

    kept = _claims(database)
    database.close()
    assert kept == 0


def _claims(database: Database) -> int:
    with database.reading() as reading:
        return int(reading.connection.exec_driver_sql("SELECT count(*) FROM claim").scalar_one())


def _until_queued(database: Database, count: int) -> None:
    """Wait until this many writes queue behind the first, so that they share the next transaction."""
    queued = threading.Event()
    while len(database._opened._waiting) < count:
        queued.wait(0.01)
