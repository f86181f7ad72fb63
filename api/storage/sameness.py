"""Two records for one thing: findings that join them, and what they join, closed over all of them."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, union
from sqlalchemy import select as core_select
from sqlmodel import Field, col

from api.graph.joining import joined
from api.storage import listing
from api.storage.among import any_of
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.records import Portable
from api.storage.views import Rows, Views
from api.storage.walking import Link, connected, live


class SameAs(Portable):
    """A finding that two records are one; undone by deleting it."""

    one_id: UUID
    other_id: UUID
    reason: str = Field()


S = TypeVar("S", bound=SameAs)


def leaders_of(reading: Reading, model: type[SameAs], ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the least id among the records that are one, for each record around these that is one with others."""
    return joined(_pairs_around(reading, model, ids))


def others(reading: Reading, model: type[SameAs], ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Return the other records of each that is one with others."""
    leaders = leaders_of(reading, model, ids)
    together: dict[UUID, list[UUID]] = {}
    for one, leader in sorted(leaders.items()):
        together.setdefault(leader, []).append(one)
    return {one: [other for other in together[leader] if other != one] for one, leader in leaders.items()}


def links(reading: Reading, model: type[S], record_id: UUID) -> list[S]:
    """Return the live findings that make a record one with another."""
    return reading.records(model, _with, model, ids=[record_id])


def page_of_links(reading: Reading, model: type[S], record_id: UUID, cut: Cut) -> Slice[S]:
    """Return one page of the live findings that make a record one with another."""
    view = reading.views.of(model)
    either = or_(col(view.one_id) == record_id, col(view.other_id) == record_id)
    return listing.rows(reading, model, [either], listing.by_age(view), cut)


def _with(views: Views, model: type[SameAs]) -> ColumnElement[bool]:
    view = views.of(model)
    return and_(col(view.deleted_at).is_(None), or_(any_of(view.one_id, "ids"), any_of(view.other_id, "ids")))


def _pairs_around(reading: Reading, model: type[SameAs], ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    wanted = set(ids)
    return sorted({(one, other) for one, other in reading.walk(_pairs, model, ids=wanted)}) if wanted else []


def _pairs(views: Views, model: type[SameAs]) -> Rows:
    view = views.of(model)
    one, other, counts = col(view.one_id), col(view.other_id), col(view.deleted_at).is_(None)
    starts = union(
        core_select(one.label("id")).where(counts, any_of(one, "ids")),
        core_select(other.label("id")).where(counts, any_of(other, "ids")),
    ).subquery()
    walk = connected(views, core_select(starts.c.id), Link(model, "one_id", "other_id", live))
    return core_select(one, other).where(counts, one.in_(core_select(walk.c.id)))
