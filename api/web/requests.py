"""Read requests strictly: what a route does not name is refused, and a body is JSON, whole, in time and in bounds."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Cookie, Header, Path
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match
from starlette.types import Scope

from api.errors import Contradictory, Malformed, Problem, TooLarge, TooSlow, UnsupportedMedia
from api.formats.json import pointer, read
from api.web import rate
from api.web.answers import JSON, conditional
from api.web.callers import admit, for_caller, taken_by
from api.web.memory import is_lasting, remembering

STEADY = 2**12  # bytes that a body of any length has to bring in the time that others have for all of theirs
LARGE = 2**14  # what takes longer to read than the way to a thread
PATCHES = ("application/merge-patch+json", JSON)  # another kind of patch, read as this one, would mean something else


class StrictRequest(Request):
    """A request whose body was read and checked before anything else."""

    _read: Any = None

    async def take_body(self, limit: int) -> None:
        """Read a JSON body. Raises `TooLarge`, `TooSlow`, `Malformed` or `UnsupportedMedia`."""
        await self.bound_body(limit)
        if self._body:
            _require_json(self)
            self._read = await run_in_threadpool(_parse, self._body) if len(self._body) > LARGE else _parse(self._body)

    async def bound_body(self, limit: int) -> None:
        """Receive the body, whatever it is, up to so many bytes and in time. Raises `TooLarge` or `TooSlow`."""
        seconds = self.app.state.settings.body_seconds
        try:
            async with asyncio.timeout(seconds):
                self._body = await self._bounded(limit)
        except TimeoutError:
            raise TooSlow(f"The body did not arrive within {seconds:g} seconds.") from None

    async def json(self) -> Any:
        return self._read

    async def _bounded(self, limit: int) -> bytes:
        declared = self.headers.get("content-length", "")
        if declared.isdigit() and int(declared[:20]) > limit:
            raise TooLarge(f"The body has {int(declared[:20]):,} bytes; the limit is {limit:,}.")
        parts, size = [], 0
        async for part in self.stream():
            size += len(part)
            if size > limit:
                raise TooLarge(f"The body has more than {limit:,} bytes, which is the limit.")
            parts.append(part)
        return b"".join(parts)


class StrictRoute(APIRoute):
    """A route that refuses whoever may not ask, then parameters and fields that it does not know and bodies that are
    not JSON.
    """

    limit = "max_body_bytes"  # the setting that says how large a body may be

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if is_lasting(self.endpoint):
            handle = remembering(handle)
        single, several = _parameters(self)
        role, scopes = taken_by(self)

        async def handle_strictly(request: Request) -> Response:
            with rate.charged(request):
                await admit(request, role, scopes)
            _check_query(request, single, several)
            strict = StrictRequest(request.scope, request.receive)
            await self.receive(strict)
            return for_caller(request, conditional(request, await handle(strict)))

        return handle_strictly

    async def receive(self, request: StrictRequest) -> None:
        """Take the body before anything else is done.

        Raises `TooLarge`, `TooSlow`, `Malformed`, `UnsupportedMedia`, and `Contradictory` where none is taken.
        """
        limit: int = getattr(request.app.state.settings, self.limit)
        if self.body_field is not None:
            await request.take_body(limit)
        elif request.method in ("POST", "DELETE"):
            await request.bound_body(limit)
            _require_nothing(await request.body())


class SpeltOutRoute(StrictRoute):
    """The same, at an address that is spelt out where others have an id: a wrong method is refused, not tried with that
    as an id.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Take the address with every method, so that no other route is looked for."""
        match, found = super().matches(scope)
        return (Match.FULL if match is Match.PARTIAL else match), found


class StrictBundleRoute(StrictRoute):
    """The same, for bodies of many records."""

    limit = "max_bundle_bytes"


class StreamedRoute(StrictRoute):
    """The same, where the operation itself takes the body as it comes."""

    async def receive(self, request: StrictRequest) -> None:
        """Leave the body where it is."""


async def steadily(request: Request) -> AsyncIterator[bytes]:
    """Give a body piece by piece, of any length, as long as enough of it comes. Raises `TooSlow`."""
    seconds: float = request.app.state.settings.body_seconds
    clock, pieces = asyncio.get_running_loop().time, aiter(request.stream())
    waited, came = 0.0, 0
    while True:
        began = clock()
        try:
            async with asyncio.timeout(seconds - waited):
                piece = await anext(pieces)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise TooSlow(f"Less than {STEADY:,} bytes of the body arrived within {seconds:g} seconds.") from None
        waited, came = waited + clock() - began, came + len(piece)
        if came >= STEADY:
            waited, came = 0.0, 0
        yield piece


def media_type_of(request: Request) -> str:
    """Return what kind of body a request says that it has, empty where it does not."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def not_taken(kind: str, taken: Sequence[str], header: str = "Accept") -> UnsupportedMedia:
    """Refuse a kind of body, and name those to send instead."""
    given = f"“{kind[:100]}”" if kind else "missing"
    return UnsupportedMedia(f"Content-Type is {given}: send {' or '.join(taken)}.", header, taken)


