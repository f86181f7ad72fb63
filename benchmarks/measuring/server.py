"""Serve Whence as `whence serve` does, with bare routes that answer bytes which they were given: what is measured
against. `/bare/…` is a route of the application, inside all that surrounds requests; `/alone/…` stands before it.

    python benchmarks/measuring/server.py        with WHENCE_… variables, on WHENCE_PORT
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.main import create_app
from api.process.cores import cores_from_here, keep_to_one
from api.process.port import take
from api.process.server import Serving
from api.settings import Settings
from api.web import logs

JSON = "application/json"


class Bare:
    """Keeps bytes under a name (PUT), and answers them (GET)."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    async def answer(self, request: Request) -> Response:
        """Keep or answer bytes."""
        name = request.url.path.rpartition("/")[2]
        if request.method == "PUT":
            self._kept[name] = await request.body()
        return Response(self._kept[name], media_type=JSON)


class Before:
    """Answers the routes that stand alone; all else is the application's."""

    def __init__(self, app: ASGIApp, bare: Bare) -> None:
        self._app, self._bare = app, bare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/alone/"):
            response = await self._bare.answer(Request(scope, receive))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def main() -> None:
    """Serve until a signal ends it."""
    settings, bare = Settings(), Bare()
    if settings.keep_to_core:
        keep_to_one(cores_from_here(), 0)
    logs.configure(settings)
    app = create_app(settings)
    app.add_route("/bare/{name}", bare.answer, methods=["GET", "PUT"])
    with take(settings.host, settings.port) as socket:
        Serving(Before(app, bare), settings, print).run([socket])


if __name__ == "__main__":
    main()
