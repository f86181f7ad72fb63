"""Walk from statement to statement towards an end, never into a dead end.

Outside loops every statement from which an end can be reached at all will do. Inside one, the path walked
so far may bar the way out, so a step there is checked first. Two memories make that cheap: a way out, once
found, serves until the path takes it (Read and Tarjan, "Bounds on backtrack algorithms for listing cycles,
paths, and spanning trees", Networks 5, 1975), and statements found barred stay so until the path retreats
(the blocking of Johnson, "Finding all the elementary circuits of a directed graph", SIAM J. Comput. 4,
1975).
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from api.graph.lineage import downstream, upstream
from api.graph.loops import components
from api.graph.values import Graph, is_first_hand


@dataclass(frozen=True, slots=True)
class Terrain:
    """What stays the same during a walk.

    `useful` is all that can lead to an end, `onward` what each of it cites among them, once and by id,
    `component` the loop it is in, `exits` where a loop can be left.
    """

    ends: Set[UUID]
    useful: Set[UUID]
    onward: Mapping[UUID, Sequence[UUID]]
    component: Mapping[UUID, UUID]
    exits: Set[UUID]

    @classmethod
    def of(cls, graph: Graph, starts: Iterable[UUID]) -> Self:
        """Survey what lies upstream of the starts, in linear time."""
        reached = upstream(graph, starts).keys()
        ends = {each for each in reached if not graph.older(each) or is_first_hand(graph.statements[each])}
        useful = downstream(graph, ends).keys() & reached
        onward = {
            each: tuple(dict.fromkeys(older for older in graph.older(each) if older in useful)) for each in useful
        }
        component = components(useful, onward.__getitem__)
        leaving = {each for each in useful if any(component[to] != component[each] for to in onward[each])}
        return cls(ends, useful, onward, component, exits=ends | leaving)


class Trail:
    """The path walked so far, and what it learnt about the loop it is in."""

    def __init__(self, terrain: Terrain) -> None:
        self.path: list[UUID] = []
        self._terrain = terrain
        self._walked: set[UUID] = set()
        self._barred: set[UUID] = set()
        self._barred_since: list[list[UUID]] = []  # for each step of the path, what it was found to bar
        self._way_out: dict[UUID, None] = {}  # clear of the path, each an exit or leading to an earlier one

    def __contains__(self, node: UUID) -> bool:
        return node in self._walked

    def advance(self, node: UUID) -> None:
        """Walk on to a statement, and forget the ways out that may lead through it."""
        while node in self._way_out:
            self._way_out.popitem()
        self.path.append(node)
        self._walked.add(node)
        self._barred_since.append([])

    def retreat(self) -> None:
        """Take the last step back; before the first one, do nothing."""
        if not self.path:
            return
        self._walked.remove(self.path.pop())
        self._barred.difference_update(self._barred_since.pop())

    def leads_to_an_end(self, node: UUID) -> bool:
        """Say whether an end can be reached from this next statement without crossing the path."""
        component = self._terrain.component
        if not self.path or component[node] != component[self.path[-1]]:
            return True
        return node not in self._walked and node not in self._barred and self._find_way_out(node)

    def _find_way_out(self, start: UUID) -> bool:
        """Search the loop for an exit, depth first, and remember the way, or that there is none."""
        came_from: dict[UUID, UUID | None] = {start: None}
        stack = [start]
        while stack:
            node = stack.pop()
            if node in self._way_out or node in self._terrain.exits:
                self._remember(node, came_from)
                return True
            for older in self._terrain.onward[node]:
                if older not in came_from and self._is_open(older, start):
                    came_from[older] = node
                    stack.append(older)
        self._barred.update(came_from)
        self._barred_since[-1].extend(came_from)
        return False

    def _is_open(self, node: UUID, start: UUID) -> bool:
        component = self._terrain.component
        return component[node] == component[start] and node not in self._walked and node not in self._barred

    def _remember(self, found: UUID, came_from: Mapping[UUID, UUID | None]) -> None:
        node: UUID | None = found
        while node is not None:
            self._way_out[node] = None
            node = came_from[node]
