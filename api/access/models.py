"""How access keys are kept."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from api.storage.history import keep_history
from api.storage.records import Instant, Recorded


@keep_history
class AccessKey(Recorded, table=True):
    """What a holder may do who shows the secret with this digest; a revoked key is a deleted one."""

    __tablename__ = "access_key"
    apart: ClassVar[bool] = True
    closed: ClassVar[bool] = True

    public_id: str = Field(unique=True, index=True)
    digest: bytes
    holder: str
    role: str
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    expires_at: datetime | None = Field(default=None, sa_type=Instant)


class AccessKeyUse(SQLModel, table=True):
    """The last day on which a key was used: no record, as nobody did anything to the key."""

    __tablename__ = "access_key_use"

    key_id: UUID = Field(primary_key=True, foreign_key="access_key.id")
    day: date
