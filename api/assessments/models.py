"""How assessments are kept."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlmodel import Field

from api.storage.history import keep_history
from api.storage.records import Blank, Instant, Sealable


@keep_history
class Assessment(Sealable, table=True):
    """Somebody's rating of one source, attribution or claim: one of the three targets is set."""

    sealable: ClassVar = {"rationale": Blank(), "assessor": Blank()}
    protectors: ClassVar = ("target_source_id", "target_attribution_id", "target_claim_id")

    target_source_id: UUID | None = Field(default=None, foreign_key="source.id", index=True)
    target_attribution_id: UUID | None = Field(default=None, foreign_key="attribution.id", index=True)
    target_claim_id: UUID | None = Field(default=None, foreign_key="claim.id", index=True)
    scale: str
    value: str
    rationale: str | None = None
    assessor: str | None = None
    assessed_at: str | None = None
    assessed_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    assessed_at_latest: datetime | None = Field(default=None, sa_type=Instant)

    def age(self) -> tuple[datetime, datetime, UUID]:
        """Order ratings from the oldest to the one that stands: the newest, of two of one day the later recorded."""
        recorded = self.first_recorded_at
        return (self.assessed_at_latest or self.assessed_at_earliest or recorded, recorded, self.id)
