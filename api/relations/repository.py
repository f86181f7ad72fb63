"""Fetch relations, and the clusters of claims that they make."""

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, union
from sqlalchemy import select as core_select
from sqlmodel import col, or_

from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations.models import Relation
from api.storage.among import any_of, unsought
from api.storage.reading import Reading
from api.storage.views import Views
from api.storage.walking import Link, connected


def confirmed_around(reading: Reading, kinds: Iterable[RelationKind], claims: Iterable[UUID]) -> list[Relation]:
    """Return the live, confirmed relations of these kinds that touch these claims."""
    wanted = set(claims)
    found = reading.records(Relation, _around, tuple(sorted(kinds)), claims=wanted) if wanted else []
    return sorted(found, key=attrgetter("id.int"))


def reached(reading: Reading, kinds: Iterable[RelationKind], claims: Iterable[UUID]) -> list[Relation]:
    """Return the live, confirmed relations of these kinds that can be reached from these claims, either way."""
    wanted = set(claims)
    found = reading.records(Relation, _reached, tuple(sorted(kinds)), claims=wanted) if wanted else []
    reading.passed(end for each in found for end in (each.from_id, each.to_id))
    return sorted(found, key=attrgetter("id.int"))


def between(reading: Reading, some: Collection[UUID], others: Collection[UUID]) -> list[Relation]:
    """Return the live relations from any of some claims to any of others."""
    return reading.records(Relation, _between, some=some, others=others)


def _between(views: Views) -> ColumnElement[bool]:
    view = views.of(Relation)
    return and_(col(view.deleted_at).is_(None), any_of(col(view.from_id), "some"), any_of(col(view.to_id), "others"))


def _around(views: Views, kinds: Sequence[RelationKind]) -> ColumnElement[bool]:
    view = views.of(Relation)
    touching = or_(any_of(col(view.from_id), "claims"), any_of(col(view.to_id), "claims"))
    return and_(*_counting(view, kinds), touching)


def _reached(views: Views, kinds: Sequence[RelationKind]) -> ColumnElement[bool]:
    view = views.of(Relation)
    one, other, counting = col(view.from_id), col(view.to_id), _counting(view, kinds)
    starts = union(
        core_select(one.label("id")).where(*counting, any_of(one, "claims")),
        core_select(other.label("id")).where(*counting, any_of(other, "claims")),
    ).subquery()
    related = Link(Relation, "from_id", "to_id", lambda columns: _counting(columns, kinds))
    walk = connected(views, core_select(starts.c.id), related)
    return and_(*counting, one.in_(core_select(walk.c.id)))


def _counting(view: Any, kinds: Sequence[RelationKind]) -> list[ColumnElement[bool]]:
    """Say that a relation counts; what it joins is looked up, not all of a kind."""
    return [
        col(view.deleted_at).is_(None),
        unsought(view.status) == RelationStatus.CONFIRMED.value,
        unsought(view.kind).in_([kind.value for kind in kinds]),
    ]
