"""Callers with keys of their own, made by the tests' admin over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from api.custody.roles import Scope

NO_SCOPES: tuple[Scope, ...] = ()


def make_key(admin: TestClient, role: str, *scopes: Scope, **fields: Any) -> dict[str, str]:
    """Make a key, and return the header that sends it."""
    body = {"holder": f"a {role}", "role": role, "scopes": [scope.value for scope in scopes], **fields}
    answer = admin.post("/v1/keys", json=body)
    assert answer.status_code == 201, answer.text
    return {"Authorization": f"Bearer {answer.json()['token']}"}


@contextmanager
def speaking_as(client: TestClient, header: dict[str, str]) -> Iterator[TestClient]:
    """Let a client send another key for a while."""
    before = client.headers["authorization"]
    client.headers.update(header)
    try:
        yield client
    finally:
        client.headers["authorization"] = before
