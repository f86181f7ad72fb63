"""What changes look like on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.web.making import Made


class ChangeRecord(Made):
    """One version of one record, in the order of commits."""

    sequence: int = Field(description="1, 2, 3 …, without gaps.")
    kind: str
    id: UUID
    version: int
    action: str = Field(description="created, updated, deleted or restored.")
    recorded_at: datetime
    recorded_by: str | None


class ChangePage(Made):
    """Some changes, and where to go on."""

    items: list[ChangeRecord]
    next: int = Field(description="Send it as `after` next time, now or later: nothing is missed, nothing comes twice.")
