"""Find access keys, and when they were used."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, select
from sqlmodel import col

from api.access.models import AccessKey, AccessKeyUse
from api.storage.among import among
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.views import Views


def find(reading: Reading, public_id: str) -> AccessKey | None:
    """Return a key, a revoked one too, or None where there is none."""
    return next(iter(reading.records(AccessKey, _called, public_id=public_id)), None)


def _called(views: Views) -> ColumnElement[bool]:
    return col(views.of(AccessKey).public_id) == bindparam("public_id")


def is_any(reading: Reading) -> bool:
    """Say whether a key was ever made."""
    return bool(reading.rows(select(col(AccessKey.id)).limit(1)))


def last_used(reading: Reading, keys: Iterable[UUID]) -> dict[UUID, date]:
    """Return the last day on which each of these was used; those that never were are left out."""
    statement = select(col(AccessKeyUse.key_id), col(AccessKeyUse.day))
    return dict(reading.rows(statement.where(among(col(AccessKeyUse.key_id), keys))))


def note_use(ledger: Ledger, key: UUID, day: date) -> None:
    """Keep that a key was used on a day."""
    known = ledger.session.get(AccessKeyUse, key)
    if known is None:
        ledger.session.add(AccessKeyUse(key_id=key, day=day))
    elif known.day < day:
        known.day = day
