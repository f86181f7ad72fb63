"""Answer a verdict as the tree that it is, with a sentence for each step."""

from collections.abc import Iterable, Iterator
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.confidence.ladder import Cap, Factor, Leaf, Rating, Rung, Status, Verdict, Voice, Weight
from api.confidence.sentences import Language, Names
from api.graph.vocabulary import OriginKind, Side
from api.provenance.briefs import Briefs
from api.provenance.findings import JoinAnswer, join_answer
from api.provenance.loading import Story
from api.provenance.schemas import SourceBrief
from api.storage.reading import Reading
from api.storage.vault import Redacted
from api.web.making import Made
from api.web.values import KindId

# Of each list in the tree, so many are shown, the strongest first; `omitted` says how many are not.
SHOWN = 100


class RatingAnswer(Made):
    """A rating as it was given, and what it was given to."""

    value: str
    assessment: UUID
    target: KindId = Field(description="The attribution, its source, or the nearest controller that has one.")


class CapAnswer(Made):
    """What bounds an origin's strength."""

    factor: Factor
    value: str | None = Field(description="What is on record; null where nothing is.")
    limit: int = Field(ge=0, le=5, description="The level that this allows at most.")
    label: str
    binds: bool = Field(description="Whether it is what makes the origin no stronger.")
    rating: RatingAnswer | None = Field(description="For reliability and credibility: whose rating it is.")


class LeafAnswer(Made):
    """R1: one origin, as strong as its weakest cap."""

    rule: Literal["R1"]
    attribution: UUID
    source: SourceBrief | None = Field(description="Null where nobody is named.")
    kind: OriginKind
    distance: int = Field(description="Citations between it and what is on file; 0: on file itself.")
    strength: int = Field(ge=0, le=5)
    label: str
    caps: list[CapAnswer]
    chain: list[UUID] = Field(description="The attributions it rests on, from what is on file to the origin itself.")
    sentence: str


class ClassAnswer(Made):
    """Origins that count as one voice, as strong as the strongest; R3: cancelled where it stands on both sides."""

    rule: Literal["R3"]
    strength: int = Field(ge=0, le=5)
    label: str
    cancelled: bool = Field(description="It stands on both sides, and counts for neither.")
    joined_by: list[JoinAnswer]
    origins: list[LeafAnswer]
    omitted: int = Field(description="Weaker origins of the class that are not listed.")
    sentence: str


class RungAnswer(Made):
    """The step that decides: so many classes at a level or better, and what they lift it to."""

    level: int = Field(ge=1, le=5)
    label: str
    classes: int
    lift: int
    reaches: int = Field(ge=1, le=5)


class WeightAnswer(Made):
    """R2: what one side comes to."""

    rule: Literal["R2"]
    side: Side
    level: int = Field(ge=0, le=5)
    label: str
    rung: RungAnswer | None = Field(description="Null where no class that counts has any strength.")
    classes: list[ClassAnswer]
    unknown: list[LeafAnswer] = Field(description="Origins that do not say where they have it from: in no class.")
    omitted: int = Field(description="Weaker classes and unknown origins that are not listed.")
    sentence: str


class Explanation(Made):
    """R4: support, less what the opposition takes off."""

    rule: Literal["R4"]
    level: int = Field(ge=0, le=5)
    label: str
    status: Status
    penalty: int = Field(description="Steps that the opposition takes off.")
    support: WeightAnswer
    opposition: WeightAnswer
    language: str = Field(description="The language of the sentences: Accept-Language `en` or `fr`.")
    sentence: str


