"""Work out what falls if somebody withdraws what they said: computed from the live origins, nothing stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic import Field

from api.attributions.service import service as attributions
from api.claims.models import Claim
from api.errors import OutOfTime, OverBudget
from api.graph.dead_ends import dead_ends
from api.graph.lineage import search, way_to
from api.graph.sides import Question
from api.graph.values import Graph
from api.provenance import repository
from api.provenance.briefs import Briefs, claim_brief
from api.provenance.consequences import relying_on
from api.provenance.findings import StandingBrief, standing_brief
from api.provenance.judging import ask, judge_one, load_questions
from api.provenance.loading import Horizon, Story
from api.provenance.schemas import ClaimBrief, SourceBrief
from api.sources.service import service as sources
from api.storage.listing import Cut, Slice, no_cursor
from api.storage.reading import Reading
from api.web.making import Made

ORPHANS = 100
LOOKED_AT = 1000  # claims for one page, however few of them lose anything
BATCH = 200  # claims judged together


class Orphan(Made):
    """A relay that nothing would stand behind any more."""

    attribution: UUID
    source: SourceBrief | None = Field(description="Null where nobody is named.")
    chain: list[UUID] = Field(description="How it hangs on what was withdrawn: from that to it, citation by citation.")


class Impact(Made):
    """What one claim would lose; all but the claim is null where it has more than one answer may work through."""

    claim: ClaimBrief
    before: StandingBrief | None
    after: StandingBrief | None
    loses: int | None = Field(
        description="Levels lost; below zero where what is withdrawn spoke against it, and it rises."
    )
    orphaned: list[Orphan] | None = Field(description="Relays that would be cut off, 100 at most.")
    orphaned_total: int | None


def of_attribution(reading: Reading, attribution_id: UUID, horizon: Horizon, cut: Cut) -> Slice[Impact]:
    """Answer which claims lose how much if this attribution were withdrawn. Raises `NotFound`, `Gone`, `Invalid`."""
    row = attributions.row(reading, attribution_id)
    return _page(reading, frozenset({row.id}), horizon, cut)


def of_source(reading: Reading, source_id: UUID, horizon: Horizon, cut: Cut) -> Slice[Impact]:
    """Answer which claims lose how much if a source withdrew all it said. Raises `NotFound`, `Gone`, `Invalid`."""
    row = sources.row(reading, source_id)
    one = sources.find_same(reading, row.id)
    return _page(reading, repository.said_by(reading, one), horizon, cut)


def _page(reading: Reading, withdrawn: frozenset[UUID], horizon: Horizon, cut: Cut) -> Slice[Impact]:
    """Look at the claims in the order of their ids until a page of those that lose something is full, or time is up."""
    after = _after(cut)
    candidates = sorted(one for one in relying_on(reading, withdrawn) if one > after)
    looked_at, found = candidates[:LOOKED_AT], list[Impact]()
    done: UUID | None = None
    for first in range(0, len(looked_at), BATCH):
        some = looked_at[first : first + BATCH]
        try:
            found += _impacts(reading, some, withdrawn, horizon)
        except OutOfTime:
            if done is None:
                raise
            return Slice(found, [str(done)], reading.certain)
        done = some[-1]
        if len(found) > cut.limit:
            shown = found[: cut.limit]
            return Slice(shown, [str(shown[-1].claim.id)], reading.certain)
    following = [str(looked_at[-1])] if len(candidates) > LOOKED_AT else None
    return Slice(found, following, reading.certain)


def _after(cut: Cut) -> UUID:
    try:
        (last,) = cut.after or (str(UUID(int=0)),)
        return UUID(last)
    except (ValueError, TypeError, AttributeError):
        raise no_cursor() from None


def _impacts(reading: Reading, claims: Sequence[UUID], withdrawn: frozenset[UUID], horizon: Horizon) -> list[Impact]:
    """Judge these claims with and without what is withdrawn, and answer those that it makes a difference to.

    Raises `OutOfTime`.
    """
    questions = ask(reading, claims)
    try:
        story = load_questions(reading, questions.values(), horizon)
    except OverBudget:
        middle = len(claims) // 2
        if not middle:
            return [_beyond_budget(reading, row) for row in reading.live(Claim, claims).values()]
        halves = (claims[:middle], claims[middle:])
        return [impact for half in halves for impact in _impacts(reading, half, withdrawn, horizon)]
    left = story.graph.without(withdrawn)
    losses = [loss for loss in _losses(questions, story, left, horizon) if loss.makes_a_difference]
    standing = {one for one, said in story.graph.statements.items() if not said.retracted}
    came_from = search(sorted(withdrawn & standing), lambda one: filter(standing.__contains__, story.graph.newer(one)))
    known = reading.live(Claim, (loss.claim for loss in losses))
    briefs = Briefs(reading, story, (one for loss in losses for one in loss.orphaned[:ORPHANS]))
    return [_answer(reading, loss, known[loss.claim], came_from, briefs) for loss in losses]


@dataclass(frozen=True, slots=True)
class _Loss:
    """A claim before and after, and the relays that are cut off."""

    claim: UUID
    before: StandingBrief
    after: StandingBrief
    orphaned: tuple[UUID, ...]

    @property
    def makes_a_difference(self) -> bool:
        return bool(self.orphaned) or self.before != self.after


def _losses(questions: Mapping[UUID, Question], story: Story, left: Graph, horizon: Horizon) -> Iterator[_Loss]:
    for claim, question in questions.items():
        horizon.check()
        yield _loss(claim, question, story, left)


def _loss(claim: UUID, question: Question, story: Story, left: Graph) -> _Loss:
    already = set(dead_ends(story.graph, question).orphaned)
    return _Loss(
        claim=claim,
        before=standing_brief(judge_one(story.graph, question, story)),
        after=standing_brief(judge_one(left, question, story)),
        orphaned=tuple(one for one in dead_ends(left, question).orphaned if one not in already),
    )


def _beyond_budget(reading: Reading, claim: Claim) -> Impact:
    nothing = dict.fromkeys(set(Impact.model_fields) - {"claim"})
    return Impact.model_construct(claim=claim_brief(reading, claim), **nothing)


def _answer(
    reading: Reading, loss: _Loss, claim: Claim, came_from: Mapping[UUID, UUID | None], briefs: Briefs
) -> Impact:
    return Impact.model_construct(
        claim=claim_brief(reading, claim),
        before=loss.before,
        after=loss.after,
        loses=loss.before.level - loss.after.level,
        orphaned=[
            Orphan.model_construct(attribution=one, source=briefs.speaker(one), chain=list(way_to(one, came_from)))
            for one in loss.orphaned[:ORPHANS]
        ],
        orphaned_total=len(loss.orphaned),
    )
