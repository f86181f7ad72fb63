"""Fetch dependencies by their members."""

from collections.abc import Collection
from operator import attrgetter
from uuid import UUID

from sqlalchemy import ColumnElement, and_, tuple_
from sqlalchemy import select as core_select
from sqlmodel import col, or_

from api.dependencies.models import Dependency, DependencyMember
from api.storage.among import any_of
from api.storage.reading import Reading
from api.storage.views import Views


def touching(reading: Reading, attributions: Collection[UUID], sources: Collection[UUID]) -> list[Dependency]:
    """Return the live dependencies that have one of these as a member."""
    found = reading.records(Dependency, _touching, attributions=attributions, sources=sources)
    return sorted(found, key=attrgetter("id.int"))


def _touching(views: Views) -> ColumnElement[bool]:
    view, member = views.of(Dependency), DependencyMember
    named = or_(any_of(member.attribution_id, "attributions"), any_of(member.source_id, "sources"))
    members = core_select(col(member.record_id), col(member.version)).where(named)
    return and_(col(view.deleted_at).is_(None), tuple_(col(view.id), col(view.version)).in_(members))
