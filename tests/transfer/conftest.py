"""Two stores on one engine: what is taken out of the first is brought into the second."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from api.main import create_app
from api.settings import Settings
from api.web.logs import configure
from tests.conftest import ENGINES, migrated
from tests.keys import Client
from tests.newsroom import Newsroom


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Name the engine: the test runs once on each."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def other_app() -> Any:
    """A second application, made once."""
    return create_app(Settings())


@pytest.fixture
def two(
    request: pytest.FixtureRequest, shared_app: Any, other_app: Any, engine: str
) -> Iterator[tuple[Newsroom, Newsroom]]:
    """Two newsrooms, each on a store of its own."""
    with ExitStack() as open_:
        rooms = []
        for app in (shared_app, other_app):
            app.state.settings = Settings(database_url=open_.enter_context(migrated(request, engine)))
            client = open_.enter_context(Client(app, raise_server_exceptions=False))
            rooms.append(Newsroom(client))
        yield rooms[0], rooms[1]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Log only what went wrong."""
    configure(Settings(log_level="error"))
