"""How erasures are kept."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from api.storage.history import keep_history
from api.storage.records import Recorded


@keep_history
class Erasure(Recorded, table=True):
    """Our act of destroying what a record says of a person, in every version: what remains is that it was done."""

    apart: ClassVar[bool] = True

    target_kind: str
    target_id: UUID
    reason: str
    # Every record of which something was destroyed, and how many of its versions.
    erased: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
