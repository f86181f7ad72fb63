"""Who saw what, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.audit.schemas import RevealFilters, RevealRecord
from api.audit.service import page
from api.custody.roles import Role, Scope
from api.web import pages
from api.web.callers import desk, takes
from api.web.operations import READ
from api.web.paging import Page
from api.web.requests import StrictRoute


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1/reveals", tags=["Custody"], route_class=StrictRoute)

    @routes.get(
        "",
        operation_id="list_reveals",
        summary="See who was shown what is protected",
        description="Each answer that showed something sealed, whom it went to, and of which records. It is recorded"
        " before the answer goes out, and is an entry of the log.",
        response_model=Page[RevealRecord],
        responses=READ,
        **takes(Role.READER, Scope.AUDIT),
    )
    def list_reveals(request: Request, asked: Annotated[RevealFilters, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            return pages.page(request, page(reading, asked, pages.cut(request, asked)))

    return routes
