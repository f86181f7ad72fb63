"""Answer who says so, and where they got it from."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from api.attributions import derived
from api.attributions.models import Attribution
from api.attributions.service import service as attributions
from api.claims.models import Claim
from api.claims.service import service as claims
from api.documents.models import Document
from api.errors import Invalid
from api.graph.chains import Chain, chains
from api.graph.counts import counts
from api.graph.origins import origins
from api.graph.vocabulary import CitationKind, RelationKind, SourceKind, Stance
from api.graph.window import Direction, Window, window
from api.provenance.loading import Story, load_attribution, load_claims
from api.provenance.schemas import (
    AskedChains,
    AskedPart,
    AskedProvenance,
    AskedWhen,
    BothCounts,
    ChainAnswer,
    ClaimBrief,
    Contradictions,
    Controller,
    DocumentBrief,
    Edge,
    Hop,
    Node,
    Opposing,
    OriginAnswer,
    Part,
    Provenance,
    SideCounts,
    SourceBrief,
)
from api.relations.service import service as relations
from api.sources.models import Source
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.web.values import Id, SpokenDate

SIDES = (Stance.AFFIRMS, Stance.DENIES)


def provenance(reading: Reading, claim_id: UUID, asked: AskedProvenance, max_nodes: int) -> Provenance:
    """Answer a claim's graph: who says it, where each had it from, and where that ends. Raises `NotFound`, `Gone`."""
    claim = claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    story = load_claims(reading, cluster, asked.said_by)
    starts = _starts(story, asked.start) if asked.start else _own(story, cluster)
    seen = window(story.graph, starts, asked.direction, asked.depth, max_nodes)
    return Provenance.model_construct(
        claim=_claim(claim),
        **_part(reading, story, seen),
        origins=_origins(story, cluster, Stance.AFFIRMS) + _origins(story, cluster, Stance.DENIES),
        counts=BothCounts.model_construct(
            supporting=_counts(story, cluster, Stance.AFFIRMS), opposing=_counts(story, cluster, Stance.DENIES)
        ),
        settled=_settled(reading),
    )


def lineage(reading: Reading, attribution_id: UUID, direction: Direction, asked: AskedPart, max_nodes: int) -> Part:
    """Answer where an attribution comes from (up), or who took it over (down). Raises `NotFound`, `Gone`."""
    row = attributions.row(reading, attribution_id)
    story = load_attribution(reading, attribution_id, asked.said_by)
    seen = window(story.graph, [row.id], direction, asked.depth, max_nodes)
    return Part.model_construct(**_part(reading, story, seen), settled=_settled(reading))


def chain_page(reading: Reading, claim_id: UUID, asked: AskedChains, cut: Cut) -> Slice[ChainAnswer]:
    """Answer one page of a claim's chains, each origin first. Raises `NotFound`, `Gone`, `Invalid`."""
    claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    story = load_claims(reading, cluster, asked.said_by)
    found = list(islice(_both_sides(story, cluster, cut), cut.limit + 1))
    shown = found[: cut.limit]
    rows = {one: story.attributions[one] for chain in shown for one in chain.statements}
    nodes = _nodes(reading, story, rows.values())
    following = _place(story, shown[-1]) if len(found) > cut.limit else None
    return Slice([_chain(chain, nodes) for chain in shown], following, _settled(reading))


def contradictions(reading: Reading, claim_id: UUID, asked: AskedWhen) -> Contradictions:
    """Answer what speaks against a claim, and who stands behind it. Raises `NotFound`, `Gone`."""
    claim = claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    story = load_claims(reading, cluster, asked.said_by)
    return Contradictions.model_construct(
        claim=_claim(claim),
        denials=_side(reading, story, cluster, Stance.DENIES),
        origins=_origins(story, cluster, Stance.DENIES),
        claims=_opposing(reading, cluster, asked.said_by),
        refined_denials=_refined_denials(reading, cluster, asked.said_by),
        settled=_settled(reading),
    )


def _opposing(reading: Reading, cluster: frozenset[UUID], said_by: datetime | None) -> list[Opposing]:
    against = relations.opposing(reading, cluster)
    others = {row.id: row.to_id if row.from_id in cluster else row.from_id for row in against}
    clusters = relations.clusters(reading, others.values())
    together: dict[UUID, set[UUID]] = {}
    for one, leader in clusters.items():
        together.setdefault(leader, set()).add(one)
    everyone = frozenset({*others.values(), *clusters})
    if not everyone:
        return []
    story = load_claims(reading, everyone, said_by)
    known = reading.live(Claim, everyone)
    nodes = {node.id: node for node in _side(reading, story, everyone, Stance.AFFIRMS)}
    found = []
    for row in against:
        other = others[row.id]
        same = frozenset(together.get(clusters.get(other, other), {other}))
        found.append(
            Opposing.model_construct(
                relation=Id.model_construct(id=row.id),
                kind=RelationKind(row.kind),
                rationale=row.rationale,
                claim=_claim(known[other]),
                attributions=[nodes[one] for one in _own(story, same) if one in nodes],
                origins=_origins(story, same, Stance.AFFIRMS),
            )
        )
    return found


