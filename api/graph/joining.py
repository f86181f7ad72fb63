"""Close pairs into groups."""

from collections.abc import Iterable
from uuid import UUID


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
