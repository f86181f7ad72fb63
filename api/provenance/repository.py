"""Read what a graph is made of, in a handful of statements however much it is: only the columns that rules ask for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from api.attributions.models import Attribution, Citation, CitationEnds
from api.documents.models import Document
from api.provenance import recipes
from api.sources.models import Source
from api.storage.reading import Reading
from api.storage.views import Which


class Said(NamedTuple):
    """An attribution, as far as rules ask."""

    id: UUID
    claim_id: UUID
    source_id: UUID | None
    document_id: UUID | None
    stance: str
    modality: str
    evidentiality: str
    verbatim: bool
    said_at_latest: datetime | None
    recorded_at: datetime
    retracted_at: str | None
    retracted_at_latest: datetime | None
    replaces_id: UUID | None
    origin: dict[str, Any] | None


class Page(NamedTuple):
    """A document, as far as rules ask."""

    id: UUID
    publisher_id: UUID | None
    authors: list[str]
    published_at_latest: datetime | None
    sha256: str | None
    archive_url: str | None
    retrieved_at: str | None


class Speaker(NamedTuple):
    """A source, as far as rules ask."""

    id: UUID
    kind: str | None
    attested_by: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Attributions, the citations between them, and the later statements that replace any of them."""

    said: dict[UUID, Said]
    links: list[CitationEnds]
    replacing: list[Said]


def of_claims(reading: Reading, claims: Collection[UUID], enough: int) -> Joined:
    """Return the claims' attributions and all that citations join to them, at most `enough` of the latter.

    Most citations stay within the claims; only where some lead out is the way walked.
    """
    said = _said(reading, recipes.about, claims=claims)
    reading.passed(said)
    links = [
        *_links(reading, recipes.made_by_own, claims=claims),
        *_links(reading, recipes.made_of_own, claims=claims),
    ]
    replacing = list(_said(reading, recipes.replacing_about, claims=claims).values())
    outside = {end for each in links for end in (each.citing_id, each.cited_id)} - said.keys()
    if not outside:
        return Joined(said, links, replacing)
    beyond = of_attributions(reading, outside, enough)
    return Joined(said | beyond.said, links + beyond.links, replacing + beyond.replacing)


def of_attributions(reading: Reading, attributions: Collection[UUID], enough: int) -> Joined:
    """Return attributions and all that citations join to them, either way, at most `enough` of them."""
    reached = [row[0] for row in reading.walk(recipes.reached, starts=attributions, enough=enough)]
    said = _said(reading, recipes.these, ids=reached)
    replacing = _said(reading, recipes.replacing, ids=reached)
    return Joined(said, _links(reading, recipes.made_by, ids=reached), list(replacing.values()))


def some(reading: Reading, claims: Collection[UUID], first: UUID, limit: int) -> Joined:
    """Return the claims' attributions in the order of their ids, from one of them on, with what they cite."""
    shown = [row[0] for row in reading.ask(recipes.in_order, claims=claims, first=first, enough=limit)]
    links = _links(reading, recipes.made_by, ids=shown)
    said = _said(reading, recipes.these, ids={*shown, *(each.cited_id for each in links)})
    return Joined(said, links, list(_said(reading, recipes.replacing, ids=shown).values()))


def count(reading: Reading, claims: Collection[UUID], enough: int) -> int:
    """Count the claims' attributions, up to a number."""
    return int(reading.ask(recipes.count, claims=claims, enough=enough)[0][0])


def of_these(reading: Reading, claims: Collection[UUID], attributions: Collection[UUID]) -> set[UUID]:
    """Return those of these attributions that are about the claims."""
    return {row[0] for row in reading.ask(recipes.of_these, claims=claims, ids=attributions)}


def said_by(reading: Reading, sources: Collection[UUID]) -> frozenset[UUID]:
    """Return the live attributions of these sources."""
    return frozenset(row[0] for row in reading.ask(recipes.said_by, sources=sources))


def pages(reading: Reading, ids: Collection[UUID]) -> dict[UUID, Page]:
    """Return the live documents with these ids."""
    rows = reading.ask(recipes.live_rows, Document, Page._fields, recipes.these_documents, ids=ids)
    return {row[0]: Page._make(row) for row in rows}


def speakers(reading: Reading, ids: Collection[UUID]) -> dict[UUID, Speaker]:
    """Return the live sources with these ids."""
    rows = reading.ask(recipes.live_rows, Source, Speaker._fields, recipes.these_sources, ids=ids)
    return {row[0]: Speaker._make(row) for row in rows}


def quotes_to_check(reading: Reading, attributions: Collection[UUID]) -> list[Attribution]:
    """Return those of these attributions whose quote was found in another text than its document has now."""
    return reading.records(Attribution, recipes.moved, ids=attributions)


def _said(reading: Reading, which: Which, **values: Any) -> dict[UUID, Said]:
    return {
        row[0]: Said._make(row) for row in reading.ask(recipes.live_rows, Attribution, Said._fields, which, **values)
    }


def _links(reading: Reading, which: Which, **values: Any) -> list[CitationEnds]:
    rows = reading.ask(recipes.live_rows, Citation, CitationEnds._fields, which, **values)
    return [CitationEnds._make(row) for row in rows]