def require_plain(request: Request) -> None:
    """Raise `UnsupportedMedia` where a body is compressed."""
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        plain = "The body is compressed: send it plain, without Content-Encoding."
        raise UnsupportedMedia(plain, "Accept-Encoding", ["identity"])


def _parse(body: bytes) -> Any:
    try:
        return read(body)
    except ValueError as wrong:
        raise Malformed(str(wrong)) from None


def _require_nothing(body: bytes) -> None:
    """Refuse what would be passed over; an empty object says as little as no body."""
    sent = _parse(body) if body.strip() else {}
    if sent != {}:
        fields = [pointer(name) for name in sent] if isinstance(sent, dict) else [pointer()]
        raise Contradictory([Problem("No body is taken here: leave this out.", field) for field in fields])


def _require_json(request: Request) -> None:
    kind = media_type_of(request)
    if request.method == "PATCH":
        if kind not in PATCHES:
            raise not_taken(kind, PATCHES, "Accept-Patch")  # RFC 5789, 3.1
    elif kind != JSON and not (kind.startswith("application/") and kind.endswith("+json")):
        raise not_taken(kind, [JSON])
    require_plain(request)


def _parameters(route: APIRoute) -> tuple[frozenset[str], frozenset[str]]:
    single: set[str] = set()
    several: set[str] = set()
    for field in get_flat_params(route.dependant):
        if isinstance(field.field_info, Path | Header | Cookie):
            continue
        (several if "list[" in str(field.field_info.annotation) else single).add(field.alias)
    return frozenset(single), frozenset(several)


def _check_query(request: Request, single: frozenset[str], several: frozenset[str]) -> None:
    if not request.scope["query_string"]:
        return
    given = request.query_params.multi_items()
    times = Counter(name for name, _ in given)
    known = ", ".join(sorted(single | several)) or "none"
    problems = [
        Problem(f"There is no parameter of this name here. Known: {known}.", parameter=name)
        for name in times
        if name not in single | several
    ]
    problems += [
        Problem("Send this parameter once.", parameter=name)
        for name, count in times.items()
        if name in single and count > 1
    ]
    problems += [
        Problem("The value has a character that cannot be text (NUL or a broken encoding).", parameter=name)
        for name, broken in _read_as_sent(request)
        if broken
    ]
    if problems:
        raise Contradictory(problems)


def _read_as_sent(request: Request) -> Iterator[tuple[str, bool]]:
    """Say of each parameter whether its value cannot be text: Starlette puts U+FFFD there, which may also be sent."""
    query = request.scope["query_string"].decode("latin-1")
    sent = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    for (name, _), (_, value) in zip(request.query_params.multi_items(), sent, strict=True):
        yield name, "\x00" in value or any("\ud800" <= sign <= "\udfff" for sign in value)
