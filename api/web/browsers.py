"""Keep browsers to what they may do with us: what a page may load, whose pages may call, and under which names.

Guarded        tells browsers, and caches, with every answer what they may do with it
Addressed      refuses what names no one host, or one that is not ours
Cors           lets the pages of other origins call, where the settings say so
"""

import re
from collections.abc import Collection, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Failure, Malformed, Misdirected
from api.settings import Settings, is_loopback
from api.web.introduction import HEADERS
from api.web.problems import respond

PORT = re.compile(r":\d*$")
METHODS = ("GET", "HEAD", "POST", "PATCH", "DELETE")
TAKEN = ("Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id")
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


class Guarded:
    """Tell browsers with every answer what they may do with it: nothing, and with a page what it needs.

    Caches keep an answer that says nothing of them for as long as they see fit, also that nothing is there, or that a
    record is deleted (RFC 9111, 4.2.2).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(GUARDS)
                headers.setdefault("Cache-Control", "no-cache")
                if headers.get("content-type", "").startswith("text/html"):
                    headers["Content-Security-Policy"] = PAGES_MAY
            await send(message)

        await self.app(scope, receive, send_guarded)


class Addressed:
    """Refuse what does not name one host (RFC 9112, 3.2), and what was sent to a host that is not ours.

    A page elsewhere may have let its name mean our address. `names` may be None: then every host is ours.
    """

    def __init__(self, app: ASGIApp, names: Collection[str] | None) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(scope)) is not None:
            return await respond(refusal, scope["state"]["request_id"])(scope, receive, send)
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> Failure | None:
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) > 1 or (not hosts and scope["http_version"] >= "1.1"):
            return Malformed(f"A request has one Host header, and this one has {len(hosts) or 'none'}.")
        host = "".join(hosts)
        if self.names is not None and PORT.sub("", host.lower()) not in self.names:
            return Misdirected(f"The Host header names “{host[:100]}”, and this server has other names.")
        return None


def names_of(settings: Settings) -> Collection[str] | None:
    """List the host names that a server answers for, None for every name."""
    if settings.allowed_hosts:
        return OWN_NAMES.union(name.lower() for name in settings.allowed_hosts)
    if not is_loopback(settings.host):
        return None
    return OWN_NAMES | {f"[{settings.host}]" if ":" in settings.host else settings.host.lower()}


class Cors(CORSMiddleware):
    """Let the pages of other origins call; a preflight that is refused gets a problem document too."""

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        super().__init__(app, allow_origins=origins, allow_methods=METHODS, allow_headers=TAKEN, expose_headers=HEADERS)

    def preflight_response(self, request_headers: Headers) -> Response:
        response = super().preflight_response(request_headers)
        if response.status_code < 400:
            return response
        refusal = respond(Malformed(f"{bytes(response.body).decode()}: WHENCE_CORS_ORIGINS says who may call."), None)
        kept = {"vary", "access-control-allow-origin"}
        refusal.headers.update({name: value for name, value in response.headers.items() if name in kept})
        return refusal
