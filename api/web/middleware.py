"""What happens around every request, from the outside in.

HeardOut       takes what is left of a body that was answered before it had come
RequestId      gives it an id, or keeps the caller's, and sends that back
HeadAsGet      answers HEAD as GET, without the body
Observed       counts it, and leaves a line in the log
Guarded        tells browsers, and caches, with every answer what they may do with it
Addressed      refuses what names no one host, or one that is not ours
Rated          says how many requests the caller has left
Cors           lets the pages of other origins call, where the settings say so
Faults         turns an unforeseen exception into a problem document, and the end of the server too
ReadablePath   finds nothing at an address that is no text
"""

import re
import time
from asyncio import CancelledError
from urllib.parse import quote, unquote_to_bytes
from uuid import uuid4

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Failure, Internal, NotFound, Unavailable
from api.settings import Settings
from api.web import rate
from api.web.browsers import Addressed, Cors, Guarded, names_of
from api.web.leftover import HeardOut
from api.web.metrics import Metrics
from api.web.problems import respond

log = structlog.get_logger()

SANE = re.compile(r"[A-Za-z0-9._-]{1,128}")
ASKED = "whence.method"  # in a scope: the method as it was sent
GONE_AWAY = 499  # in log and metrics only: the client did not wait for the answer


def install(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put everything around the application; what is added last is outermost."""
    app.add_middleware(ReadablePath)
    app.add_middleware(Faults)
    if settings.cors_origins:
        app.add_middleware(Cors, settings.cors_origins)
    app.add_middleware(Rated)
    app.add_middleware(Addressed, names=names_of(settings))
    app.add_middleware(Guarded)
    app.add_middleware(Observed, metrics=metrics)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestId)
    app.add_middleware(HeardOut, settings=settings)


class RequestId:
    """Give every request an id that its answer, its problem document and its log lines carry."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        sent = Headers(scope=scope).get("x-request-id", "")
        request_id = sent if SANE.fullmatch(sent) else str(uuid4())
        state = {**scope.get("state", {}), "request_id": request_id}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
                message = {**message, "headers": headers}
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app({**scope, "state": state}, receive, send_with_id)


class HeadAsGet:
    """Answer HEAD with what GET would answer, Content-Length included, and leave out the body (RFC 9110, 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self.app({**scope, "method": "GET", ASKED: "HEAD"}, receive, send_head)


class Observed:
    """Count every request, and leave one line in the log: never the query, which can say what is searched for."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        method, path = scope.get(ASKED, scope["method"]), path_as_sent(scope)
        status = GONE_AWAY
        began = time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with self.metrics.in_progress():
                await self.app(scope, receive, send_noted)
        finally:
            took = time.perf_counter() - began
            self.metrics.answered(method, template_of(scope), status, took)
            log.info("answered", method=method, path=path, status=status, milliseconds=round(took * 1000, 1))


class Rated:
    """Say with every answer that a key or an address is charged for how many requests it has left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_rated(message: Message) -> None:
            if message["type"] == "http.response.start":
                allowance: rate.Allowance | None = scope["state"].get("rate")
                # No operation took it; what a browser asks by itself before it sends anything is nobody's request.
                if allowance is None and scope["path"].startswith("/v1/") and scope["method"] != "OPTIONS":
                    allowance = rate.charge_address(HTTPConnection(scope))
                if allowance is not None:
                    message = {**message, "headers": [*message.get("headers", ()), *allowance.headers()]}
            await send(message)

        await self.app(scope, receive, send_rated)


class Faults:
    """Turn an exception that nobody foresaw into a problem document, inside the layers that add headers and count.

    Likewise for a request that uvicorn cancels when the time for open requests is over: its thread goes on.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def send_noted(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            return await self.app(scope, receive, send_noted)
        except ClientDisconnect:
            log.info("client went away", path=path_as_sent(scope))
            return
        except CancelledError:
            log.warning("waited for no longer, as the server ends", path=path_as_sent(scope))
            failure: Failure = Unavailable("The server ends, and waits for this no longer: a write may still be done.")
        except Exception as fault:
            log.error("request failed", path=path_as_sent(scope), exc_info=fault)
            failure = Internal("The request could not be carried out.")
        if not begun:  # else the server breaks the connection, as what was sent is not the whole
            await respond(failure, scope["state"]["request_id"])(scope, receive, send)


class ReadablePath:
    """Find nothing at an address that holds a NUL or a line break, or is not UTF-8."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_text(scope.get("raw_path") or scope["path"].encode()):
            failure = NotFound("There is no such address: it holds a NUL or a line break, or bytes that are not UTF-8.")
            return await respond(failure, scope["state"]["request_id"])(scope, receive, send)
        await self.app(scope, receive, send)


def is_text(raw_path: bytes) -> bool:
    """Say whether a percent-encoded path is UTF-8, without NUL or line break: a route's `$` fits before that too."""
    path = unquote_to_bytes(raw_path)
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in path and b"\n" not in path


def path_as_sent(scope: Scope) -> str:
    """Return the path percent-encoded, as it came: a line break in it must not begin a line of the log."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw[:500].decode("ascii", "backslashreplace")


def template_of(scope: Scope) -> str:
    """Name the route that took a request by its template, such as `/v1/claims/{id}`; `none` where no route did."""
    without_parameters = "endpoint" in scope and not scope.get("path_params")
    return str(getattr(scope.get("route"), "path_format", scope["path"] if without_parameters else "none"))
