"""Read what a graph is made of, in a handful of statements however much it is: only the columns that rules ask for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as core_select
from sqlmodel import col, select

from api.attributions.models import Attribution, Citation
from api.documents.models import Document
from api.sources.models import Source
from api.storage.reading import Reading
from api.storage.walking import Link as Way
from api.storage.walking import connected


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


class Link(NamedTuple):
    """A citation."""

    id: UUID
    kind: str
    citing_id: UUID
    cited_id: UUID


class Page(NamedTuple):
    """A document, as far as rules ask."""

    id: UUID
    publisher_id: UUID | None
    authors: list[str]
    published_at_latest: datetime | None
    sha256: str | None
    archive_url: str | None
    retrieved_at: str | None

    @property
    def held(self) -> bool:
        """Say whether somebody here opened it."""
        return self.sha256 is not None or self.archive_url is not None or self.retrieved_at is not None

    @property
    def parties(self) -> frozenset[UUID]:
        """Return who published and who wrote it."""
        written = frozenset(map(UUID, self.authors))
        return written if self.publisher_id is None else written | {self.publisher_id}


class Speaker(NamedTuple):
    """A source, as far as rules ask."""

    id: UUID
    kind: str | None
    attested_by: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Attributions, the citations between them, and the later statements that replace any of them."""

    said: dict[UUID, Said]
    links: list[Link]
    replacing: list[Said]


def of_claims(reading: Reading, claims: Collection[UUID], enough: int) -> Joined:
    """Return the claims' attributions and all that citations join to them, so many of those at most.

    Most citations stay within the claims; only where some lead out is the way walked.
    """
    view, link = reading.of(Attribution), reading.of(Citation)
    own = core_select(col(view.id)).where(reading.among(col(view.claim_id), claims), col(view.deleted_at).is_(None))
    said = _said(reading, reading.among(col(view.claim_id), claims))
    links = _links(reading, col(link.citing_id).in_(own))
    links += _links(reading, and_(col(link.cited_id).in_(own), col(link.citing_id).not_in(own)))
    replacing = list(_said(reading, col(view.replaces_id).in_(own)).values())
    outside = {end for each in links for end in (each.citing_id, each.cited_id)} - said.keys()
    if not outside:
        return Joined(said, links, replacing)
    beyond = _walk(reading, core_select(col(view.id).label("id")).where(reading.among(col(view.id), outside)), enough)
    return Joined(said | beyond.said, links + beyond.links, replacing + beyond.replacing)


def of_attribution(reading: Reading, attribution: UUID, enough: int) -> Joined:
    """Return an attribution and all that citations join to it, so many at most."""
    view = reading.of(Attribution)
    return _walk(reading, core_select(col(view.id).label("id")).where(col(view.id) == attribution), enough)


def some(reading: Reading, claims: Collection[UUID], after: UUID | None, limit: int) -> Joined:
    """Return the claims' attributions in the order of their ids, from one of them on, with what they cite."""
    view, link = reading.of(Attribution), reading.of(Citation)
    own = [reading.among(col(view.claim_id), claims), col(view.deleted_at).is_(None)]
    if after is not None:
        own.append(col(view.id) >= after)
    shown = [row[0] for row in reading.rows(core_select(col(view.id)).where(*own).order_by(col(view.id)).limit(limit))]
    links = _links(reading, reading.among(col(link.citing_id), shown))
    said = _said(reading, reading.among(col(view.id), {*shown, *(each.cited_id for each in links)}))
    return Joined(said, links, list(_said(reading, reading.among(col(view.replaces_id), shown)).values()))


def count(reading: Reading, claims: Collection[UUID], enough: int) -> int:
    """Count the claims' attributions, up to a number."""
    view = reading.of(Attribution)
    found = core_select(col(view.id)).where(reading.among(col(view.claim_id), claims), col(view.deleted_at).is_(None))
    return int(reading.rows(core_select(func.count()).select_from(found.limit(enough).subquery()))[0][0])


def of_these(reading: Reading, claims: Collection[UUID], attributions: Collection[UUID]) -> set[UUID]:
    """Return those of these attributions that are about the claims."""
    view = reading.of(Attribution)
    own = [reading.among(col(view.id), attributions), reading.among(col(view.claim_id), claims)]
    return {row[0] for row in reading.rows(core_select(col(view.id)).where(*own, col(view.deleted_at).is_(None)))}


def said_by(reading: Reading, sources: Collection[UUID]) -> frozenset[UUID]:
    """Return the live attributions of these sources."""
    view = reading.of(Attribution)
    found = core_select(col(view.id)).where(reading.among(col(view.source_id), sources), col(view.deleted_at).is_(None))
    return frozenset(row[0] for row in reading.rows(found))


def pages(reading: Reading, ids: Iterable[UUID]) -> dict[UUID, Page]:
    """Return the live documents with these ids."""
    view = reading.of(Document)
    columns = [getattr(view, name) for name in Page._fields]
    found = core_select(*columns).where(reading.among(col(view.id), ids), col(view.deleted_at).is_(None))
    return {row.id: Page._make(row) for row in reading.rows(found)}


def speakers(reading: Reading, ids: Iterable[UUID]) -> dict[UUID, Speaker]:
    """Return the live sources with these ids."""
    view = reading.of(Source)
    columns = [getattr(view, name) for name in Speaker._fields]
    found = core_select(*columns).where(reading.among(col(view.id), ids), col(view.deleted_at).is_(None))
    return {row.id: Speaker._make(row) for row in reading.rows(found)}


def quotes_to_check(reading: Reading, attributions: Collection[UUID]) -> list[Attribution]:
    """Return those of these attributions whose quote was found in another text than its document has now."""
    view, page = reading.of(Attribution), reading.of(Document)
    other = or_(col(view.quote_sha256).is_(None), col(view.quote_sha256) != col(page.sha256))
    statement = (
        select(view)
        .join(page, col(view.document_id) == page.id)
        .where(reading.among(col(view.id), attributions), col(view.quote_exact).is_not(None), other)
        .where(col(page.sha256).is_not(None), col(page.deleted_at).is_(None))
        .where(col(view.sealed_under).is_(None), col(page.sealed_under).is_(None))  # there nobody can look
    )
    return list(reading.session.exec(statement).all())


def citations(view: type[Citation]) -> Way:
    """Give the way from attribution to attribution along live citations."""
    return Way(col(view.citing_id), col(view.cited_id), (col(view.deleted_at).is_(None),))


def _walk(reading: Reading, starts: Any, enough: int) -> Joined:
    """Follow citations both ways, to so many attributions at most."""
    view, link = reading.of(Attribution), reading.of(Citation)
    walk = connected(reading.session, starts, citations(link))
    reached = [row[0] for row in reading.rows(core_select(walk.c.id).limit(enough))]
    said = _said(reading, reading.among(col(view.id), reached))
    replacing = _said(reading, reading.among(col(view.replaces_id), reached))
    return Joined(said, _links(reading, reading.among(col(link.citing_id), reached)), list(replacing.values()))


def _said(reading: Reading, which: ColumnElement[bool]) -> dict[UUID, Said]:
    view = reading.of(Attribution)
    columns = [getattr(view, name) for name in Said._fields]
    rows = reading.rows(core_select(*columns).where(which, col(view.deleted_at).is_(None)))
    return {row[0]: Said._make(row) for row in rows}


def _links(reading: Reading, which: ColumnElement[bool]) -> list[Link]:
    view = reading.of(Citation)
    columns = [getattr(view, name) for name in Link._fields]
    return [Link._make(row) for row in reading.rows(core_select(*columns).where(which, col(view.deleted_at).is_(None)))]
