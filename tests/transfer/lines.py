"""What goes in and comes out, as a client sends and reads it."""

import json
from collections.abc import Iterable
from typing import Any

from starlette.testclient import TestClient

NDJSON = {"Content-Type": "application/x-ndjson"}
Line = dict[str, Any]


def exported(client: TestClient, **query: Any) -> list[Line]:
    """Export, check that it is whole, and return the lines but the last."""
    answer = client.get("/v1/export", params=query)
    assert answer.status_code == 200, answer.text
    *lines, end = [json.loads(line) for line in answer.text.splitlines()]
    assert end["kind"] == "end"
    assert end["records"] == len(lines)
    return lines


def sent(client: TestClient, body: bytes, **query: Any) -> tuple[list[Line], Line]:
    """Import a body, and return what became of its lines, and the summary."""
    answer = client.post("/v1/import", content=body, params=query, headers=NDJSON)
    assert answer.status_code == 200, answer.text
    *results, summary = [json.loads(line) for line in answer.text.splitlines()]
    return results, summary


def imported(client: TestClient, lines: Iterable[Line], **query: Any) -> tuple[list[Line], Line]:
    """Import lines, and return what became of them, and the summary."""
    return sent(client, "".join(json.dumps(line) + "\n" for line in lines).encode(), **query)


def without_origins(lines: Iterable[Line]) -> list[str]:
    """Say what lines say, wherever they come from: records that have no key are known by what they say."""
    told = [dict(line) for line in lines]
    names: dict[str, str] = {}
    for line in told:
        origin = line.pop("origin", None)
        if origin is not None and line.get("external_id") is None:
            names[origin["id"]] = ""
    for line in told:
        for key, value in line.items():
            line[key] = [_named(one) for one in value] if isinstance(value, list) else _named(value)
    return sorted(json.dumps(line, sort_keys=True) for line in told)


def _named(value: Any) -> Any:
    return {**value, "id": "…"} if isinstance(value, dict) and "id" in value else value
