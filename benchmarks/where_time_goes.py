"""Show where the time of the hot paths goes: samples of a server that works every answer out, by py-spy.

    python3 dev.py bench where_time_goes [--engines sqlite postgresql] [--size 10000] [--folder data/bench]

One connection asks for one thing after another. Samples are taken 200 times a second of whatever holds the interpreter,
without what the start takes; each counts for the innermost frame that belongs to one of the parts. Beside it stand the
processor's milliseconds for each answer, of the whole process, which the sampling adds nothing to.
"""

import argparse
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil
from measuring.client import Client
from measuring.limits import reading
from measuring.questions import PATHS, paths
from measuring.report import markdown
from measuring.stores import Served, Store, served, stores

RATE = 200  # samples a second
# What a frame's file tells of whom the time belongs to; the first that fits, from the innermost frame outwards.
PARTS = {
    "SQLAlchemy, SQLModel and the driver": ("sqlalchemy/", "sqlmodel/", "psycopg/", "pysqlite3/"),
    "Pydantic": ("pydantic/", "pydantic_core/"),
    "identifiers (`uuid`)": ("uuid.py",),
    "graph and ladder": ("api/graph/", "api/confidence/"),
    "reading the record": ("api/storage/",),
    "our own code beside those": ("api/",),
    "the log line and the figures": ("structlog/", "prometheus_client/", "logging/"),
    "framework, threads and the loop": (
        "fastapi/", "starlette/", "uvicorn/", "anyio/", "asyncio/", "threading.py", "concurrent/", "contextlib.py",
    ),
}  # fmt: skip
STARTING = ("importlib", "create_app", "_lifespan")


def main() -> None:
    """Sample each path on each engine, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--size", type=int, default=10_000, help="attributions")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--folder", type=Path, default=Path("data/bench"), help="where the databases are kept")
    told = parser.parse_args()
    columns: dict[str, tuple[float, Counter[str]]] = {}
    with stores(told.folder.absolute(), told.engines, [told.size]) as filled:
        for store in filled:
            for name in PATHS:
                columns[f"{name}, {store.engine}"] = sampled(store, name, told.seconds)
    print(table(columns))


def sampled(store: Store, question: str, seconds: float) -> tuple[float, Counter[str]]:
    """Ask for some seconds; return the processor's milliseconds for each answer, and the samples of each part."""
    with tempfile.TemporaryDirectory() as folder, reading(store.url) as (probes, _):
        file = Path(folder) / "samples"
        sampler = (program(), "record", "--rate", str(RATE), "--format", "raw", "--gil", "--output", str(file), "--")
        with served(store, under=sampler, WHENCE_MEMORY_BYTES="0") as server:
            spent = asked(server, [paths(probe)[question] for probe in probes], seconds)
            (serving,) = psutil.Process(server.process).children()
            serving.terminate()
            psutil.Process(server.process).wait()  # until the samples are written
        return spent, parts(file.read_text().splitlines())


def program() -> str:
    """Find py-spy beside the other packages."""
    found = shutil.which("py-spy", path=os.pathsep.join(f"{folder}/bin" for folder in sys.path))
    return found or sys.exit("py-spy is not there.")


def asked(server: Served, paths: Sequence[str], seconds: float) -> float:
    """Ask for one path after another, and return the milliseconds of the processor that an answer took."""
    (serving,) = psutil.Process(server.process).children()
    with Client(server.port, server.key) as client:
        for path in paths:
            client.get(path)
        began, before, answers = time.monotonic(), serving.cpu_times(), 0
        for path in itertools.cycle(paths):
            client.get(path)
            answers += 1
            if time.monotonic() - began > seconds:
                break
        after = serving.cpu_times()
    return (after.user + after.system - before.user - before.system) * 1000 / answers


def parts(lines: Sequence[str]) -> Counter[str]:
    """Count samples by the part that they belong to."""
    found: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        if not any(one in stack for one in STARTING):
            found[part(stack.split(";"))] += int(count)
    return found


def part(frames: Sequence[str]) -> str:
    """Name whom a sample belongs to, from the innermost frame outwards."""
    for frame in reversed(frames):
        for name, files in PARTS.items():
            if any(f"({file}" in frame or f"/{file}" in frame for file in files):
                return name
    return "others"


def table(columns: Mapping[str, tuple[float, Counter[str]]]) -> str:
    """Lay the shares out, the processor's milliseconds first."""
    rows = [["ms of the processor", *(f"{spent:.1f}" for spent, _ in columns.values())]]
    for name in (*PARTS, "others"):
        rows.append([name, *(f"{found[name] / max(1, found.total()):.0%}" for _, found in columns.values())])
    return markdown(["", *columns], rows)


if __name__ == "__main__":
    main()
