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
        least, other = sorted((top(first), top(second)))
        above[other] = least
    return {one: top(one) for one in list(above)}
