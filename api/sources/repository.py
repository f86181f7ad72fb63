"""Fetch sources, what they speak for, and which records are one."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select as core_select
from sqlmodel import and_, col, select

from api.sources.models import Source, SourceName, SourceSameAs
from api.storage.among import among_words, any_of
from api.storage.reading import Reading
from api.storage.views import Rows, Views
from api.storage.walking import Link, connected, grown, live


def named(reading: Reading, names: Iterable[str]) -> dict[str, list[Source]]:
    """Return the live sources that have each of these folded names or aliases, oldest first."""
    found: dict[str, list[Source]] = {name: [] for name in names}
    statement = (
        select(SourceName.name, Source)
        .join(Source, and_(col(SourceName.record_id) == Source.id, col(SourceName.version) == Source.version))
        .where(among_words(col(SourceName.name), found), col(Source.deleted_at).is_(None))
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
    rows = reading.walk(_above, sources=sources) if sources else ()
    return {source: controller for source, controller in rows if controller is not None}


def relatives(reading: Reading, sources: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return everybody whom control, in either direction, or a `same_as` joins to these, and whom each speaks for."""
    return dict(tuple(row) for row in reading.walk(_related, sources=sources)) if sources else {}


def controlled(reading: Reading, sources: Collection[UUID]) -> list[UUID]:
    """Return these sources and everybody who speaks for them, at any remove."""
    return [row[0] for row in reading.walk(_below, sources=sources)] if sources else []


def _above(views: Views) -> Rows:
    trail = _given(views, "id", "controlled_by_id").cte("trail", recursive=True)
    ways = [
        core_select(table.c.id, table.c.controlled_by_id).where(table.c.id == trail.c.controlled_by_id, *known)
        for table, known in views.layers(Source)
    ]
    trail = grown(views, trail, ways)
    return core_select(trail.c.id, trail.c.controlled_by_id)


def _below(views: Views) -> Rows:
    below = _given(views, "id").cte("below", recursive=True)
    ways = [
        core_select(table.c.id).where(table.c.controlled_by_id == below.c.id, *known)
        for table, known in views.layers(Source)
    ]
    return core_select(grown(views, below, ways).c.id)


def _related(views: Views) -> Rows:
    view = views.of(Source)
    control = Link(Source, "id", "controlled_by_id", lambda columns: [columns.controlled_by_id.is_not(None)])
    walk = connected(views, _given(views, "id"), control, Link(SourceSameAs, "one_id", "other_id", live))
    return core_select(col(view.id), col(view.controlled_by_id)).where(col(view.id).in_(core_select(walk.c.id)))


def _given(views: Views, *names: str) -> Rows:
    view = views.of(Source)
    return core_select(*(col(getattr(view, name)).label(name) for name in names)).where(any_of(view.id, "sources"))
