"""Fetch how claims stand."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_
from sqlalchemy import select as core_select
from sqlmodel import col, select

from api.claims.models import Basis, Claim, ClaimStanding
from api.storage.among import among
from api.storage.reading import Reading


def standings(reading: Reading, claims: Collection[UUID]) -> dict[UUID, ClaimStanding]:
    """Return how these claims stood when that was last worked out; one that never was may be left out."""
    if not claims:
        return {}
    rows = reading.session.exec(select(ClaimStanding).where(among(col(ClaimStanding.record_id), claims))).all()
    return {row.record_id: row for row in rows}


def stale(reading: Reading, basis: Basis, conditions: Sequence[ColumnElement[bool]], limit: int) -> list[UUID]:
    """Return live claims that meet the conditions, and whose standing is to be worked out anew."""
    statement = _stale(basis, conditions).order_by(col(Claim.id)).limit(limit)
    return [row[0] for row in reading.rows(statement)]


def count_stale(reading: Reading, basis: Basis, conditions: Sequence[ColumnElement[bool]], most: int) -> int:
    """Count them, up to `most`."""
    some = _stale(basis, conditions).limit(most).subquery()
    return reading.session.exec(select(func.count()).select_from(some)).one()


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


def _stale(basis: Basis, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Find live claims whose standing is not there, may be old, or was worked out by other rules or with less."""
    named = col(ClaimStanding.record_id)
    old = or_(
        named.is_(None),
        col(ClaimStanding.stale),
        col(ClaimStanding.policy) != basis.policy,
        col(ClaimStanding.budget) < basis.budget,
    )
    statement = core_select(col(Claim.id)).outerjoin(ClaimStanding, named == col(Claim.id))
    return statement.where(old, col(Claim.deleted_at).is_(None), *conditions)
