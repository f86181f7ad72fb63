"""Find where citations, or records of a bundle that need each other, run in circles."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def components(nodes: Iterable[N], step: Callable[[N], Iterable[N]]) -> dict[N, N]:
    """Map each node to a member that stands for its strongly connected component; what a node leads to comes before it.

    `step` must stay among the nodes; their order is kept where it can be. Linear, and without recursion, as lines of
    citations can be long; Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972).
    """
    order: dict[N, int] = {}
    low: dict[N, int] = {}
    component: dict[N, N] = {}
    undecided: list[N] = []
    for root in nodes:
        arrivals = [] if root in order else [root]
        visits: list[tuple[N, Iterator[N]]] = []
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
