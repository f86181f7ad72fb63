"""Fetch attributions and what hangs on them."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, or_, select

from api.attributions.models import Attribution, Citation
from api.storage.reading import Reading


def citations_of(reading: Reading, ids: Iterable[UUID]) -> list[Citation]:
    """Return the live citations that these attributions make, oldest first."""
    view, wanted = reading.of(Citation), set(ids)
    if not wanted:
        return []
    statement = select(view).where(col(view.deleted_at).is_(None), reading.among(col(view.citing_id), wanted))
    return sorted(reading.session.exec(statement).all(), key=lambda row: row.id)


def citations_around(reading: Reading, attribution: UUID) -> list[Citation]:
    """Return the live citations that an attribution makes, and those that are made of it."""
    view = reading.of(Citation)
    statement = select(view).where(
        col(view.deleted_at).is_(None), or_(col(view.citing_id) == attribution, col(view.cited_id) == attribution)
    )
    return list(reading.session.exec(statement).all())


def replacing(reading: Reading, ids: Iterable[UUID]) -> list[Attribution]:
    """Return the live attributions that replace any of these, oldest first."""
    view, wanted = reading.of(Attribution), set(ids)
    if not wanted:
        return []
    statement = select(view).where(col(view.deleted_at).is_(None), reading.among(col(view.replaces_id), wanted))
    return sorted(reading.session.exec(statement).all(), key=lambda row: row.id)


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
