"""Whether the service is up, whether it can work, and what it has been doing."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.custody.roles import Role
from api.errors import Internal, Invalid, Unavailable
from api.storage import migrations
from api.web import metrics
from api.web.callers import takes
from api.web.problems import responses
from api.web.requests import StrictRoute


class Health(BaseModel):
    """The process answers."""

    status: Literal["up"]


class Readiness(BaseModel):
    """The process can do its work."""

    status: Literal["ready"]
    database: str = Field(description="Which database, in which version.", examples=["SQLite 3.53.1"])
    revision: str | None = Field(description="Which shape the tables have.")


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(tags=["Service"])
    guarded = APIRouter(tags=["Service"], route_class=StrictRoute)

    @routes.get(
        "/healthz",
        operation_id="get_health",
        summary="See whether the service is up",
        description="Answers as long as the process does, whatever the database is doing.",
        responses=responses(Internal),
    )
    def get_health() -> Health:
        return Health(status="up")

    @routes.get(
        "/readyz",
        operation_id="get_readiness",
        summary="See whether the service can work",
        description="Ready means that the database answers and its tables have the shape that this version expects.",
        responses=responses(Internal, Unavailable),
    )
    def get_readiness(request: Request) -> Readiness:
        return readiness(request)

    @guarded.get(
        "/metrics",
        operation_id="get_metrics",
        summary="Read the service's figures",
        description="For Prometheus: requests by method, route and status, how long they took, how many are under way.",
        response_class=Response,
        responses={
            200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The figures, as text."},
            **responses(Invalid, Internal),
        },
        **takes(Role.READER),
    )
    def get_metrics(request: Request) -> Response:
        return Response(request.app.state.metrics.text(), media_type=metrics.MEDIA_TYPE)

    routes.routes.extend(guarded.routes)
    return routes


def readiness(request: Request) -> Readiness:
    """Look at the database. Raises `Unavailable` where it cannot be worked with."""
    database = request.app.state.database
    with database.reading() as reading:
        at = migrations.require_head(reading.connection)
    return Readiness(status="ready", database=database.describe(), revision=at)
