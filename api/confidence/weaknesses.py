"""Find what a claim's support hangs on, and how many lines hold it."""

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from uuid import UUID

from api.confidence.ladder import Ratings, Verdict, judge
from api.confidence.policy import Level
from api.graph.failure import cut_points, holds_without, independent_lines, nearest_line
from api.graph.independence import Independence, OriginClass
from api.graph.sides import Question
from api.graph.values import Graph
from api.graph.vocabulary import Side


@dataclass(frozen=True, slots=True)
class Weaknesses:
    """Statements and classes of several origins whose withdrawal alone would leave no support; and lines of support.

    `independent_lines` share no statement and no voice; all unknown origins together are one voice, as they may be
    one. It is counted up to 8.
    """

    statements: tuple[UUID, ...]
    classes: tuple[OriginClass, ...]
    independent_lines: int

    @property
    def points(self) -> tuple[tuple[UUID, ...], ...]:
        """Give each single point of failure by the statements that go with it."""
        classes = (tuple(sorted(one.statements)) for one in self.classes)
        return (*((one,) for one in self.statements), *classes)


def weaknesses(graph: Graph, question: Question, found: Independence, verdict: Verdict, ratings: Ratings) -> Weaknesses:
    """Find the single points of failure of a claim's support: none where there is no support.

    Linear, save for statements that both sides rest on, each of which costs another verdict.
    """
    starts, ends = found.reach[Side.SUPPORTING].starts, verdict.support.ends

    def leaves_none(withdrawn: frozenset[UUID]) -> bool:
        """Say whether no support is left; taking away what both sides rest on can free a voice that it cancelled."""
        if not any(each in found.reach[Side.OPPOSING] for each in withdrawn):
            return True
        after = judge(graph.without(withdrawn), question, ratings, verdict.policy)
        return after.support.level is Level.NONE

    statements = tuple(each for each in cut_points(graph, starts, ends) if leaves_none(frozenset({each})))
    classes = tuple(
        one
        for one in _on_any_line(graph, starts, ends, found)
        if not holds_without(graph, starts, ends, one.statements) and leaves_none(one.statements)
    )
    if not ends:
        lines = 0
    elif statements or classes:
        lines = 1
    else:
        voices = [{leaf.origin.statement for leaf in voice.leaves} & ends for voice in verdict.support.counting]
        unknown = {leaf.origin.statement for leaf in verdict.support.unknown} & ends
        lines = independent_lines(graph, set(starts), [*voices, unknown])
    return Weaknesses(statements, classes, lines)


def _on_any_line(graph: Graph, starts: Collection[UUID], ends: Set[UUID], found: Independence) -> Iterator[OriginClass]:
    """Give the classes of several origins that one line touches: no other is on every line."""
    several = [one for one in found.classes if len(one.statements) > 1]
    line = nearest_line(graph, starts, ends) if several else ()
    yield from (one for one in several if not one.statements.isdisjoint(line))
