"""Who was shown what protected records say: each answer that revealed something leaves an event, which is a record."""

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from api.storage.history import keep_history
from api.storage.ledger import Ledger
from api.storage.records import Recorded


@keep_history
class Reveal(Recorded, table=True):
    """One answer that showed sealed values: to whom is `recorded_by`."""

    apart: ClassVar[bool] = True
    closed: ClassVar[bool] = True

    request: str
    access_key_id: UUID | None = None
    records: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)


def note(ledger: Ledger, request: str, key: UUID | None, seen: Collection[tuple[str, UUID]]) -> None:
    """Record that an answer to this request showed what is sealed in these records, each by its kind and id."""
    records = [{"kind": kind, "id": str(one)} for kind, one in sorted(seen)]
    ledger.add(Reveal(request=request, access_key_id=key, records=records, **ledger.stamp()))
