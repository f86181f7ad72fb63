"""Tell what changed since a sequence number."""

from sqlmodel import col, select

from api.changes.schemas import ChangePage, ChangeRecord
from api.storage.changes import Change
from api.storage.reading import Reading


def changes_after(reading: Reading, after: int, limit: int) -> ChangePage:
    """Return the changes after a sequence number, at most `limit` of them."""
    statement = select(Change).where(col(Change.sequence) > after).order_by(col(Change.sequence)).limit(limit)
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
        for row in reading.session.exec(statement).all()
    ]
    return ChangePage.model_construct(items=items, next=items[-1].sequence if items else after)
