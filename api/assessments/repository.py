"""Fetch assessments."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from api.assessments.models import Assessment
from api.graph.vocabulary import Scale
from api.storage.among import any_of
from api.storage.reading import Reading
from api.storage.views import Views


def standing_for_sources(reading: Reading, scale: Scale, sources: Collection[UUID]) -> dict[UUID, Assessment]:
    """Return each source's standing rating on a scale: the newest by `assessed_at`, ties to the later recorded."""
    rows = _given(reading, [scale], "target_source_id", sources)
    return {row.target_source_id: row for row in rows if row.target_source_id is not None}


def standing_for_attributions(
    reading: Reading, scales: Collection[Scale], attributions: Collection[UUID]
) -> dict[tuple[UUID, Scale], Assessment]:
    """Return each attribution's own standing rating on each of these scales."""
    rows = _given(reading, scales, "target_attribution_id", attributions)
    return {(row.target_attribution_id, Scale(row.scale)): row for row in rows if row.target_attribution_id is not None}


def standing_for_claims(reading: Reading, claims: Collection[UUID]) -> list[Assessment]:
    """Return the standing ratings of these claims, one for each claim and scale."""
    rows = _given(reading, Scale, "target_claim_id", claims)
    return list({(row.target_claim_id, row.scale): row for row in rows}.values())


def _given(reading: Reading, scales: Iterable[Scale], to: str, targets: Collection[UUID]) -> list[Assessment]:
    """Return the live ratings of these targets, oldest first: of two for one target, the later one stands."""
    found = reading.records(Assessment, _rating, tuple(scales), to, targets=targets) if targets else []
    return sorted(found, key=Assessment.age)


def _rating(views: Views, scales: Sequence[Scale], to: str) -> ColumnElement[bool]:
    view = views.of(Assessment)
    counting = col(view.deleted_at).is_(None), col(view.scale).in_([scale.value for scale in scales])
    return and_(*counting, any_of(getattr(view, to), "targets"))
