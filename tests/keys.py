"""The client of the tests, and the key that it sends unless told otherwise: an admin's, with every scope."""

import time
from typing import Any

import httpx
from sqlalchemy import text
from starlette.testclient import TestClient

from api.custody.tokens import Token

ADMIN = Token("0TestsAdmin0", "0" * 43)
HOLDER = "the tests"
CHANGES = 1  # in the log of a fresh store: the one that made this key
KEY = {"Authorization": f"Bearer {ADMIN.written}"}


class InOneStep(httpx.BaseTransport):
    """Carry a request into the loop that serves and its whole answer back at once.

    That takes a tenth of a millisecond; Starlette's own way, piece by piece, takes two, and most answers less than one.
    """

    def __init__(self, client: TestClient, *, raise_server_exceptions: bool) -> None:
        self._client = client
        self._carried = httpx.ASGITransport(client.app, raise_server_exceptions, client=("testclient", 50000))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        assert self._client.portal is not None, "the application does not run: enter the client"
        return self._client.portal.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._carried.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        whole = b"".join([part async for part in answer.stream])
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(whole))


class Client(TestClient):
    """A client of an application in this process, which sends the key."""

    def __init__(self, app: Any, *, raise_server_exceptions: bool = True) -> None:
        super().__init__(app, raise_server_exceptions=raise_server_exceptions, headers=KEY)
        self._transport = InOneStep(self, raise_server_exceptions=raise_server_exceptions)


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
