"""Follow citations to what a statement was taken from, and to what took it over."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import TypeVar
from uuid import UUID

from api.graph.values import Graph

N = TypeVar("N", bound=Hashable)
Step = Callable[[UUID], Iterable[UUID]]


def upstream(graph: Graph, starts: Iterable[UUID]) -> dict[UUID, int]:
    """Measure how many citations each older statement is away from the nearest start, nearest first."""
    return distances(search(_held(graph, starts), graph.older))


def downstream(graph: Graph, starts: Iterable[UUID]) -> dict[UUID, int]:
    """Measure how many citations each newer statement is away from the nearest start, nearest first."""
    return distances(search(_held(graph, starts), graph.newer))


def search(starts: Iterable[UUID], step: Step) -> dict[UUID, UUID | None]:
    """Search breadth first from all starts at once (Moore 1959): what each node was reached from, nearest first."""
    came_from: dict[UUID, UUID | None] = dict.fromkeys(starts)
    queue = list(came_from)
    for node in queue:  # which grows meanwhile
        for neighbour in step(node):
            if neighbour not in came_from:
                came_from[neighbour] = node
                queue.append(neighbour)
    return came_from


def distances(came_from: Mapping[UUID, UUID | None]) -> dict[UUID, int]:
    """Count the steps of a search from its starts to each node."""
    distance: dict[UUID, int] = {}
    for node, before in came_from.items():
        distance[node] = 0 if before is None else distance[before] + 1
    return distance


def way_to(node: N, came_from: Mapping[N, N | None]) -> tuple[N, ...]:
    """Give the way that a search took from a start to a node."""
    way: list[N] = []
    here: N | None = node
    while here is not None:
        way.append(here)
        here = came_from[here]
    return tuple(reversed(way))


def live_sources(graph: Graph, statement: UUID) -> Iterator[UUID]:
    """Give what a statement was taken from, as far as nobody took it back."""
    return (each for each in graph.older(statement) if not graph.statements[each].retracted)


def _held(graph: Graph, starts: Iterable[UUID]) -> Iterable[UUID]:
    return (start for start in starts if start in graph.statements)
