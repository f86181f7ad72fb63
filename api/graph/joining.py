"""Close pairs into groups, and tell which of them it takes."""

from collections.abc import Collection, Iterable, Sequence, Set
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
    """Keep the links on the ways from one end to another that pass nothing twice: others join no two ends. Linear."""
    numbers: dict[UUID, int] = {}
    pairs = [tuple(numbers.setdefault(end, len(numbers)) for end in link[:2]) for link in links]
    outside = len(numbers)  # a point that every end is tied to, so that such a way comes round to it
    tied = [(numbers[end], outside) for end in ends if end in numbers]
    around: list[list[int]] = [[] for _ in range(outside + 1)]
    for one, other in (*pairs, *tied):
        around[one].append(other)
        around[other].append(one)
    kept = _in_a_block_with(outside, around)
    return [link for link, pair in zip(links, pairs, strict=True) if kept.issuperset(pair)]


def _in_a_block_with(start: int, around: Sequence[Sequence[int]]) -> set[int]:
    """Find what no single other point parts from this one; `around` are each point's neighbours.

    Hopcroft and Tarjan, "Efficient algorithms for graph manipulation", CACM 16 (1973); without recursion.
    """
    came_from: dict[int, int] = {}  # in the order of a search in depth
    waiting = [(start, start)]
    while waiting:
        here, before = waiting.pop()
        if here not in came_from:
            came_from[here] = before
            waiting.extend([(each, here) for each in around[here] if each not in came_from])
    place = {each: at for at, each in enumerate(came_from)}
    back = {each: min(map(place.__getitem__, around[each]), default=0) for each in place}
    for each, before in reversed(came_from.items()):
        back[before] = min(back[before], back[each])
    found = {start}
    for each, before in came_from.items():
        if before in found and (before == start or back[each] < place[before]):
            found.add(each)
    return found
