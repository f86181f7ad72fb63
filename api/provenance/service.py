"""Answer who says so, and where they got it from."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from api.attributions.service import service as attributions
from api.claims.service import service as claims
from api.errors import Invalid, OverBudget
from api.graph.chains import Chain, chains
from api.graph.lineage import search
from api.graph.values import BY_ID
from api.graph.vocabulary import SIDES, CitationKind, Stance
from api.graph.window import Direction, Window, window
from api.provenance import repository
from api.provenance.analysis import NOTHING, Provenance, analysed
from api.provenance.briefs import Briefs, claim_brief
from api.provenance.judging import ask, load_questions
from api.provenance.loading import Horizon, Story, load_attribution, load_claims, load_some
from api.provenance.schemas import (
    FRONTIER,
    AskedPart,
    AskedProvenance,
    ChainAnswer,
    Edge,
    Hop,
    Node,
    Part,
)
from api.relations.service import service as relations
from api.storage.listing import Cut, Slice, no_cursor
from api.storage.reading import Reading


def provenance(
    reading: Reading, claim_id: UUID, asked: AskedProvenance, max_nodes: int, horizon: Horizon
) -> Provenance:
    """Answer a claim's graph: who says it, where each had it from, and what that shows. Raises `NotFound`, `Gone`."""
    claim = claims.row(reading, claim_id)
    question = ask(reading, [claim_id])[claim_id]
    try:
        story = load_questions(reading, [question], horizon)
    except OverBudget:
        return first_part(reading, claim_id, asked, max_nodes)
    starts = _starts(story, question.claims, asked.start) if asked.start else _own(story, question.claims)
    seen = window(story.graph, starts, asked.direction, asked.depth, max_nodes)
    return Provenance.model_construct(
        claim=claim_brief(reading, claim),
        **_part(reading, story, seen),
        **analysed(reading, story, question, horizon),
        settled=reading.certain,
    )


def lineage(
    reading: Reading, attribution_id: UUID, direction: Direction, asked: AskedPart, max_nodes: int, horizon: Horizon
) -> Part:
    """Answer where an attribution comes from (up), or who took it over (down). Raises `NotFound`, `Gone`."""
    row = attributions.row(reading, attribution_id)
    story = load_attribution(reading, attribution_id, horizon)
    seen = window(story.graph, [row.id], direction, asked.depth, max_nodes)
    horizon.check()
    return Part.model_construct(**_part(reading, story, seen), settled=reading.certain)


def chain_page(reading: Reading, claim_id: UUID, cut: Cut, horizon: Horizon) -> Slice[ChainAnswer]:
    """Answer one page of a claim's chains, each origin first. Raises `NotFound`, `Gone`, `Invalid`, `OverBudget`."""
    claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    story = load_claims(reading, cluster, horizon)
    found = list(islice(_both_sides(story, cluster, cut, horizon), cut.limit + 1))
    shown = found[: cut.limit]
    statements = list(dict.fromkeys(one for chain in shown for one in chain.statements))
    nodes = Briefs(reading, story, statements).nodes(statements)
    following = _place(story, shown[-1]) if len(found) > cut.limit else None
    return Slice([_chain(chain, nodes) for chain in shown], following, reading.certain)


def first_part(reading: Reading, claim_id: UUID, asked: AskedProvenance, max_nodes: int) -> Provenance:
    """Answer some of the claim's own attributions, by id, where the whole graph is more than one answer may take.

    What they cite is not shown with them, but every citation is: so that each page has something new. Raises
    `NotFound`, `Gone`, `Invalid`.
    """
    claim = claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    foreign = sorted(set(asked.start) - repository.of_these(reading, cluster, asked.start))
    if foreign:
        raise Invalid(
            f"Attribution {foreign[0]} is not about this claim: past the budget, take ids from `frontier`.",
            parameter="from",
        )
    first = min(asked.start, default=UUID(int=0))
    story = load_some(reading, cluster, first, max_nodes + 1, asked.said_by)
    own = sorted(row.id for row in story.said.values() if row.claim_id in cluster and row.id >= first)
    nodes = tuple(one for one in own[:max_nodes] if one in story.graph.statements)
    links = tuple(link for one in nodes for link in story.graph.cites(one))
    seen = Window(nodes, links, (), tuple(own[max_nodes : max_nodes + 1]), "max_nodes")
    part = _part(reading, story, seen) | {"complete": False, "truncated_by": "budget"}
    return Provenance.model_construct(claim=claim_brief(reading, claim), **part, **NOTHING, settled=reading.certain)


def _own(story: Story, cluster: frozenset[UUID]) -> list[UUID]:
    return sorted((one.id for one in story.graph.about(cluster)), key=BY_ID)


def _starts(story: Story, cluster: frozenset[UUID], given: Sequence[UUID]) -> list[UUID]:
    graph = story.graph
    part = search(_own(story, cluster), lambda one: (*graph.older(one), *graph.newer(one)))  # as far as frontiers lead
    unknown = [one for one in given if one not in part]
    if unknown:
        raise Invalid(
            f"Attribution {unknown[0]} is not part of this claim's provenance: take ids from `frontier` or `nodes`.",
            parameter="from",
        )
    return sorted(set(given))


def _both_sides(story: Story, cluster: frozenset[UUID], cut: Cut, horizon: Horizon) -> Iterator[Chain]:
    """List the chains, those that support the claim before those that deny it, past the cursor's place."""
    side, after = _after(cut)
    for stance in SIDES[SIDES.index(side) :]:
        yield from chains(story.graph, cluster, after, stance, horizon.check)
        after = []


def _place(story: Story, chain: Chain) -> list[str]:
    path = b"".join(one.bytes for one in chain.key)
    return [story.graph.statements[chain.key[0]].stance.value, b64encode(path).decode()]


def _after(cut: Cut) -> tuple[Stance, list[UUID]]:
    if cut.after is None:
        return SIDES[0], []
    try:
        side, path = cut.after
        ids = b64decode(path, validate=True)
        return SIDES[SIDES.index(side)], [UUID(bytes=ids[at : at + 16]) for at in range(0, len(ids), 16)]
    except (ValueError, TypeError):
        raise no_cursor() from None


def _part(reading: Reading, story: Story, seen: Window) -> dict[str, Any]:
    nodes = Briefs(reading, story, seen.nodes).nodes(seen.nodes)
    frontier = seen.frontier[:FRONTIER]
    shown = nodes.keys() | frontier
    links = [*seen.edges, *(link for link in seen.crossing if link.citing in shown and link.cited in shown)]
    return {
        "nodes": list(nodes.values()),
        "edges": [
            Edge.model_construct(id=link.id, kind=link.kind, citing=link.citing, cited=link.cited)
            for link in dict.fromkeys(links)
        ],
        "complete": seen.complete,
        "truncated_by": seen.truncated_by,
        "frontier": list(frontier),
        "frontier_total": len(seen.frontier),
    }


def _chain(chain: Chain, nodes: dict[UUID, Node]) -> ChainAnswer:
    links: Iterable[CitationKind | None] = [None, *(link.kind for link in chain.citations)]
    hops = []
    for one, kind in zip(chain.statements, links, strict=True):
        node = nodes[one]
        hops.append(
            Hop.model_construct(
                attribution=one,
                source=node.source,
                stance=node.stance,
                modality=node.modality,
                citation=kind,
                quote=node.quote,
                cue=node.cue,
                document=node.document,
                said_at=node.said_at,
                claim=node.claim,
                on_file=node.on_file,
                retracted=node.retracted,
            )
        )
    return ChainAnswer.model_construct(hops=hops)
