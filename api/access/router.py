"""Access keys over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from api.access import service
from api.access.schemas import KeyDraft, KeyFilters, KeyRecord, NewKey
from api.custody import tokens
from api.custody.roles import Role
from api.storage.idempotency import Receipt
from api.web import answers, pages
from api.web.callers import desk, takes
from api.web.examples import shown
from api.web.operations import READ, READ_ONE, WRITE, KnownAt, Reason, RecordId, marked
from api.web.paging import Page
from api.web.requests import StrictRoute
from api.web.writing import Writing


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1/keys", tags=["Access"], route_class=StrictRoute)

    @routes.get(
        "",
        operation_id="list_keys",
        summary="List access keys",
        description="Those that are not revoked: whose they are, what they allow and when they were last used.",
        response_model=Page[KeyRecord],
        responses=READ,
        **takes(Role.ADMIN),
    )
    def list_keys(request: Request, asked: Annotated[KeyFilters, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            return pages.page(request, service.page(reading, asked, pages.cut(request, asked)))

    @routes.post(
        "",
        operation_id="create_key",
        summary="Make an access key",
        description="The answer has the key itself, this once: only a digest of it is kept. Nobody gives a scope that"
        " their own key lacks; `whence keys create`, on the machine itself, gives any.",
        status_code=201,
        response_model=NewKey,
        responses=WRITE,
        **takes(Role.ADMIN),
    )
    def create_key(
        request: Request, write: Writing, draft: Annotated[KeyDraft, Body(openapi_examples=shown("key"))]
    ) -> Response:
        token = tokens.make()
        receipt = write.run(lambda ledger: Receipt.of(service.give(ledger, draft, token)))
        return _answer(request, receipt, None if receipt.replayed else token.written)

    @routes.get(
        "/{id}",
        operation_id="get_key",
        summary="Read what an access key allows",
        response_model=KeyRecord,
        responses=READ_ONE,
        **takes(Role.ADMIN),
    )
    def get_key(request: Request, id: RecordId, known_at: KnownAt = None) -> Response:
        with desk(request).reading(known_at) as reading:
            answer = service.get(reading, id)
            return answers.versioned(answer, answer.version)

    @routes.delete(
        "/{id}",
        operation_id="revoke_key",
        summary="Revoke an access key",
        description="It is refused from the next request on, and for good: it cannot be restored.",
        status_code=204,
        responses=WRITE,
        **takes(Role.ADMIN),
    )
    def revoke_key(request: Request, id: RecordId, reason: Reason) -> Response:
        desk(request).write(lambda ledger: service.revoke(ledger, id, reason))
        return Response(status_code=204)

    return routes


def _answer(request: Request, receipt: Receipt, token: str | None) -> Response:
    assert receipt.id is not None
    with desk(request).reading() as reading:
        made = NewKey(**dict(service.at_first(reading, receipt.id)), token=token)
    response = marked(answers.versioned(made, made.version, receipt.status, f"/v1/keys/{made.id}"), receipt)
    response.headers["Cache-Control"] = "no-store"
    return response
