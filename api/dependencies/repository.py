"""Fetch dependencies by their members."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select as core_select
from sqlalchemy import tuple_
from sqlmodel import col, or_, select

from api.dependencies.models import Dependency, DependencyMember
from api.storage.reading import Reading


def touching(reading: Reading, attributions: Collection[UUID], sources: Collection[UUID]) -> list[Dependency]:
    """Return the live dependencies that have one of these as a member."""
    view = reading.of(Dependency)
    named = or_(
        reading.among(col(DependencyMember.attribution_id), attributions),
        reading.among(col(DependencyMember.source_id), sources),
    )
    members = core_select(col(DependencyMember.record_id), col(DependencyMember.version)).where(named)
    statement = select(view).where(col(view.deleted_at).is_(None), tuple_(col(view.id), col(view.version)).in_(members))
    return sorted(reading.session.exec(statement).all(), key=lambda row: row.id)
