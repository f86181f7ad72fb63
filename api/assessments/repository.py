"""Fetch assessments."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from api.assessments.models import Assessment
from api.graph.vocabulary import Scale
from api.storage.reading import Reading


def standing_for_sources(reading: Reading, scale: Scale, sources: Collection[UUID]) -> dict[UUID, Assessment]:
    """Return each source's standing rating on a scale: the newest by `assessed_at`, ties to the later recorded."""
    view = reading.of(Assessment)
    rows = _given(reading, [scale], reading.among(col(view.target_source_id), sources)) if sources else []
    return {row.target_source_id: row for row in rows if row.target_source_id is not None}


def standing_for_attributions(
    reading: Reading, scales: Collection[Scale], attributions: Collection[UUID]
) -> dict[tuple[UUID, Scale], Assessment]:
    """Return each attribution's own standing rating on each of these scales."""
    view = reading.of(Assessment)
    rows = _given(reading, scales, reading.among(col(view.target_attribution_id), attributions)) if attributions else []
    return {(row.target_attribution_id, Scale(row.scale)): row for row in rows if row.target_attribution_id is not None}


def standing_for_claims(reading: Reading, claims: Collection[UUID]) -> list[Assessment]:
    """Return the standing ratings of these claims, one for each claim and scale."""
    view = reading.of(Assessment)
    rows = _given(reading, Scale, reading.among(col(view.target_claim_id), claims)) if claims else []
    return list({(row.target_claim_id, row.scale): row for row in rows}.values())


def _given(reading: Reading, scales: Iterable[Scale], targets: ColumnElement[bool]) -> list[Assessment]:
    """Return the live ratings of these targets, oldest first: of two for one target, the later one stands."""
    view = reading.of(Assessment)
    named = [scale.value for scale in scales]
    rows = reading.session.exec(
        select(view).where(col(view.scale).in_(named), col(view.deleted_at).is_(None), targets)
    ).all()
    return sorted(rows, key=Assessment.age)
