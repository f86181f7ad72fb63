"""Work out what the whole graph behind a claim shows."""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.attributions import derived
from api.confidence.weaknesses import weaknesses
from api.documents.models import Document
from api.graph.dead_ends import dead_ends
from api.graph.drift import drift
from api.graph.gaps import gaps
from api.graph.origins import reach
from api.graph.sides import Question, saying
from api.graph.vocabulary import Anchor, Side, Stance
from api.provenance import findings, repository
from api.provenance.briefs import Briefs
from api.provenance.findings import (
    LISTED,
    BothCounts,
    DriftAnswer,
    GapAnswer,
    Omitted,
    OriginClassAnswer,
    SinglePoint,
)
from api.provenance.groups import MEMBERS, grouped, listed_in
from api.provenance.judging import judge_one
from api.provenance.loading import Horizon, Story
from api.provenance.schemas import ClaimBrief, Part
from api.relations.service import service as relations
from api.storage.reading import Reading
from api.web.making import Made

BUDGET = " Null where `truncated_by` is `budget`."


class Analysis(Made):
    """What follows from the whole graph behind a claim, whatever part of it is shown."""

    counts: BothCounts | None = Field(
        description="How much stands for and against this claim itself; what supports a claim that contradicts it is in"
        " /contradictions, and weighed in /confidence." + BUDGET
    )
    origins: list[OriginClassAnswer] | None = Field(
        description="Where the chains end, in classes that count as one voice; those that support the claim come first."
        + BUDGET
    )
    circular: list[list[UUID]] | None = Field(
        description="Sets of attributions that reach no origin because they cite each other." + BUDGET
    )
    orphaned: list[UUID] | None = Field(description="Relays cut off by a retraction." + BUDGET)
    single_points_of_failure: list[SinglePoint] | None = Field(
        description="What every line of support runs through: single attributions, and classes of several origins."
        + BUDGET
    )
    independent_lines: int | None = Field(
        description="Lines of support that share no attribution and no voice; 8 means 8 or more. All unknown origins"
        " together are one voice." + BUDGET
    )
    drift: list[DriftAnswer] | None = Field(description="Where wording went further than what it cites." + BUDGET)
    gaps: list[GapAnswer] | None = Field(description="What is missing from the record." + BUDGET)
    omitted: Omitted | None = Field(description="How many findings each list leaves out beyond 1,000." + BUDGET)


class OfAClaim(Made):
    """Which claim an answer is about."""

    claim: ClaimBrief


class Provenance(Part, Analysis, OfAClaim):
    """Who says a claim, and where each had it from."""


NOTHING: dict[str, None] = dict.fromkeys(Analysis.model_fields)


def analysed(reading: Reading, story: Story, question: Question, horizon: Horizon) -> dict[str, Any]:
    """Work out the fields of an `Analysis`. Raises `OutOfTime`."""
    graph = story.graph
    judged = judge_one(graph, question, story)
    horizon.check()
    weak = weaknesses(graph, question, judged.found, judged.verdict, story.ratings)
    dead = dead_ends(graph, question)
    horizon.check()
    about = {each.claim for each in graph.statements.values()}
    leaders = relations.clusters(reading, about) if len(about) > 1 else {}
    drifts = drift(graph, question, lambda claim: leaders.get(claim, claim))
    missing = gaps(graph, question, judged.found, set(dead.stranded), _orphaned_quotes(reading, story))
    horizon.check()
    # Who stands for a contradicting claim is left to that claim's own answer.
    denials = reach(graph, saying(graph, question.claims, Stance.DENIES))
    support = judged.found.reach[Side.SUPPORTING]
    groups = grouped(judged.found, {Side.SUPPORTING: support.origins, Side.OPPOSING: denials.origins})
    shown = {
        *listed_in(groups[:LISTED]),
        *(one for point in weak.points for one in point[:MEMBERS]),
        *(end for one in drifts[:LISTED] for end in (one.citation.citing, one.citation.cited)),
        *(gap.statement for gap in missing[:LISTED]),
    }
    horizon.check()
    briefs = Briefs(reading, story, shown)
    return {
        "counts": BothCounts.model_construct(
            supporting=findings.side_counts(judged.supporting), opposing=findings.side_counts(judged.opposing)
        ),
        "origins": [findings.group_answer(one, briefs) for one in groups[:LISTED]],
        "circular": [list(loop[:LISTED]) for loop in dead.circular[:LISTED]],
        "orphaned": list(dead.orphaned[:LISTED]),
        "single_points_of_failure": [findings.single_point(point, briefs) for point in weak.points],
        "independent_lines": weak.independent_lines,
        "drift": [findings.drift_answer(one, story, briefs) for one in drifts[:LISTED]],
        "gaps": [findings.gap_answer(one, story, briefs) for one in missing[:LISTED]],
        "omitted": Omitted.model_construct(
            origins=findings.beyond(groups),
            circular=findings.beyond(dead.circular),
            orphaned=findings.beyond(dead.orphaned),
            drift=findings.beyond(drifts),
            gaps=findings.beyond(missing),
        ),
    }


def _orphaned_quotes(reading: Reading, story: Story) -> frozenset[UUID]:
    """Find the quotes that are not in their document's text any more; only texts that changed are read."""
    moved = repository.quotes_to_check(reading, story.said)
    documents = reading.live(Document, (row.document_id for row in moved if row.document_id is not None))
    found = derived.anchors(reading, moved, documents)
    return frozenset(one for one, anchor in found.items() if anchor is Anchor.ORPHANED)
