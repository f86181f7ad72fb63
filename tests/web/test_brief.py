"""A record of one row is answered in the event loop where nothing has to be waited for, and in a thread elsewhere."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from api.bundles.service import KEEPERS
from api.custody.roles import Scope
from api.storage.database import Database
from tests.crowd import wait_until
from tests.newsroom import Kept, Newsroom
from tests.problems import problem
from tests.security.callers import make_key
from tests.storage.test_statements import heard_by

TABLES = {keeper.path: keeper.kind for keeper in KEEPERS.values()}
ENDED = "2030-01-01T00:00:00Z"


def brief_and_long(newsroom: Newsroom) -> tuple[list[Kept], list[Kept]]:
    """Record one of each kind: those of one row, and those with more about them."""
    claim, other = newsroom.claim(), newsroom.claim()
    source, second = newsroom.source("A"), newsroom.source("B")
    said = newsroom.publish(claim, source)
    brief = [
        claim,
        newsroom.relate("contradicts", claim, other),
        newsroom.depend(source, second),
        newsroom.rate(source, "B"),
    ]
    return brief, [source, said, newsroom.document("So it is.")]


@contextmanager
def seen_in_the_loop(table: str) -> Iterator[list[bool]]:
    """Note of every statement about a kind of record whether the event loop waits for it."""
    found: list[bool] = []

    def note(connection: Any, _: Any, statement: str, *rest: Any) -> None:
        if f"FROM {table}" in statement.replace("\n", ""):
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                found.append(False)
            else:
                found.append(True)

    with heard_by(note):
        yield found


def in_the_loop(client: TestClient, kept: Kept, caller: dict[str, str], **parameters: str) -> bool:
    """Say where a record was read, the same for all that was read of it."""
    with seen_in_the_loop(TABLES[kept.path.split("/")[2]]) as seen:
        answer = client.get(kept.path, headers=caller, params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == kept.id
    assert len(set(seen)) == 1, seen
    return seen[0]


def wait_until_at_hand(client: TestClient) -> None:
    """Wait for what is tidied after a start."""
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    if database.engine_name == "sqlite":
        wait_until(lambda: database.at_hand, "somebody is at work")


def test_one_row_is_read_in_the_loop_where_the_database_is_a_file(newsroom: Newsroom, database_url: str) -> None:
    client = newsroom.client
    reader, revealing = make_key(client, "reader"), make_key(client, "editor", Scope.REVEAL)
    brief, more = brief_and_long(newsroom)
    here = database_url.startswith("sqlite")
    wait_until_at_hand(client)
    assert [in_the_loop(client, one, reader) for one in brief] == [here] * len(brief)
    assert [in_the_loop(client, one, reader) for one in more] == [False] * len(more)
    # To put on record what was revealed takes its turn, and so does what was still being written at an instant.
    assert [in_the_loop(client, one, revealing) for one in brief] == [False] * len(brief)
    assert [in_the_loop(client, one, reader, known_at=ENDED) for one in brief] == [False] * len(brief)


def test_where_a_thread_is_at_work_one_row_is_read_in_another(newsroom: Newsroom) -> None:
    client, claim = newsroom.client, newsroom.claim()
    database: Database = client.app.state.database  # type: ignore[attr-defined]
    reader = make_key(client, "reader")
    wait_until_at_hand(client)
    with database.reading():
        assert not database.at_hand
        assert not in_the_loop(client, claim, reader)


def test_what_is_refused_or_left_out_is_so_in_the_loop_too(newsroom: Newsroom) -> None:
    client, claim = newsroom.client, newsroom.claim("It is so.")
    gone, sealed = newsroom.claim("It was so."), newsroom.claim("Nobody may know.", protected=True)
    newsroom.delete(gone)
    wait_until_at_hand(client)
    reader = make_key(client, "reader")
    found = client.get(claim.path, headers=reader)
    unchanged = client.get(claim.path, headers={**reader, "If-None-Match": found.headers["etag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    head = client.head(claim.path, headers=reader)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == found.headers["content-length"]
    problem(client.get(gone.path, headers=reader), 410)
    problem(client.get(f"/v1/claims/{UUID(int=0)}", headers=reader), 404)
    problem(client.get("/v1/claims/what", headers=reader), 422)
    assert "Nobody may know" not in client.get(sealed.path, headers=reader).text
