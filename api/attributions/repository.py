"""Fetch attributions and what hangs on them."""

from collections.abc import Collection, Iterable
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as core_select
from sqlmodel import col, or_, select

from api.attributions.models import Attribution, Citation, CitationEnds
from api.storage import listing
from api.storage.among import any_of
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.views import Rows, Views

by_id = attrgetter("id.int")


def citations_of(reading: Reading, ids: Iterable[UUID]) -> list[Citation]:
    """Return the live citations that these attributions make, oldest first."""
    wanted = set(ids)
    return sorted(reading.records(Citation, _made_by, ids=wanted), key=by_id) if wanted else []


def page_of_citations(reading: Reading, attribution: UUID, cut: Cut) -> Slice[Citation]:
    """Return one page of the live citations that an attribution makes."""
    view = reading.views.of(Citation)
    return listing.rows(reading, Citation, [col(view.citing_id) == attribution], listing.by_age(view), cut)


def made(reading: Reading, ids: Iterable[UUID]) -> list[CitationEnds]:
    """Return what the live citations that these attributions make join, oldest first."""
    return [CitationEnds._make(row) for row in reading.ask(_made, ids=set(ids))]


def citations_around(reading: Reading, attributions: Collection[UUID]) -> list[Citation]:
    """Return the live citations that these attributions make, and those that are made of them."""
    return reading.records(Citation, _around, ids=attributions)


def replacing(reading: Reading, ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """Return the live attributions that replace any of these, oldest first, each with the one that it replaces."""
    return [(later, earlier) for later, earlier in reading.ask(_replacing, ids=set(ids))]


def touching(reading: Reading, attribution: UUID) -> int:
    """Count the live citations, answers and corrections that join an attribution with others."""
    cited = select(Citation.id).where(
        col(Citation.deleted_at).is_(None),
        or_(col(Citation.citing_id) == attribution, col(Citation.cited_id) == attribution),
    )
    answered = select(Attribution.id).where(
        col(Attribution.deleted_at).is_(None),
        or_(col(Attribution.responds_to_id) == attribution, col(Attribution.replaces_id) == attribution),
    )
    return len(reading.session.exec(cited).all()) + len(reading.session.exec(answered).all())


def _made_by(views: Views) -> ColumnElement[bool]:
    view = views.of(Citation)
    return and_(col(view.deleted_at).is_(None), any_of(col(view.citing_id), "ids"))


def _around(views: Views) -> ColumnElement[bool]:
    view = views.of(Citation)
    return and_(col(view.deleted_at).is_(None), or_(any_of(view.citing_id, "ids"), any_of(view.cited_id, "ids")))


def _made(views: Views) -> Rows:
    view = views.of(Citation)
    return (
        core_select(*(getattr(view, name) for name in CitationEnds._fields))
        .where(_made_by(views))
        .order_by(col(view.id))
    )


def _replacing(views: Views) -> Rows:
    view = views.of(Attribution)
    found = core_select(col(view.id), col(view.replaces_id))
    return found.where(col(view.deleted_at).is_(None), any_of(col(view.replaces_id), "ids")).order_by(col(view.id))
