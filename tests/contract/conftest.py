"""Stores that hold the example dossier: one that a module's tests share, and one of a test's own."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from api.settings import Settings
from api.web.logs import configure
from tests.conftest import ENGINES, MIGRATED, copied_database, copied_file
from tests.contract.fuzzing import Guarded, guard
from tests.contract.operations import Store, load, opened

Ids = Mapping[str, str]
FOR_LONG = "test_fuzz_for_long.py"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what takes half a minute only to be read, where no long campaign is wanted."""
    return True if collection_path.name == FOR_LONG and config.option.markexpr == "not slow" else None


@pytest.fixture(scope="session")
def loaded_file(migrated_file: Path) -> tuple[Path, Ids]:
    """A SQLite file with the dossier in it, that others are copied from, and one id of each collection."""
    file = migrated_file.with_name(f"loaded-{uuid4().hex}.db")
    shutil.copyfile(migrated_file, file)
    return file, load(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def loaded_name(postgresql: Any) -> tuple[str, Ids]:
    """The name of a PostgreSQL database with the dossier in it, likewise."""
    name = f"loaded_{uuid4().hex}"
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} STRATEGY file_copy")
    return name, load(postgresql.get_uri(name, driver="psycopg"))


@contextmanager
def _loaded(request: pytest.FixtureRequest, app: Any = None) -> Iterator[Store]:
    get = request.getfixturevalue
    if request.param == "sqlite":
        file, ids = get("loaded_file")
        copying = copied_file(file)
    else:
        name, ids = get("loaded_name")
        copying = copied_database(get("postgresql"), get("used"), name)
    with copying as url, opened(url, ids, app) as store:
        yield store


@pytest.fixture(params=ENGINES)
def own(request: pytest.FixtureRequest, shared_app: Any) -> Iterator[Store]:
    """A loaded store of this test's own."""
    with _loaded(request, shared_app) as store:
        yield store


@pytest.fixture(scope="module", params=["sqlite"])
def front(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A loaded store to send what is refused before any database is asked: one engine is enough."""
    with _loaded(request) as store:
        yield store


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A loaded store that the module's tests share: they add to it, and leave the dossier as it is."""
    with _loaded(request) as store:
        yield store


@pytest.fixture(scope="module")
def guarded(store: Store) -> Guarded:
    """A store where reading is closed, and keys of it."""
    return guard(store)


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Log plainly and only what went wrong: structlog's own way to show an exception takes seconds."""
    configure(Settings(log_level="error"))
