"""The questions that Whence is for, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import errors
from api.documents.schemas import Lookup
from api.graph.window import Direction
from api.provenance import service, verdicts
from api.provenance.analysis import Provenance
from api.provenance.asking import QUESTION, looking, nodes_at_most
from api.provenance.contradictions import Contradictions, contradictions
from api.provenance.lookup import Found, found_at
from api.provenance.schemas import (
    AskedChains,
    AskedPart,
    AskedProvenance,
    AskedWhen,
    ChainAnswer,
    Part,
)
from api.web import answers, pages
from api.web.callers import desk
from api.web.memory import lasting, passing
from api.web.operations import RecordId
from api.web.paging import Page
from api.web.requests import SpeltOutRoute, StrictRoute


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1", tags=["Provenance"], route_class=StrictRoute)
    spelt_out = APIRouter(prefix="/v1", tags=["Provenance"], route_class=SpeltOutRoute)

    @routes.get(
        "/claims/{id}/provenance",
        operation_id="get_provenance",
        response_model=Provenance,
        **QUESTION,
        summary="Who says this, and where did they get it from?",
        description="The claim's attributions and everything up and down their citations, as a graph, with the"
        " origins where the chains end. `direction`, `depth` and `max_nodes` limit `nodes` and `edges` only;"
        " all else is worked out on the whole graph, so requests never disagree.",
    )
    @lasting
    def get_provenance(request: Request, id: RecordId, asked: Annotated[AskedProvenance, Query()]) -> Response:
        size = nodes_at_most(request, asked)
        try:
            with looking(request, asked) as (reading, horizon):
                return answers.computed(service.provenance(reading, id, asked, size, horizon))
        except errors.OutOfTime:
            passing(request)
            with desk(request).reading(asked.known_at) as reading:
                return answers.computed(service.first_part(reading, id, asked, size))

    @routes.get(
        "/claims/{id}/chains",
        operation_id="list_chains",
        response_model=Page[ChainAnswer],
        **QUESTION,
        summary="Follow each chain, hop by hop, from its origin",
        description="Each chain origin first: source, stance, wording, quote, document and date of every hop."
        " Chains are found one by one, so the first page comes at once however many there are.",
    )
    @lasting
    def list_chains(request: Request, id: RecordId, asked: Annotated[AskedChains, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            return pages.page(request, service.chain_page(reading, id, pages.cut(request, asked), horizon))

    @routes.get(
        "/claims/{id}/contradictions",
        operation_id="get_contradictions",
        response_model=Contradictions,
        **QUESTION,
        summary="What speaks against this claim, and who says so?",
        description="Denials of it, and claims that contradict it, each with who stands behind it. Denials of"
        " claims that refine this one, and of those that it refines, are listed too, unweighed.",
    )
    @lasting
    def get_contradictions(request: Request, id: RecordId, asked: Annotated[AskedWhen, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            return answers.computed(contradictions(reading, id, horizon))

    @routes.get(
        "/attributions/{id}/upstream",
        operation_id="get_upstream",
        response_model=Part,
        **QUESTION,
        summary="Where does this statement come from?",
        description="The attribution and everything that it was taken from, back to the origins.",
    )
    @lasting
    def get_upstream(request: Request, id: RecordId, asked: Annotated[AskedPart, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            size = nodes_at_most(request, asked)
            return answers.computed(service.lineage(reading, id, Direction.UP, asked, size, horizon))

    @routes.get(
        "/attributions/{id}/downstream",
        operation_id="get_downstream",
        response_model=Part,
        **QUESTION,
        summary="Who took this statement over?",
        description="The attribution and everybody who took it over, at any remove.",
    )
    @lasting
    def get_downstream(request: Request, id: RecordId, asked: Annotated[AskedPart, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            size = nodes_at_most(request, asked)
            return answers.computed(service.lineage(reading, id, Direction.DOWN, asked, size, horizon))

    @spelt_out.get(
        "/documents/lookup",
        operation_id="lookup_document",
        response_model=Page[Found],
        **QUESTION,
        summary="What is recorded about this page?",
        description="Every document recorded for an address, its archive copies included, with the attributions"
        " that stand in it. Addresses are compared in normal form.",
    )
    def lookup_document(request: Request, asked: Annotated[Lookup, Query()]) -> Response:
        with desk(request).reading(asked.known_at) as reading:
            return pages.page(request, found_at(reading, asked, pages.cut(request, asked)))

    routes.routes.extend(spelt_out.routes)
    routes.routes.extend(verdicts.router().routes)
    return routes
