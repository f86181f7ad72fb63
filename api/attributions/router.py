"""Attributions, their retractions and citations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from api.attributions import retracting
from api.attributions.citing import service as citations
from api.attributions.models import Attribution
from api.attributions.schemas import (
    AttributionFilters,
    AttributionRecord,
    CitationDraft,
    CitationRecord,
    RetractionDraft,
)
from api.attributions.service import service
from api.custody.roles import Role
from api.storage.idempotency import Receipt
from api.storage.ledger import Ledger
from api.web import answers, pages
from api.web.callers import desk, takes
from api.web.examples import shown
from api.web.operations import EDIT, READ_ONE, WRITE, KnownAt, Reason, RecordId, marked
from api.web.paging import Asked, Page
from api.web.requests import StrictRoute
from api.web.resources import Words, answer_receipt, resource
from api.web.writing import IfMatch, Writing

WORDS = Words(
    singular="an attribution",
    plural="attributions",
    tag="Attributions",
    what="ONE source putting forward, denying or questioning ONE claim, in given words, at a time, usually in a"
    " document: the core record. Claim, source, document and the attributions it cites may each be a reference or a"
    " whole new record, to any depth, so that one article's “the US accuses Pyongyang” is one request.",
    examples=("attribution", "attribution-nested"),
    how_to_list="Attributions, by claim, source, stance, wording, document and when they were said.",
)


def router() -> APIRouter:
    """Make the routes."""
    routes = resource(service, AttributionFilters, WORDS)
    for more in (_retractions(), _citations(), _single_citations()):
        routes.routes.extend(more.routes)
    return routes


def _single_citations() -> APIRouter:
    routes = APIRouter(prefix="/v1/citations", tags=["Attributions"], route_class=StrictRoute)

    @routes.get(
        "/{id}",
        operation_id="get_citation",
        summary="Read a citation",
        responses=READ_ONE,
        response_model=CitationRecord,
        description="Its ETag begins with the version of the attribution it belongs to.",
        **takes(Role.READER),
    )
    def get_citation(request: Request, id: RecordId, known_at: KnownAt = None) -> Response:
        with desk(request).reading(known_at) as reading:
            return answers.versioned(*citations.get(reading, id))

    @routes.delete(
        "/{id}",
        operation_id="delete_citation",
        summary="Delete a citation recorded in error",
        status_code=204,
        responses=EDIT,
        description="The attribution it belongs to gets a new version; If-Match takes that one's tag.",
        **takes(Role.EDITOR),
    )
    def delete_citation(request: Request, id: RecordId, reason: Reason, if_match: IfMatch = None) -> Response:
        desk(request).write(lambda ledger: citations.delete(ledger, id, if_match, reason))
        return Response(status_code=204)

    return routes


def _retractions() -> APIRouter:
    routes = APIRouter(prefix="/v1/attributions", tags=["Attributions"], route_class=StrictRoute)

    @routes.post(
        "/{id}/retraction",
        operation_id="retract_attribution",
        status_code=201,
        responses=WRITE,
        summary="Record that the source withdrew what it said",
        response_model=AttributionRecord,
        description="The source's own act, a fact in the world; for a record made in error, DELETE it.",
        **takes(Role.CONTRIBUTOR),
    )
    def retract(
        request: Request,
        write: Writing,
        id: RecordId,
        draft: Annotated[RetractionDraft, Body(openapi_examples=shown("retraction"))],
    ) -> Response:
        receipt = write.run(lambda ledger: Receipt.of(retracting.retract(ledger, id, draft)))
        return answer_receipt(request, service, receipt)

    @routes.delete(
        "/{id}/retraction",
        operation_id="reinstate_attribution",
        status_code=204,
        responses=EDIT,
        summary="Record that the statement stands again",
        **takes(Role.EDITOR),
    )
    def reinstate(request: Request, id: RecordId, if_match: IfMatch = None) -> Response:
        desk(request).write(lambda ledger: retracting.reinstate(ledger, id, if_match).id)
        return Response(status_code=204)

    return routes


def _citations() -> APIRouter:
    routes = APIRouter(prefix="/v1/attributions", tags=["Attributions"], route_class=StrictRoute)

    @routes.get(
        "/{id}/citations",
        operation_id="list_citations",
        summary="List what an attribution was taken from",
        response_model=Page[CitationRecord],
        responses=READ_ONE,
        **takes(Role.READER),
    )
    def list_citations(request: Request, id: RecordId, asked: Annotated[Asked, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            service.row(reading, id)
            return pages.page(request, citations.page(reading, id, pages.cut(request, asked)))

    @routes.post(
        "/{id}/citations",
        operation_id="record_citation",
        summary="Record a citation found later",
        status_code=201,
        response_model=CitationRecord,
        responses=WRITE,
        description="What the text or its credit line says that it was taken from. The attribution gets a new version.",
        **takes(Role.CONTRIBUTOR),
    )
    def record_citation(
        request: Request,
        write: Writing,
        id: RecordId,
        draft: Annotated[CitationDraft, Body(openapi_examples=shown("citation"))],
    ) -> Response:
        receipt = write.run(lambda ledger: _cite(ledger, id, draft))
        return _answer_citation(request, receipt)

    return routes


def _cite(ledger: Ledger, attribution: UUID, draft: CitationDraft) -> Receipt:
    return Receipt.of(service.cite(ledger, service.row(ledger, attribution), draft))


def _answer_citation(request: Request, receipt: Receipt) -> Response:
    assert receipt.id is not None
    with desk(request).reading() as reading:
        row = reading.versions(citations.model, receipt.id)[0]
        owner = reading.live(Attribution, [row.citing_id]).get(row.citing_id)
        answer = citations.answer(reading, row)
    version = row.version if owner is None else owner.version
    location = f"/v1/citations/{row.id}"
    return marked(answers.versioned(answer, version, receipt.status, location), receipt)
