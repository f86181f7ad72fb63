"""Bring the tables to the shape that this code expects, safely also when several processes start at once."""

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from api.errors import Unavailable
from api.storage import sqlite, touches
from api.storage.address import read_address
from api.storage.postgres import arguments

T = TypeVar("T")
log = structlog.get_logger()

SCRIPTS = Path(__file__).parents[2] / "alembic"
VERSIONS = "alembic_version"
ATTEMPTS = 20
PATIENCE = 60  # seconds: how long one process waits for another one's migration
# Another process makes the first table at this moment (a duplicate in the catalogue), or is in the way.
REFUSED = {"23505", "42P07", "42710", "40001", "40P01"}


def upgrade(url: str, revision: str = "head") -> None:
    """Bring a database up to a revision; where it is there already, nothing happens."""
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision; `base` is before the first."""
    _migrate(url, lambda config: command.downgrade(config, revision))


def move(url: str, revision: str) -> None:
    """Bring a database up, or take it back, to a revision; `-1` is one back, `+1` one on."""
    if not re.search(r"\w", revision):
        raise CommandError(f"“{revision}” names no revision: send a number, `head`, `base`, or `-1` or `+1`.")
    at = current(url)
    _check_known(at)
    (downgrade if _is_behind(revision, at) else upgrade)(url, revision)


@cache
def head() -> str | None:
    """Return the revision that this code expects; None where there is none yet."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def current(url: str) -> str | None:
    """Return the revision that a database is at; None before the first."""
    engine = _engine(url)
    with engine.connect() as connection:
        return current_of(connection)


def current_of(connection: Connection) -> str | None:
    """Return the revision that the database behind a connection is at; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def require_head(connection: Connection) -> str | None:
    """Return the revision that this code expects. Raises `Unavailable` where the tables have another shape."""
    at, expected = current_of(connection), head()
    _check_known(at)
    if at != expected:
        raise Unavailable(f"The database is at revision {at}, and this version needs {expected}: run `whence migrate`.")
    return expected


@contextmanager
def alone(url: str) -> Iterator[Connection]:
    """Open one transaction in which no other process migrates; it is committed at the end."""
    engine = _engine(url)
    with engine.begin() as connection:
        _check_encoding(connection)
        if engine.dialect.name == "postgresql" and inspect(connection).has_table(VERSIONS):
            # Others may read the revision meanwhile; a second one that migrates waits here, and then sees it.
            connection.execute(text(f"LOCK TABLE {VERSIONS} IN SHARE ROW EXCLUSIVE MODE"))
        yield connection


def _check_encoding(connection: Connection) -> None:
    """Raise `ValueError` where a database could not keep what people say, in every script."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise ValueError(f"The database is in {encoding}, and has to be in UTF-8: make one with ENCODING 'UTF8'.")


def _migrate(url: str, work: Callable[[Config], None]) -> None:
    def once() -> tuple[str | None, str | None]:
        with alone(url) as connection:
            before = current_of(connection)
            _check_known(before)
            config = _config()
            config.attributes["connection"] = connection
            work(config)
            after = current_of(connection)
            if after != before and after == head():
                touches.leave(connection, None)  # whoever serves meanwhile
            return before, after

    before, after = _persistently(once)
    if before != after:
        log.info("database migrated", before=before, after=after)


def _check_known(at: str | None) -> None:
    """Raise `Unavailable` where the tables have a shape that this code has never heard of."""
    if at is not None and at not in _revisions():
        raise Unavailable(
            f"The database is at revision {at}, and this version knows none after {head()}: a newer one made it. Run"
            " that one, also to take it back."
        )


@cache
def _revisions() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _is_behind(revision: str, at: str | None) -> bool:
    if revision == "base" or revision.startswith("-"):
        return True
    if at is None or revision.startswith("+"):
        return False
    scripts = ScriptDirectory.from_config(_config())
    wanted = scripts.get_revision(revision).revision
    return wanted != at and wanted in {script.revision for script in scripts.iterate_revisions(at, "base")}


def _persistently(work: Callable[[], T]) -> T:
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except DBAPIError as failed:
            if attempt == ATTEMPTS - 1 or not _may_try_again(failed):
                raise
        time.sleep(random.uniform(0.02, 0.2))
    raise AssertionError("unreachable")


def _may_try_again(failed: DBAPIError) -> bool:
    locked = isinstance(failed, OperationalError) and "database is locked" in str(failed.orig)
    return locked or getattr(failed.orig, "sqlstate", None) in REFUSED


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _engine(url: str) -> Engine:
    address = read_address(url)
    if address.get_backend_name() == "postgresql":
        return create_engine(url, poolclass=NullPool, connect_args=arguments(url, "whence migrations"))
    Path(address.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool, module=sqlite.driver())
    sqlite.set_up(engine, "BEGIN IMMEDIATE", PATIENCE)
    return engine
