"""Whether the service is up, whether it can work, and its figures."""

import re
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.main import create_app
from api.settings import Settings
from api.storage import migrations
from tests.keys import Client


def test_a_service_with_its_database_is_up_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "up"}
    ready = client.get("/readyz")

    assert ready.status_code == 200
    assert ready.json()["status"] == "ready"
    assert re.fullmatch(r"(SQLite|PostgreSQL) \d+\.\d.*", ready.json()["database"])
    assert ready.json()["revision"] == migrations.head()


def test_a_database_of_another_shape_is_not_ready_but_up(database_url: str) -> None:
    migrations.downgrade(database_url, "base")

    with Client(create_app(Settings(database_url=database_url)), raise_server_exceptions=False) as client:
        ready = client.get("/readyz")
        assert client.get("/healthz").status_code == 200

    assert ready.status_code == 503
    assert ready.headers["content-type"] == "application/problem+json"
    assert "whence migrate" in ready.json()["detail"]
    assert ready.headers["retry-after"]


def test_a_database_of_a_newer_version_is_not_to_be_migrated(database_url: str) -> None:
    by_hand = create_engine(database_url, poolclass=NullPool)
    with by_hand.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with Client(create_app(Settings(database_url=database_url)), raise_server_exceptions=False) as client:
        ready = client.get("/readyz")

    assert ready.status_code == 503
    assert "a newer one made it" in ready.json()["detail"]
    assert "whence migrate" not in ready.json()["detail"]


def test_a_database_that_is_away_is_not_ready_but_up() -> None:
    settings = Settings(database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing")

    with Client(create_app(settings), raise_server_exceptions=False) as client:
        with capture_logs() as lines:
            ready = client.get("/readyz")
        assert client.get("/healthz").status_code == 200

    assert ready.status_code == 503
    assert ["Connection refused" in line["reason"] for line in lines if line["event"] == "unavailable"] == [True]
    assert ready.json()["type"] == "/problems/unavailable"


def test_requests_are_counted_by_method_route_and_status(sqlite_url: str) -> None:
    with Client(create_app(Settings(database_url=sqlite_url))) as client:
        client.get("/healthz")
        client.get("/healthz")
        client.head("/docs")
        client.get("/v1/claims/0190b5a2-0000-7000-8000-000000000000")
        client.delete("/v1/claims")
        client.request("BREW", "/nowhere")
        figures = client.get("/metrics")

    assert figures.status_code == 200
    assert figures.headers["content-type"].startswith("text/plain")
    counted = dict(re.findall(r"^whence_http_requests_total\{(.*)\} (\S+)$", figures.text, re.MULTILINE))
    assert counted == {
        'method="GET",route="/healthz",status="200"': "2.0",
        'method="HEAD",route="/docs",status="200"': "1.0",
        'method="GET",route="/v1/claims/{id}",status="404"': "1.0",
        'method="DELETE",route="/v1/claims",status="405"': "1.0",
        'method="other",route="none",status="404"': "1.0",
    }
    assert 'whence_http_request_duration_seconds_count{method="GET",route="/healthz"} 2.0' in figures.text
    assert "whence_http_requests_in_progress 1.0" in figures.text


def test_two_applications_count_apart(tmp_path: Path) -> None:
    one, other = (create_app(Settings(database_url=f"sqlite:///{tmp_path}/{name}.db")) for name in "ab")
    with TestClient(one) as first, TestClient(other) as second:  # without key: there are no tables either
        first.get("/healthz")

        assert "/healthz" in first.get("/metrics").text
        assert "/healthz" not in second.get("/metrics").text
