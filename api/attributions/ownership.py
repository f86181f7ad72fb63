"""Whose document is it? An attribution is on file only where its document is its source's own."""

from collections.abc import Callable, Collection
from typing import Protocol
from uuid import UUID

from api.documents.published import Published, is_held, parties

Tops = Callable[[UUID], frozenset[UUID]]  # from a source to those that it in the end speaks for


class Spoken(Protocol):
    """An attribution, whole or as far as these rules ask."""

    @property
    def source_id(self) -> UUID | None: ...

    @property
    def verbatim(self) -> bool: ...


def owns(source: UUID | None, published_by: Collection[UUID], tops: Tops, *, verbatim: bool) -> bool:
    """Say whether these publishers and authors make a document the source's own.

    Nobody's statement may stand anywhere; so may one whose words the document carries in full, and a document that
    names neither publisher nor author is taken for anybody's.
    """
    if source is None or verbatim or not published_by or source in published_by:
        return True
    return any(not tops(source).isdisjoint(tops(party)) for party in published_by)


def on_file(attribution: Spoken, document: Published | None, tops: Tops) -> bool:
    """Say whether an attribution's own document is held."""
    if document is None or not is_held(document):
        return False
    return owns(attribution.source_id, parties(document), tops, verbatim=attribution.verbatim)
