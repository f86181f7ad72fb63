"""Refuse what a record's state does not allow: what is deleted, and what was changed since it was read."""

from api.errors import Gone, Stale, TagRequired
from api.formats.edtf import write_instant
from api.storage.history import kind_of
from api.storage.records import Recorded

WEAK = "W/"
WEAKENED = (
    " What begins with W/ never matches: a proxy that compresses answers put that there. Send what comes after it."
)


def gone(row: Recorded, history: str) -> Gone:
    """Say of a deleted record when and why it was deleted, and where its history is."""
    deleted_at = "" if row.deleted_at is None else write_instant(row.deleted_at)
    return Gone(
        f"This {kind_of(row)} was deleted on {deleted_at}: {row.deletion_reason}",
        extra={
            "deleted_at": deleted_at,
            "deleted_by": row.deleted_by,
            "reason": row.deletion_reason,
            "history": history,
        },
    )


def require_tag(tag: str | None, row: Recorded) -> None:
    """Check If-Match against a record's version. Raises `TagRequired` or `Stale`."""
    if tag is None:
        raise TagRequired("Send If-Match with the ETag that you read, so that nobody's edit is overwritten unseen.")
    given = {one.strip().strip('"').partition(".")[0] for one in tag.split(",")}
    if "*" not in given and str(row.version) not in given:
        hint = WEAKENED if WEAK in tag else ""
        raise Stale(f"The record is at version {row.version} now, and If-Match says {tag[:100] or 'nothing'}.{hint}")
