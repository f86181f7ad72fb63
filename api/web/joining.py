"""The rules of what joins two records that are one, for whichever kind."""

from typing import Any, TypeVar

from api.custody.roles import Role
from api.errors import Conflict, Invalid
from api.storage.ledger import Ledger
from api.storage.records import Recorded
from api.storage.sameness import SameAs, links
from api.web.keeping import Keeper

S = TypeVar("S", bound=SameAs)


def find_link(ledger: Ledger, model: type[S], one: Recorded, other: Recorded) -> S | None:
    """Return the live finding that these two are one, or None."""
    ledger.flush()
    return next((link for link in links(ledger, model, one.id) if other.id in (link.one_id, link.other_id)), None)


def join(
    ledger: Ledger, keeper: Keeper[Any, Any, Any], model: type[S], one: Recorded, other: Recorded, reason: str
) -> S:
    """Record that two records are one. Raises `Invalid`, `Conflict`, `Forbidden`."""
    ledger.caller.require(Role.EDITOR, f"To say that two records are one {keeper.kind}")
    if other.id == one.id:
        raise Invalid("This is the same record already: name another one.", "/other")
    if find_link(ledger, model, one, other) is not None:
        raise Conflict(f"These two are recorded as one {keeper.kind} already.")
    keeper.check_joined(ledger, one, other)
    return ledger.add(model(one_id=one.id, other_id=other.id, reason=reason, **ledger.stamp()))
