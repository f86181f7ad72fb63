"""How SQLite looks records up: by an index, now and as of any instant, so that no answer grows with the archive."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.storage.history import history_of, table_of
from api.storage.references import logged
from api.storage.sqlite import driver
from tests.keys import Client
from tests.provenance.test_statements import judged
from tests.storage.test_statements import heard_by, record

QUESTIONS = ("", "/provenance", "/confidence", "/contradictions", "/chains", "/timeline")
LATER = "2100-01-01T00:00:00Z"


@pytest.fixture
def client(sqlite_url: str) -> Iterator[TestClient]:
    """A client of the application on SQLite."""
    with Client(create_app(Settings(database_url=sqlite_url, memory_bytes=0))) as client:
        yield client


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """Collect what the database is asked, with the values."""
    found: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found.append((statement, values))

    with heard_by(note):
        yield found


@pytest.mark.parametrize("query", ["", f"?known_at={LATER}"])
def test_no_question_about_a_claim_looks_through_all_records(client: TestClient, sqlite_url: str, query: str) -> None:
    claim = record(client, judged("a story", 50))["a story/claim"]
    tables = {name for model in logged().values() for name in (table_of(model).name, history_of(model).name)}

    with asked() as questions:
        for question in QUESTIONS:
            assert client.get(f"/v1/claims/{claim}{question}{query}").status_code == 200

    assert questions
    with closing(driver().connect(make_url(sqlite_url).database)) as file:
        for statement, values in questions:
            plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
            through = {word for step in plan for word in re.findall(r"^SCAN (\w+?)(?:_then)?\b", step)} & tables
            assert not through, (statement, plan)
            assert not any("AUTOMATIC" in step or "ix_relation_kind" in step for step in plan), (statement, plan)
