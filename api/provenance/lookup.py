"""Tell everything that is recorded about one page."""

from uuid import UUID

from pydantic import Field
from sqlmodel import col, select

from api.attributions import derived
from api.attributions.models import Attribution
from api.attributions.schemas import AttributionRecord
from api.documents.schemas import DocumentRecord, Lookup
from api.documents.service import service as documents
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.web.making import Made


class Found(Made):
    """A document that was recorded for the address, and what was said in it."""

    document: DocumentRecord
    attributions: list[AttributionRecord] = Field(description="What is recorded as said in it.")


def found_at(reading: Reading, asked: Lookup, cut: Cut) -> Slice[Found]:
    """Return the documents of one address, each with its attributions. Raises `Invalid`."""
    part = documents.at_url(reading, asked, cut)
    view = reading.of(Attribution)
    statement = select(view).where(
        col(view.document_id).in_([row.id for row in part.items]), col(view.deleted_at).is_(None)
    )
    rows = sorted(reading.session.exec(statement).all(), key=lambda row: row.id)
    said: dict[UUID, list[AttributionRecord]] = {}
    for row, answer in zip(rows, derived.answers(reading, rows), strict=True):
        if row.document_id is not None:
            said.setdefault(row.document_id, []).append(answer)
    items = [
        Found.model_construct(document=answer, attributions=said.get(answer.id, []))
        for answer in documents.answers(reading, part.items)
    ]
    return Slice(items, part.after, reading.certain)
