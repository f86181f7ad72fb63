"""Write rows straight into the tables, with the plain driver of either database, in flat memory."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
from sqlalchemy import Table
from sqlalchemy.engine import make_url

from api.custody import tree
from api.custody.envelope import Entry
from api.storage import sqlite
from api.storage.records import metadata
from generated.rows import Row, dashed

BATCH = 50_000  # rows that wait in memory, of all tables together


class Tables(Protocol):
    """An open database."""

    def write(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        """Write rows of all columns of a table."""


class SqliteTables:
    """A SQLite file."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def write(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        marks = ", ".join("?" * len(table.columns))
        self._connection.executemany(f'INSERT INTO "{table.name}" ({named(table)}) VALUES ({marks})', rows)
        self._connection.commit()


class PostgresTables:
    """A PostgreSQL database."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def write(self, table: Table, rows: Sequence[Sequence[Any]]) -> None:
        with self._connection.cursor().copy(f'COPY "{table.name}" ({named(table)}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
        self._connection.commit()


@contextmanager
def opened(url: str) -> Iterator[Tables]:
    """Open a database to fill it: nobody else is there, and after a crash it is filled anew."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite.driver().connect(parsed.database)) as connection:
            for pragma in ("synchronous = OFF", "cache_size = -262144", "foreign_keys = OFF"):
                connection.execute(f"PRAGMA {pragma}")
            yield SqliteTables(connection)
        return
    with psycopg.connect(parsed.set(drivername="postgresql").render_as_string(hide_password=False)) as server:
        server.execute("SET timezone TO 'UTC'")
        server.execute("SET session_replication_role TO replica")  # references are right, and need no proof
        yield PostgresTables(server)
        server.autocommit = True
        server.execute("ANALYZE")


def named(table: Table) -> str:
    """Name the columns of a table, in the model's order: in the database they may stand in another one."""
    return ", ".join(f'"{column.name}"' for column in table.columns)


def fill(tables: Tables, rows: Iterable[Row]) -> int:
    """Write rows in batches, table by table, each record with its entry in the log; return how many there were."""
    known = {table.name: table for table in metadata().sorted_tables}
    recorded = {name for name in known if f"{name}_history" in known}
    waiting: dict[str, list[tuple[Any, ...]]] = {}
    columns = {name: [column.name for column in table.columns] for name, table in known.items()}
    log, written = Log(), 0

    def put(row: Row) -> None:
        waiting.setdefault(row.table, []).append(tuple(map(row.values.get, columns[row.table])))

    def flush() -> None:
        for table in metadata().sorted_tables:
            if some := waiting.pop(table.name, None):
                tables.write(table, some)

    for row in rows:
        put(row)
        written += 1
        if row.table in recorded:
            put(log.entry(row))
            written += 1
        if written % BATCH < 2:
            flush()
    flush()
    return written


class Log:
    """The change log of what is generated: a sound tree, whose entries commit to no values, which takes a tenth of
    the time. So `whence verify` says of generated records that the log does not know what they say.
    """

    def __init__(self) -> None:
        self._size = 0
        self._peaks: tuple[bytes, ...] = ()

    def entry(self, row: Row) -> Row:
        """Make a record's entry."""
        of, at = row.values, row.values["recorded_at"]
        leaf = tree.leaf_hash(_envelope(self._size + 1, row))
        if not self._size and leaf != _as_the_log_has_it(row).leaf():
            raise AssertionError("An entry of the log is not written as it is here any more.")
        completed = tree.appended(self._size, self._peaks, leaf)
        self._peaks = tree.peaks_after(self._peaks, completed)
        self._size += 1
        return Row(
            "change",
            {
                "sequence": self._size,
                "kind": row.table,
                "record_id": of["id"],
                "version": 1,
                "action": "created",
                "recorded_at": at,
                "recorded_by": of["recorded_by"],
                "commitments": "{}",
                "hashes": b"".join(completed),
            },
        )


def _envelope(sequence: int, row: Row) -> bytes:
    """Write what the leaf is the hash of; `Entry` does it for anything, and takes ten times as long."""
    of = row.values
    at = of["recorded_at"].replace(" ", "T")
    return (
        f'{{"action":"created","actor":"{of["recorded_by"]}","commitments":{{}},"id":"{dashed(of["id"])}",'
        f'"kind":"{row.table}","recorded_at":"{at}Z","sequence":{sequence},"version":1}}'
    ).encode()


def _as_the_log_has_it(row: Row) -> Entry:
    of = row.values
    at = datetime.fromisoformat(f"{of['recorded_at']}+00:00")
    return Entry(1, row.table, UUID(of["id"]), 1, "created", of["recorded_by"], at, {})
