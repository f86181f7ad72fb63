"""Relations over HTTP."""

from fastapi import APIRouter

from api.relations.schemas import RelationFilters
from api.relations.service import service
from api.web.resources import Words, resource

WORDS = Words(
    singular="a relation",
    plural="relations",
    tag="Relations",
    what="A link between two claims: `contradicts` (exactly one can be true), `contrary` (both can be false),"
    " `supports`, `refines` (`from` is the more specific) or `same_as`. Only `confirmed` ones count.",
    examples=("relation",),
    how_to_list="Relations, by claim (on either side), kind and status.",
)


def router() -> APIRouter:
    """Make the routes."""
    return resource(service, RelationFilters, WORDS)
