"""Judge many claims at once, from the record as it stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.confidence.ladder import Verdict, weigh
from api.graph.counts import Counts, counts
from api.graph.independence import Independence, independence
from api.graph.sides import Question
from api.graph.values import Graph
from api.graph.vocabulary import Stance
from api.provenance.loading import EVERYTHING, Horizon, Story, load_claims
from api.relations.service import service as relations
from api.storage.reading import Reading


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim's question, what stands behind it, and how well that supports it."""

    question: Question
    found: Independence
    verdict: Verdict
    supporting: Counts
    opposing: Counts


def judged(reading: Reading, claims: Collection[UUID], horizon: Horizon = EVERYTHING) -> dict[UUID, Judged]:
    """Judge these claims in a fixed number of statements, however many. Raises `OverBudget`, `OutOfTime`."""
    questions = ask(reading, claims)
    story = load_questions(reading, questions.values(), horizon)
    return judge_each(story, questions, horizon)


def judge_each(story: Story, questions: Mapping[UUID, Question], horizon: Horizon) -> dict[UUID, Judged]:
    """Judge these claims over the graph of one story. Raises `OutOfTime`."""
    found: dict[UUID, Judged] = {}
    for claim, question in questions.items():
        horizon.check()
        found[claim] = judge_one(story.graph, question, story)
    return found


def judge_one(graph: Graph, question: Question, story: Story) -> Judged:
    """Judge one claim over a graph, by the ratings of the story that it is from."""
    found = independence(graph, question)
    return Judged(
        question,
        found,
        weigh(graph, question, found, story.ratings),
        counts(graph, question.claims, Stance.AFFIRMS, found),
        counts(graph, question.claims, Stance.DENIES, found),
    )


def ask(reading: Reading, claims: Collection[UUID]) -> dict[UUID, Question]:
    """Find what is one with each of these claims, and what cannot be true beside it."""
    clusters = _Clusters(reading, claims)
    around = {claim: clusters.of(claim) for claim in claims}
    against = relations.opposing(reading, frozenset().union(*around.values()))
    others = _Clusters(reading, {end for row in against for end in (row.from_id, row.to_id)})
    opposed: dict[UUID, set[UUID]] = {}
    for row in against:
        opposed.setdefault(clusters.leader(row.from_id), set()).update(others.of(row.to_id))
        opposed.setdefault(clusters.leader(row.to_id), set()).update(others.of(row.from_id))
    return {claim: Question(own, frozenset(opposed.get(clusters.leader(claim), ()))) for claim, own in around.items()}


def load_questions(reading: Reading, questions: Collection[Question], horizon: Horizon) -> Story:
    """Load all that it takes to judge these claims. Raises `OverBudget`."""
    return load_claims(reading, frozenset().union(*(question.everything for question in questions)), horizon)


class _Clusters:
    """The claims that are one with others, around some claims."""

    def __init__(self, reading: Reading, claims: Collection[UUID]) -> None:
        self._leaders = relations.clusters(reading, claims)
        self._members: dict[UUID, set[UUID]] = {}
        for one, leader in self._leaders.items():
            self._members.setdefault(leader, set()).add(one)

    def leader(self, claim: UUID) -> UUID:
        return self._leaders.get(claim, claim)

    def of(self, claim: UUID) -> frozenset[UUID]:
        return frozenset(self._members.get(self.leader(claim), {claim}))
