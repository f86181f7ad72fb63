"""Search over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Body, Query, Request, Response

from api import errors
from api.claims.schemas import ClaimDraft
from api.custody.roles import Role
from api.search import service
from api.search.schemas import AskedSearch, Hits, SimilarClaims
from api.search.similar import similar
from api.storage.deadline import Deadline
from api.web import answers, pages
from api.web.callers import desk, takes
from api.web.examples import shown
from api.web.memory import lasting
from api.web.operations import READ
from api.web.problems import responses
from api.web.requests import SpeltOutRoute, StrictRoute

ASKED = {
    **READ,
    **responses(errors.Malformed, errors.TooSlow, errors.TooLarge, errors.UnsupportedMedia, errors.OutOfTime),
}


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1", tags=["Search"], route_class=StrictRoute)
    spelt_out = APIRouter(prefix="/v1", tags=["Search"], route_class=SpeltOutRoute)

    @routes.get(
        "/search",
        operation_id="search",
        summary="Search claims, quotes, sources and documents by words",
        response_model=Hits,
        responses={**READ, **responses(errors.OutOfTime)},
        description="Looks through claims (text and translations), attributions (quote and cue), sources (name, aliases"
        " and description) and documents (title and text), as they are now. The score, 0 to 100, is the mean over what"
        " was searched for of where that stands best: a claim's own text or a source's name counts more than a quote,"
        " that more than a document's body; often in a short text more than once in a long one; whole words more than"
        " beginnings. What is called exactly what was searched for has 100, and nothing else has. Equals stand newest"
        " first. A figure is found however its thousands are parted in the text; write it without spaces in `q`."
        " Of more than half a million bytes of different words in one record, the last are not found. What is"
        " protected is found by its alias alone, whoever asks.",
        **takes(Role.READER),
    )
    @lasting
    def search(request: Request, asked: Annotated[AskedSearch, Query()]) -> Response:
        cut = pages.cut(request, asked)
        deadline = Deadline.after(request.app.state.settings.graph_seconds)
        with desk(request).reading(deadline=deadline) as reading:
            part, complete = service.search(reading, asked, cut, deadline)
        return pages.page(request, part, Hits, complete=complete)

    @spelt_out.post(
        "/claims/similar",
        operation_id="find_similar_claims",
        summary="Is this claim on record already, in other words?",
        response_model=SimilarClaims,
        responses=ASKED,
        description="Send a claim as you would record it: the likely duplicates come back, each with its score, the"
        " reasons for taking it for the same, and what makes it another. Words in another order, misspelt, or in a"
        " translation are found. Figures, denials, times and the order of words are told apart; another name, place or"
        " verb is not, and only makes the score less: read both. Of long texts the beginnings are compared. Nothing is"
        " recorded and nothing merged: record a `same_as`, or use the claim's id.",
        **takes(Role.READER),
    )
    def find_similar_claims(
        request: Request, draft: Annotated[ClaimDraft, Body(openapi_examples=shown("claim"))]
    ) -> Response:
        deadline = Deadline.after(request.app.state.settings.graph_seconds)
        with desk(request).reading(deadline=deadline) as reading:
            return answers.computed(similar(reading, draft, deadline))

    routes.routes.extend(spelt_out.routes)
    return routes
