"""Whose document is it? An attribution is on file only where its document is its source's own."""

from collections.abc import Callable, Collection
from uuid import UUID

from api.attributions.models import Attribution
from api.documents.models import Document

Standing = Callable[[UUID], UUID]


def is_own(attribution: Attribution, document: Document, top: Standing) -> bool:
    """Say whether a document is the attribution's source's own; `top` gives whoever a source in the end speaks for."""
    return owns(attribution.source_id, parties(document), top, verbatim=attribution.verbatim)


def owns(source: UUID | None, published_by: Collection[UUID], top: Standing, *, verbatim: bool) -> bool:
    """Say whether these publishers and authors make a document the source's own.

    Nobody's statement may stand anywhere; so may one whose words the document carries in full, and a document that
    names neither publisher nor author is taken for anybody's.
    """
    if source is None or verbatim or not published_by or source in published_by:
        return True
    return top(source) in {top(party) for party in published_by}


def parties(document: Document) -> set[UUID]:
    """Return who published and who wrote a document."""
    written = {UUID(author) for author in document.authors}
    return written if document.publisher_id is None else {document.publisher_id, *written}


def on_file(attribution: Attribution, document: Document | None, top: Standing) -> bool:
    """Say whether an attribution's own document is held."""
    return document is not None and document.held and is_own(attribution, document, top)
