"""Documents over HTTP."""

from fastapi import APIRouter

from api.documents.models import DocumentSameAs
from api.documents.schemas import DocumentFilters
from api.documents.service import service
from api.web.resources import Words, resource
from api.web.same_as import add_same_as

WORDS = Words(
    singular="a document",
    plural="documents",
    tag="Documents",
    what="Where something was said or published. It is *held* when it has a `text`, an `archive_url` or a"
    " `retrieved_at`: somebody here opened it. A page that changed is a new document with the same `url`.",
    examples=("document",),
    how_to_list="Documents, by publisher, author, kind and language.",
)


def router() -> APIRouter:
    """Make the routes."""
    routes = resource(service, DocumentFilters, WORDS)
    add_same_as(routes, service, DocumentSameAs)
    return routes
