"""Measure what more processes bring: `whence serve --workers N` on each database, under readers and under writers.

    python3 dev.py bench workers [--workers 1 2 4] [--engines sqlite postgresql] [--size 10000] [--seconds 8]

Sixty-four clients read claims, or ask for provenance, or record, for some seconds each, and every answer is worked out.
Beside the requests a second stands whose processor time they took, in cores: the server's processes, PostgreSQL's, and
everybody else's on this machine, the clients' first of all. Where the cores are full, more processes cannot help; where
cores are left and the figure does not grow, processes wait for each other, and that is the database's doing.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from measuring.crowd import crowd
from measuring.limits import reading
from measuring.questions import PATHS
from measuring.report import machine, markdown
from measuring.stores import Served, Store, served, stores

WORK = {
    "claims read": (0.0, [PATHS["claim"]]),
    "provenance": (0.0, [PATHS["provenance"]]),
    "recording": (1.0, []),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What so many processes did: requests a second, milliseconds, and cores that were busy."""

    database: str
    work: str
    workers: int
    per_second: float
    times: float
    p50: float
    p99: float
    failed: int
    server: float
    postgresql: float
    others: float
    idle: float


def main() -> None:
    """Measure each database with each number of processes; print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, default=Path("data/bench"), help="where the databases are kept")
    parser.add_argument("--size", type=int, default=10_000, help="attributions")
    parser.add_argument("--seconds", type=float, default=8)
    told = parser.parse_args()
    found: list[Measured] = []
    with stores(told.folder.absolute(), told.engines, [told.size]) as filled:
        for store in filled:
            for workers in told.workers:
                found += measured(store, workers, told.seconds, found)
                print(table(found), file=sys.stderr, flush=True)
    print(table(found))
    print(json.dumps({"machine": machine(), "measured": [asdict(one) for one in found]}))


def measured(store: Store, workers: int, seconds: float, before: Sequence[Measured]) -> Iterator[Measured]:
    """Put each kind of work to so many processes, and hold it against what the fewest did."""
    with reading(store.url) as (probes, _):
        command = ("-m", "api.cli", "serve", "--workers", str(workers))
        with served(store, *command, WHENCE_MEMORY_BYTES="0") as server:
            wait_for_all(server, workers)
            for work, (writing, reads) in WORK.items():
                asyncio.run(crowd(server, probes, 2, writing, reads))  # until each process has done it once
                began, used = time.monotonic(), spent(server)
                seen = asyncio.run(crowd(server, probes, seconds, writing, reads))
                took = time.monotonic() - began
                cores = {name: (now - used[name]) / took for name, now in spent(server).items()}
                milliseconds = sorted(seen.reads + seen.writes)
                rate = len(milliseconds) / took
                first = next((one for one in before if (one.database, one.work) == (store.engine, work)), None)
                yield Measured(
                    store.engine, work, workers, rate, rate / (first.per_second if first else rate),
                    statistics.median(milliseconds), milliseconds[int(len(milliseconds) * 0.99)], len(seen.failed),
                    **cores,
                )  # fmt: skip


def wait_for_all(server: Served, workers: int) -> None:
    """Return once each process listens: connections are spread over those that do when they are made."""
    deadline = time.monotonic() + 60
    while sum(map(listens, processes(server))) < (1 if workers == 1 else workers + 1):
        if time.monotonic() > deadline:
            sys.exit("Not all processes listen.")
        time.sleep(0.1)


def processes(server: Served) -> list[psutil.Process]:
    """List the processes of a server, the one that was started first."""
    first = psutil.Process(server.process)
    return [first, *first.children(recursive=True)]


def listens(process: psutil.Process) -> bool:
    """Say whether a process has a socket that listens; the first of several has one without serving."""
    with suppress(psutil.NoSuchProcess):
        return any(one.status == psutil.CONN_LISTEN for one in process.net_connections("tcp"))
    return False


def spent(server: Served) -> dict[str, float]:
    """Add up the seconds of processor time until now: of the server's processes, PostgreSQL's, and of all others."""
    postgresql = [one for one in psutil.process_iter(["name"]) if one.info["name"].startswith("postgres")]
    machine = psutil.cpu_times()
    theirs, database = of(processes(server)), of(postgresql)
    busy = machine.user + machine.nice + machine.system + machine.irq + machine.softirq
    return {
        "server": theirs,
        "postgresql": database,
        "others": busy - theirs - database,
        "idle": machine.idle + machine.iowait,
    }


def of(processes: Sequence[psutil.Process]) -> float:
    """Add up the seconds of processor time of these processes."""
    total = 0.0
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system
    return total


def table(found: Sequence[Measured]) -> str:
    """Lay the figures out."""
    numbers = ("requests/s", "times", "p50, ms", "p99, ms", "failed", "server", "PostgreSQL", "others", "idle")
    rows = (
        [
            one.database, one.work, str(one.workers), f"{one.per_second:.0f}", f"{one.times:.2f}", f"{one.p50:.0f}",
            f"{one.p99:.0f}", str(one.failed),
            *(f"{cores:.2f}" for cores in (one.server, one.postgresql, one.others, one.idle)),
        ]
        for one in found
    )  # fmt: skip
    return markdown(["database", "work", "processes", *numbers], rows)


if __name__ == "__main__":
    main()
