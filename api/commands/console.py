"""What all commands have in common: what they say, the settings, the database, and how they fail."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console
from rich.markup import escape

from api.settings import Settings, misspelt

if TYPE_CHECKING:
    from api.storage.database import Database

WRONG_SETTINGS = 2
errors = Console(stderr=True, soft_wrap=True, highlight=False)
says = Console(soft_wrap=True, highlight=False)


@contextmanager
def opened_database() -> Iterator["Database"]:
    """Open the database that the settings name, in the shape that this version expects; make it where there is none."""
    with _in_shape(read_settings()) as database:
        yield database


@contextmanager
def opened_store() -> Iterator["Database"]:
    """Open what is there, likewise. Raises `FileNotFoundError` where there is no store to take anything out of."""
    from api.storage.address import check_there, read_address

    settings = read_settings()
    check_there(read_address(settings.database_url))
    with _in_shape(settings) as database:
        yield database


def read_settings(**given: Any) -> Settings:
    """Read the settings, set up the log as they say, and tell it of variables that say nothing."""
    import structlog
    from pydantic import ValidationError

    from api.web import logs

    try:
        settings = Settings(**given)
        logs.configure(settings)
    except ValidationError as wrong:
        told = (f"WHENCE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in wrong.errors())
        fail("; ".join(told), WRONG_SETTINGS)
    for name, nearest in misspelt(os.environ).items():
        meant = {} if nearest is None else {"nearest": nearest}
        structlog.get_logger().warning(
            "there is no setting of this name, so it changes nothing", variable=name, **meant
        )
    return settings


@contextmanager
def _in_shape(settings: Settings) -> Iterator["Database"]:
    from api.custody.keys import load_keys
    from api.storage import migrations
    from api.storage.database import Database

    migrations.upgrade(settings.database_url)
    with opened(Database(settings.database_url, 1, load_keys(settings))) as database:
        database.take_custody()
        yield database


@contextmanager
def opened(database: "Database") -> Iterator["Database"]:
    """Close a database in the end."""
    try:
        yield database
    finally:
        database.close()


def fail(sentence: str, code: int = 1) -> NoReturn:
    """Say what went wrong, and end."""
    errors.print(escape(sentence))
    raise SystemExit(code)
