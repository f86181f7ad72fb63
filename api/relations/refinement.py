"""Which claims are more specific than which, at any remove."""

from collections.abc import Iterable
from uuid import UUID


class Refinement:
    """Which claims are one, and which are more specific than others, at any remove."""

    def __init__(self, same: dict[UUID, UUID], refines: Iterable[tuple[UUID, UUID]]) -> None:
        self._same = same
        self._broader: dict[UUID, set[UUID]] = {}
        self.claims = set(same)
        for specific, broad in refines:
            self.claims |= {specific, broad}
            self._broader.setdefault(self.leader(specific), set()).add(self.leader(broad))

    def leader(self, claim: UUID) -> UUID:
        """Return the claim that stands for its cluster."""
        return self._same.get(claim, claim)

    def is_more_specific(self, claim: UUID, than: UUID) -> bool:
        """Say whether confirmed `refines` lead from the one claim to the other."""
        wanted, seen = self.leader(than), {self.leader(claim)}
        waiting = list(seen)
        while waiting:
            for broad in self._broader.get(waiting.pop(), ()):
                if broad == wanted:
                    return True
                if broad not in seen:
                    seen.add(broad)
                    waiting.append(broad)
        return False

    def may_cite(self, citing: UUID, cited: UUID) -> bool:
        """Say whether a statement of one claim may cite one of the other: the same claim, or a more specific one."""
        return self.leader(citing) == self.leader(cited) or self.is_more_specific(cited, citing)
