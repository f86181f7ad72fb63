"""Count paths that share no node."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Sequence, Set
from itertools import pairwise
from typing import TypeVar

from api.graph.lineage import way_to

N = TypeVar("N", bound=Hashable)
# Where a search stands: at a node's entrance (False) or its exit (True). A node on a path is passed only backwards.
Place = tuple[N, bool]


def disjoint_paths(roots: Iterable[N], step: Callable[[N], Iterable[N]], goals: Set[N], enough: int) -> int:
    """Count paths from roots to goals that share no node, `enough` at most.

    By Menger's theorem there are two where no single node cuts them all. They are found by augmenting paths
    (Ford and Fulkerson, "Maximal flow through a network", 1956) with every node split into entrance and exit,
    each in linear time.
    """
    before: dict[N, N | None] = {}  # of the nodes on paths: the one before, None for a root
    after: dict[N, N | None] = {}  # … and the one after, None for a goal
    starts = list(roots)
    for found in range(enough):
        way = _augmenting(starts, step, goals, before, after)
        if not way:
            return found
        _flip(way, before, after)
    return enough


def _augmenting(
    starts: Iterable[N],
    step: Callable[[N], Iterable[N]],
    goals: Set[N],
    before: dict[N, N | None],
    after: dict[N, N | None],
) -> tuple[Place[N], ...]:
    """Search breadth first for a way from a free root to a free goal, giving up steps of known paths where needed."""
    came_from: dict[Place[N], Place[N] | None] = {(start, False): None for start in starts if start not in before}
    queue = deque(came_from)
    while queue:
        place = queue.popleft()
        node, leaving = place
        if leaving and node in goals:
            return way_to(place, came_from)
        following: list[Place[N]] = []
        if node in before and (earlier := before[node]) is not None:
            following.append((earlier, True))
        if leaving:
            following += [(each, False) for each in step(node) if after.get(node) != each]
        elif node not in before:
            following.append((node, True))
        for each in following:
            if each not in came_from:
                came_from[each] = place
                queue.append(each)
    return ()


def _flip(way: Sequence[Place[N]], before: dict[N, N | None], after: dict[N, N | None]) -> None:
    """Put the new way's steps on record, and strike out those that it went back on."""
    steps = list(pairwise(way))
    given_up = [(earlier, node) for (node, _), (earlier, leaving) in steps if leaving and earlier != node]
    taken = [(node, following) for (node, _), (following, leaving) in steps if not leaving]
    for earlier, node in given_up:
        del after[earlier], before[node]
    for node, following in taken:
        after[node], before[following] = following, node
    before[way[0][0]], after[way[-1][0]] = None, None
