"""Tell what changed since a sequence number."""

from sqlalchemy import select
from sqlmodel import col

from api.changes.schemas import ChangePage, ChangeRecord
from api.storage.changes import Change
from api.storage.reading import Reading

SEEN = (
    Change.sequence,
    Change.kind,
    Change.record_id,
    Change.version,
    Change.action,
    Change.recorded_at,
    Change.recorded_by,
)


def changes_after(reading: Reading, after: int, limit: int) -> ChangePage:
    """Return the changes after a sequence number, at most `limit` of them."""
    statement = select(*(col(column) for column in SEEN)).where(col(Change.sequence) > after)
    items = [
        ChangeRecord.model_construct(
            sequence=row.sequence,
            kind=row.kind,
            id=row.record_id,
            version=row.version,
            action=row.action,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )
        for row in reading.rows(statement.order_by(col(Change.sequence)).limit(limit))
    ]
    return ChangePage.model_construct(items=items, next=items[-1].sequence if items else after)
