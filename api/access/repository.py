"""Find access keys, and when they were used."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from api.access.models import AccessKey, AccessKeyUse
from api.storage.history import table_of
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.views import Rows, Views


def find(reading: Reading, public_id: str) -> Any | None:
    """Return the row of a key, a revoked one too, or None where there is none."""
    return next(iter(reading.ask(_called, public_id=public_id)), None)


def _called(_: Views) -> Rows:
    return select(table_of(AccessKey)).where(col(AccessKey.public_id) == bindparam("public_id"))


def is_any(reading: Reading) -> bool:
    """Say whether a key was ever made."""
    return bool(reading.rows(select(col(AccessKey.id)).limit(1)))


def last_used(reading: Reading, keys: Iterable[UUID]) -> dict[UUID, date]:
    """Return the last day on which each of these was used; those that never were are left out."""
    statement = select(col(AccessKeyUse.key_id), col(AccessKeyUse.day))
    return dict(reading.rows(statement.where(reading.among(col(AccessKeyUse.key_id), keys))))


def note_use(ledger: Ledger, key: UUID, day: date) -> None:
    """Keep that a key was used on a day."""
    known = ledger.session.get(AccessKeyUse, key)
    if known is None:
        ledger.session.add(AccessKeyUse(key_id=key, day=day))
    elif known.day < day:
        known.day = day
