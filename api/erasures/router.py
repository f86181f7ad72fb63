"""Erasures over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from api.custody.roles import Role, Scope
from api.erasures import service
from api.erasures.schemas import ErasureDraft, ErasureFilters, ErasureRecord
from api.storage.idempotency import Receipt
from api.web import answers, pages
from api.web.callers import desk, takes
from api.web.examples import shown
from api.web.operations import READ, READ_ONE, WRITE, KnownAt, RecordId, marked
from api.web.paging import Page
from api.web.requests import StrictRoute
from api.web.writing import Writing


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1/erasures", tags=["Custody"], route_class=StrictRoute)

    @routes.get(
        "",
        operation_id="list_erasures",
        summary="List what was erased",
        response_model=Page[ErasureRecord],
        responses=READ,
        **takes(Role.READER),
    )
    def list_erasures(request: Request, asked: Annotated[ErasureFilters, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            return pages.page(request, service.page(reading, pages.cut(request, asked)))

    @routes.post(
        "",
        operation_id="erase",
        summary="Destroy what a record says of somebody, for good",
        description="What protecting the record would seal is destroyed, in every version of it and of what it"
        " published, wrote and said: the values, the salts of their commitments and their keys, and your own"
        " external_ids with them. The log still verifies, and the erasure is an entry of it. There is no way back, but"
        " the record stays, and counts as before.",
        status_code=201,
        response_model=ErasureRecord,
        responses=WRITE,
        **takes(Role.EDITOR, Scope.ERASE),
    )
    def erase(
        request: Request, write: Writing, draft: Annotated[ErasureDraft, Body(openapi_examples=shown("erasure"))]
    ) -> Response:
        return _answer(request, write.run(lambda ledger: Receipt.of(service.carry_out(ledger, draft))))

    @routes.get(
        "/{id}",
        operation_id="get_erasure",
        summary="Read what was erased",
        response_model=ErasureRecord,
        responses=READ_ONE,
        **takes(Role.READER),
    )
    def get_erasure(request: Request, id: RecordId, known_at: KnownAt = None) -> Response:
        with desk(request).reading(known_at) as reading:
            return answers.record(service.get(reading, id))

    return routes


def _answer(request: Request, receipt: Receipt) -> Response:
    assert receipt.id is not None
    with desk(request).reading() as reading:
        answer = service.get(reading, receipt.id)
    return marked(answers.record(answer, receipt.status, f"/v1/erasures/{answer.id}"), receipt)
