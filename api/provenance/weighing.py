"""Answer how confident one may be in a claim, with every step of that judgement shown."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.assessments.schemas import AssessmentRecord
from api.assessments.service import service as assessments
from api.claims.service import service as claims
from api.confidence.ladder import Status
from api.confidence.sentences import LANGUAGES
from api.confidence.weaknesses import weaknesses
from api.graph.dead_ends import dead_ends
from api.graph.vocabulary import Side
from api.provenance import findings
from api.provenance.briefs import Briefs, claim_brief
from api.provenance.explanation import Explainer, Explanation
from api.provenance.findings import LISTED, OriginClassAnswer, SinglePoint
from api.provenance.groups import MEMBERS, grouped, listed_in
from api.provenance.judging import ask, judge_one, load_questions
from api.provenance.loading import Horizon
from api.provenance.schemas import ClaimBrief
from api.storage.reading import Reading
from api.web.making import Made
from api.web.values import Settled


class OmittedHere(Made):
    """How much is left out of each list."""

    cancelled: int
    circular: int
    orphaned: int


class Confidence(Made):
    """How well supported a claim is by what is recorded: never how likely it is."""

    claim: ClaimBrief
    level: int = Field(ge=0, le=5, description="0 NONE, 1 VERY_LOW, 2 LOW, 3 MODERATE, 4 HIGH, 5 VERY_HIGH.")
    label: str
    status: Status
    support: int = Field(ge=0, le=5, description="What the supporting side comes to by itself.")
    opposition: int = Field(ge=0, le=5, description="What the opposing side comes to by itself.")
    policy: str = Field(description="The editorial policy that it was judged by: GET /v1/policies/{id}.")
    computed: Literal[True] = Field(description="It is worked out by rule, and nobody's judgement.")
    explanation: Explanation
    cancelled: list[OriginClassAnswer] = Field(description="Voices that stand on both sides, and count for neither.")
    circular: list[list[UUID]] = Field(
        description="Sets of attributions that reach no origin because they cite each other."
    )
    orphaned: list[UUID] = Field(description="Relays cut off by a retraction.")
    echoes: int = Field(description="Relays on file that affirm it: they add nothing.")
    single_points_of_failure: list[SinglePoint] = Field(
        description="What every line of support runs through: single attributions, and classes of several origins."
    )
    independent_lines: int = Field(
        description="Lines of support that share no attribution and no voice; 8 means 8 or more."
    )
    omitted: OmittedHere = Field(description="How much each list leaves out beyond 1,000.")
    assessments: list[AssessmentRecord] = Field(
        description="What people judged of the claim itself, on any scale, word for word: it never enters the level."
    )
    settled: Settled = None


def confidence(reading: Reading, claim_id: UUID, horizon: Horizon, language: str) -> Confidence:
    """Answer how well supported a claim is, in words of this language. Raises `NotFound`, `Gone`, `OverBudget`."""
    claim = claims.row(reading, claim_id)
    question = ask(reading, [claim_id])[claim_id]
    story = load_questions(reading, [question], horizon)
    judged = judge_one(story.graph, question, story)
    horizon.check()
    verdict = judged.verdict
    weak = weaknesses(story.graph, question, judged.found, verdict, story.ratings)
    dead = dead_ends(story.graph, question)
    horizon.check()
    groups = grouped(judged.found, {side: judged.found.reach[side].origins for side in Side})
    cancelled = [group for group in groups if group.cancelled]
    points = (one for point in weak.points for one in point[:MEMBERS])
    briefs = Briefs(reading, story, listed_in(cancelled[:LISTED]).union(points))
    return Confidence.model_construct(
        claim=claim_brief(reading, claim),
        level=int(verdict.level),
        label=verdict.level.name,
        status=verdict.status,
        support=int(verdict.support.level),
        opposition=int(verdict.opposition.level),
        policy=verdict.policy.id,
        computed=True,
        explanation=Explainer(reading, story, verdict, language, LANGUAGES[language]).explanation(),
        cancelled=[findings.group_answer(group, briefs) for group in cancelled[:LISTED]],
        circular=[list(loop[:LISTED]) for loop in dead.circular[:LISTED]],
        orphaned=list(dead.orphaned[:LISTED]),
        echoes=judged.supporting.echoes,
        single_points_of_failure=[findings.single_point(point, briefs) for point in weak.points],
        independent_lines=weak.independent_lines,
        omitted=OmittedHere.model_construct(
            cancelled=findings.beyond(cancelled),
            circular=findings.beyond(dead.circular),
            orphaned=findings.beyond(dead.orphaned),
        ),
        assessments=assessments.standing_for_claims(reading, question.claims),
        settled=reading.certain,
    )
