"""Follow citations to what a statement was taken from, and to what took it over."""

from collections import deque
from collections.abc import Callable, Iterable
from uuid import UUID

from api.graph.values import Graph


def upstream(graph: Graph, starts: Iterable[UUID]) -> dict[UUID, int]:
    """Measure how many citations each older statement is away from the nearest start, nearest first."""
    return spread(_held(graph, starts), lambda node: (link.cited for link in graph.cites(node)))


def downstream(graph: Graph, starts: Iterable[UUID]) -> dict[UUID, int]:
    """Measure how many citations each newer statement is away from the nearest start, nearest first."""
    return spread(_held(graph, starts), lambda node: (link.citing for link in graph.cited_by(node)))


def spread(starts: Iterable[UUID], step: Callable[[UUID], Iterable[UUID]]) -> dict[UUID, int]:
    """Search breadth first from all starts at once (Moore 1959): each node's distance, nearest first."""
    distance = dict.fromkeys(starts, 0)
    queue = deque(distance)
    while queue:
        node = queue.popleft()
        for neighbour in step(node):
            if neighbour not in distance:
                distance[neighbour] = distance[node] + 1
                queue.append(neighbour)
    return distance


def _held(graph: Graph, starts: Iterable[UUID]) -> Iterable[UUID]:
    return (start for start in starts if start in graph.statements)
