"""Answer what speaks against a claim, and how well either side is supported."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from api.claims.models import Claim
from api.claims.service import service as claims
from api.graph.origins import reach
from api.graph.sides import saying
from api.graph.vocabulary import RelationKind, Side, Stance
from api.provenance.briefs import Briefs, claim_brief
from api.provenance.findings import (
    LISTED,
    OriginClassAnswer,
    StandingBrief,
    group_answer,
    standing_brief,
)
from api.provenance.groups import Group, grouped, listed_in
from api.provenance.judging import Judged, ask, judge_each, load_questions
from api.provenance.loading import Horizon, Story, load_claims
from api.provenance.schemas import ClaimBrief, Node
from api.relations.service import service as relations
from api.storage.reading import Reading
from api.web.making import Made
from api.web.values import Id, Settled


class Opposing(Made):
    """A claim that contradicts this one, and who stands behind it."""

    relation: Id
    kind: RelationKind
    rationale: str | None
    claim: ClaimBrief
    standing: StandingBrief = Field(description="How well it is supported, by the same rules.")
    attributions: list[Node] = Field(description="Who affirms it; 1,000 at most.")
    attributions_total: int
    origins: list[OriginClassAnswer] = Field(description="Who in the end stands behind it; 1,000 at most.")


class Contradictions(Made):
    """What speaks against a claim; both sides stay live, and nothing is resolved by machine."""

    claim: ClaimBrief
    standing: StandingBrief = Field(description="How well the claim is supported, and opposed.")
    denials: list[Node] = Field(description="Attributions that deny the claim, 1,000 at most; see `retracted` of each.")
    denials_total: int
    origins: list[OriginClassAnswer] = Field(description="Who in the end stands behind the denials; 1,000 at most.")
    claims: list[Opposing] = Field(description="Claims that a confirmed `contradicts` or `contrary` joins to it.")
    refined_denials: list[Node] = Field(
        description="Denials of more specific claims that refine this one, 1,000 at most; they weigh nothing here."
    )
    refined_denials_total: int
    broader_denials: list[Node] = Field(
        description="Denials of broader claims that this one refines, 1,000 at most: whoever denies those denies this"
        " too. They weigh nothing here; a denial that is to weigh is recorded on this claim."
    )
    broader_denials_total: int
    settled: Settled = None


def contradictions(reading: Reading, claim_id: UUID, horizon: Horizon) -> Contradictions:
    """Answer what speaks against a claim, and who stands behind it.

    Raises `NotFound`, `Gone`, `OverBudget`, `OutOfTime`.
    """
    claim = claims.row(reading, claim_id)
    cluster = relations.cluster(reading, claim_id)
    against = relations.opposing(reading, cluster)
    others = {row.id: row.to_id if row.from_id in cluster else row.from_id for row in against}
    questions = ask(reading, {claim_id, *others.values()})
    story = load_questions(reading, questions.values(), horizon)
    judged = judge_each(story, questions, horizon)
    horizon.check()
    sides = {one: _side(story, judged[one], Side.SUPPORTING) for one in others.values()}
    denied = _side(story, judged[claim_id], Side.OPPOSING)
    known = reading.visible(Claim, others.values())
    nodes = {one for side in (denied, *sides.values()) for one in side.said[:LISTED]}
    briefs = Briefs(reading, story, nodes.union(*(listed_in(side.groups) for side in (denied, *sides.values()))))
    shown = briefs.nodes(sorted(nodes))
    horizon.check()
    narrower, broader = relations.narrower_and_broader(reading, cluster)
    refined, refined_total = _denials(reading, narrower, horizon)
    implied, implied_total = _denials(reading, broader, horizon)
    return Contradictions.model_construct(
        claim=claim_brief(reading, claim),
        standing=standing_brief(judged[claim_id]),
        denials=[shown[one] for one in denied.said[:LISTED]],
        denials_total=len(denied.said),
        origins=[group_answer(group, briefs) for group in denied.groups],
        claims=[
            Opposing.model_construct(
                relation=Id.model_construct(id=row.id),
                kind=RelationKind(row.kind),
                rationale=row.rationale,
                claim=claim_brief(reading, known[others[row.id]]),
                standing=standing_brief(judged[others[row.id]]),
                attributions=[shown[one] for one in sides[others[row.id]].said[:LISTED]],
                attributions_total=len(sides[others[row.id]].said),
                origins=[group_answer(group, briefs) for group in sides[others[row.id]].groups],
            )
            for row in reading.shown(against)
        ],
        refined_denials=refined,
        refined_denials_total=refined_total,
        broader_denials=implied,
        broader_denials_total=implied_total,
        settled=reading.certain,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of one claim: what is said, by id, and the voices that it comes down to, as many as are listed."""

    said: Sequence[UUID]
    groups: Sequence[Group]


def _side(story: Story, judged: Judged, side: Side) -> _Side:
    stance = Stance.AFFIRMS if side is Side.SUPPORTING else Stance.DENIES
    said = list(saying(story.graph, judged.question.claims, stance))
    led_to = reach(story.graph, said).origins
    return _Side(sorted(each.id for each in said), grouped(judged.found, {side: led_to})[:LISTED])


def _denials(reading: Reading, those: frozenset[UUID], horizon: Horizon) -> tuple[list[Node], int]:
    """Return who denies any of these claims, as many as are listed, and how many there are."""
    if not those:
        return [], 0
    story = load_claims(reading, those, horizon)
    denials = sorted(each.id for each in saying(story.graph, those, Stance.DENIES))
    return list(Briefs(reading, story, denials[:LISTED]).nodes(denials[:LISTED]).values()), len(denials)
