"""What the whole graph behind a claim shows, as it is answered."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.confidence.ladder import Status
from api.graph.counts import Counts
from api.graph.drift import Drift
from api.graph.gaps import Gap
from api.graph.independence import Join
from api.graph.origins import Origin
from api.graph.vocabulary import DriftKind, GapKind, JoinKind, Modality, OriginKind, Side
from api.provenance.briefs import Briefs
from api.provenance.groups import MEMBERS, Group
from api.provenance.judging import Judged
from api.provenance.loading import Story
from api.provenance.schemas import ClaimBrief, SourceBrief
from api.web.making import Made
from api.web.values import KindId

# A list of findings is cut here; `omitted` says how much is left out of which.
LISTED = 1000


class JoinAnswer(Made):
    """Why several origins count as one."""

    kind: JoinKind = Field(
        description="`same_source`, `same_controller`, `dependency`, `relies_on`: a document that relies on another"
        " statement; `unattested`: unnamed sources, and no editor attests that they are different people."
    )
    by: KindId | None = Field(description="The source, the controller, the dependency or the citation.")


class OriginAnswer(Made):
    """Where a chain ends: an attribution that is first-hand, or cites nobody."""

    attribution: UUID
    kind: OriginKind = Field(
        description="named; anonymous: somebody unnamed; unknown: nobody is given, or an outlet or a hearer does not"
        " say where it is from."
    )
    side: Side = Field(description="Whether it supports or opposes the claim.")
    distance: int = Field(description="Citations between it and the nearest attribution on file; 0: on file itself.")
    source: SourceBrief | None = Field(description="Null where nobody is named.")


class OriginClassAnswer(Made):
    """Origins that count as one voice."""

    independent: bool = Field(description="False for an unknown origin: it is in no class, and corroborates nothing.")
    cancelled: bool = Field(
        description="It stands on both sides (contradicting claims included), and counts for neither."
    )
    joined_by: list[JoinAnswer] = Field(
        description="Why they are one, with those that speak on a contradicting claim; empty where one stands alone."
    )
    origins: list[OriginAnswer] = Field(description="The nearest first, 100 at most.")
    origins_total: int


class SinglePoint(Made):
    """What every line of support runs through: without it, none is left."""

    attributions: list[UUID] = Field(description="One attribution, or the origins of one class, 100 at most.")
    attributions_total: int
    sources: list[SourceBrief] = Field(description="Who put these forward.")


class DriftAnswer(Made):
    """A citation across which the wording went further."""

    kind: DriftKind = Field(
        description="`hardened`: the relay commits itself further than what it cites; `generalised`: a broader claim"
        " was made of a more specific one."
    )
    citation: UUID
    citing: UUID
    cited: UUID
    from_modality: Modality
    to_modality: Modality
    from_claim: ClaimBrief
    to_claim: ClaimBrief


class GapAnswer(Made):
    """What is missing from the record."""

    kind: GapKind = Field(
        description="`not_on_file`: an origin that nobody here has; `names_nobody`: it does not say where it has it"
        " from; `unnamed_source`; `orphaned_quote`: the words are not in the text any more; `nothing_on_file`: nothing"
        " on file leads to it; `inert_citation`: its ends are not about the same claim any more; `leads_nowhere`: what"
        " it cites leads to no origin."
    )
    attribution: UUID
    modality: Modality
    source: SourceBrief | None
    citation: UUID | None = Field(description="The citation that does not hold; null for every other kind.")


class SideCounts(Made):
    """How much stands on one side, without what was retracted: relays are counted as what they are."""

    attributions: int
    sources: int
    documents: int
    origins: int = Field(description="Where chains end; several may be one voice, such as two spokesmen of one state.")
    independent_origins: int = Field(
        description="Classes of origins, without those that stand on both sides; unknown origins are in no class."
    )
    unknown_origins: int = Field(
        description="Origins that do not say where they have it from: outlets, and others who were told, that name"
        " nobody; and whatever nobody is named as saying."
    )
    echoes: int = Field(description="Relays on file: they pass on, and add no origin.")


class BothCounts(Made):
    """The two sides."""

    supporting: SideCounts
    opposing: SideCounts


class StandingBrief(Made):
    """How well supported a claim is, in short; its `/confidence` explains every step."""

    level: int = Field(ge=0, le=5, description="0 to 5: how well supported, never how likely.")
    label: str = Field(description="NONE, VERY_LOW, LOW, MODERATE, HIGH or VERY_HIGH.")
    status: Status
    support: int = Field(ge=0, le=5, description="What the supporting side comes to by itself.")
    opposition: int = Field(ge=0, le=5, description="What the opposing side comes to by itself.")
    independent_origins: int = Field(description="Independent origins that support it.")
    unknown_origins: int = Field(
        description="Origins that do not say where they have it from; they corroborate nothing."
    )
    policy: str = Field(description="The editorial policy that it was judged by: GET /v1/policies/{id}.")
    computed: Literal[True] = Field(description="It is worked out by rule, and nobody's judgement.")


class Omitted(Made):
    """How many findings are left out of each list, where it has more than 1,000."""

    origins: int
    circular: int
    orphaned: int
    drift: int
    gaps: int


def side_counts(found: Counts) -> SideCounts:
    """Answer one side's counts."""
    return SideCounts.model_construct(**{name: getattr(found, name) for name in SideCounts.model_fields})


