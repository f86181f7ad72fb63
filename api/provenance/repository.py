"""Read everything that citations join to some attributions, in a handful of statements however much it is."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CTE
from sqlalchemy import select as core_select
from sqlmodel import col, select

from api.attributions.models import Attribution, Citation
from api.storage.reading import Reading
from api.storage.walking import connected


@dataclass(frozen=True, slots=True)
class Joined:
    """Attributions, the citations between them, and the later statements that replace any of them."""

    attributions: dict[UUID, Attribution]
    citations: list[Citation]
    replacing: list[Attribution]


def of_claims(reading: Reading, claims: frozenset[UUID]) -> Joined:
    """Return the claims' attributions and all that citations join to them."""
    view = reading.of(Attribution)
    return _joined(
        reading,
        core_select(col(view.id).label("id")).where(
            col(view.claim_id).in_(sorted(claims)), col(view.deleted_at).is_(None)
        ),
    )


def of_attribution(reading: Reading, attribution: UUID) -> Joined:
    """Return an attribution and all that citations join to it."""
    view = reading.of(Attribution)
    return _joined(reading, core_select(col(view.id).label("id")).where(col(view.id) == attribution))


def _joined(reading: Reading, starts: Any) -> Joined:
    link, view = reading.of(Citation), reading.of(Attribution)
    live = col(link.deleted_at).is_(None)
    walk = connected(starts, col(link.citing_id), col(link.cited_id), [live])
    reached = _rows(reading, select(view).join(walk, col(view.id) == walk.c.id).where(col(view.deleted_at).is_(None)))
    attributions = {row.id: row for row in reached}
    citations = _rows(reading, select(link).join(walk, col(link.citing_id) == walk.c.id).where(live))
    return Joined(attributions, citations, _replacing(reading, view, walk))


def _replacing(reading: Reading, view: type[Attribution], walk: CTE) -> list[Attribution]:
    statement = select(view).join(walk, col(view.replaces_id) == walk.c.id)
    return _rows(reading, statement.where(col(view.deleted_at).is_(None)))


def _rows(reading: Reading, statement: Any) -> list[Any]:
    return sorted(reading.session.exec(statement).all(), key=lambda row: row.id)
