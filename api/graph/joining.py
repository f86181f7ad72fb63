"""Close pairs into groups, and tell which of them it takes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


def joined(pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, UUID]:
    """Close pairs transitively: {member: least member}. Union by find (Tarjan 1975), with path halving."""
    above: dict[UUID, UUID] = {}

    def top(one: UUID) -> UUID:
        while (parent := above.setdefault(one, one)) != one:
            above[one] = above.setdefault(parent, parent)
            one = above[one]
        return one

    for first, second in pairs:
        one, other = top(first), top(second)
        if one.int > other.int:
            one, other = other, one
        above[other] = one
    return {one: top(one) for one in list(above)}


def between(links: Collection[tuple[UUID, UUID, T]], ends: Set[UUID]) -> list[tuple[UUID, UUID, T]]:
    """Leave out the links that only lead away from the ends to what is none: they join no two of these. Linear."""
    around: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other, _ in links:
        around[one].add(other)
        around[other].add(one)
    waiting = [each for each in around if len(around[each]) == 1 and each not in ends]
    while waiting:
        each = waiting.pop()
        for neighbour in around.pop(each):
            around[neighbour].discard(each)
            if len(around[neighbour]) == 1 and neighbour not in ends:
                waiting.append(neighbour)
    return [link for link in links if link[0] in around and link[1] in around]
