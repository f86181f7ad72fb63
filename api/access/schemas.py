"""What access keys look like on the wire: never with what their secret could be checked or guessed by."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from api.custody.roles import Scope
from api.web.paging import Asked
from api.web.records import sorted_by
from api.web.values import Line, Moment, Settled, Value

RoleName = Literal["reader", "contributor", "editor", "admin"]


def _each_once(scopes: list[Scope]) -> list[Scope]:
    return sorted(set(scopes))


class KeyDraft(Value):
    """An access key to make."""

    holder: Line = Field(description="Whose it is: all that is done with it is recorded by this name.")
    role: RoleName
    scopes: Annotated[list[Scope], AfterValidator(_each_once)] = Field(
        default_factory=list,
        max_length=10,
        description="What no role implies: `sources:reveal`, `erase`, `audit:read`. None that your own key lacks.",
    )
    expires_at: Moment | None = Field(None, description="From then on it is refused; null for never.")


class KeyRecord(BaseModel):
    """An access key: whose it is and what it allows, not what it is."""

    id: UUID
    version: int = Field(description="1, as long as it is not revoked.")
    public_id: str = Field(description="The part after `whn_`, by which a key is told in logs and lists.")
    holder: str
    role: RoleName
    scopes: list[Scope]
    expires_at: datetime | None
    recorded_at: datetime = Field(description="When it was made (UTC).")
    recorded_by: str | None
    last_used: date | None = Field(description="The last day (UTC) on which it was used; null where it never was.")
    settled: Settled = None


class NewKey(KeyRecord):
    """A key that was just made."""

    token: str | None = Field(
        description="What its holder sends as Authorization: Bearer. It is kept nowhere and never shown again: null"
        " where this repeats an earlier answer."
    )


class KeyFilters(Asked):
    """Which keys to list."""

    sort: str = sorted_by("recorded_at", "holder")
    role: RoleName | None = Field(None, description="With this role.")
