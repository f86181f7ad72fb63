"""What erasures look like on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.web.paging import Asked
from api.web.records import Record, sorted_by
from api.web.values import KindId, Paragraph, Reference, Value


class ErasureTarget(Reference):
    """What is erased: a record of any kind that can be protected, deleted ones too."""

    kind: Literal["source", "document", "claim", "attribution", "relation", "dependency", "assessment"]


class ErasureDraft(Value):
    """An erasure to carry out. There is no way back."""

    target: ErasureTarget
    reason: Paragraph = Field(description="On what grounds, in words that will be read later; nothing personal.")


class ErasedRecord(BaseModel):
    """A record of which something was destroyed."""

    kind: str
    id: UUID
    versions: int = Field(description="In how many of its versions.")


class ErasureRecord(Record):
    """What was destroyed, when, by whom and why."""

    target: KindId
    reason: str
    erased: list[ErasedRecord]


class ErasureFilters(Asked):
    """Which erasures to list."""

    sort: str = sorted_by("recorded_at")
