"""Tell who was shown what is sealed."""

from sqlmodel import col

from api.audit.schemas import RevealFilters, RevealRecord
from api.storage import listing
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.reveals import Reveal
from api.web.values import KindId


def page(reading: Reading, asked: RevealFilters, cut: Cut) -> Slice[RevealRecord]:
    """Return one page of the answers that showed what is sealed."""
    view = reading.views.of(Reveal)
    conditions = [] if asked.key is None else [col(view.access_key_id) == asked.key]
    found = listing.rows(reading, Reveal, conditions, {"recorded_at": col(view.recorded_at)}, cut)
    return Slice([_answer(row) for row in found.items], found.after, reading.certain)


def _answer(row: Reveal) -> RevealRecord:
    return RevealRecord.model_construct(
        id=row.id,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        key=row.access_key_id,
        request=row.request,
        records=[KindId(**one) for one in row.records],
    )
