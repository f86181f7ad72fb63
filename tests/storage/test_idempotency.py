"""A key makes a request safe to repeat for a day, and is free again after that."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.storage.database import Database
from api.storage.idempotency import KEPT, RememberedAnswer, forget_old

SECOND = timedelta(seconds=1)


@pytest.fixture
def database(client: TestClient) -> Database:
    """The store that the client's requests go to."""
    found: Database = client.app.state.database  # type: ignore[attr-defined]
    return found


def record(client: TestClient, text: str, key: str) -> bool:
    """Record a claim under a key; return whether the answer is that of an earlier request."""
    answer = client.post("/v1/claims", json={"text": text}, headers={"Idempotency-Key": key})
    assert answer.status_code == 201, answer.text
    assert answer.json()["text"] == text
    return "idempotency-replayed" in answer.headers


def age(database: Database, key: str, by: timedelta) -> None:
    """Make what is kept of a key older."""
    kept = col(RememberedAnswer.recorded_at)
    aged = update(RememberedAnswer).where(col(RememberedAnswer.key) == key)
    done = database.write(
        lambda ledger: ledger.session.connection().execute(aged.values({kept: ledger.now - by})).rowcount
    )
    assert done == 1


def test_a_key_is_free_again_after_a_day(client: TestClient, database: Database) -> None:
    assert not record(client, "It is so.", "key")
    age(database, "key", KEPT - 60 * SECOND)
    assert record(client, "It is so.", "key")
    age(database, "key", KEPT + SECOND)

    assert not record(client, "It is not so.", "key")
    assert record(client, "It is not so.", "key")


def test_what_is_older_than_a_day_is_dropped(client: TestClient, database: Database) -> None:
    for key in ("old", "young"):
        record(client, "It is so.", key)
    age(database, "old", KEPT + SECOND)
    age(database, "young", KEPT - 60 * SECOND)

    database.write(forget_old)

    assert database.write(lambda ledger: ledger.session.exec(select(RememberedAnswer.key)).all()) == ["young"]
