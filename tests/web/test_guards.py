"""Which hosts a server answers for, and what it tells browsers with every answer."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.web.browsers import GUARDS, names_of
from tests.problems import problem


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/v1/claims", "/openapi.json", "/static/whence.css"])
@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "", "127.0.0.1.nip.io", "localhost:80:80"])
def test_a_foreign_host_is_refused_everywhere(front: TestClient, path: str, host: str) -> None:
    assert problem(front.get(path, headers={"Host": host}), 421)["type"] == "/problems/misdirected"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]", "[::1]:8000", "testserver"])
def test_our_own_names_are_taken_with_any_port(front: TestClient, host: str) -> None:
    assert front.get("/healthz", headers={"Host": host}).status_code == 200


def test_two_hosts_are_no_request(front: TestClient) -> None:
    problem(front.get("/healthz", headers=[("Host", "localhost"), ("Host", "localhost")]), 400)


@pytest.mark.parametrize(
    ("host", "allowed", "names"),
    [
        ("0.0.0.0", [], None),
        ("192.0.2.7", [], None),
        ("127.0.0.5", [], {"localhost", "127.0.0.1", "[::1]", "127.0.0.5"}),
        ("::1", [], {"localhost", "127.0.0.1", "[::1]"}),
        ("0.0.0.0", ["Whence.example"], {"localhost", "127.0.0.1", "[::1]", "whence.example"}),
    ],
)
def test_on_a_loopback_address_only_its_names_are_ours(host: str, allowed: list[str], names: set[str] | None) -> None:
    assert names_of(Settings(host=host, allowed_hosts=allowed)) == names


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/docs"),
        ("GET", "/problems/invalid"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
        ("GET", "/v1/claims"),
        ("POST", "/v1/claims"),
        ("DELETE", "/healthz"),
        ("GET", "/nowhere"),
        ("GET", "/%00"),
        ("GET", "/openapi.json"),
        ("GET", "/static/whence.css"),
    ],
)
def test_every_answer_is_guarded(front: TestClient, method: str, path: str) -> None:
    headers = front.request(method, path).headers

    assert headers["cache-control"].endswith("no-cache")
    policy = headers["content-security-policy"]
    assert {name: headers[name] for name in GUARDS} == {**GUARDS, "Content-Security-Policy": policy}
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "server" not in headers


def test_a_fault_is_guarded_too(sqlite_url: str) -> None:
    app: Any = create_app(Settings(database_url=sqlite_url))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    with TestClient(app, raise_server_exceptions=False) as client:
        assert client.get("/broken").headers["x-content-type-options"] == "nosniff"
