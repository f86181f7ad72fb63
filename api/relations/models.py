"""How relations are kept."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from api.storage.history import keep_history
from api.storage.records import Blank, Instant, Sealable


@keep_history
class Relation(Sealable, table=True):
    """A link between two claims; a symmetric one has the claim with the lesser id first."""

    __table_args__ = (Index(None, "from_id", "to_id"),)

    sealable: ClassVar = {"rationale": Blank()}

    kind: str = Field(index=True)
    from_id: UUID = Field(foreign_key="claim.id")
    to_id: UUID = Field(foreign_key="claim.id", index=True)
    rationale: str | None = None
    status: str
    decided_by: str | None = None
    decided_at: str | None = None
    decided_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    decided_at_latest: datetime | None = Field(default=None, sa_type=Instant)
