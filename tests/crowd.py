"""Many clients at once, who send again what was not answered; and whether the record holds together afterwards."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, TypeVar

import httpx
from sqlalchemy import text
from sqlalchemy.engine import Connection

from api.custody.keys import load_keys
from api.log.verifying import verify_store
from api.settings import Settings
from api.storage import migrations
from api.storage.database import look
from api.storage.references import logged
from tests.problems import PROBLEM

T = TypeVar("T")
R = TypeVar("R")
PATIENCE = 300.0  # seconds; among many writers on a busy machine, one may have bad luck for long


def at_once(work: Callable[[T], R], items: Iterable[T], clients: int = 16) -> list[R]:
    """Do something for each item, this many at the same time, and return the results in order."""
    with ThreadPoolExecutor(clients) as crowd:
        return list(crowd.map(work, items))


@contextmanager
def meanwhile(work: Callable[[int], object], clients: int) -> Iterator[None]:
    """Do something for 1, 2, 3, …, this many at the same time, until the block ends; fails where the work did."""
    ended, numbers = threading.Event(), count(1)

    def go_on() -> None:
        while not ended.is_set():
            work(next(numbers))

    with ThreadPoolExecutor(clients) as crowd:
        working = [crowd.submit(go_on) for _ in range(clients)]
        try:
            yield
        finally:
            ended.set()
    for one in working:
        one.result()


def wait_until(holds: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Return once something holds; fail the test where it does not come to."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def assert_foreseen(answer: httpx.Response) -> None:
    """Check that an answer is none of the server's faults, and that a 503 says when to come back."""
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE, answer.text
        assert answer.headers["content-type"] == PROBLEM
        assert int(answer.headers["retry-after"]) >= 1


def insist(where: Callable[[], httpx.Client], path: str, body: Any, key: str) -> httpx.Response:
    """Send a POST until it is answered for good; `where` says which server to send it to at this moment."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = where().post(path, json=body, headers={"Idempotency-Key": key}, timeout=PATIENCE)
        assert_foreseen(answer)
        if "retry-after" not in answer.headers:  # busy, away, or the first try is still being carried out
            return answer
        assert time.monotonic() < deadline, f"the server only says: {answer.text}"
        time.sleep(int(answer.headers["retry-after"]))


def persist(where: Callable[[], httpx.Client], path: str, body: Any, key: str) -> httpx.Response:
    """Send a POST until it is answered for good, also where servers do not answer at all."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(httpx.TransportError):
            return insist(where, path, body, key)
        assert time.monotonic() < deadline, "the server did not come back"
        time.sleep(0.05)


def follow(client: httpx.Client, after: int = 0) -> list[dict[str, Any]]:
    """Read the change log from a sequence number to its end."""
    found: list[dict[str, Any]] = []
    while True:
        page = client.get("/v1/changes", params={"after": after, "limit": 200}).json()
        if not page["items"]:
            return found
        found += page["items"]
        after = page["next"]


def wait_for_changes(client: httpx.Client, count: int, seconds: float = 10) -> list[dict[str, Any]]:
    """Read the change log until it has this many changes: on PostgreSQL they get their numbers a moment later."""
    deadline = time.monotonic() + seconds
    while len(found := follow(client)) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def versions(url: str) -> set[tuple[str, str, int]]:
    """Return every version of every record, as the tables have them: kind, id, version."""
    found: list[tuple[str, str, int]] = []
    with migrations.alone(url) as connection:
        for kind in logged():
            for table in (kind, f"{kind}_history"):
                found += _rows(connection, f"SELECT '{kind}', id, version FROM {table}")
    assert len(found) == len(set(found)), "a version is there twice"
    return set(found)


def changes(url: str) -> list[tuple[str, str, int]]:
    """Return the change log, as its table has it; fails where it has gaps."""
    with migrations.alone(url) as connection:
        sequences = [row[0] for row in connection.execute(text("SELECT sequence FROM change ORDER BY sequence"))]
        found = _rows(connection, "SELECT kind, record_id, version FROM change ORDER BY sequence")
    assert sequences == list(range(1, len(sequences) + 1)), "the sequence has gaps"
    return found


def assert_whole(url: str, seconds: float = 10) -> None:
    """Check that log and records are equal: each version of each record has one number, no gaps, versions in order.

    And that the log proves it: of a store that was opened with the tests' keys, as every server opens it.
    """
    assert Counter(_logged(url, "change", "change_queue")) == Counter(versions(url))
    wait_until(lambda: not _logged(url, "change_queue"), "changes wait for their numbers", seconds)
    latest: dict[tuple[str, str], int] = {}
    numbered = changes(url)
    for kind, record, version in numbered:
        assert version == latest.get((kind, record), 0) + 1
        latest[kind, record] = version
    assert Counter(numbered) == Counter(versions(url))
    keys = load_keys(Settings())
    with look(url, keys.sealing) as reading:
        assert verify_store(reading, [keys.signer.verifier]).problems == []


def _logged(url: str, *tables: str) -> list[tuple[str, str, int]]:
    # One statement, so one look: meanwhile, what has no number may be given one.
    statement = " UNION ALL ".join(f"SELECT kind, record_id, version FROM {table}" for table in tables)
    with migrations.alone(url) as connection:
        return _rows(connection, statement)


def _rows(connection: Connection, statement: str) -> list[tuple[str, str, int]]:
    return [(kind, str(one).replace("-", ""), version) for kind, one, version in connection.execute(text(statement))]