def _refined_denials(reading: Reading, cluster: frozenset[UUID], said_by: datetime | None) -> list[Node]:
    narrower = relations.narrower(reading, cluster)
    if not narrower:
        return []
    story = load_claims(reading, narrower, said_by)
    return _side(reading, story, narrower, Stance.DENIES)


def _side(reading: Reading, story: Story, cluster: frozenset[UUID], stance: Stance) -> list[Node]:
    rows = [story.attributions[one] for one in _own(story, cluster) if story.graph.statements[one].stance is stance]
    return list(_nodes(reading, story, rows).values())


def _own(story: Story, cluster: frozenset[UUID]) -> list[UUID]:
    return sorted(one.id for one in story.graph.statements.values() if one.claim in cluster)


def _starts(story: Story, given: Sequence[UUID]) -> list[UUID]:
    unknown = [one for one in given if one not in story.graph.statements]
    if unknown:
        raise Invalid(
            f"Attribution {unknown[0]} is not part of this claim's provenance: take ids from `frontier` or `nodes`.",
            parameter="from",
        )
    return sorted(set(given))


def _both_sides(story: Story, cluster: frozenset[UUID], cut: Cut) -> Iterator[Chain]:
    """List the chains, those that support the claim before those that deny it, past the cursor's place."""
    side, after = _after(cut)
    for stance in SIDES[SIDES.index(side) :]:
        yield from chains(story.graph, cluster, after, stance)
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
        raise Invalid("This is no cursor of this list: send back `next` as it came.", parameter="cursor") from None


def _part(reading: Reading, story: Story, seen: Window) -> dict[str, Any]:
    nodes = _nodes(reading, story, [story.attributions[one] for one in seen.nodes])
    links = (*seen.edges, *seen.crossing)
    return {
        "nodes": list(nodes.values()),
        "edges": [
            Edge.model_construct(id=link.id, kind=link.kind, citing=link.citing, cited=link.cited)
            for link in dict.fromkeys(links)
        ],
        "complete": seen.complete,
        "truncated_by": seen.truncated_by,
        "frontier": list(seen.frontier),
    }


def _nodes(reading: Reading, story: Story, rows: Iterable[Attribution]) -> dict[UUID, Node]:
    shown = list(rows)
    return {
        row.id: Node.model_construct(
            **{
                **answer.__dict__,
                "claim": _claim(story.claims[row.claim_id]),
                "source": _source(story, story.source_of(row.id)),
                "document": _document(story.document_of(row.id)),
                "retracted": story.graph.statements[row.id].retracted,
            }
        )
        for row, answer in zip(shown, derived.answers(reading, shown), strict=True)
    }


def _origins(story: Story, cluster: frozenset[UUID], stance: Stance) -> list[OriginAnswer]:
    return [
        OriginAnswer.model_construct(
            attribution=one.statement,
            kind=one.kind,
            stance=one.side,
            distance=one.distance,
            source=_source(story, story.source_of(one.statement)),
        )
        for one in origins(story.graph, cluster, stance)
    ]


def _counts(story: Story, cluster: frozenset[UUID], stance: Stance) -> SideCounts:
    return SideCounts.model_construct(**asdict(counts(story.graph, cluster, stance)))


def _chain(chain: Chain, nodes: dict[UUID, Node]) -> ChainAnswer:
    links: list[CitationKind | None] = [None, *(link.kind for link in chain.citations)]
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


def _claim(row: Claim) -> ClaimBrief:
    return ClaimBrief.model_construct(id=row.id, text=row.text, language=row.language)


def _source(story: Story, row: Source | None) -> SourceBrief | None:
    if row is None:
        return None
    above = story.controller_of(row)
    return SourceBrief.model_construct(
        id=row.id,
        name=row.name,
        kind=None if row.kind is None else SourceKind(row.kind),
        country=row.country,
        controlled_by=None if above is None else Controller.model_construct(id=above.id, name=above.name),
    )


def _document(row: Document | None) -> DocumentBrief | None:
    if row is None:
        return None
    return DocumentBrief.model_construct(
        id=row.id,
        title=row.title,
        kind=row.kind,
        url=row.url,
        language=row.language,
        published_at=SpokenDate.of(row.published_at, row.published_at_earliest, row.published_at_latest),
        held=row.held,
    )


def _settled(reading: Reading) -> bool | None:
    return None if reading.known_at is None else reading.settled
