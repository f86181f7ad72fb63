"""What happens around every request, from the outside in.

RequestId      gives it an id, or keeps the caller's, and sends that back
HeadAsGet      answers HEAD as GET, without the body
Observed       counts it, and leaves a line in the log
Guarded        tells browsers with every answer what they may do with it
Addressed      refuses what was sent to a host that is not ours
Rated          says how many requests the caller has left
Cors           lets the pages of other origins call, where the settings say so
Faults         turns an unforeseen exception into a problem document, and the end of the server too
ReadablePath   finds nothing at an address that is no text
"""

import re
import time
from asyncio import CancelledError
from collections.abc import Collection
from urllib.parse import quote, unquote_to_bytes
from uuid import uuid4

import structlog
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Failure, Internal, Malformed, Misdirected, NotFound, Unavailable
from api.settings import Settings, is_loopback
from api.web import rate
from api.web.metrics import Metrics
from api.web.problems import respond

log = structlog.get_logger()

SANE = re.compile(r"[A-Za-z0-9._-]{1,128}")
ASKED = "whence.method"  # in a scope: the method as it was sent
PORT = re.compile(r":\d*$")
GONE_AWAY = 499  # in log and metrics only: the client did not wait for the answer
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE")
TAKEN = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id")
SHOWN = (
    *("ETag", "Idempotency-Replayed", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After"),
    *("WWW-Authenticate", "X-Request-Id"),
)
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})  # nobody else's name can come to mean these

GUARDS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Swagger UI needs no more: its scripts and styles are files of ours, its icons are in them as data.
PAGES_MAY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """Put everything around the application; what is added last is outermost."""
    app.add_middleware(ReadablePath)
    app.add_middleware(Faults)
    if settings.cors_origins:
        app.add_middleware(
            Cors,
            allow_origins=settings.cors_origins,
            allow_methods=METHODS,
            allow_headers=TAKEN,
            expose_headers=SHOWN,
        )
    app.add_middleware(Rated)
    app.add_middleware(Addressed, names=names_of(settings))
    app.add_middleware(Guarded)
    app.add_middleware(Observed, metrics=metrics)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RequestId)


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


class Guarded:
    """Tell browsers with every answer what they may do with it: nothing, and with a page what it needs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(GUARDS)
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = PAGES_MAY
            await send(message)

        await self.app(scope, receive, send_guarded)


class Addressed:
    """Refuse what was sent to a host that is not ours: a page elsewhere may have let its name mean our address.

    `names` may be None: then every host is ours.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] | None) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.names is not None:
            hosts = Headers(scope=scope).getlist("host")
            if len(hosts) != 1 or PORT.sub("", hosts[0].lower()) not in self.names:
                named = f"“{hosts[0][:100]}”" if len(hosts) == 1 else f"{len(hosts)} hosts"
                refusal = respond(
                    Misdirected(f"The Host header names {named}, and this server has other names."),
                    scope["state"]["request_id"],
                )
                return await refusal(scope, receive, send)
        await self.app(scope, receive, send)


def names_of(settings: Settings) -> Collection[str] | None:
    """List the host names that a server answers for, None for every name."""
    if settings.allowed_hosts:
        return OWN_NAMES.union(name.lower() for name in settings.allowed_hosts)
    if not is_loopback(settings.host):
        return None
    return OWN_NAMES | {f"[{settings.host}]" if ":" in settings.host else settings.host.lower()}


class Rated:
    """Say with every answer that a key or an address is charged for how many requests it has left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_rated(message: Message) -> None:
            if message["type"] == "http.response.start":
                standing: rate.Standing | None = scope["state"].get("rate")
                if standing is None and scope["path"].startswith("/v1/"):  # no operation took it
                    standing = rate.charge_address(HTTPConnection(scope))
                if standing is not None:
                    message = {**message, "headers": [*message.get("headers", ()), *standing.headers()]}
            await send(message)

        await self.app(scope, receive, send_rated)


class Cors(CORSMiddleware):
    """CORS by setting; a preflight that is refused gets a problem document too."""

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code < 400:
            return response
        refusal = respond(Malformed(f"{bytes(response.body).decode()}: WHENCE_CORS_ORIGINS says who may call."), None)
        kept = {"vary", "access-control-allow-origin"}
        refusal.headers.update({name: value for name, value in response.headers.items() if name in kept})
        return refusal


class Faults:
    """Turn an exception that nobody foresaw into a problem document, inside the layers that add headers and count.

    So is what uvicorn still waited for when the time of open requests was over, and cancels: its thread goes on.
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
    """Say whether a percent-encoded path is UTF-8 without NUL, and one line: a route's end fits before a line's too."""
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
