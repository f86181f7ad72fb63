"""What operations take and answer, said once for all of them."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import AfterValidator

from api import errors
from api.storage.idempotency import Receipt
from api.web.problems import responses
from api.web.values import Moment


def _worded(reason: str) -> str:
    """Strip a reason, and refuse one without words."""
    if not reason.strip():
        raise ValueError("Say why: the reason is kept with the deletion.")
    return reason.strip()


RecordId = Annotated[UUID, Path(description="The record's id.")]
KnownAt = Annotated[
    Moment | None, Query(description="Answer as the record stood at this instant (RFC 3339, with zone).")
]
Reason = Annotated[
    str,
    Query(description="Why, in words that will be read later. Required.", min_length=1, max_length=2000),
    AfterValidator(_worded),
]

READ = responses(errors.NotFound, errors.MethodNotAllowed, errors.Invalid, errors.Internal, errors.Unavailable)
READ_ONE = {**READ, **responses(errors.Gone)}
WRITE = responses(
    errors.Malformed,
    errors.NotFound,
    errors.TooSlow,
    errors.Conflict,
    errors.Ambiguous,
    errors.StillRunning,
    errors.Gone,
    errors.TooLarge,
    errors.UnsupportedMedia,
    errors.Invalid,
    errors.KeyReused,
    errors.Internal,
    errors.Unavailable,
)
EDIT = {**WRITE, **responses(errors.Stale, errors.TagRequired)}


def marked(response: Response, receipt: Receipt) -> Response:
    """Mark an answer that repeats an earlier one as such."""
    if receipt.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
