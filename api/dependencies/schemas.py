"""What dependencies look like on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.storage.vault import Redacted
from api.web.records import Draft, Filters, SealableRecord
from api.web.values import KindId, Paragraph, Reference


class Member(Reference):
    """One of those that share an origin."""

    kind: Literal["attribution", "source"]


class DependencyDraft(Draft):
    """A dependency to record."""

    members: list[Member] = Field(min_length=2, max_length=1000, description="Attributions or sources, two at least.")
    reason: Paragraph = Field(description="What shows that they share one origin; this is our own conclusion.")


class DependencyRecord(SealableRecord):
    """A recorded fact that several attributions or sources share one origin, and why."""

    members: list[KindId]
    reason: str | Redacted


class DependencyFilters(Filters):
    """Which dependencies to list."""

    member: UUID | None = Field(None, description="An attribution or a source that is one of the members.")
