"""The routes that weigh: confidence, its policies and its history, and what falls if somebody withdraws."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.custody.roles import Role
from api.provenance import impact, policies
from api.provenance.asking import QUESTION, looking
from api.provenance.impact import Impact
from api.provenance.policies import PolicyAnswer
from api.provenance.schemas import AskedPage, AskedTimeline, AskedWhen
from api.provenance.timeline import Moment, timeline
from api.provenance.weighing import Confidence, confidence
from api.web import answers, languages, pages
from api.web.callers import takes
from api.web.memory import lasting
from api.web.operations import READ, READ_ONE, RecordId
from api.web.paging import Page
from api.web.requests import StrictRoute


def router() -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/v1", tags=["Confidence"], route_class=StrictRoute)

    @routes.get(
        "/claims/{id}/confidence",
        operation_id="get_confidence",
        response_model=Confidence,
        **QUESTION | takes(Role.READER, parameters=[languages.PARAMETER]),
        summary="How well is this supported, and why?",
        description="An integer ladder over the independent origins, never over relays: how well supported a claim is"
        " by what is recorded, not how likely it is. The explanation is the whole calculation, step by step, in"
        " sentences (`Accept-Language: en` or `fr`). The rules for an editor: /docs/confidence.",
    )
    @lasting
    def get_confidence(request: Request, id: RecordId, asked: Annotated[AskedWhen, Query()]) -> Response:
        language = languages.language(request)
        with looking(request, asked) as (reading, horizon):
            answer = confidence(reading, id, horizon, language)
            return answers.in_language(answers.computed(answer), language)

    @routes.get(
        "/claims/{id}/timeline",
        operation_id="get_timeline",
        response_model=Page[Moment],
        **QUESTION,
        summary="How did this come to stand as it does?",
        description="Level, status and origins from moment to moment, oldest first: by `said_at` as the world could"
        " know it, by `recorded_at` as this newsroom did. A page may end early where a moment takes much work.",
    )
    def get_timeline(request: Request, id: RecordId, asked: Annotated[AskedTimeline, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            found = timeline(reading, id, asked.by, horizon, pages.cut(request, asked))
            return pages.page(request, found)

    @routes.get(
        "/attributions/{id}/impact",
        operation_id="get_attribution_impact",
        response_model=Page[Impact],
        **QUESTION,
        summary="What falls if this statement is withdrawn?",
        description="The claims that it would make a difference to: level before and after, and the relays that would"
        " be cut off, each with the chain by which it hangs on this. Worked out, and nothing is stored. A page may be"
        " short where many claims had to be looked at.",
    )
    def get_attribution_impact(request: Request, id: RecordId, asked: Annotated[AskedPage, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            found = impact.of_attribution(reading, id, horizon, pages.cut(request, asked))
            return pages.page(request, found)

    @routes.get(
        "/sources/{id}/impact",
        operation_id="get_source_impact",
        response_model=Page[Impact],
        **QUESTION,
        summary="What falls if this source withdraws all it said?",
        description="The same for everything that the source itself put forward, under any of its records; what those"
        " said who speak for it stands.",
    )
    def get_source_impact(request: Request, id: RecordId, asked: Annotated[AskedPage, Query()]) -> Response:
        with looking(request, asked) as (reading, horizon):
            found = impact.of_source(reading, id, horizon, pages.cut(request, asked))
            return pages.page(request, found)

    @routes.get(
        "/policies",
        operation_id="list_policies",
        response_model=Page[PolicyAnswer],
        responses=READ,
        summary="By which rules are levels worked out?",
        description="Every editorial policy, as data. Each answer names the one that it was worked out by.",
        **takes(Role.READER),
    )
    def list_policies(request: Request) -> Response:
        return answers.computed(Page[PolicyAnswer](items=policies.policies(), next=None))

    @routes.get(
        "/policies/{id}",
        operation_id="get_policy",
        response_model=PolicyAnswer,
        responses=READ_ONE,
        summary="Read one editorial policy",
        **takes(Role.READER),
    )
    def get_policy(
        request: Request, id: Annotated[str, Path(description="Such as `default-1`.", max_length=100)]
    ) -> Response:
        return answers.computed(policies.policy(id))

    return routes
