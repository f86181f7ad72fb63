"""The client of the tests, and the key that it sends unless told otherwise: an admin's, with every scope."""

import time
from typing import Any

from sqlalchemy import text
from starlette.testclient import TestClient

from api.custody.tokens import Token

ADMIN = Token("0TestsAdmin0", "0" * 43)
HOLDER = "the tests"
CHANGES = 1  # in the log of a fresh store: the one that made this key
KEY = {"Authorization": f"Bearer {ADMIN.written}"}


class Client(TestClient):
    """A client of an application in this process, which sends the key."""

    def __init__(self, app: Any, *, raise_server_exceptions: bool = True) -> None:
        super().__init__(app, raise_server_exceptions=raise_server_exceptions, headers=KEY)


def without_key(client: TestClient) -> Client:
    """Give another client of an application that runs, which sends no key."""
    nobody = Client(client.app)
    nobody.portal = client.portal
    del nobody.headers["authorization"]
    return nobody


def add_admin(url: str) -> None:
    """Put the key into an empty store; its change is number 1 of the log, whoever looks at it."""
    import api.main  # noqa: F401  so that every table is known
    from api.access.schemas import KeyDraft
    from api.access.service import create
    from api.custody.callers import COMMAND_LINE
    from api.custody.keys import load_keys
    from api.custody.roles import Scope
    from api.settings import Settings
    from api.storage.database import Database

    draft = KeyDraft(holder=HOLDER, role="admin", scopes=list(Scope), expires_at=None)
    database = Database(url, 1, load_keys(Settings()))
    try:
        database.write(lambda ledger: create(ledger, draft, ADMIN), COMMAND_LINE)
        while True:
            with database.reading() as reading:
                if reading.rows(text("SELECT 1 FROM change")):
                    return
            time.sleep(0.01)
    finally:
        database.close()
