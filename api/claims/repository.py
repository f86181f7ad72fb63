"""Fetch how claims stand."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import col, select

from api.claims.models import Claim, ClaimStanding
from api.storage.reading import Reading


def standings(reading: Reading, claims: Collection[UUID]) -> dict[UUID, ClaimStanding]:
    """Return how these claims stood when that was last worked out; one that never was may be left out."""
    if not claims:
        return {}
    rows = reading.session.exec(select(ClaimStanding).where(reading.among(col(ClaimStanding.record_id), claims))).all()
    return {row.record_id: row for row in rows}


def stale(reading: Reading, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[UUID]:
    """Return live claims that meet the conditions, and whose standing is to be worked out anew."""
    statement = select(Claim.id).join(ClaimStanding, col(ClaimStanding.record_id) == Claim.id)
    statement = statement.where(*_stale(conditions)).order_by(col(Claim.id)).limit(limit)
    return list(reading.session.exec(statement).all())


def count_stale(reading: Reading, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Count them."""
    statement = select(func.count()).select_from(Claim)
    statement = statement.join(ClaimStanding, col(ClaimStanding.record_id) == Claim.id)
    return reading.session.exec(statement.where(*_stale(conditions))).one()


def standing_as_asked(view: type[Claim], filters: Any) -> Iterator[ColumnElement[bool]]:
    """Turn the filters on a claim's standing into a condition; none where there are no such filters."""
    level, origins = col(ClaimStanding.level), col(ClaimStanding.independent_origins)
    asked: list[ColumnElement[bool]] = []
    if filters.level_min is not None:
        asked.append(level >= filters.level_min)
    if filters.level_max is not None:
        asked.append(level <= filters.level_max)
    if filters.independent_origins_min is not None:
        asked.append(origins >= filters.independent_origins_min)
    if filters.independent_origins_max is not None:
        asked.append(origins <= filters.independent_origins_max)
    if filters.status:
        asked.append(col(ClaimStanding.status).in_([one.value for one in filters.status]))
    if asked:
        yield exists().where(col(ClaimStanding.record_id) == view.id, *asked)


def _stale(conditions: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    return [col(ClaimStanding.stale).is_(True), col(Claim.deleted_at).is_(None), *conditions]
