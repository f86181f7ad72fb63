"""Stores that hold the example dossier: one that a module's tests share, and one of a test's own."""

import shutil
from collections.abc import Iterator
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

FOR_LONG = "test_fuzz_for_long.py"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out what takes half a minute only to be read, where no long campaign is wanted."""
    return True if collection_path.name == FOR_LONG and config.option.markexpr == "not slow" else None


@pytest.fixture(scope="session")
def loaded_file(migrated_file: Path) -> Path:
    """A SQLite file with the dossier in it, that others are copied from."""
    file = migrated_file.with_name(f"loaded-{uuid4().hex}.db")
    shutil.copyfile(migrated_file, file)
    load(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def loaded_name(postgresql: Any) -> str:
    """The name of a PostgreSQL database with the dossier in it, that others are copied from."""
    name = f"loaded_{uuid4().hex}"
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {MIGRATED} STRATEGY file_copy")
    load(postgresql.get_uri(name, driver="psycopg"))
    return name


@contextmanager
def _copied(request: pytest.FixtureRequest) -> Iterator[str]:
    get = request.getfixturevalue
    if request.param == "sqlite":
        copying = copied_file(get("loaded_file"))
    else:
        copying = copied_database(get("postgresql"), get("used"), get("loaded_name"))
    with copying as url:
        yield url


@pytest.fixture(params=ENGINES)
def loaded_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of this test's own, with the dossier in it."""
    with _copied(request) as url:
        yield url


@pytest.fixture
def own(loaded_url: str, shared_app: Any) -> Iterator[Store]:
    """A loaded store of this test's own."""
    with opened(loaded_url, shared_app) as store:
        yield store


@pytest.fixture(scope="module", params=["sqlite"])
def front(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A loaded store to send what is refused before any database is asked: one engine is enough."""
    with _copied(request) as url, opened(url) as store:
        yield store


@pytest.fixture(scope="module", params=ENGINES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A loaded store that the module's tests share: they add to it, and leave the dossier as it is."""
    with _copied(request) as url, opened(url) as store:
        yield store


@pytest.fixture(scope="module")
def guarded(store: Store) -> Guarded:
    """A store where reading is closed, and keys of it."""
    return guard(store)


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Log plainly and only what went wrong: structlog's own way to show an exception takes seconds."""
    configure(Settings(log_level="error"))
