"""The change log over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.changes.schemas import ChangePage
from api.changes.service import changes_after
from api.custody.roles import Role
from api.web import answers, pages
from api.web.callers import desk, takes
from api.web.operations import READ
from api.web.requests import StrictRoute


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1/changes", tags=["Changes"], route_class=StrictRoute)

    @routes.get(
        "",
        operation_id="list_changes",
        summary="Follow every change, in commit order, without gaps",
        response_model=ChangePage,
        responses=READ,
        description="Begin with `after=0`, and send `next` as `after` each time: nothing is missed and nothing"
        " comes twice, also after a break of days, if you keep `next` in one step with the page that it came with. A"
        " change appears within a second of its commit.",
        **takes(Role.READER),
    )
    def list_changes(
        request: Request,
        after: Annotated[int, Query(ge=0, lt=2**63, description="The last sequence number that you have.")] = 0,
        limit: Annotated[int | None, Query(description="Changes in the answer; clamped.")] = None,
    ) -> Response:
        settings = request.app.state.settings
        size = max(1, min(settings.page_size if limit is None else limit, settings.page_size_max))
        with desk(request).reading() as reading:
            found = changes_after(reading, after, size)
        return answers.computed(found, pages.onward(request, "after", str(found.next)) if found.items else None)

    return routes
