"""Measure the answers about one hot claim: thousands of outlets that all have it from three agencies.

    python3 dev.py bench [--sizes 10000 100000] [--database URL]

A real server, in a process of its own, on an empty SQLite file (or the empty database that is named) for each size.
What counts is how the cost grows with the claim, within one run: ten times the attributions may cost ten times as
much and no more, and memory likewise. The seconds are this machine's.
"""

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
from measuring.report import machine, markdown

AGENCIES = ("first", "second", "third")
OUTLETS = 2_000
BUNDLE = 2_500
REPEATS = 3
QUESTIONS = {
    "confidence": "/confidence",
    "provenance, first 50 nodes": "/provenance?max_nodes=50",
    "timeline, first page": "/timeline",
}


@dataclass(frozen=True)
class Measured:
    """One question at one size: the median of several, in seconds, and the answer's size in bytes."""

    size: int
    question: str
    seconds: float
    answer_bytes: int


@dataclass(frozen=True)
class Size:
    """What a size took altogether: recording it, in seconds, and the server's peak of memory in megabytes."""

    size: int
    recording_seconds: float
    idle_megabytes: float
    peak_megabytes: float
    measured: list[Measured]


def main() -> None:
    """Measure each size, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000], help="attributions of the claim")
    parser.add_argument("--database", help="the URL of an empty database instead of a SQLite file; takes one size")
    asked = parser.parse_args()
    if asked.database and len(asked.sizes) > 1:
        parser.error("a database is filled once: give one size with it")
    sizes = [measure(size, asked.database) for size in sorted(asked.sizes)]
    print(table(sizes))
    print(json.dumps({"machine": machine(), "sizes": [asdict(size) for size in sizes]}))


def measure(size: int, database: str | None) -> Size:
    """Record a claim of this many attributions, and time the questions about it."""
    with tempfile.TemporaryDirectory() as folder, served(database or f"sqlite:///{folder}/hot.db") as (client, server):
        began = time.monotonic()
        for records in bundles(size):
            client.post("/v1/bundles", json={"records": records}).raise_for_status()
        recording = time.monotonic() - began
        claim = client.get("/v1/claims", params={"external_id": "hot"}).json()["items"][0]["id"]
        idle = memory(server, "VmRSS")
        measured = [timed(client, size, name, f"/v1/claims/{claim}{path}") for name, path in QUESTIONS.items()]
        return Size(size, recording, idle, memory(server, "VmHWM"), measured)


def timed(client: httpx.Client, size: int, name: str, path: str) -> Measured:
    """Ask several times, and take the median."""
    taken = []
    for _ in range(REPEATS):
        began = time.monotonic()
        answer = client.get(path).raise_for_status()
        taken.append(time.monotonic() - began)
    return Measured(size, name, statistics.median(taken), len(answer.content))


def bundles(size: int) -> Iterator[list[dict[str, Any]]]:
    """Make the records: three governments say it, an agency relays each, and outlets relay the agencies."""
    first: list[dict[str, Any]] = [{"kind": "claim", "external_id": "hot", "text": "A claim that everybody repeats."}]
    for name in AGENCIES:
        first += [
            *said(f"government-{name}", "government", None),
            *said(f"agency-{name}", "news_agency", f"government-{name}"),
            {
                "kind": "assessment",
                "target": {"kind": "source", "external_id": f"government-{name}"},
                "scale": "admiralty_reliability",
                "value": "B",
            },
        ]
    yield first
    yield [
        {"kind": "source", "external_id": f"outlet-{number}", "name": f"Outlet {number}", "source_kind": "media_outlet"}
        for number in range(min(size, OUTLETS))
    ]
    for begin in range(0, size, BUNDLE):
        numbers = range(begin, min(begin + BUNDLE, size))
        yield [
            record
            for number in numbers
            for record in relayed(number, f"outlet-{number % OUTLETS}", f"agency-{AGENCIES[number % len(AGENCIES)]}")
        ]


def said(name: str, kind: str, relayed_from: str | None) -> list[dict[str, Any]]:
    """Make a source, and its statement on file."""
    cites = [] if relayed_from is None else [{"kind": "quotes", "attribution": {"external_id": f"{relayed_from}-said"}}]
    return [
        {"kind": "source", "external_id": name, "name": name.replace("-", " ").title(), "source_kind": kind},
        {"kind": "document", "external_id": f"{name}-release", "publisher": {"external_id": name}, "text": "It is so."},
        {
            "kind": "attribution",
            "external_id": f"{name}-said",
            "claim": {"external_id": "hot"},
            "source": {"external_id": name},
            "document": {"external_id": f"{name}-release"},
            "stance": "affirms",
            "modality": "stated",
            "cites": cites,
        },
    ]


def relayed(number: int, outlet: str, agency: str) -> list[dict[str, Any]]:
    """Make an outlet's article, and its relay of an agency in it."""
    return [
        {
            "kind": "document",
            "external_id": f"article-{number}",
            "publisher": {"external_id": outlet},
            "url": f"https://example.org/{number}",
            "retrieved_at": "2026-03-07",
        },
        {
            "kind": "attribution",
            "external_id": f"relay-{number}",
            "claim": {"external_id": "hot"},
            "source": {"external_id": outlet},
            "document": {"external_id": f"article-{number}"},
            "stance": "affirms",
            "modality": "stated",
            "evidentiality": "told",
            "said_at": f"2026-03-{7 + number % 20:02}",
            "cites": [{"kind": "paraphrases", "attribution": {"external_id": f"{agency}-said"}}],
        },
    ]


