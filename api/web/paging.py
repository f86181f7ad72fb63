"""The shape of lists: what they are asked with, and what a page of them holds."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, Field

from api.web.making import Made
from api.web.values import Moment, Settled

T = TypeVar("T")
Waiting = Annotated[
    int | None,
    Field(
        default=None,
        exclude_if=lambda waiting: waiting is None,
        description="Only where something derived may be old: at least so many claims or changes that concern this list"
        " were not worked out anew, or looked at, yet. Asking again goes on with it.",
    ),
]

Limit = Annotated[int | None, Field(description="Items on the page; clamped to what the server allows.")]
Cursor = Annotated[str | None, Field(description="`next` of the page before.", max_length=4000)]


class Page(Made, Generic[T]):
    """Some of the items, and the cursor of the next page."""

    items: list[T]
    next: str | None = Field(description="Send it as `cursor` for the next page; null on the last one.")
    settled: Settled = None
    stale: Waiting = None


class Asked(BaseModel):
    """What every list takes: which page, and as of when."""

    known_at: Moment | None = Field(None, description="The list as it stood at this instant (RFC 3339, with zone).")
    limit: Limit = None
    cursor: Cursor = None
