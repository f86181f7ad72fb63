"""Where the log has what was recorded: known at once on SQLite, and on PostgreSQL a moment after the commit."""

import time
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from api.storage.changes import is_queued

PATIENCE = 20  # seconds: how long a busy machine may take to number what waits


def wait_until_numbered(client: TestClient) -> None:
    """Return once every change has its number, so that answers about what was recorded stay as they are."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with client.app.state.database.reading() as reading:  # type: ignore[attr-defined]
            if not is_queued(reading.session.connection()):
                return
        assert time.monotonic() < deadline, "changes wait for their numbers"
        time.sleep(0.005)


def unnumbered(answer: Any) -> Any:
    """Give an answer without what may come to be only after it: where the log has what it tells of."""
    if isinstance(answer, dict):
        return {name: unnumbered(value) for name, value in answer.items() if name != "log_index"}
    return [unnumbered(value) for value in answer] if isinstance(answer, list) else answer


def assert_tells_the_same(answer: Response, later: Response) -> None:
    """Check that two answers tell the same; one that came before the number differs in that, and so in its tag."""
    assert unnumbered(later.json()) == unnumbered(answer.json())
    assert (later.headers.get("etag") == answer.headers.get("etag")) is (later.json() == answer.json())
