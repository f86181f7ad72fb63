"""Find where citations run in circles."""

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID


def components(nodes: Iterable[UUID], step: Callable[[UUID], Iterable[UUID]]) -> dict[UUID, UUID]:
    """Name for each node its strongly connected component, by one member of it.

    `step` must stay among the nodes. Linear, and without recursion, as lines of citations can be long;
    Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972).
    """
    order: dict[UUID, int] = {}
    low: dict[UUID, int] = {}
    component: dict[UUID, UUID] = {}
    undecided: list[UUID] = []
    for root in nodes:
        arrivals = [] if root in order else [root]
        visits: list[tuple[UUID, Iterator[UUID]]] = []
        while arrivals or visits:
            if arrivals:
                node = arrivals.pop()
                order[node] = low[node] = len(order)
                undecided.append(node)
                visits.append((node, iter(step(node))))
            node, neighbours = visits[-1]
            for neighbour in neighbours:
                if neighbour not in order:
                    arrivals.append(neighbour)
                    break
                if neighbour not in component:
                    low[node] = min(low[node], order[neighbour])
            else:
                visits.pop()
                if visits:
                    parent = visits[-1][0]
                    low[parent] = min(low[parent], low[node])
                while low[node] == order[node] and node not in component:
                    component[undecided.pop()] = node
    return component
