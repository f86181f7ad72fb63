"""What sources look like on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from api.graph.vocabulary import SourceKind
from api.storage.vault import Redacted
from api.web.known import Nested
from api.web.records import Draft, Filters, SealableRecord, sorted_by
from api.web.values import (
    Country,
    Id,
    Line,
    Paragraph,
    Reference,
    Sought,
    SpokenDate,
    Url,
    Value,
    Wikidata,
)


class Attestation(Value):
    """An editor's word that this unnamed person is another one than the other unnamed ones."""

    by: Line = Field(description="Who attests it.")
    at: SpokenDate | None = Field(None, description="When.")
    reason: Line = Field(description="On what grounds, without naming anybody.")


class AttestationAnswer(Attestation):
    """The same, as it is answered."""

    reason: Line | Redacted  # type: ignore[assignment]


class SourceDraft(Draft):
    """A source to record."""

    name: Line = Field(description="As it is best known.", examples=["KCNA"])
    aliases: list[Line] = Field(default_factory=list, max_length=100, description="Other names, in any language.")
    kind: SourceKind | None = Field(None, description="Null where it is not known.")
    country: Country | None = None
    controlled_by: "SourceSent | None" = Field(
        None, description="The source it speaks for or belongs to: whose line it is, not who pays. No loops."
    )
    homepage: Url | None = None
    wikidata: Wikidata | None = None
    description: Paragraph | None = None
    protected: bool = Field(
        False,
        strict=True,
        description="Its identity must not leave the newsroom: name, aliases, homepage, Wikidata id, description, its"
        " quotes, the documents that it published, wrote or stands in, and why and by whom it was rated are sealed.",
    )
    attested_distinct: Attestation | None = Field(None, description="For kind `anonymous` only.")
    if_named: Literal["refuse", "use", "new"] = Field(
        "refuse",
        description="Of a new record: what to do where a live source has this name or alias already, `refuse` (409,"
        " with the candidates), `use` the only one that has it (and the kind, if given), or make a `new` one all the"
        " same.",
    )


SourceSent = Annotated[Reference | SourceDraft, Nested(SourceDraft)]
SourceDraft.model_rebuild()


class StandingRating(Value):
    """A rating that stands, and whose it is: the source's own, or its nearest rated controller's."""

    value: str = Field(description="A–F on the Admiralty scale; F means that it cannot be judged.")
    source: Id = Field(description="The source that the rating was given to.")
    assessment: Id
    assessor: str | None = Field(description="Who gave it; null where that is not known, or is sealed.")
    assessed_at: SpokenDate | None = Field(description="When.")


class SourceRecord(SealableRecord):
    """Who can say something: a person, organisation, government, agency, outlet, account, or someone unnamed."""

    name: str | Redacted
    aliases: list[str] | Redacted
    kind: SourceKind | None
    country: str | None
    controlled_by: Id | None
    homepage: str | Redacted | None
    wikidata: str | Redacted | None
    description: str | Redacted | None
    attested_distinct: AttestationAnswer | None
    same_as: list[Id] = Field(description="Other records of the same source; derived, transitive.")
    reliability: StandingRating | None = Field(description="The standing Admiralty rating; null where nobody rated it.")


class SourceFilters(Filters):
    """Which sources to list."""

    sort: str = sorted_by("recorded_at", "updated_at", "name")
    kind: SourceKind | None = Field(None, description="Of this kind.")
    country: Country | None = Field(None, description="ISO 3166-1 alpha-2, capitals.")
    name: Sought | None = Field(None, description="This name or alias, in any case.")
    controlled_by: UUID | None = Field(None, description="The source that they directly speak for.")
