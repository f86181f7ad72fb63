"""Find what every line of support runs through, and how many lines share nothing.

A line leads from a statement on file up the live citations to an end. What an end is, the caller says: an origin
that gives the claim any support.
"""

from collections.abc import Iterable, Iterator, Set
from uuid import UUID

from api.graph.disjoint import disjoint_paths
from api.graph.lineage import live_sources, search, way_to
from api.graph.values import Graph

ENOUGH = 8
Node = UUID | int  # a statement, or a voice by its number


def cut_points(graph: Graph, starts: Iterable[UUID], ends: Set[UUID]) -> tuple[UUID, ...]:
    """Find the statements that are on every line, those on file first.

    They are the dominators of the ends, found in one sweep along any one line: a statement of it is on every
    line unless something before it leads past it. Linear; compare Lengauer and Tarjan, "A fast algorithm for
    finding dominators in a flowgraph", TOPLAS 1 (1979), which finds those of all nodes at once.
    """
    starts = list(starts)
    line = nearest_line(graph, starts, ends)
    place = {each: at for at, each in enumerate(line)}
    beyond, seen = len(line), set(line)
    found = []

    def furthest(here: Iterable[UUID]) -> int:
        """Walk on from here, off the line, and tell how far along it that leads."""
        most, waiting = -1, list(here)
        while waiting:
            each = waiting.pop()
            if each in place:
                most = max(most, place[each])
            elif each not in seen:
                seen.add(each)
                if each in ends:
                    most = beyond
                waiting.extend(live_sources(graph, each))
        return most

    reached = furthest(starts)
    for at, each in enumerate(line):
        if reached == at:
            found.append(each)
        reached = max(reached, furthest(live_sources(graph, each)))
    return tuple(found)


def nearest_line(graph: Graph, starts: Iterable[UUID], ends: Set[UUID]) -> tuple[UUID, ...]:
    """Give a shortest line, on file first; none where nothing on file leads to an end."""
    starts = list(starts)
    on_file = next((each for each in starts if each in ends), None)
    if on_file is not None:
        return (on_file,)
    came_from = search(starts, lambda each: () if each in ends else live_sources(graph, each))
    nearest = next((each for each in came_from if each in ends), None)
    return () if nearest is None else way_to(nearest, came_from)


def holds_without(graph: Graph, starts: Iterable[UUID], ends: Set[UUID], withdrawn: Set[UUID]) -> bool:
    """Say whether a line is left when some statements are withdrawn."""
    left = (each for each in starts if each not in withdrawn)
    walked = search(left, lambda each: (cited for cited in live_sources(graph, each) if cited not in withdrawn))
    return not ends.isdisjoint(walked)


def independent_lines(graph: Graph, starts: Set[UUID], voices: Iterable[Set[UUID]]) -> int:
    """Count lines of support that share no statement and no voice, up to `ENOUGH`; a voice is the ends that it has.

    Looked for from the voices back to what is on file, as there are fewer of them.
    """
    held = list(voices)
    known = set().union(*held)

    def before(node: Node) -> Iterator[Node]:
        if isinstance(node, int):
            yield from sorted(held[node])
        else:
            newer = graph.newer(node)
            yield from (each for each in newer if each not in known and not graph.statements[each].retracted)

    roots: list[Node] = list(range(len(held)))
    goals: Set[Node] = {*starts}
    return disjoint_paths(roots, before, goals, ENOUGH)
