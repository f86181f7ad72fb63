"""Claims over HTTP."""

from fastapi import APIRouter

from api.claims.listed import ListedClaims, Standings
from api.claims.schemas import ClaimFilters
from api.claims.service import service
from api.web.resources import Words, resource

WORDS = Words(
    singular="a claim",
    plural="claims",
    tag="Claims",
    what="A proposition, worded once, apart from anyone saying it. Who says it, denies it or questions it are"
    " attributions. A specific statement gets a specific claim that `refines` the broad one.",
    examples=("claim",),
    how_to_list="Claims, by topic, language, what they are about, when it is to have happened, and a passage of the"
    " text; and by how they stand: `independent_origins_max=1` gives those that rest on one origin, or none. Each comes"
    " with its `standing`, worked out anew where something changed; where that is too much for one request, the page"
    " says by `stale` how much is left.",
)


def router(standings: Standings) -> APIRouter:
    """Make the routes."""
    return resource(service, ClaimFilters, WORDS, ListedClaims(standings))
