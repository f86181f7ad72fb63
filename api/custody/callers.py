"""Who is asking: the holder of an access key, the command line, or somebody without a key."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from api.custody.roles import Role, Scope
from api.errors import Forbidden, Unauthorized


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks; without a key there is no holder, and no role."""

    holder: str | None = None
    key: UUID | None = None
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()

    def may(self, role: Role, scopes: Collection[Scope] = ()) -> bool:
        """Say whether the caller has this role or a higher one, and every one of these scopes."""
        return self.role is not None and self.role >= role and self.scopes.issuperset(scopes)

    def require(self, role: Role, what: str) -> None:
        """Raise unless the caller has this role; `what` names, for the message, what takes it.

        `Unauthorized` where there is no key at all, `Forbidden` where there is one with a lower role.
        """
        if self.role is None:
            raise Unauthorized(f"{what} takes an access key with the role {role.label} or a higher one.")
        if not self.may(role):
            raise Forbidden(
                f"{what} takes a key with the role {role.label} or a higher one; this one has the role"
                f" {self.role.label}."
            )

    def require_scope(self, scope: Scope, what: str) -> None:
        """Raise `Forbidden` unless the caller has this scope; `what` names what takes it."""
        if scope not in self.scopes:
            raise Forbidden(f"{what} takes a key with the scope {scope}, which no role implies.")

    @property
    def reveals(self) -> bool:
        """Say whether the caller may see who protected sources are."""
        return Scope.REVEAL in self.scopes


NOBODY = Caller()
# Whoever has a shell on the machine has the database too.
COMMAND_LINE = Caller("command line", role=Role.ADMIN)
