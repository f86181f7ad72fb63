"""What assessments look like on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.graph.vocabulary import Scale
from api.storage.vault import Redacted
from api.web.records import Draft, Filters, SealableRecord
from api.web.values import KindId, Line, Paragraph, Reference, SpokenDate

TargetKind = Literal["source", "attribution", "claim"]

VALUES = {Scale.ADMIRALTY_RELIABILITY: "ABCDEF", Scale.ADMIRALTY_CREDIBILITY: "123456"}
TARGETS: dict[Scale, tuple[TargetKind, ...]] = {
    Scale.ADMIRALTY_RELIABILITY: ("source", "attribution"),
    Scale.ADMIRALTY_CREDIBILITY: ("attribution",),
}


class Target(Reference):
    """What is rated: a source, an attribution or a claim."""

    kind: TargetKind


class AssessmentDraft(Draft):
    """A rating to record."""

    target: Target
    scale: Scale
    value: Line = Field(
        description="As the scale writes it: A–F for `admiralty_reliability`, 1–6 for `admiralty_credibility`;"
        " on the other scales it is kept word for word.",
        examples=["B"],
    )
    rationale: Paragraph | None = Field(None, description="Why.")
    assessor: Line | None = Field(None, description="Who rates: a person, a desk, an organisation.")
    assessed_at: SpokenDate | None = Field(
        None, description="When it was rated; the newest on a scale stands, also one that lies ahead."
    )


class AssessmentRecord(SealableRecord):
    """Somebody's rating of a source, an attribution or a claim."""

    target: KindId
    scale: Scale
    value: str
    rationale: str | Redacted | None
    assessor: str | Redacted | None
    assessed_at: SpokenDate | None


class AssessmentFilters(Filters):
    """Which assessments to list."""

    target: UUID | None = Field(None, description="Ratings of this source, attribution or claim.")
    scale: Scale | None = Field(None, description="On this scale.")
