"""Sixty-four clients at once, some of whom record: how long each request takes, and whether anybody starves."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from measuring.client import END, request
from measuring.questions import PATHS
from measuring.stores import Served

CLIENTS = 64
WRITING = 0.25  # of the requests
READS = (*PATHS.values(), "/v1/sources?limit=20")


@dataclass(frozen=True, slots=True)
class Crowded:
    """What the clients saw: milliseconds of reads and of writes, what failed, and each client's writes."""

    reads: list[float] = field(default_factory=list)
    writes: list[float] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)


async def crowd(
    served: Served, probes: Sequence[str], seconds: float, writing: float = WRITING, reads: Sequence[str] = READS
) -> Crowded:
    """Ask and record for some seconds, each client one request after another."""
    seen = Crowded()
    ends = time.monotonic() + seconds
    each = (_one(served, probes, ends, writing, reads, random.Random(number), seen) for number in range(CLIENTS))
    await asyncio.gather(*each)
    return seen


async def _one(
    served: Served,
    probes: Sequence[str],
    ends: float,
    writing: float,
    reads: Sequence[str],
    chance: random.Random,
    seen: Crowded,
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, limit=2**20)
    authorized, written = f"Authorization: Bearer {served.key}", 0
    while time.monotonic() < ends:
        claim, writes = chance.choice(probes), chance.random() < writing
        if writes:
            path, body = something(chance)
            sent = request("POST", path, authorized, body=body)
        else:
            sent = request("GET", chance.choice(reads).format(claim=UUID(claim)))
        began = time.perf_counter()
        writer.write(sent)
        status = await _answered(reader)
        (seen.writes if writes else seen.reads).append((time.perf_counter() - began) * 1000)
        if status >= 400:
            seen.failed.append(status)
        written += writes
    writer.close()
    seen.written.append(written)


async def _answered(reader: asyncio.StreamReader) -> int:
    """Read an answer to its end, and return its status."""
    head = (await reader.readuntil(END)).lower()
    _, _, after = head.partition(b"content-length:")
    if after:
        await reader.readexactly(int(after.partition(b"\r\n")[0]))
    return int(head[9:12])


def something(chance: random.Random) -> tuple[str, bytes]:
    """Word a claim, or a statement with a claim of its own: what is asked about stays as it is for later crowds."""
    name = f"Somebody {uuid4()}"  # nobody else's, in a store that earlier crowds have been in too
    claim = {"text": f"{name} says so."}
    if chance.random() < 0.5:
        return "/v1/claims", json.dumps(claim).encode()
    source = {"name": name, "kind": "person"}
    said = {"claim": claim, "source": source, "stance": "questions", "modality": "stated"}
    return "/v1/attributions", json.dumps(said).encode()
