"""Answer every failure with a problem document (RFC 9457), and describe each kind on a page of its own."""

from collections.abc import Collection, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route

from api import errors
from api.errors import Contradictory, Failure, Internal, Invalid, MethodNotAllowed, NotFound, Problem
from api.formats.json import write
from api.web.callers import for_caller
from api.web.validation import sentence
from api.web.values import pointer_to

MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
log = structlog.get_logger()


class ProblemDetail(BaseModel):
    """One value that is wrong."""

    detail: str = Field(description="What is wrong, and what to send instead.")
    pointer: str | None = Field(None, description="JSON Pointer (RFC 6901) into the request body.")
    parameter: str | None = Field(None, description="The query parameter or header, where it is not the body.")


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Address of a page that explains this kind of problem.")
    title: str
    status: int
    detail: str = Field(description="What went wrong this time, and what to do.")
    instance: str | None = Field(None, description="The request's id, as in X-Request-Id.")
    errors: list[ProblemDetail] | None = Field(None, description="On 422: each value that is wrong.")
    pointer: str | None = Field(
        None, description="On 403 and 409: JSON Pointer to what it is about, where that is not the whole body."
    )


def document(failure: Failure, request_id: str | None) -> dict[str, Any]:
    """Put a failure into the form that goes out."""
    body: dict[str, Any] = {
        "type": f"/problems/{failure.slug}",
        "title": failure.title,
        "status": failure.status,
        "detail": failure.detail,
        "instance": _instance(request_id),
        **failure.extra,
    }
    if isinstance(failure, Invalid):
        body["errors"] = [_shown(problem) for problem in failure.problems]
    return {name: value for name, value in body.items() if value is not None}


def respond(failure: Failure, request_id: str | None) -> Response:
    """Answer a failure."""
    content = write(document(failure, request_id))
    return Response(content, failure.status, headers=failure.headers, media_type=MEDIA_TYPE)


def responses(*failures: type[Failure]) -> dict[int | str, dict[str, Any]]:
    """Document the problems that an operation answers, for OpenAPI."""
    by_status: dict[int, list[type[Failure]]] = {}
    for failure in failures:
        by_status.setdefault(failure.status, []).append(failure)
    return {
        status: {
            "description": " / ".join(one.title for one in kinds) + ".",
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemDocument"},
                    "examples": {kind.slug: {"summary": kind.title, "value": _example(kind)} for kind in kinds},
                }
            },
        }
        for status, kinds in sorted(by_status.items())
    }


def install(app: FastAPI) -> None:
    """Make every way to fail come out as a problem document."""

    @app.exception_handler(Failure)
    async def failed(request: Request, failure: Failure) -> Response:
        if isinstance(failure, errors.Unavailable):  # only whoever runs it can do something about that
            log.warning("unavailable", path=request.url.path, reason=_reason(failure))
        return _answered(request, failure)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, failure: RequestValidationError) -> Response:
        return _answered(request, Contradictory(tuple(_problems(failure.errors()))))

    @app.exception_handler(HTTPException)
    async def plain(request: Request, failure: HTTPException) -> Response:
        return _answered(request, _from_http(request, failure))

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:  # which the server logs
        return _answered(request, Internal("The request could not be carried out."))


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """List the methods that an address takes, over all routes that match it; whatever takes GET takes HEAD too."""
    taken = [method for method in METHODS if method in _methods_of(_route_of(app, method, path))]
    return [*taken, "HEAD"] if "GET" in taken else taken


def _route_of(app: FastAPI, method: str, path: str) -> BaseRoute | None:
    """Return the route that a request goes to, if only to be refused there."""
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "app": app}
    return next((route for route in app.router.routes if route.matches(scope)[0] is Match.FULL), None)


def _methods_of(route: BaseRoute | None) -> Collection[str]:
    return (route.methods or ()) if isinstance(route, Route) else ()


def _answered(request: Request, failure: Failure) -> Response:
    return for_caller(request, respond(failure, getattr(request.state, "request_id", None)))


def _reason(failure: Failure) -> str:
    """Return what a database said, in its own words; the first line of them, as the others may quote the record."""
    return str(failure.__cause__ or failure.detail).partition("\n")[0]


def _from_http(request: Request, failure: HTTPException) -> Failure:
    path = request.scope["path"]
    if failure.status_code == HTTPStatus.NOT_FOUND:
        return NotFound(f"There is no address {path[:200]}; GET /docs lists them all.")
    if failure.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(request.method[:20], allowed_methods(request.app, path))
    return next(
        (
            kind(str(failure.detail))
            for kind in errors.every_failure()
            if kind.status == failure.status_code and kind.__init__ is Failure.__init__
        ),
        errors.Malformed(str(failure.detail)),
    )


def _problems(found: Iterable[Mapping[str, Any]]) -> list[Problem]:
    problems: dict[tuple[str | None, str | None], Problem] = {}
    for one in found:
        where, *path = one["loc"]
        told = sentence(one)
        if where == "body":
            problem = Problem(told, pointer_to(path, one["type"]))
        else:
            name = str(path[0]) if path else str(where)
            problem = Problem(told, parameter=name.title() if where == "header" else name)
        problems.setdefault((problem.pointer, problem.parameter), problem)
    return list(problems.values())


def _example(kind: type[Failure]) -> dict[str, Any]:
    return {"type": f"/problems/{kind.slug}", "title": kind.title, "status": kind.status, "detail": kind.advice}


def _shown(problem: Problem) -> dict[str, str]:
    named = {"detail": problem.detail, "pointer": problem.pointer, "parameter": problem.parameter}
    return {name: value for name, value in named.items() if value is not None}


def _instance(request_id: str | None) -> str | None:
    """Name one occurrence by the request's id, as a URI; a caller's own id is kept as a fragment."""
    if request_id is None:
        return None
    try:
        return UUID(request_id).urn
    except ValueError:
        return f"#{request_id}"
