"""Many clients at once, who send again what was not answered; and whether the record holds together afterwards."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
from sqlalchemy import text
from sqlalchemy.engine import Connection

from api.storage import migrations
from api.storage.references import logged

T = TypeVar("T")
R = TypeVar("R")
AGAIN = {409, 500, 502, 503}  # 409: the first try of the same key is still being carried out
PATIENCE = 60.0


def at_once(work: Callable[[T], R], items: Iterable[T], clients: int = 16) -> list[R]:
    """Do something for each item, this many at the same time, and return the results in order."""
    with ThreadPoolExecutor(clients) as crowd:
        return list(crowd.map(work, items))


def persist(where: Callable[[], httpx.Client], path: str, body: Any, key: str) -> httpx.Response:
    """Send a POST until it is answered for good; `where` says which server to send it to at this moment."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = where().post(path, json=body, headers={"Idempotency-Key": key}, timeout=20)
            assert answer.status_code != httpx.codes.INTERNAL_SERVER_ERROR, answer.text
            if answer.status_code not in AGAIN:
                return answer
        except httpx.TransportError:
            pass
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
    """Check that every version of every record has one number, without gaps, and versions come in order."""
    deadline = time.monotonic() + seconds
    while len(changes(url)) < len(versions(url)) and time.monotonic() < deadline:
        time.sleep(0.1)
    logged = changes(url)
    assert Counter(logged) == Counter(versions(url))
    latest: dict[tuple[str, str], int] = {}
    for kind, record, version in logged:
        assert version == latest.get((kind, record), 0) + 1
        latest[kind, record] = version


def _rows(connection: Connection, statement: str) -> list[tuple[str, str, int]]:
    return [(kind, str(one).replace("-", ""), version) for kind, one, version in connection.execute(text(statement))]