class Explainer:
    """Turns verdicts over one story into answers, in one language."""

    def __init__(self, reading: Reading, story: Story, verdict: Verdict, code: str, language: Language) -> None:
        self._verdict, self._code, self._language = verdict, code, language
        weights = (verdict.support, verdict.opposition)
        leaves = [leaf for weight in weights for leaf in _shown(weight)]
        statements = [leaf.origin.statement for leaf in leaves]
        targets = {rating.target for leaf in leaves for rating in _ratings(leaf)}
        joined = {join.by for weight in weights for voice in weight.voices[:SHOWN] for join in voice.joined_by}
        # Sentences count everybody who speaks, and name those whose leaves come first: of voices that are not
        # cancelled too, where so many cancelled ones are stronger that no leaf of theirs is shown.
        origins = [origin.statement for weight in weights for origin in weight.reach.origins]
        speakers = {one: source for one in origins if (source := story.graph.statements[one].source) is not None}
        first = [voice.leaves[0].origin.statement for weight in weights for voice in weight.counting[:SHOWN]]
        named = {speakers.get(one) for one in (*statements, *first)}
        sources = {one for one in targets | joined | named if one is not None and one not in story.said}
        self._said = story.said
        self._briefs = Briefs(reading, story, statements, sources)
        briefs = [brief for one in sources if (brief := self._briefs.source(one)) is not None]
        records = {one.id: (one.alias or "") if isinstance(one.name, Redacted) else one.name for one in briefs}
        self._names = Names(speakers, records)

    def explanation(self) -> Explanation:
        """Answer the whole tree."""
        verdict = self._verdict
        return Explanation.model_construct(
            rule="R4",
            level=int(verdict.level),
            label=verdict.level.name,
            status=verdict.status,
            penalty=verdict.penalty,
            support=self._weight(verdict.support),
            opposition=self._weight(verdict.opposition),
            language=self._code,
            sentence=self._language.verdict(verdict, self._names),
        )

    def _weight(self, weight: Weight) -> WeightAnswer:
        return WeightAnswer.model_construct(
            rule="R2",
            side=weight.side,
            level=int(weight.level),
            label=weight.level.name,
            rung=None if weight.rung is None else _rung(weight.rung),
            classes=[self._voice(voice, weight) for voice in weight.voices[:SHOWN]],
            unknown=[self._leaf(leaf, weight) for leaf in weight.unknown[:SHOWN]],
            omitted=len(weight.voices[SHOWN:]) + len(weight.unknown[SHOWN:]),
            sentence=self._language.weight(weight, self._names),
        )

    def _voice(self, voice: Voice, weight: Weight) -> ClassAnswer:
        return ClassAnswer.model_construct(
            rule="R3",
            strength=int(voice.strength),
            label=voice.strength.name,
            cancelled=voice.cancelled,
            joined_by=[join_answer(join) for join in voice.joined_by],
            origins=[self._leaf(leaf, weight) for leaf in voice.leaves[:SHOWN]],
            omitted=len(voice.leaves[SHOWN:]),
            sentence=self._language.voice(voice, self._names),
        )

    def _leaf(self, leaf: Leaf, weight: Weight) -> LeafAnswer:
        binding = leaf.binding
        return LeafAnswer.model_construct(
            rule="R1",
            attribution=leaf.origin.statement,
            source=self._briefs.speaker(leaf.origin.statement),
            kind=leaf.origin.kind,
            distance=leaf.origin.distance,
            strength=int(leaf.strength),
            label=leaf.strength.name,
            caps=[self._cap(cap, binds=cap in binding) for cap in leaf.caps],
            chain=list(weight.reach.chain(leaf.origin)),
            sentence=self._language.leaf(leaf, self._names),
        )

    def _cap(self, cap: Cap, *, binds: bool) -> CapAnswer:
        return CapAnswer.model_construct(
            factor=cap.factor,
            value=cap.value,
            limit=int(cap.limit),
            label=cap.limit.name,
            binds=binds,
            rating=None if cap.rating is None else self._rating(cap.rating),
        )

    def _rating(self, rating: Rating) -> RatingAnswer:
        kind = "attribution" if rating.target in self._said else "source"
        return RatingAnswer.model_construct(
            value=rating.value,
            assessment=rating.assessment,
            target=KindId.model_construct(kind=kind, id=rating.target),
        )


def _shown(weight: Weight) -> Iterator[Leaf]:
    for voice in weight.voices[:SHOWN]:
        yield from voice.leaves[:SHOWN]
    yield from weight.unknown[:SHOWN]


def _ratings(leaf: Leaf) -> Iterable[Rating]:
    return (cap.rating for cap in leaf.caps if cap.rating is not None)


def _rung(rung: Rung) -> RungAnswer:
    return RungAnswer.model_construct(
        level=int(rung.level), label=rung.level.name, classes=rung.classes, lift=rung.lift, reaches=int(rung.reaches)
    )
