"""Fetch sources, what they speak for, and which records are one."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy import select as core_select
from sqlmodel import and_, col, select

from api.sources.models import Source, SourceName, SourceSameAs
from api.storage.reading import Reading, chunks
from api.storage.walking import Link, connected


def named(reading: Reading, names: Iterable[str]) -> dict[str, list[Source]]:
    """Return the live sources that have each of these folded names or aliases, oldest first."""
    found: dict[str, list[Source]] = {name: [] for name in names}
    for some in chunks(sorted(found)):
        statement = (
            select(SourceName.name, Source)
            .join(Source, and_(col(SourceName.record_id) == Source.id, col(SourceName.version) == Source.version))
            .where(col(SourceName.name).in_(some), col(Source.deleted_at).is_(None))
            .where(col(Source.sealed_under).is_(None))
            .order_by(col(Source.id))
        )
        for name, source in reading.session.exec(statement).all():
            found[name].append(source)
    return found


def protected(reading: Reading) -> list[Source]:
    """Return the live sources whose names are sealed, oldest first."""
    statement = select(Source).where(col(Source.sealed_under).is_not(None), col(Source.deleted_at).is_(None))
    return list(reading.session.exec(statement.order_by(col(Source.id))).all())


def controllers(reading: Reading, sources: Collection[UUID]) -> dict[UUID, UUID]:
    """Return who speaks for whom, for these sources and all above them: {source: controller}."""
    view = reading.of(Source)
    trail = (
        core_select(col(view.id), col(view.controlled_by_id))
        .where(reading.among(col(view.id), sources))
        .cte("trail", recursive=True)
    )
    # UNION, not UNION ALL: ends even where the data loops.
    trail = trail.union(
        core_select(col(view.id), col(view.controlled_by_id)).join(trail, col(view.id) == trail.c.controlled_by_id)
    )
    rows = reading.rows(core_select(trail.c.id, trail.c.controlled_by_id)) if sources else ()
    return {source: controller for source, controller in rows if controller is not None}


def relatives(reading: Reading, sources: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return all that control, either way, and findings of one source join to these, and who each speaks for."""
    if not sources:
        return {}
    view, same = reading.of(Source), reading.of(SourceSameAs)
    above: Any = view.controlled_by_id
    control = Link(col(view.id), above, (above.is_not(None),))
    oneness = Link(col(same.one_id), col(same.other_id), (col(same.deleted_at).is_(None),))
    starts: Select[tuple[UUID]] = core_select(col(view.id).label("id")).where(reading.among(col(view.id), sources))
    walk = connected(reading.session, starts, control, oneness)
    found = core_select(col(view.id), above).where(col(view.id).in_(core_select(walk.c.id)))
    return {row[0]: row[1] for row in reading.rows(found)}


def controlled(reading: Reading, sources: Collection[UUID]) -> list[UUID]:
    """Return these sources and everybody who speaks for them, at any remove."""
    view = reading.of(Source)
    below = core_select(col(view.id)).where(reading.among(col(view.id), sources)).cte("below", recursive=True)
    below = below.union(core_select(col(view.id)).join(below, col(view.controlled_by_id) == below.c.id))
    return [row[0] for row in reading.rows(core_select(below.c.id))] if sources else []
