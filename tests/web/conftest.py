"""An application that the tests of a module share, where none of them asks for what is recorded."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
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


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged, as it was said, whatever other tests want to hear."""
    known = structlog.get_config()
    structlog.reset_defaults()
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        yield lines
    structlog.configure(**known)
