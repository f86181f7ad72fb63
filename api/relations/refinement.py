"""Which claims are more specific than which, at any remove."""

from collections.abc import Iterable, Mapping
from uuid import UUID


class Refinement:
    """Which claims are one, and which are more specific than others, at any remove."""

    def __init__(self, same: dict[UUID, UUID], refines: Iterable[tuple[UUID, UUID]]) -> None:
        self._same = same
        self._broader: dict[UUID, set[UUID]] = {}
        self._narrower: dict[UUID, set[UUID]] = {}
        self.claims = set(same)
        for specific, broad in refines:
            self.claims |= {specific, broad}
            self._broader.setdefault(self.leader(specific), set()).add(self.leader(broad))
            self._narrower.setdefault(self.leader(broad), set()).add(self.leader(specific))

    def leader(self, claim: UUID) -> UUID:
        """Return the claim that stands for its cluster."""
        return self._same.get(claim, claim)

    def narrower(self, claim: UUID) -> set[UUID]:
        """Return the claims that confirmed `refines` lead from to this one; it may be one of them, in a loop."""
        return self._led_to(self._narrower, claim)

    def broader(self, claim: UUID) -> set[UUID]:
        """Return the claims that confirmed `refines` lead to from this one, likewise."""
        return self._led_to(self._broader, claim)

    def is_more_specific(self, claim: UUID, than: UUID) -> bool:
        """Say whether confirmed `refines` lead from the one claim to the other."""
        return self.leader(than) in _reached(self._broader, self.leader(claim))

    def may_cite(self, citing: UUID, cited: UUID) -> bool:
        """Say whether a statement of one claim may cite one of the other: the same claim, or a more specific one."""
        return self.leader(citing) == self.leader(cited) or self.is_more_specific(cited, citing)

    def _led_to(self, steps: Mapping[UUID, set[UUID]], claim: UUID) -> set[UUID]:
        leaders = _reached(steps, self.leader(claim))
        return {one for one in self.claims if self.leader(one) in leaders}


def _reached(steps: Mapping[UUID, set[UUID]], start: UUID) -> set[UUID]:
    found, waiting = set[UUID](), [start]
    while waiting:
        new = steps.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found
