"""Tell how a claim's standing developed: as things were said, or as they were recorded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import Field

from api.attributions.models import Attribution
from api.claims.models import Claim
from api.claims.service import service as claims
from api.errors import OutOfTime
from api.graph.lineage import upstream
from api.graph.saying import as_said_by, instants
from api.graph.sides import Question
from api.graph.values import Graph, Statement, is_relay
from api.graph.vocabulary import Stance
from api.provenance.briefs import SourceBriefs, claim_brief
from api.provenance.findings import StandingBrief, standing_brief
from api.provenance.judging import ask, judge_one, load_questions
from api.provenance.loading import Horizon, Story
from api.provenance.moments import versions_behind
from api.provenance.schemas import ClaimBrief, Clock, SourceBrief
from api.storage.history import table_of
from api.storage.listing import Cut, Slice, no_cursor
from api.storage.reading import Reading
from api.web.making import Made

ATTRIBUTION = table_of(Attribution).name
EVENTS = 100
WORK = 50_000  # attributions that a page works through, or those of one moment where these are more
LOADING = 1_000  # attributions that reading the record once more counts for


What = Literal["said", "withdrawn", "recorded"]


class Event(Made):
    """What happened to a record at a moment."""

    kind: str = Field(description="The kind of record: attribution, citation, assessment …")
    id: UUID
    what: What
    version: int | None = Field(description="Of what was recorded; null by `said_at`.")
    source: SourceBrief | None = Field(
        description="Of an attribution, in this version of it: who puts it forward; null where nobody is named, or the"
        " source was deleted."
    )
    stance: Stance | None = Field(description="Of an attribution, likewise: which way its source takes its claim.")
    claim: ClaimBrief | None = Field(
        description="Of an attribution, likewise: what it is about, which may be a claim that contradicts this one, is"
        " one with it or refines it, or any that the attribution was moved to; null where that was deleted."
    )


class Moment(Made):
    """How a claim stood from a moment on."""

    at: datetime = Field(description="By `said_at` the instant by which it had certainly been said.")
    events: list[Event] = Field(description="What was said or recorded then, 100 at most.")
    events_total: int
    changed: bool = Field(description="Whether level, status, support, opposition or origins changed with it.")
    standing: StandingBrief


class _Happening(NamedTuple):
    """What happened to a record: an event without names."""

    kind: str
    id: UUID
    what: What
    version: int | None = None


@dataclass(frozen=True, slots=True)
class _Point:
    """An instant and what happened then."""

    at: datetime
    events: tuple[_Happening, ...]


# How a claim stood at a point, and how many attributions that took.
_Stood = tuple[StandingBrief, int]


def timeline(reading: Reading, claim_id: UUID, clock: Clock, horizon: Horizon, cut: Cut) -> Slice[Moment]:
    """Answer how a claim's standing developed, oldest first.

    A page ends early where it has taken as much work, or time, as one answer may. Raises `NotFound`, `Gone`,
    `OverBudget`, `OutOfTime`, `Invalid`.
    """
    claim = claims.row(reading, claim_id)
    after = _after(cut)
    if clock is Clock.SAID_AT:
        question = ask(reading, [claim_id])[claim_id]
        story = load_questions(reading, [question], horizon)
        points, stand = _points_said(story.graph, question), partial(_as_said, story, question, horizon)
    else:
        points = _points_recorded(reading, claim)
        stand = partial(_as_recorded, reading, claim_id, horizon)
    first = next((place for place, point in enumerate(points) if after is None or point.at > after), len(points))
    asked = points[first : first + cut.limit]
    before = points[max(0, first - 1) : first] if asked else []
    stood = stand([*before, *asked])
    told = [next(stood)[0] if before else None]
    work = 0
    for standing, taken in _until_time_is_up(stood):
        told.append(standing)
        work += taken
        if work > WORK:
            break
    shown = asked[: len(told) - 1]
    events = _named(reading, shown)
    moments = [
        Moment.model_construct(
            at=point.at,
            events=some,
            events_total=len(point.events),
            changed=earlier != standing,
            standing=standing,
        )
        for point, some, (earlier, standing) in zip(shown, events, pairwise(told), strict=True)
    ]
    more = first + len(moments) < len(points)
    return Slice(moments, [moments[-1].at.isoformat()] if more else None, reading.certain)


def _until_time_is_up(stood: Iterator[_Stood]) -> Iterator[_Stood]:
    """End where time is up. Raises `OutOfTime` where that is before the first: an empty page would lead nowhere."""
    yield from islice(stood, 1)
    with suppress(OutOfTime):
        yield from stood


def _after(cut: Cut) -> datetime | None:
    if cut.after is None:
        return None
    try:
        (last,) = cut.after
        return datetime.fromisoformat(last).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise no_cursor() from None


def _named(reading: Reading, points: Sequence[_Point]) -> Iterator[list[Event]]:
    """Give what happened at each of these points, with who spoke about what: of a version, as it says itself."""
    happened = [point.events[:EVENTS] for point in points]
    spoken = {one.id for some in happened for one in some if one.kind == ATTRIBUTION}
    versions = reading.ever(Attribution, ["id"], spoken, "id", "version", "source_id", "stance", "claim_id")
    said = dict[tuple[UUID, int | None], tuple[UUID | None, str, UUID]]()
    for each, version, *told in sorted(versions, key=itemgetter(1)):
        said[each, version] = said[each, None] = tuple(told)  # without one, the latest is meant
    sources = SourceBriefs(reading, {source for source, _, _ in said.values() if source is not None})
    about = reading.live(Claim, {claim for _, _, claim in said.values()})
    reading.expect_shown(about.values())
    briefs = {each: claim_brief(reading, claim) for each, claim in about.items()}

    def event(one: _Happening) -> Event:
        source, stance, claim = said.get((one.id, one.version), (None, None, None))
        return Event.model_construct(
            **one._asdict(),
            source=sources.source(source),
            stance=None if stance is None else Stance(stance),
            claim=None if claim is None else briefs.get(claim),
        )

    for some in happened:
        yield [event(one) for one in some]


def _points_said(graph: Graph, question: Question) -> list[_Point]:
    """Order what was said and withdrawn on either side, and behind it, by when that had certainly happened."""
    behind = set(upstream(graph, (each.id for each in graph.about(question.everything))))
    behind |= {later for each in behind for later in graph.statements[each].replaced_by if later in graph.statements}
    when = instants(graph)
    events = [(when[each], _Happening(ATTRIBUTION, each, "said")) for each in behind]
    for each in behind:
        if (ended := _ended(graph.statements[each], when)) is not None:
            events.append((max(ended, when[each]), _Happening(ATTRIBUTION, each, "withdrawn")))
    return _points(events)


def _ended(said: Statement, when: Mapping[UUID, datetime]) -> datetime | None:
    """Tell by when it had certainly been taken back, or corrected; None where that is not certain of any instant."""
    taken_back = [said.withdrawn_latest] if said.withdrawn and said.withdrawn_latest is not None else []
    return min([*taken_back, *(when[later] for later in said.replaced_by if later in when)], default=None)


def _points_recorded(reading: Reading, claim: Claim) -> list[_Point]:
    """Order what was recorded; what was there before the claim was comes in with it."""
    return _points(
        (
            max(one.at, claim.recorded_at),
            _Happening(one.kind, one.record, "recorded", one.version),
        )
        for one in versions_behind(reading, claim.id)
    )


def _points(events: Iterable[tuple[datetime, _Happening]]) -> list[_Point]:
    ordered = sorted(events, key=lambda one: (one[0], one[1].kind, one[1].id))
    return [_Point(at, tuple(event for _, event in some)) for at, some in groupby(ordered, key=itemgetter(0))]


def _as_recorded(reading: Reading, claim: UUID, horizon: Horizon, points: Iterable[_Point]) -> Iterator[_Stood]:
    for point in points:
        then = reading.at(point.at)
        question = ask(then, [claim])[claim]
        story = load_questions(then, [question], horizon)
        yield standing_brief(judge_one(story.graph, question, story)), len(story.said) + LOADING


def _as_said(story: Story, question: Question, horizon: Horizon, points: Iterable[_Point]) -> Iterator[_Stood]:
    """Judge at every point at which more than echoes came: those change nothing."""
    telling = _Telling(story, question)
    for point in points:
        horizon.check()
        yield telling.standing(point)


class _Telling:
    """A claim as it was told so far, and which of its statements on file are known to be reached."""

    def __init__(self, story: Story, question: Question) -> None:
        self._story, self._question = story, question
        graph = story.graph
        self._tied = frozenset().union(*(one.members for one in graph.dependencies)) | {
            later for each in graph.statements.values() for later in each.replaced_by
        }
        self._standing: StandingBrief | None = None
        self._reached: set[UUID] = set()

    def standing(self, point: _Point) -> _Stood:
        """Judge anew, unless only echoes came: then nothing has changed."""
        if self._standing is not None and all(map(self._is_echo, point.events)):
            self._reached.update(event.id for event in point.events)
            return self._standing, len(point.events)
        graph = as_said_by(self._story.graph, point.at)
        judged = judge_one(graph, self._question, self._story)
        self._reached = {
            each.id
            for each in graph.statements.values()
            if each.on_file and any(each.id in reach for reach in judged.found.reach.values())
        }
        self._standing = standing_brief(judged)
        return self._standing, len(graph.statements)

    def _is_echo(self, event: _Happening) -> bool:
        """Say whether it only repeats what is on file and reached, on the same claim."""
        graph = self._story.graph
        said, cites = graph.statements[event.id], graph.cites(event.id)
        if event.what != "said" or not cites or not said.on_file or not is_relay(graph, said) or said.id in self._tied:
            return False
        return all(link.cited in self._reached and graph.statements[link.cited].claim == said.claim for link in cites)
