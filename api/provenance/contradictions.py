"""Answer what speaks against a claim, and how well either side is supported."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from api.claims.models import Claim
from api.claims.service import service as claims
from api.graph.origins import Origin, reach
from api.graph.sides import saying
from api.graph.vocabulary import RelationKind, Side, Stance
from api.provenance.briefs import Briefs, claim_brief
from api.provenance.findings import (
    OriginClassAnswer,
    StandingBrief,
    Voice,
    standing_brief,
    voice_answer,
    voices,
)
from api.provenance.judging import ask, judge_one, load_questions
from api.provenance.loading import Scope, Story, load_claims
from api.provenance.schemas import ClaimBrief, Node
from api.provenance.service import settled
from api.relations.service import service as relations
from api.storage.reading import Reading
from api.web.values import Id, Settled


class Opposing(BaseModel):
    """A claim that contradicts this one, and who stands behind it."""

    relation: Id
    kind: RelationKind
    rationale: str | None
    claim: ClaimBrief
    standing: StandingBrief = Field(description="How well it is supported, by the same rules.")
    attributions: list[Node] = Field(description="Who affirms it.")
    origins: list[OriginClassAnswer] = Field(description="Who in the end stands behind it.")


class Contradictions(BaseModel):
    """What speaks against a claim; both sides stay live, and nothing is resolved by machine."""

    claim: ClaimBrief
    standing: StandingBrief = Field(description="How well the claim is supported, and opposed.")
    denials: list[Node] = Field(description="Attributions that deny the claim; see `retracted` of each.")
    origins: list[OriginClassAnswer] = Field(description="Who in the end stands behind the denials.")
    claims: list[Opposing] = Field(description="Claims that a confirmed `contradicts` or `contrary` joins to it.")
    refined_denials: list[Node] = Field(
        description="Denials of more specific claims that refine this one; they weigh nothing here."
    )
    settled: Settled = None


def contradictions(reading: Reading, claim_id: UUID, scope: Scope) -> Contradictions:
    """Answer what speaks against a claim, and who stands behind it. Raises `NotFound`, `Gone`, `OverBudget`."""
    claim = claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    against = relations.opposing(reading, cluster)
    others = {row.id: row.to_id if row.from_id in cluster else row.from_id for row in against}
    questions = ask(reading, {claim_id, *others.values()})
    story = load_questions(reading, questions.values(), scope)
    judged = {one: judge_one(story.graph, question, story) for one, question in questions.items()}
    denials = _said(story, cluster, Stance.DENIES)
    support = {one: _said(story, questions[one].claims, Stance.AFFIRMS) for one in others.values()}
    against_it = {
        claim_id: voices(judged[claim_id].found, {Side.OPPOSING: _origins(story, denials)}),
        **{
            one: voices(judged[one].found, {Side.SUPPORTING: judged[one].found.reach[Side.SUPPORTING].origins})
            for one in others.values()
        },
    }
    statements = [*denials, *(each for said in support.values() for each in said)]
    known = reading.live(Claim, others.values())
    briefs = Briefs(reading, story, [*statements, *_spoken(against_it.values())])
    nodes = briefs.nodes(statements)
    return Contradictions.model_construct(
        claim=claim_brief(claim),
        standing=standing_brief(judged[claim_id]),
        denials=[nodes[one] for one in denials],
        origins=[voice_answer(voice, briefs) for voice in against_it[claim_id]],
        claims=[
            Opposing.model_construct(
                relation=Id.model_construct(id=row.id),
                kind=RelationKind(row.kind),
                rationale=row.rationale,
                claim=claim_brief(known[others[row.id]]),
                standing=standing_brief(judged[others[row.id]]),
                attributions=[nodes[one] for one in support[others[row.id]]],
                origins=[voice_answer(voice, briefs) for voice in against_it[others[row.id]]],
            )
            for row in against
        ],
        refined_denials=_refined_denials(reading, cluster, scope),
        settled=settled(reading),
    )


def _refined_denials(reading: Reading, cluster: frozenset[UUID], scope: Scope) -> list[Node]:
    narrower = relations.narrower(reading, cluster)
    if not narrower:
        return []
    story = load_claims(reading, narrower, scope)
    denials = _said(story, narrower, Stance.DENIES)
    return list(Briefs(reading, story, denials).nodes(denials).values())


def _said(story: Story, claims: frozenset[UUID], stance: Stance) -> list[UUID]:
    return sorted(each.id for each in saying(story.graph, claims, stance))


def _origins(story: Story, statements: Iterable[UUID]) -> Sequence[Origin]:
    return reach(story.graph, [story.graph.statements[each] for each in statements]).origins


def _spoken(groups: Iterable[Iterable[Voice]]) -> Iterator[UUID]:
    return (origin.statement for group in groups for voice in group for _, origin in voice.origins)
