"""Tell voices from echoes: which origins are one, and which class of them stands on both sides.

DESIGN, section 5 (`origins`) and section 6, rule R3. That is copy detection by what editors recorded, not by
statistics; on why copies must not count as confirmation see Dong, Berti-Equille and Srivastava, "Integrating
conflicting data: the role of source dependence", VLDB 2009.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from api.graph.joining import between, joined
from api.graph.lineage import upstream
from api.graph.origins import Origin, Reach, origin_kind, reach
from api.graph.sides import Question, standing
from api.graph.values import BY_ID, Graph, Statement, is_relay
from api.graph.vocabulary import CitationKind, Evidentiality, JoinKind, OriginKind, Side


@dataclass(frozen=True, slots=True)
class Join:
    """Why origins are one: `by` is the source, the controller, the dependency or the citation; None if unattested."""

    kind: JoinKind
    by: UUID | None


@dataclass(frozen=True, slots=True)
class OriginClass:
    """Origins that count as one voice, by side."""

    supporting: tuple[Origin, ...]
    opposing: tuple[Origin, ...]
    joined_by: tuple[Join, ...]

    @property
    def cancelled(self) -> bool:
        """Say whether it stands on both sides: then it counts for neither (R3)."""
        return bool(self.supporting and self.opposing)

    @property
    def statements(self) -> frozenset[UUID]:
        """Give its origins' ids."""
        return frozenset(each.statement for each in (*self.supporting, *self.opposing))

    def on(self, side: Side) -> tuple[Origin, ...]:
        """Give its origins on one side."""
        return self.supporting if side is Side.SUPPORTING else self.opposing


@dataclass(frozen=True, slots=True)
class Independence:
    """What each side leads to: classes of origins that are one, and unknown origins, which are in no class."""

    reach: Mapping[Side, Reach]
    classes: tuple[OriginClass, ...]
    unknown: Mapping[Side, tuple[Origin, ...]]


def independence(graph: Graph, question: Question) -> Independence:
    """Find the origins of both sides, and group those that are one.

    What joins is looked for in everything said on either side and behind it, retracted, not on file and relayed
    too: a retraction does not make two voices of one. Linear in the part of the graph behind the question.
    """
    reached = {side: reach(graph, standing(graph, question, side)) for side in Side}
    behind = [upstream(graph, (each.id for each in standing(graph, question, side))).keys() for side in Side]
    speaking = [graph.statements[each] for each in sorted(behind[0] | behind[1], key=BY_ID)]
    # An unnamed source that speaks on both sides stands by itself: this rule must never join the sides.
    unattested = [
        [each.id for each in speaking if each.id in here and each.id not in there and _is_unattested(graph, each)]
        for here, there in (behind, reversed(behind))
    ]
    links = [*_links(graph, speaking), *_unattested_links(unattested)]
    leaders = joined((one, other) for one, other, _ in links)
    voices: dict[UUID, dict[Side, list[Origin]]] = defaultdict(lambda: {side: [] for side in Side})
    for side in Side:
        for origin in reached[side].origins:
            if origin.kind is not OriginKind.UNKNOWN:
                voices[leaders.get(origin.statement, origin.statement)][side].append(origin)
    ends = {origin.statement for sides in voices.values() for side in Side for origin in sides[side]}
    recorded: dict[UUID, set[Join]] = defaultdict(set)
    spoken: dict[UUID, set[tuple[UUID, UUID]]] = defaultdict(set)
    for one, other, join in between(links, ends):
        if join is None:
            spoken[leaders[one]].add((one, other))
        else:
            recorded[leaders[one]].add(join)
    return Independence(
        reached,
        tuple(
            _origin_class(sides, recorded[leader] | _shared(graph, spoken[leader]))
            for leader, sides in sorted(voices.items())
        ),
        {side: tuple(each for each in reached[side].origins if each.kind is OriginKind.UNKNOWN) for side in Side},
    )


def _links(graph: Graph, speaking: Iterable[Statement]) -> Iterator[tuple[UUID, UUID, Join | None]]:
    """Give what is one with what: a statement with its principals, a document with what it relies on.

    A relay only links others. By itself it joins nobody, not even two whom it speaks for. An unknown origin joins
    nobody at all, not even two that it relies on with each other.
    """
    somebodys = [each for each in speaking if is_relay(graph, each) or origin_kind(each) is not OriginKind.UNKNOWN]
    documented = (each.id for each in somebodys if each.evidentiality is Evidentiality.DOCUMENTED)
    read = [link for each in documented for link in graph.cites(each) if link.kind is CitationKind.RELIES_ON]
    yield from ((link.citing, link.cited, Join(JoinKind.RELIES_ON, link.id)) for link in read)
    tied = {link.cited for link in read}.union(*(dependency.members for dependency in graph.dependencies))
    for each in somebodys:
        if each.id in tied or not is_relay(graph, each):
            yield from ((each.id, principal, None) for principal in each.principals)
    for dependency in graph.dependencies:
        yield from ((one, dependency.id, Join(JoinKind.DEPENDENCY, dependency.id)) for one in dependency.members)


def _unattested_links(by_side: Iterable[list[UUID]]) -> Iterator[tuple[UUID, UUID, Join]]:
    for side, statements in enumerate(by_side):
        somebody = UUID(int=2**128 - 1 - side)  # no record's id: stands for who may have said all of it
        yield from ((one, somebody, Join(JoinKind.UNATTESTED, None)) for one in statements)


def _is_unattested(graph: Graph, statement: Statement) -> bool:
    """Say whether it is an origin of somebody unnamed for whom neither an editor nor a principal vouches."""
    if is_relay(graph, statement) or origin_kind(statement) is not OriginKind.ANONYMOUS:
        return False
    return not statement.attested and statement.principals <= {statement.source}


def _origin_class(sides: Mapping[Side, list[Origin]], joins: set[Join]) -> OriginClass:
    return OriginClass(tuple(sides[Side.SUPPORTING]), tuple(sides[Side.OPPOSING]), tuple(sorted(joins, key=_by_kind)))


def _by_kind(join: Join) -> tuple[str, int]:
    return (join.kind, 0 if join.by is None else join.by.int)


def _shared(graph: Graph, spoken: Collection[tuple[UUID, UUID]]) -> set[Join]:
    """Name the sources of several statements, and the controllers of several sources: of statements and principals."""
    speakers = {one: graph.statements[one].source for one, _ in spoken}
    sources = Counter(speakers.values())
    principals = Counter(principal for _, principal in {(speakers[one], principal) for one, principal in spoken})
    return {
        *(Join(JoinKind.SAME_SOURCE, one) for one, times in sources.items() if one is not None and times > 1),
        *(Join(JoinKind.SAME_CONTROLLER, one) for one, times in principals.items() if times > 1),
    }
