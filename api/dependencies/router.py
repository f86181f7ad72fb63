"""Dependencies over HTTP."""

from fastapi import APIRouter

from api.dependencies.schemas import DependencyFilters
from api.dependencies.service import service
from api.web.resources import Words, resource

WORDS = Words(
    singular="a dependency",
    plural="dependencies",
    tag="Dependencies",
    what="A recorded fact that several attributions or sources share one origin, and why. What the text or its credit"
    " line says is a citation; what *we* conclude is a dependency.",
    examples=("dependency",),
    how_to_list="Dependencies, by member.",
)


def router() -> APIRouter:
    """Make the routes."""
    return resource(service, DependencyFilters, WORDS)
