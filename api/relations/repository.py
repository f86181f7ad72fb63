"""Fetch relations, and the clusters of claims that they make."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select as core_select
from sqlalchemy import union
from sqlmodel import col, or_, select

from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations.models import Relation
from api.storage.reading import Reading, chunks
from api.storage.walking import connected


def confirmed_around(reading: Reading, kinds: Iterable[RelationKind], claims: Iterable[UUID]) -> list[Relation]:
    """Return the live, confirmed relations of these kinds that touch these claims."""
    view = reading.of(Relation)
    names = [kind.value for kind in kinds]
    found: dict[UUID, Relation] = {}
    for some in chunks(sorted(set(claims))):
        statement = select(view).where(
            col(view.deleted_at).is_(None),
            col(view.status) == RelationStatus.CONFIRMED.value,
            col(view.kind).in_(names),
            or_(col(view.from_id).in_(some), col(view.to_id).in_(some)),
        )
        found |= {row.id: row for row in reading.session.exec(statement).all()}
    return [found[one] for one in sorted(found)]


def reached(reading: Reading, kinds: Iterable[RelationKind], claims: Iterable[UUID]) -> list[Relation]:
    """Return the live, confirmed relations of these kinds that can be reached from these claims, either way."""
    view = reading.of(Relation)
    one, other = col(view.from_id), col(view.to_id)
    counting = [
        col(view.deleted_at).is_(None),
        col(view.status) == RelationStatus.CONFIRMED.value,
        col(view.kind).in_([kind.value for kind in kinds]),
    ]
    found: dict[UUID, Relation] = {}
    for some in chunks(sorted(set(claims))):
        starts = union(
            core_select(one.label("id")).where(*counting, one.in_(some)),
            core_select(other.label("id")).where(*counting, other.in_(some)),
        ).subquery()
        walk = connected(core_select(starts.c.id), one, other, counting)
        statement = select(view).where(*counting, one.in_(core_select(walk.c.id)))
        found |= {row.id: row for row in reading.session.exec(statement).all()}
    return [found[row] for row in sorted(found)]


def same_pair(reading: Reading, kind: str, from_id: UUID, to_id: UUID) -> list[Relation]:
    """Return the live relations of this kind between these two claims, in this direction."""
    statement = select(Relation).where(
        col(Relation.deleted_at).is_(None), Relation.kind == kind, Relation.from_id == from_id, Relation.to_id == to_id
    )
    return list(reading.session.exec(statement).all())
