"""Tell everything that is recorded about one page."""

from operator import attrgetter
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, and_
from sqlmodel import col

from api.attributions import derived
from api.attributions.models import Attribution
from api.attributions.schemas import AttributionRecord
from api.documents.schemas import DocumentRecord, Lookup
from api.documents.service import service as documents
from api.storage.among import any_of
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.views import Views
from api.web.making import Made


class Found(Made):
    """A document that was recorded for the address, and what was said in it."""

    document: DocumentRecord
    attributions: list[AttributionRecord] = Field(description="What is recorded as said in it.")


def found_at(reading: Reading, asked: Lookup, cut: Cut) -> Slice[Found]:
    """Return the documents of one address, each with its attributions. Raises `Invalid`."""
    part = documents.at_url(reading, asked, cut)
    rows = sorted(reading.records(Attribution, _said_in, ids={row.id for row in part.items}), key=attrgetter("id.int"))
    said: dict[UUID, list[AttributionRecord]] = {}
    for row, answer in zip(rows, derived.answers(reading, rows), strict=True):
        if row.document_id is not None:
            said.setdefault(row.document_id, []).append(answer)
    items = [
        Found.model_construct(document=answer, attributions=said.get(answer.id, []))
        for answer in documents.answers(reading, part.items)
    ]
    return Slice(items, part.after, reading.certain)


def _said_in(views: Views) -> ColumnElement[bool]:
    view = views.of(Attribution)
    return and_(col(view.deleted_at).is_(None), any_of(view.document_id, "ids"))
