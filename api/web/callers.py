"""Find out who sent a request, and hold the answer to it: what a route takes is said where it is made."""

from functools import partial
from typing import Any, Protocol

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.background import BackgroundTask

from api.custody.callers import NOBODY, Caller
from api.custody.roles import Role, Scope
from api.storage.journal import About, Journal
from api.storage.watch import Look
from api.web.desk import Desk

SCHEME = "key"
JOURNAL, ABOUT = "journal", "about"  # in a request's state


class Gate(Protocol):
    """What tells from a request's Authorization header who is asking."""

    async def admit(self, authorization: str, look: Look) -> Caller:
        """Return the caller, as the store knows them after this look at its journal. Raises `Unauthorized`."""

    def is_news(self, caller: Caller) -> bool:
        """Say whether today's use of the caller's key has yet to be noted."""

    def note(self, caller: Caller) -> None:
        """Note that the caller's key was used today; never raises."""


def takes(role: Role, *scopes: Scope, **documented: Any) -> dict[str, Any]:
    """Declare, where a route is made, which role and scopes it takes; `documented` is more for OpenAPI's document."""
    needed: list[dict[str, list[str]]] = [{SCHEME: [role.label, *scopes]}]
    if role is Role.READER and not scopes:
        needed.append({})  # where reading is open, which is decided when the server starts
    return {"openapi_extra": {**documented, "security": needed}}


def taken_by(route: APIRoute) -> tuple[Role, frozenset[Scope]]:
    """Return the role and the scopes that a route takes. Raises `TypeError` where it was made without."""
    try:
        role, *scopes = (route.openapi_extra or {})["security"][0][SCHEME]
    except (KeyError, IndexError):
        raise TypeError(f"{route.path} does not say which role it takes: make it with **takes(Role.…).") from None
    return Role.named(role), frozenset(map(Scope, scopes))


async def admit(request: Request, role: Role, scopes: frozenset[Scope]) -> None:
    """Find out who is asking and whether they may. Raises `Unauthorized`, `Forbidden`."""
    sent = request.headers.getlist("authorization")
    caller = await gate_of(request).admit(", ".join(sent), partial(journal_of, request)) if sent else NOBODY
    request.state.caller = caller
    if role is Role.READER and not sent and request.app.state.settings.reading_is_open and not scopes:
        return
    caller.require(role, "This")
    for scope in sorted(scopes):
        caller.require_scope(scope, "This")


async def journal_of(request: Request) -> Journal | None:
    """Return the store's journal, looked into once on behalf of this request, after it came."""
    if JOURNAL not in request.state:
        request.state[JOURNAL] = await request.app.state.watch.look()
    journal: Journal | None = request.state[JOURNAL]
    return journal


def note_about(request: Request) -> About:
    """Note from here on what the answer to a request is about."""
    about = request.state[ABOUT] = About()
    return about


def gate_of(request: Request) -> Gate:
    """Return the gate of the application that serves a request."""
    gate: Gate = request.app.state.gate
    return gate


def caller_of(request: Request) -> Caller:
    """Return who sent a request, as the gate found."""
    return getattr(request.state, "caller", NOBODY)


def desk(request: Request) -> Desk:
    """Return the desk of whoever sent a request."""
    return Desk(
        request.app.state.database,
        caller_of(request),
        f"{request.method} {request.scope['path']}",
        getattr(request.state, ABOUT, None),
    )


def for_caller(request: Request, response: Response) -> Response:
    """Keep an answer to whoever it was made for, and note the use of their key after it is sent."""
    response.headers.append("Vary", "Authorization")
    if "authorization" in request.headers and response.headers.get("cache-control") != "no-store":
        response.headers["Cache-Control"] = "private, no-cache"
    caller, gate = caller_of(request), gate_of(request)
    if gate.is_news(caller):
        response.background = BackgroundTask(gate.note, caller)
    return response
