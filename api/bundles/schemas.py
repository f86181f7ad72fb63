"""What bundles look like on the wire: each record as one would post it alone, with its kind and a name beside it."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Discriminator, Field, Tag

from api.assessments.schemas import AssessmentDraft
from api.attributions.schemas import AttributionDraft, RetractionDraft
from api.claims.schemas import ClaimDraft
from api.dependencies.schemas import DependencyDraft
from api.documents.schemas import DocumentDraft
from api.graph.vocabulary import CitationKind, RelationKind, SourceKind
from api.relations.schemas import RelationDraft
from api.sources.schemas import SourceDraft
from api.web.values import Line, Reference, Value

LARGEST = 10_000
Name = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=200,
        description='A name for it within the bundle, by which others refer to it: `{"$ref": "kcna"}`.',
    ),
]


class SourceEntry(SourceDraft):
    """A source; what kind of source it is stands in `source_kind`."""

    kind: Literal["source"]  # type: ignore[assignment]
    ref: Name = None
    source_kind: SourceKind | None = None


class DocumentEntry(DocumentDraft):
    """A document; what kind of document it is stands in `document_kind`."""

    kind: Literal["document"]
    ref: Name = None
    document_kind: Line | None = None


class ClaimEntry(ClaimDraft):
    """A claim."""

    kind: Literal["claim"]
    ref: Name = None


class AttributionEntry(AttributionDraft):
    """An attribution."""

    kind: Literal["attribution"]
    ref: Name = None


class RelationEntry(RelationDraft):
    """A relation; which one stands in `relation_kind`."""

    kind: Literal["relation"]  # type: ignore[assignment]
    ref: Name = None
    relation_kind: RelationKind


class DependencyEntry(DependencyDraft):
    """A dependency."""

    kind: Literal["dependency"]
    ref: Name = None


class AssessmentEntry(AssessmentDraft):
    """An assessment."""

    kind: Literal["assessment"]
    ref: Name = None


class CitationEntry(Value):
    """A citation; how the one took over the other stands in `citation_kind`."""

    kind: Literal["citation"]
    ref: Name = None
    citation_kind: CitationKind
    citing: Reference
    cited: Reference


class RetractionEntry(RetractionDraft):
    """A source's withdrawal of what it said."""

    kind: Literal["retraction"]
    ref: Name = None
    attribution: Reference


def _kind(sent: Any) -> str | None:
    kind = sent.get("kind") if isinstance(sent, dict) else getattr(sent, "kind", None)
    return f"‹{kind}›" if isinstance(kind, str) else None


Entry = Annotated[
    Annotated[SourceEntry, Tag("‹source›")]
    | Annotated[DocumentEntry, Tag("‹document›")]
    | Annotated[ClaimEntry, Tag("‹claim›")]
    | Annotated[AttributionEntry, Tag("‹attribution›")]
    | Annotated[RelationEntry, Tag("‹relation›")]
    | Annotated[DependencyEntry, Tag("‹dependency›")]
    | Annotated[AssessmentEntry, Tag("‹assessment›")]
    | Annotated[CitationEntry, Tag("‹citation›")]
    | Annotated[RetractionEntry, Tag("‹retraction›")],
    Discriminator(
        _kind,
        custom_error_type="unknown_kind",
        custom_error_message="Say in `kind` what this is: source, document, claim, attribution, relation, dependency,"
        " assessment, citation or retraction",
    ),
]


class Bundle(Value):
    """Records of any kind, all recorded or none; they name each other by `$ref`, forwards too."""

    records: list[Entry] = Field(min_length=1, max_length=LARGEST)


class BundleResult(BaseModel):
    """What became of one record of a bundle."""

    ref: str | None
    kind: str
    id: UUID
    version: int
    created: bool = Field(description="False where it was on record already, by its external_id.")
