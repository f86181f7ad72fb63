"""Fetch assessments."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import col, select

from api.assessments.models import Assessment
from api.graph.vocabulary import Scale
from api.storage.reading import Reading, chunks


def standing_for_sources(reading: Reading, scale: Scale, sources: Iterable[UUID]) -> dict[UUID, Assessment]:
    """Return each source's standing rating on a scale: the newest by `assessed_at`, ties to the later recorded."""
    view = reading.of(Assessment)
    found: dict[UUID, Assessment] = {}
    for some in chunks(sorted(set(sources))):
        rows = reading.session.exec(
            select(view).where(
                view.scale == scale, col(view.deleted_at).is_(None), col(view.target_source_id).in_(some)
            )
        ).all()
        for row in sorted(rows, key=Assessment.age):
            if row.target_source_id is not None:
                found[row.target_source_id] = row
    return found
