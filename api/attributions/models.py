"""How attributions and citations are kept."""

from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field

from api.storage.history import keep_history
from api.storage.records import Blank, Instant, Portable, Sealable
from api.storage.references import OWNED


@keep_history
class Attribution(Sealable, table=True):
    """One source putting forward, denying or questioning one claim."""

    sealable: ClassVar = {
        "cue": Blank(),
        "quote_exact": Blank("sealed", keeps_null=True),  # that there is a quote stays known
        "quote_prefix": Blank(),
        "quote_suffix": Blank(),
        "quote_start": Blank(),
        "quote_end": Blank(),
        "quote_sha256": Blank(),
        "retraction_reason": Blank(),
    }
    protectors: ClassVar = ("source_id", "document_id")
    shields: ClassVar = {"document_id": "source_id", "retraction_document_id": "source_id"}

    claim_id: UUID = Field(foreign_key="claim.id", index=True)
    source_id: UUID | None = Field(default=None, foreign_key="source.id", index=True)
    stance: str
    modality: str
    evidentiality: str
    cue: str | None = None
    document_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)
    verbatim: bool = False
    quote_exact: str | None = None
    quote_prefix: str | None = None
    quote_suffix: str | None = None
    quote_start: int | None = None
    quote_end: int | None = None
    # The text in which the quote was found at these positions; where the document has another one now, look again.
    quote_sha256: str | None = None
    language: str | None = None
    said_at: str | None = None
    said_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    said_at_latest: datetime | None = Field(default=None, sa_type=Instant)
    responds_to_id: UUID | None = Field(default=None, foreign_key="attribution.id", index=True)
    replaces_id: UUID | None = Field(default=None, foreign_key="attribution.id", index=True)
    retracted_at: str | None = None
    retracted_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    retracted_at_latest: datetime | None = Field(default=None, sa_type=Instant)
    retraction_reason: str | None = None
    retraction_document_id: UUID | None = Field(default=None, foreign_key="document.id", index=True)

    def found_by(self) -> list[tuple[str, str]]:
        said = (("/quote/exact", self.quote_exact), ("/cue", self.cue))
        return [(where, words) for where, words in said if words is not None]

    def found_in(self) -> list[str]:
        return [] if self.language is None else [self.language]


@keep_history
class Citation(Portable, table=True):
    """The link from an attribution to the earlier one that it was taken from; a part of the citing one."""

    kind: str
    citing_id: UUID = Field(
        sa_column=Column("citing_id", ForeignKey("attribution.id"), nullable=False, index=True, info=OWNED)
    )
    cited_id: UUID = Field(foreign_key="attribution.id", index=True)


class CitationEnds(NamedTuple):
    """What a citation joins, and how: all that most who read it ask for."""

    id: UUID
    kind: str
    citing_id: UUID
    cited_id: UUID
