"""Fetch what goes out: records in the order of their ids, and the keys that others name them by."""

from collections.abc import Collection
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, func, or_
from sqlalchemy import select as core_select
from sqlmodel import col

from api.assessments.models import Assessment
from api.attributions.models import Citation
from api.relations.models import Relation
from api.storage.among import among, any_of
from api.storage.history import table_of
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.sameness import SameAs
from api.storage.views import Views


def ids_after(reading: Reading, model: type[Recorded], last: UUID | None, limit: int) -> list[UUID]:
    """Return the ids that follow one, of every record that ever was: a deleted one keeps its row."""
    table = table_of(model)
    statement = core_select(table.c.id).order_by(table.c.id).limit(limit)
    return [row[0] for row in reading.rows(statement if last is None else statement.where(table.c.id > last))]


def count(reading: Reading, model: type[Recorded]) -> int:
    """Count the records of a kind, deleted ones included."""
    return int(reading.rows(core_select(func.count()).select_from(table_of(model)))[0][0])


def keys_of(reading: Reading, model: type[Recorded], ids: Collection[UUID]) -> dict[str, str]:
    """Return the external ids of those of these records that have one, by their ids as they are written."""
    view = reading.views.of(model)
    named = core_select(col(view.id), col(view.external_id)).where(among(col(view.id), ids))
    return {str(one): key for one, key in reading.rows(named.where(col(view.external_id).is_not(None)))}


def citations_up_to(reading: Reading, attributions: Collection[UUID], newest: UUID) -> list[Citation]:
    """Return the live citations between one of these attributions and one that is no newer than the newest."""
    found = reading.records(Citation, _up_to, ids=attributions, newest=newest)
    return sorted(found, key=attrgetter("id.int"))


def _up_to(views: Views) -> ColumnElement[bool]:
    view, newest = views.of(Citation), bindparam("newest", type_=Uuid())
    made = and_(any_of(view.citing_id, "ids"), col(view.cited_id) <= newest)
    taken = and_(any_of(view.cited_id, "ids"), col(view.citing_id) <= newest)
    return and_(col(view.deleted_at).is_(None), or_(made, taken))


def relations_between(reading: Reading, claims: Collection[UUID]) -> list[UUID]:
    """Return the live relations with both ends among these claims."""
    view = reading.views.of(Relation)
    both = [among(col(end), claims) for end in (view.from_id, view.to_id)]
    return _ids(reading, core_select(col(view.id)).where(col(view.deleted_at).is_(None), *both))


def joined(reading: Reading, model: type[SameAs], ids: Collection[UUID]) -> list[UUID]:
    """Return the live findings that make one of these one with another."""
    view = reading.views.of(model)
    either = or_(among(col(view.one_id), ids), among(col(view.other_id), ids))
    return _ids(reading, core_select(col(view.id)).where(col(view.deleted_at).is_(None), either))


def assessments_of(reading: Reading, targets: Collection[UUID]) -> list[UUID]:
    """Return the live assessments of these."""
    view = reading.views.of(Assessment)
    columns = (view.target_source_id, view.target_attribution_id, view.target_claim_id)
    rated = or_(*(among(col(column), targets) for column in columns))
    return _ids(reading, core_select(col(view.id)).where(col(view.deleted_at).is_(None), rated))


def _ids(reading: Reading, statement: Any) -> list[UUID]:
    return [row[0] for row in reading.rows(statement)]
