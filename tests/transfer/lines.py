"""What goes in and comes out, as a client sends and reads it."""

import json
from collections.abc import Iterable, Mapping
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


def written(lines: Iterable[Line]) -> bytes:
    """Write lines as they are sent."""
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def imported(client: TestClient, lines: Iterable[Line], **query: Any) -> tuple[list[Line], Line]:
    """Import lines, and return what became of them, and the summary."""
    return sent(client, written(lines), **query)


def ending(lines: list[Line]) -> Line:
    """Make the last line of an export of these."""
    return {"kind": "end", "records": len(lines), "known_at": "2026-03-01T00:00:00Z", "settled": True}


def said(lines: Iterable[Line], ids: Mapping[str, str] | None = None) -> list[str]:
    """Say in order what lines say, but for where they come from, with other ids for those that are given."""
    plain = ({name: value for name, value in line.items() if name != "origin"} for line in lines)
    return sorted(json.dumps(_translated(line, ids or {}), sort_keys=True) for line in plain)


def new_ids(lines: Iterable[Line], results: Iterable[Line]) -> dict[str, str]:
    """Say which id a record has now, by the one that it had."""
    pairs = zip(lines, results, strict=True)
    return {line["origin"]["id"]: result["id"] for line, result in pairs if "origin" in line}


def _translated(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _translated(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [_translated(one, ids) for one in value]
    return ids.get(value, value) if isinstance(value, str) else value