def standing_brief(judged: Judged) -> StandingBrief:
    """Answer a verdict in short."""
    verdict = judged.verdict
    return StandingBrief.model_construct(
        level=int(verdict.level),
        label=verdict.level.name,
        status=verdict.status,
        support=int(verdict.support.level),
        opposition=int(verdict.opposition.level),
        independent_origins=judged.supporting.independent_origins,
        unknown_origins=judged.supporting.unknown_origins,
        policy=verdict.policy.id,
        computed=True,
    )


def group_answer(group: Group, briefs: Briefs) -> OriginClassAnswer:
    """Answer origins that count as one voice."""
    return OriginClassAnswer.model_construct(
        independent=group.of is not None,
        cancelled=group.cancelled,
        joined_by=[] if group.of is None else [join_answer(join) for join in group.of.joined_by],
        origins=[origin_answer(origin, side, briefs) for side, origin in group.listed],
        origins_total=len(group.origins),
    )


def origin_answer(origin: Origin, side: Side, briefs: Briefs) -> OriginAnswer:
    """Answer one origin."""
    return OriginAnswer.model_construct(
        attribution=origin.statement,
        kind=origin.kind,
        side=side,
        distance=origin.distance,
        source=briefs.speaker(origin.statement),
    )


def join_answer(join: Join) -> JoinAnswer:
    """Answer why origins are one, with the record that says so."""
    kinds = {JoinKind.DEPENDENCY: "dependency", JoinKind.RELIES_ON: "citation"}
    by = None if join.by is None else KindId.model_construct(kind=kinds.get(join.kind, "source"), id=join.by)
    return JoinAnswer.model_construct(kind=join.kind, by=by)


def single_point(statements: Sequence[UUID], briefs: Briefs) -> SinglePoint:
    """Answer what all support runs through."""
    speakers = [briefs.speaker(one) for one in statements[:MEMBERS]]
    known = {one.id: one for one in speakers if one is not None}
    return SinglePoint.model_construct(
        attributions=list(statements[:MEMBERS]), attributions_total=len(statements), sources=list(known.values())
    )


def drift_answer(one: Drift, story: Story, briefs: Briefs) -> DriftAnswer:
    """Answer where wording went further, and from what to what."""
    link = one.citation
    cited, citing = story.graph.statements[link.cited], story.graph.statements[link.citing]
    return DriftAnswer.model_construct(
        kind=one.kind,
        citation=link.id,
        citing=link.citing,
        cited=link.cited,
        from_modality=cited.modality,
        to_modality=citing.modality,
        from_claim=briefs.claim(cited.claim),
        to_claim=briefs.claim(citing.claim),
    )


def gap_answer(one: Gap, story: Story, briefs: Briefs) -> GapAnswer:
    """Answer what is missing."""
    return GapAnswer.model_construct(
        kind=one.kind,
        attribution=one.statement,
        modality=story.graph.statements[one.statement].modality,
        source=briefs.speaker(one.statement),
        citation=one.citation,
    )


def beyond(found: Sequence[object]) -> int:
    """Count what a list leaves out."""
    return max(0, len(found) - LISTED)
