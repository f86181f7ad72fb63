"""What attributions and citations look like on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.claims.schemas import ClaimDraft
from api.documents.schemas import DocumentDraft
from api.graph.vocabulary import Anchor, CitationKind, Evidentiality, Modality, Stance
from api.sources.schemas import SourceSent
from api.storage.vault import Redacted
from api.web.known import Nested
from api.web.records import Draft, Filters, PortableRecord, SealableRecord, sorted_by
from api.web.values import (
    Id,
    Language,
    Line,
    Paragraph,
    Reference,
    SpokenDate,
    Value,
)

ClaimSent = Annotated[Reference | ClaimDraft, Nested(ClaimDraft)]
DocumentSent = Annotated[Reference | DocumentDraft, Nested(DocumentDraft)]


class Quote(Value):
    """The words that carry the statement: a W3C Web Annotation text quote, with positions in code points."""

    exact: Paragraph = Field(description="The words, as the document has them.")
    prefix: Line | None = Field(None, description="What stands before them.")
    suffix: Line | None = Field(None, description="What stands after them.")
    start: int | None = Field(None, ge=0, lt=2**31, strict=True, description="Where they begin; a hint when sent.")
    end: int | None = Field(None, ge=0, lt=2**31, strict=True, description="Where they end; a hint when sent.")


class CitationDraft(Value):
    """A citation to record: what was taken over, and how."""

    kind: CitationKind
    attribution: "CitedSent"


class CitedDraft(Draft):
    """An attribution that is cited and not on record yet; it takes `claim` and `stance` from the citing one."""

    claim: ClaimSent | None = Field(None, description="Left out where cited: that of the citing attribution.")
    source: SourceSent | None = Field(
        None, description="Who says it; null where nobody is named (“several sources say”)."
    )
    stance: Stance | None = Field(None, description="Left out where cited: that of the citing attribution.")
    modality: Modality = Field(
        Modality.UNCLASSIFIED, description="How far the speaker commits itself; *aurait envoyé* is `unconfirmed`."
    )
    evidentiality: Evidentiality = Field(Evidentiality.UNKNOWN, description="How the speaker knows.")
    cue: Line | None = Field(None, description="The words that mark the attribution, verbatim: “selon”, “accusent”.")
    document: DocumentSent | None = Field(None, description="Where it was said: the source's own document.")
    verbatim: bool = Field(
        False, strict=True, description="The document carries this source's own words in full, though another's."
    )
    quote: Quote | None = None
    language: Language | None = None
    said_at: SpokenDate | None = Field(
        None, description="When it was said. One that lies ahead counts at once, save by `said_by`."
    )
    cites: list[CitationDraft] = Field(default_factory=list, max_length=1000, description="What it was taken from.")
    responds_to: Reference | None = Field(
        None, description="The attribution that this one answers, such as the one that a denial denies."
    )
    replaces: Reference | None = Field(
        None,
        description="An earlier attribution, of the same source or of one that speaks for the same, that this one"
        " corrects; that one counts as retracted then.",
    )


CitedSent = Annotated[Reference | CitedDraft, Nested(CitedDraft)]
CitationDraft.model_rebuild()


class AttributionDraft(CitedDraft):
    """An attribution to record; claim, source, document and what it cites may each be a whole new record."""

    claim: ClaimSent
    stance: Stance


class CitationLink(Value):
    """A citation, as its attribution lists it."""

    id: UUID
    kind: CitationKind
    attribution: Id


class AttributionRecord(SealableRecord):
    """One source putting forward, denying or questioning one claim, in given words: the core record."""

    claim: Id
    source: Id | None
    stance: Stance
    modality: Modality
    evidentiality: Evidentiality
    cue: str | Redacted | None
    document: Id | None
    verbatim: bool
    quote: Quote | Redacted | None
    language: str | None
    said_at: SpokenDate | None
    cites: list[CitationLink]
    responds_to: Id | None
    replaces: Id | None
    replaced_by: list[Id] = Field(description="Derived: later attributions that correct this one.")
    retracted_at: SpokenDate | None
    retraction_reason: str | Redacted | None
    retraction_document: Id | None
    on_file: bool = Field(description="Derived: its source's own document is held here.")
    relay: bool = Field(description="Derived: it passes on what it cites; it does not say it first-hand.")
    forecast: bool = Field(description="Derived: said before the thing claimed was to happen.")
    anchor: Anchor | None = Field(description="Derived: where the quote is in the text as it is now; null: no quote.")


class CitationRecord(PortableRecord):
    """The link from an attribution to the earlier one that it was taken from. Chains are made of these."""

    kind: CitationKind
    citing: Id
    cited: Id


class RetractionDraft(Value):
    """The source's own act of withdrawing what it said."""

    retracted_at: SpokenDate | None = Field(
        None,
        description="When; without it, some time up to now is all that is known. One that lies ahead counts at once,"
        " save by `said_by`.",
    )
    reason: Paragraph | None = None
    document: Reference | None = Field(None, description="Where it was withdrawn.")


class AttributionFilters(Filters):
    """Which attributions to list."""

    sort: str = sorted_by("recorded_at", "updated_at", "said_at")
    claim: UUID | None = Field(None, description="On this claim.")
    source: UUID | None = Field(None, description="Put forward by this source.")
    include_controlled: bool = Field(False, description="With source: also of those who speak for it, at any remove.")
    stance: Stance | None = Field(None, description="Which way the source takes the claim.")
    modality: Modality | None = Field(None, description="How far the speaker commits itself.")
    evidentiality: Evidentiality | None = Field(None, description="How the speaker knows.")
    document: UUID | None = Field(None, description="Said in this document.")
    on_file: bool | None = Field(None, description="Whether its source's own document is held here.")
    said_at_from: str | None = Field(None, max_length=100, description="It may have been said on or after this date.")
    said_at_to: str | None = Field(None, max_length=100, description="It may have been said on or before this date.")
