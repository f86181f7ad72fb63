"""What happens around every request."""

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import StreamingResponse
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.web.introduction import HEADERS
from api.web.middleware import is_text
from tests.keys import Client

ORIGIN = "https://desk.example.org"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One engine is enough: nothing here knows the database."""
    return sqlite_url


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """The application, with an operation that fails in ways nobody foresaw."""
    app = create_app(settings.model_copy(update={"cors_origins": [ORIGIN]}))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    @app.get("/broken-off")
    def broken_off() -> StreamingResponse:
        return StreamingResponse(piece() for piece in (lambda: b"the beginning", broken))

    return app


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("HEAD", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("POST", "/healthz", 405),
        ("GET", "/broken", 500),
        ("GET", "/%00", 404),
        ("OPTIONS", "/healthz", 405),
    ],
)
def test_every_answer_carries_the_callers_request_id(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path, headers={"X-Request-Id": "desk-7.a_B"})

    assert answer.status_code == status
    assert answer.headers.get_list("x-request-id") == ["desk-7.a_B"]


def test_a_304_carries_the_request_id(client: TestClient) -> None:
    tag = client.get("/v1/claims").headers["etag"]

    answer = client.get("/v1/claims", headers={"If-None-Match": tag, "X-Request-Id": "again"})

    assert answer.status_code == 304
    assert answer.headers["x-request-id"] == "again"


@pytest.mark.parametrize("sent", [None, "", "with space", "x" * 129, "<script>", "é".encode()])
def test_a_request_without_a_sane_id_gets_a_uuid(client: TestClient, sent: str | bytes | None) -> None:
    headers = {} if sent is None else {b"X-Request-Id": sent if isinstance(sent, bytes) else sent.encode()}

    answer = client.get("/healthz", headers=headers)

    assert UUID(answer.headers["x-request-id"])


def test_a_problem_names_its_request(client: TestClient) -> None:
    request_id = "0190b5a2-0000-7000-8000-000000000000"

    answer = client.get("/nowhere", headers={"X-Request-Id": request_id})

    assert answer.json()["instance"] == f"urn:uuid:{request_id}"


def test_what_nobody_foresaw_is_a_problem_that_tells_nothing(client: TestClient, lines: list[Any]) -> None:
    answer = client.get("/broken", headers={"Origin": ORIGIN})

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.json()["type"] == "/problems/internal"
    assert "secret" not in answer.text
    assert next(line for line in lines if line["log_level"] == "error")["exc_info"].args == ("secret detail",)


@pytest.mark.parametrize("path", ["/broken", "/broken-off"])
def test_a_failure_is_logged_once_with_its_request(client: TestClient, lines: list[Any], path: str) -> None:
    client.get(path, headers={"X-Request-Id": "seen"})

    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert (line["path"], line["request_id"]) == (path, "seen")
    assert line["exc_info"].args == ("secret detail",)


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/v1/claims", "/openapi.json", "/nowhere", "/static/whence.css"]
)
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)

    assert head.status_code == got.status_code
    assert head.content == b""
    own = {"x-request-id", "date", "ratelimit"}
    assert {k: v for k, v in head.headers.items() if k not in own} == {
        k: v for k, v in got.headers.items() if k not in own
    }


@pytest.mark.parametrize(
    "path",
    ["/%00", "/%0A", "/healthz%0A", "/v1/claims/%00", "/v1/%ff", "/v1/sources/%C3%28", "/%ED%A0%80", "/static/%00"],
)
def test_an_address_that_is_no_text_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@given(st.text())
def test_every_text_of_one_line_without_nul_is_an_address(text: str) -> None:
    raw = "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass")).encode()
    proper = not {"\0", "\n"} & set(text) and not any("\ud800" <= sign <= "\udfff" for sign in text)

    assert is_text(raw) is proper


def test_a_request_leaves_one_line_without_its_query(client: TestClient, lines: list[Any]) -> None:
    client.get("/v1/claims?text=who+leaked+it", headers={"X-Request-Id": "seen"})

    (line,) = [line for line in lines if line["event"] == "answered"]
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "answered",
        "log_level": "info",
        "method": "GET",
        "path": "/v1/claims",
        "status": 200,
        "request_id": "seen",
    }


def test_an_address_cannot_forge_a_line(client: TestClient, lines: list[Any]) -> None:
    client.get("/a%0Ab%1B%00")

    assert [line["path"] for line in lines if line["event"] == "answered"] == ["/a%0Ab%1B%00"]


def test_the_pages_of_a_listed_origin_may_call(client: TestClient) -> None:
    preflight = client.options(
        "/v1/claims",
        headers={
            "Origin": ORIGIN,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "If-Match, Idempotency-Key, Content-Type",
        },
    )
    answer = client.get("/v1/claims", headers={"Origin": ORIGIN})

    assert preflight.status_code == 200
    assert "ratelimit" not in preflight.headers  # a browser asks by itself, and that is nobody's request
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert preflight.headers["x-request-id"]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    shown = {name.strip() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert shown == set(HEADERS)


def test_the_pages_of_another_origin_may_not(client: TestClient) -> None:
    preflight = client.options(
        "/v1/claims", headers={"Origin": "https://else.example.org", "Access-Control-Request-Method": "GET"}
    )

    assert preflight.status_code == 400
    assert preflight.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in preflight.headers


def test_without_the_setting_no_origin_is_told_anything(settings: Settings) -> None:
    with Client(create_app(settings)) as client:
        answer = client.get("/healthz", headers={"Origin": ORIGIN})

    assert "access-control-allow-origin" not in answer.headers
