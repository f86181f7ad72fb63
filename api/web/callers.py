"""Who is asking: the holder of an access key, or somebody without one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from fastapi import Request

from api.custody.roles import Role, Scope
from api.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sent a request; without a key there is no holder, and no role."""

    holder: str | None = None
    key: UUID | None = None
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()

    def may(self, role: Role, scopes: Collection[Scope] = ()) -> bool:
        """Say whether the caller has this role or a higher one, and every one of these scopes."""
        return self.role is not None and self.role >= role and self.scopes.issuperset(scopes)

    def require(self, role: Role, what: str) -> None:
        """Raise `Forbidden` unless the caller has this role; `what` says what it takes it for."""
        if not self.may(role):
            raise Forbidden(f"{what} takes a key with the role {role.label} or a higher one.")

    def require_scope(self, scope: Scope, what: str) -> None:
        """Raise `Forbidden` unless the caller has this scope; `what` says what it takes it for."""
        if scope not in self.scopes:
            raise Forbidden(f"{what} takes a key with the scope {scope}, which no role implies.")

    @property
    def reveals(self) -> bool:
        """Say whether the caller may see who protected sources are."""
        return Scope.REVEAL in self.scopes


NOBODY = Caller()


class Gate(Protocol):
    """Who tells from a request's Authorization header who is asking."""

    def admit(self, authorization: str | None) -> Caller:
        """Return the caller; `NOBODY` where the header is missing. Raises `Unauthorized`. It may ask the database."""


def caller_of(request: Request) -> Caller:
    """Return who sent a request, as the gate found."""
    return getattr(request.state, "caller", NOBODY)
