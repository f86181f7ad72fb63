"""Fetch relations, and the clusters of claims that they make."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select as core_select
from sqlalchemy import union
from sqlmodel import col, or_, select

from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations.models import Relation
from api.storage.reading import Reading
from api.storage.walking import Link, connected


def confirmed_around(reading: Reading, kinds: Iterable[RelationKind], claims: Iterable[UUID]) -> list[Relation]:
    """Return the live, confirmed relations of these kinds that touch these claims."""
    view, wanted = reading.of(Relation), set(claims)
    if not wanted:
        return []
    statement = select(view).where(
        col(view.deleted_at).is_(None),
        col(view.status) == RelationStatus.CONFIRMED.value,
        col(view.kind).in_([kind.value for kind in kinds]),
        or_(reading.among(col(view.from_id), wanted), reading.among(col(view.to_id), wanted)),
    )
    return sorted(reading.session.exec(statement).all(), key=lambda row: row.id)


def reached(reading: Reading, kinds: Iterable[RelationKind], claims: Iterable[UUID]) -> list[Relation]:
    """Return the live, confirmed relations of these kinds that can be reached from these claims, either way."""
    view = reading.of(Relation)
    one, other = col(view.from_id), col(view.to_id)
    counting = (
        col(view.deleted_at).is_(None),
        col(view.status) == RelationStatus.CONFIRMED.value,
        col(view.kind).in_([kind.value for kind in kinds]),
    )
    wanted = set(claims)
    if not wanted:
        return []
    starts = union(
        core_select(one.label("id")).where(*counting, reading.among(one, wanted)),
        core_select(other.label("id")).where(*counting, reading.among(other, wanted)),
    ).subquery()
    walk = connected(reading.session, core_select(starts.c.id), Link(one, other, counting))
    statement = select(view).where(*counting, one.in_(core_select(walk.c.id)))
    return sorted(reading.session.exec(statement).all(), key=lambda row: row.id)


def same_pair(reading: Reading, kind: str, from_id: UUID, to_id: UUID) -> list[Relation]:
    """Return the live relations of this kind between these two claims, in this direction."""
    statement = select(Relation).where(
        col(Relation.deleted_at).is_(None), Relation.kind == kind, Relation.from_id == from_id, Relation.to_id == to_id
    )
    return list(reading.session.exec(statement).all())
