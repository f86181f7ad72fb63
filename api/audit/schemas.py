"""What the record of who saw what looks like on the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from api.web.making import Made
from api.web.paging import Asked
from api.web.records import sorted_by
from api.web.values import KindId


class RevealRecord(Made):
    """One answer that showed what is sealed."""

    id: UUID
    recorded_at: datetime = Field(description="When (UTC).")
    recorded_by: str | None = Field(description="Whom it was shown to: the holder of the key.")
    key: UUID | None = Field(description="With which access key.")
    request: str = Field(description="What was asked, without the query.")
    records: list[KindId] = Field(description="Of which records the answer, or its making, opened what is sealed.")


class RevealFilters(Asked):
    """Which reveals to list."""

    sort: str = sorted_by("recorded_at")
    key: UUID | None = Field(None, description="With this access key.")
