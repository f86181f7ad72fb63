"""Two stores on one engine: what is taken out of the first is brought into the second."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from api.main import create_app
from api.settings import Settings
from api.web.logs import configure
from tests.conftest import MIGRATED
from tests.keys import Client
from tests.newsroom import Newsroom


@contextmanager
def empty(request: pytest.FixtureRequest, engine: str) -> Iterator[str]:
    """Give the address of a migrated, empty store."""
    if engine == "sqlite":
        template: Path = request.getfixturevalue("migrated_file")
        with tempfile.TemporaryDirectory(dir=template.parent) as folder:
            yield f"sqlite:///{shutil.copyfile(template, Path(folder) / 'whence.db')}"
    else:
        server, used, name = (
            request.getfixturevalue("postgresql"),
            request.getfixturevalue("used"),
            f"test_{uuid4().hex}",
        )
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} STRATEGY file_copy")
        yield server.get_uri(name, driver="psycopg")
        used.append(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Name the engine: the test runs once on each."""
    name: str = request.param
    return name


@pytest.fixture
def two(request: pytest.FixtureRequest, engine: str) -> Iterator[tuple[Newsroom, Newsroom]]:
    """Two newsrooms, each on a store of its own."""
    with ExitStack() as open_:
        rooms = []
        for _ in range(2):
            url = open_.enter_context(empty(request, engine))
            client = open_.enter_context(Client(create_app(Settings(database_url=url)), raise_server_exceptions=False))
            rooms.append(Newsroom(client))
        yield rooms[0], rooms[1]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Log only what went wrong."""
    configure(Settings(log_level="error"))
