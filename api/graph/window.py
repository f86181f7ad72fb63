"""Show as much of the graph around some statements as was asked for, and where to ask for the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal
from uuid import UUID

from api.graph.lineage import downstream, upstream
from api.graph.values import Citation, Graph


class Direction(StrEnum):
    """Towards the origins, towards those who took it over, or both, each from the starts alone."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Window:
    """The nodes shown, nearest first, and the edges among them.

    `frontier` are the first statements left out: starting from them shows the rest, always something new.
    `crossing` are the edges from a node shown to one of them.
    """

    nodes: tuple[UUID, ...]
    edges: tuple[Citation, ...]
    crossing: tuple[Citation, ...]
    frontier: tuple[UUID, ...]
    truncated_by: Literal["depth", "max_nodes"] | None

    @property
    def complete(self) -> bool:
        """Say whether nothing was left out."""
        return self.truncated_by is None


def window(graph: Graph, starts: Sequence[UUID], direction: Direction, depth: int | None, max_nodes: int) -> Window:
    """Take the nearest statements breadth first, at most `max_nodes` and `depth` citations away (None: any).

    Retracted statements are shown like any other; a start that the graph does not hold is passed over.
    """
    up = upstream(graph, starts) if direction is not Direction.DOWN else {}
    down = downstream(graph, starts) if direction is not Direction.UP else {}
    distance = dict(up)
    for node, steps in down.items():
        distance[node] = min(steps, distance.get(node, steps))
    nearest_first = sorted(distance, key=distance.__getitem__)
    near = [node for node in nearest_first if depth is None or distance[node] <= depth]
    nodes = near[:max_nodes]
    shown = set(nodes)

    def leaving() -> Iterator[tuple[UUID, Citation]]:
        for node in nodes:
            if node in up:
                yield from ((link.cited, link) for link in graph.cites(node) if link.cited not in shown)
            if node in down:
                yield from ((link.citing, link) for link in graph.cited_by(node) if link.citing not in shown)

    beyond = tuple(leaving())
    unfitted = [start for start in starts if start in distance and start not in shown]
    return Window(
        nodes=tuple(nodes),
        edges=tuple(link for node in nodes for link in graph.cites(node) if link.cited in shown),
        crossing=tuple(link for _, link in beyond),
        frontier=tuple(dict.fromkeys([*unfitted, *(node for node, _ in beyond)])),
        truncated_by=_why(len(nodes), len(near), len(distance)),
    )


def _why(shown: int, near: int, all_of_them: int) -> Literal["depth", "max_nodes"] | None:
    if shown < near:
        return "max_nodes"
    return "depth" if near < all_of_them else None
