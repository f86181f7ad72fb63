"""What the computed answers look like: they carry what a reader needs, not only references."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.attributions.schemas import AttributionRecord, Quote
from api.graph.vocabulary import CitationKind, Modality, OriginKind, RelationKind, SourceKind, Stance
from api.graph.window import Direction
from api.web.paging import Asked
from api.web.values import Deadline, Id, Moment, Settled, SpokenDate

SAID_BY = "Only what had certainly been said by then: a day, an instant, or another date."


class Controller(BaseModel):
    """Whom a source speaks for."""

    id: UUID
    name: str


class SourceBrief(BaseModel):
    """A source, as much as a reader needs."""

    id: UUID
    name: str
    kind: SourceKind | None
    country: str | None
    controlled_by: Controller | None = Field(description="Whom it speaks for.")


class DocumentBrief(BaseModel):
    """A document, as much as a reader needs."""

    id: UUID
    title: str | None
    kind: str | None
    url: str | None
    language: str | None
    published_at: SpokenDate | None
    held: bool


class ClaimBrief(BaseModel):
    """A claim, as much as a reader needs."""

    id: UUID
    text: str
    language: str | None


class Node(AttributionRecord):
    """An attribution in the graph."""

    claim: ClaimBrief  # type: ignore[assignment]
    source: SourceBrief | None  # type: ignore[assignment]
    document: DocumentBrief | None  # type: ignore[assignment]
    retracted: bool = Field(description="The source withdrew it, or corrected it with a later statement.")


class Edge(BaseModel):
    """A citation in the graph; both ends are attributions, and it points from the newer to the older."""

    id: UUID
    kind: CitationKind
    citing: UUID
    cited: UUID


class OriginAnswer(BaseModel):
    """Where a chain ends: an attribution on this side that is first-hand, or cites nobody."""

    attribution: UUID
    kind: OriginKind = Field(
        description="named; anonymous: somebody unnamed; unknown: nobody is given, or an outlet or a hearer does not"
        " say where it is from."
    )
    stance: Stance
    distance: int = Field(description="Citations between it and the nearest attribution on file; 0: on file itself.")
    source: SourceBrief | None


class SideCounts(BaseModel):
    """How much stands on one side, without what was retracted: relays are counted as what they are."""

    attributions: int
    sources: int
    documents: int
    origins: int = Field(description="Where chains end; several may be one voice, such as two spokesmen of one state.")
    unknown_origins: int = Field(description="Origins that nobody stands behind by name.")
    echoes: int = Field(description="Relays on file: they pass on, and add no origin.")


class BothCounts(BaseModel):
    """The two sides."""

    supporting: SideCounts
    opposing: SideCounts


class Part(BaseModel):
    """As much of a graph as was asked for."""

    nodes: list[Node]
    edges: list[Edge] = Field(description="Among the nodes, and from a node to one of the frontier.")
    complete: bool = Field(description="Whether the nodes are all there is in the direction asked for.")
    truncated_by: Literal["depth", "max_nodes"] | None
    frontier: list[UUID] = Field(description="The first attributions left out: send them as `from` to go on.")
    settled: Settled = None


class Outcome(BaseModel):
    """What follows from the whole graph behind a claim, whatever part of it is shown."""

    claim: ClaimBrief
    counts: BothCounts
    origins: list[OriginAnswer] = Field(description="Where the chains end; those that support the claim come first.")


class Provenance(Part, Outcome):
    """Who says a claim, and where each had it from."""


class Hop(BaseModel):
    """One statement of a chain."""

    attribution: UUID
    source: SourceBrief | None = Field(description="Null where nobody is named.")
    stance: Stance
    modality: Modality
    citation: CitationKind | None = Field(description="How it took over the hop before; null for the origin.")
    quote: Quote | None
    cue: str | None
    document: DocumentBrief | None
    said_at: SpokenDate | None
    claim: ClaimBrief
    on_file: bool
    retracted: bool


class ChainAnswer(BaseModel):
    """One chain of provenance, origin first."""

    hops: list[Hop]


class Opposing(BaseModel):
    """A claim that contradicts this one, and who stands behind it."""

    relation: Id
    kind: RelationKind
    rationale: str | None
    claim: ClaimBrief
    attributions: list[Node] = Field(description="Who affirms it.")
    origins: list[OriginAnswer]


class Contradictions(BaseModel):
    """What speaks against a claim; both sides stay live, and nothing is resolved by machine."""

    claim: ClaimBrief
    denials: list[Node] = Field(description="Attributions that deny the claim; see `retracted` of each.")
    origins: list[OriginAnswer] = Field(description="Who in the end stands behind the denials.")
    claims: list[Opposing] = Field(description="Claims that a confirmed `contradicts` or `contrary` joins to it.")
    refined_denials: list[Node] = Field(
        description="Denials of more specific claims that refine this one; they weigh nothing here."
    )
    settled: Settled = None


class AskedWhen(BaseModel):
    """As of when an answer is asked for."""

    known_at: Moment | None = Field(None, description="Answer as the record stood at this instant (RFC 3339).")
    said_by: Deadline | None = Field(None, description=SAID_BY)


class AskedPart(AskedWhen):
    """Which part of the graph is asked for."""

    depth: Annotated[
        int | None, Field(ge=0, lt=2**31, description="Citations to follow at most; without it, to the end.")
    ] = None
    max_nodes: int | None = Field(None, description="Nodes at most, nearest first; clamped to what the server allows.")


class AskedProvenance(AskedPart):
    """Which part of a claim's graph is asked for."""

    direction: Direction = Field(
        Direction.BOTH, description="`up` to the origins, `down` to those who took it over, or both."
    )
    start: list[UUID] = Field(
        default_factory=list,
        alias="from",
        max_length=1000,
        description="Begin at these attributions instead of the claim's own, such as those of a `frontier`.",
    )


class AskedChains(Asked):
    """Which chains are asked for."""

    said_by: Deadline | None = Field(None, description=SAID_BY)
    cursor: str | None = Field(None, description="`next` of the page before.", max_length=60_000)
