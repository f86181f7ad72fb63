"""What bundles look like on the wire: each record as one would post it alone, with its kind and a name beside it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Union
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
from api.web.known import AboutKnown, required
from api.web.records import Draft, Origin
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


class Named(Value):
    """What may have a name within the bundle."""

    ref: Name = None


class Carried(Named):
    """A record that may come from another store."""

    origin: Origin | None = Field(
        None,
        description="What the store that it comes from says of it, as an export has it. Without an `external_id` the"
        " record is known by the `id` in it, and others may refer to it by that.",
    )


class SourceEntry(SourceDraft, Carried):
    """A source; what kind of source it is stands in `source_kind`."""

    kind: Literal["source"]  # type: ignore[assignment]
    source_kind: SourceKind | None = None


class DocumentEntry(DocumentDraft, Carried):
    """A document; what kind of document it is stands in `document_kind`."""

    kind: Literal["document"]
    document_kind: Line | None = None


class ClaimEntry(ClaimDraft, Carried):
    """A claim."""

    kind: Literal["claim"]


class AttributionEntry(AttributionDraft, Carried):
    """An attribution."""

    kind: Literal["attribution"]


class RelationEntry(RelationDraft, Carried):
    """A relation; which one stands in `relation_kind`."""

    kind: Literal["relation"]  # type: ignore[assignment]
    relation_kind: RelationKind


class DependencyEntry(DependencyDraft, Carried):
    """A dependency."""

    kind: Literal["dependency"]


class AssessmentEntry(AssessmentDraft, Carried):
    """An assessment."""

    kind: Literal["assessment"]


class CitationEntry(Carried):
    """A citation; how the one took over the other stands in `citation_kind`."""

    kind: Literal["citation"]
    citation_kind: CitationKind
    citing: Reference
    cited: Reference


class Same(Reference):
    """One of two records that are one."""

    kind: Literal["source", "document"]


class SameAsEntry(Carried):
    """A finding that two sources, or two documents, are one."""

    kind: Literal["same_as"]
    one: Same
    other: Same
    reason: Line


class RetractionEntry(RetractionDraft, Named):
    """A source's withdrawal of what it said."""

    kind: Literal["retraction"]
    attribution: Reference


ENTRIES: Mapping[str, type[Named]] = {
    "source": SourceEntry,
    "document": DocumentEntry,
    "claim": ClaimEntry,
    "attribution": AttributionEntry,
    "relation": RelationEntry,
    "dependency": DependencyEntry,
    "assessment": AssessmentEntry,
    "citation": CitationEntry,
    "retraction": RetractionEntry,
    "same_as": SameAsEntry,
}
ABOUT_KNOWN = {
    kind: AboutKnown(entry, "kind")
    for kind, entry in ENTRIES.items()
    if issubclass(entry, Draft) and required(entry).keys() > {"kind"}
}


def _tag(sent: Any) -> str | None:
    kind = sent.get("kind") if isinstance(sent, dict) else getattr(sent, "kind", None)
    if not isinstance(kind, str):
        return None
    return f"‹known {kind}›" if kind in ABOUT_KNOWN and ABOUT_KNOWN[kind].tells(sent) else f"‹{kind}›"


Entry: Any = Annotated[
    Union[
        *(Annotated[entry, Tag(f"‹{kind}›")] for kind, entry in ENTRIES.items()),
        *(Annotated[about.draft, Tag(f"‹known {kind}›")] for kind, about in ABOUT_KNOWN.items()),
    ],
    Discriminator(
        _tag,
        custom_error_type="unknown_kind",
        custom_error_message=f"Say in `kind` what this is: {', '.join([*ENTRIES][:-1])} or {[*ENTRIES][-1]}",
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
    created: bool = Field(description="False where it was on record already, by its external_id or its origin.")
