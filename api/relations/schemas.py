"""What relations look like on the wire."""

from uuid import UUID

from pydantic import ConfigDict, Field

from api.graph.vocabulary import RelationKind, RelationStatus
from api.storage.vault import Redacted
from api.web.records import Draft, Filters, SealableRecord, sorted_by
from api.web.values import Id, Line, Paragraph, Reference, SpokenDate


class RelationDraft(Draft):
    """A relation to record."""

    kind: RelationKind = Field(
        description="`contradicts` only where exactly one must be true; `contrary` where both can be false; in"
        " `refines`, `from` is the more specific."
    )
    from_: Reference = Field(alias="from")
    to: Reference
    rationale: Paragraph | None = None
    status: RelationStatus = Field(RelationStatus.PROPOSED, description="Only `confirmed` counts.")
    decided_by: Line | None = None
    decided_at: SpokenDate | None = None


class RelationRecord(SealableRecord):
    """A link between two claims; both stay live, and nothing is ever resolved by machine."""

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    kind: RelationKind
    from_: Id = Field(alias="from")
    to: Id
    rationale: str | Redacted | None
    status: RelationStatus
    decided_by: str | None
    decided_at: SpokenDate | None


class RelationFilters(Filters):
    """Which relations to list."""

    sort: str = sorted_by("recorded_at", "updated_at", "kind", "status")
    claim: UUID | None = Field(None, description="On either side of the relation.")
    kind: RelationKind | None = Field(None, description="Of this kind.")
    status: RelationStatus | None = Field(None, description="With this status.")
