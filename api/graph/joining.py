"""Close pairs into groups, and tell which of them it takes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")
OUTSIDE: UUID | None = None


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
    """Keep the links on the ways from one end to another that pass nothing twice: others join no two ends. Linear.

    With every end tied to a point outside, they are those of the blocks that the point is in; Hopcroft and Tarjan,
    "Efficient algorithms for graph manipulation", CACM 16 (1973).
    """
    around: dict[UUID | None, list[UUID | None]] = defaultdict(list)
    for one, other in (*((one, other) for one, other, _ in links), *((end, OUTSIDE) for end in ends)):
        around[one].append(other)
        around[other].append(one)
    came_from = _depth_first(around)
    place = {each: at for at, each in enumerate(came_from)}
    furthest_back = {each: min(map(place.__getitem__, around[each]), default=0) for each in place}
    for each, before in reversed(came_from.items()):
        furthest_back[before] = min(furthest_back[before], furthest_back[each])
    kept = {OUTSIDE}
    for each, before in came_from.items():
        if before in kept and (before is OUTSIDE or furthest_back[each] < place[before]):
            kept.add(each)
    return [link for link in links if link[0] in kept and link[1] in kept]


def _depth_first(around: Mapping[UUID | None, Iterable[UUID | None]]) -> dict[UUID | None, UUID | None]:
    """Tell where a search from outside first came to each from, in the order that it came; from outside: outside."""
    came_from: dict[UUID | None, UUID | None] = {}
    waiting = [(OUTSIDE, OUTSIDE)]
    while waiting:
        here, before = waiting.pop()
        if here not in came_from:
            came_from[here] = before
            waiting.extend((each, here) for each in around[here] if each not in came_from)
    return came_from
