"""Assessments over HTTP."""

from fastapi import APIRouter

from api.assessments.schemas import AssessmentFilters
from api.assessments.service import service
from api.web.resources import Words, resource

WORDS = Words(
    singular="an assessment",
    plural="assessments",
    tag="Assessments",
    what="Somebody's rating of a source, an attribution or a claim, on a named scale, with the reason. Many coexist; on"
    " each scale the newest by `assessed_at` stands. A rating is never edited: add another, or delete it.",
    examples=("assessment",),
    how_to_list="Ratings, by target and scale.",
)


def router() -> APIRouter:
    """Make the routes."""
    return resource(service, AssessmentFilters, WORDS)
