"""An application that the tests of a module share, where none of them asks for what is recorded."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from tests.conftest import migrated
from tests.keys import Client


@pytest.fixture(scope="module")
def front(request: pytest.FixtureRequest) -> Iterator[TestClient]:
    """A client, on one engine: what it asks for is the same on the other."""
    with migrated(request, "sqlite") as url:
        app = create_app(Settings(database_url=url))
        with Client(app, raise_server_exceptions=False) as client:
            yield client
