"""What a request is answered that cannot be carried out."""

from typing import Any

import httpx

PROBLEM = "application/problem+json"


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """Check that an answer is a whole problem document, and return it."""
    assert answer.status_code == status, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == PROBLEM
    said: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(said)
    assert said["status"] == status
    assert said["instance"].endswith(answer.headers["x-request-id"])
    assert said["title"]
    assert said["detail"]
    return said


def pointers(found: dict[str, Any]) -> list[str]:
    """Return where in the body a problem points."""
    return [one["pointer"] for one in found["errors"]]
