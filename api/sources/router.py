"""Sources over HTTP."""

from fastapi import APIRouter

from api.sources.models import SourceSameAs
from api.sources.schemas import SourceFilters
from api.sources.service import service
from api.web.resources import Words, resource
from api.web.same_as import add_same_as

WORDS = Words(
    singular="a source",
    plural="sources",
    tag="Sources",
    what="Who can say something: a person, an organisation, a government, an agency, an outlet, an account, or someone"
    " unnamed. `controlled_by` says whose line it speaks. Nothing is merged by name unasked: see `if_named`.",
    examples=("source",),
    how_to_list="Sources, by kind, country, name or alias; each with its standing reliability and whose that is.",
)


def router() -> APIRouter:
    """Make the routes."""
    routes = resource(service, SourceFilters, WORDS)
    add_same_as(routes, service, SourceSameAs)
    return routes
