"""What the computed answers look like: they carry what a reader needs, not only references."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.attributions.schemas import AttributionRecord, Quote
from api.graph.vocabulary import CitationKind, Modality, SourceKind, Stance
from api.graph.window import Direction
from api.storage.vault import Redacted
from api.web.making import Made
from api.web.paging import Asked
from api.web.values import Latest, Moment, Settled, SpokenDate

ALIAS = "What it is called for those who may not know it: “Protected source 3”; null where it is not protected."
FRONTIER = 500  # as many ids as the head of a request has room for: they are sent as `from`
SAID_BY = "Only what had certainly been said by then: a day, an instant, or another date."


class Clock(StrEnum):
    """Which of the clocks: when something was said, or when we learned of it."""

    SAID_AT = "said_at"
    RECORDED_AT = "recorded_at"


class Controller(Made):
    """Whom a source speaks for."""

    id: UUID
    name: str | Redacted
    alias: str | None = Field(description=ALIAS)


class SourceBrief(Made):
    """A source, as much as a reader needs."""

    id: UUID
    name: str | Redacted
    alias: str | None = Field(description=ALIAS)
    kind: SourceKind | None
    country: str | None
    controlled_by: Controller | None = Field(description="Whom it speaks for.")


class DocumentBrief(Made):
    """A document, as much as a reader needs."""

    id: UUID
    title: str | Redacted | None
    kind: str | None
    url: str | Redacted | None
    language: str | None
    published_at: SpokenDate | None
    held: bool


class ClaimBrief(Made):
    """A claim, as much as a reader needs."""

    id: UUID
    text: str | Redacted
    alias: str | None = Field(description=ALIAS)
    language: str | None


class Node(AttributionRecord):
    """An attribution in the graph."""

    claim: ClaimBrief  # type: ignore[assignment]
    source: SourceBrief | None  # type: ignore[assignment]
    document: DocumentBrief | None  # type: ignore[assignment]
    retracted: bool = Field(description="The source withdrew it, or corrected it with a later statement.")


class Edge(Made):
    """A citation in the graph; both ends are attributions, and it points from the newer to the older."""

    id: UUID
    kind: CitationKind
    citing: UUID
    cited: UUID


class Part(Made):
    """As much of a graph as was asked for."""

    nodes: list[Node]
    edges: list[Edge] = Field(
        description="Among the nodes, and from a node to one of the frontier; past the budget, all that the nodes cite."
    )
    complete: bool = Field(description="Whether the nodes are all there is in the direction asked for.")
    truncated_by: Literal["depth", "max_nodes", "budget"] | None = Field(
        description="`budget`: there is more than this server works through for one answer."
    )
    frontier: list[UUID] = Field(
        description=f"The first attributions left out, {FRONTIER} at most: to go on, send them as `from` to"
        " /provenance, or ask for the /upstream or /downstream of each."
    )
    frontier_total: int = Field(
        description="How many there are. Those not listed take more `max_nodes` to see, or GET /v1/attributions; past"
        " the budget only the next is counted."
    )
    settled: Settled = None


class Hop(Made):
    """One statement of a chain."""

    attribution: UUID
    source: SourceBrief | None = Field(description="Null where nobody is named.")
    stance: Stance
    modality: Modality
    citation: CitationKind | None = Field(description="How it took over the hop before; null for the origin.")
    quote: Quote | Redacted | None
    cue: str | Redacted | None
    document: DocumentBrief | None
    said_at: SpokenDate | None
    claim: ClaimBrief
    on_file: bool
    retracted: bool


class ChainAnswer(Made):
    """One chain of provenance, origin first."""

    hops: list[Hop]


class AskedWhen(BaseModel):
    """As of when an answer is asked for."""

    known_at: Moment | None = Field(None, description="Answer as the record stood at this instant (RFC 3339).")
    said_by: Latest | None = Field(None, description=SAID_BY)


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
        max_length=FRONTIER,
        description="Begin at these attributions instead of the claim's own, such as those of a `frontier`.",
    )


class AskedPage(Asked):
    """Which page, as of when."""

    said_by: Latest | None = Field(None, description=SAID_BY)


class AskedTimeline(AskedPage):
    """By which clock the development is asked for."""

    by: Clock = Field(Clock.SAID_AT, description="When things were said, or when they were recorded here.")


class AskedChains(AskedPage):
    """Which chains are asked for."""

    cursor: str | None = Field(None, description="`next` of the page before.", max_length=60_000)