@contextmanager
def served(database: str) -> Iterator[tuple[httpx.Client, int]]:
    """Start a server on a database, and give a client and the server's process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {"WHENCE_DATABASE_URL": database, "WHENCE_PORT": str(port), "WHENCE_LOG_LEVEL": "error"}
    told["WHENCE_MEMORY_BYTES"] = "0"  # each answer is worked out
    told["WHENCE_KEY_FOLDER"] = str(Path(database.removeprefix("sqlite:///")).with_name("keys"))
    whence = [sys.executable, "-m", "api.cli"]
    made = [*whence, "keys", "create", "--holder=benchmark", "--role=editor"]
    key = subprocess.run(made, env=os.environ | told, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with subprocess.Popen([*whence, "serve"], env=os.environ | told, stdout=subprocess.DEVNULL) as server:
        try:
            sent = {"Authorization": f"Bearer {key}"}
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=sent, timeout=600, trust_env=False)
            wait_until_ready(client)
            yield client, server.pid
        finally:
            server.terminate()


def wait_until_ready(client: httpx.Client) -> None:
    """Wait for the server, a minute at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    sys.exit("The server did not get ready.")


def memory(process: int, what: str) -> float:
    """Read a process's memory in megabytes; not a number where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return float("nan")
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else float("nan")


def table(sizes: list[Size]) -> str:
    """Lay the figures out, each size against the one before."""
    rows: list[Sequence[str]] = []
    before: dict[str, float] = {}
    for size in sizes:
        for one in size.measured:
            grown = f"{one.seconds / before[one.question]:.1f}" if one.question in before else "–"
            rows.append([f"{one.size:,}", one.question, f"{one.seconds:.2f}", grown, f"{one.answer_bytes:,}"])
        before = {one.question: one.seconds for one in size.measured}
    lines = [markdown(["attributions", "answer", "seconds", "times the smaller claim's", "answer, bytes"], rows)]
    for size in sizes:
        lines.append(
            f"\n{size.size:,} attributions: recorded in {size.recording_seconds:.0f} s;"
            f" memory {size.idle_megabytes:.0f} MB before, {size.peak_megabytes:.0f} MB at most."
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
