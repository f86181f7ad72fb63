"""Erase what records say of somebody, and keep that it was done."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col

from api.erasures.models import Erasure
from api.erasures.schemas import ErasedRecord, ErasureDraft, ErasureRecord
from api.errors import Conflict, Invalid, NotFound
from api.storage import listing
from api.storage.erasing import erase
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.records import Sealable
from api.storage.references import models
from api.storage.vault import is_erased
from api.web.records import recorded
from api.web.values import KindId


def carry_out(ledger: Ledger, draft: ErasureDraft) -> Erasure:
    """Destroy what the target says of somebody. Raises `Invalid` for an unknown one, `Conflict` the second time."""
    row = _target(ledger, draft)
    if is_erased(row):
        raise Conflict(f"What this {draft.target.kind} says was erased before.")
    erased = erase(ledger, row)
    return ledger.add(
        Erasure(target_kind=draft.target.kind, target_id=row.id, reason=draft.reason, erased=erased, **ledger.stamp())
    )


def get(reading: Reading, erasure: UUID) -> ErasureRecord:
    """Return an erasure. Raises `NotFound`."""
    row = reading.find(Erasure, erasure)
    if row is None:
        raise NotFound(f"There is no erasure {erasure}.")
    return answers(reading, [row])[0].model_copy(update={"settled": reading.certain})


def page(reading: Reading, cut: Cut) -> Slice[ErasureRecord]:
    """Return one page of the erasures."""
    view = reading.views.of(Erasure)
    found = listing.rows(reading, Erasure, [], {"recorded_at": col(view.recorded_at)}, cut)
    return Slice(answers(reading, found.items), found.after, reading.certain)


def answers(reading: Reading, rows: Sequence[Erasure]) -> list[ErasureRecord]:
    """Say what these erasures destroyed."""
    reading.expect_indexes(rows)
    return [
        ErasureRecord.model_construct(
            **recorded(reading, row),
            target=KindId.model_construct(kind=row.target_kind, id=row.target_id),
            reason=row.reason,
            erased=[ErasedRecord(**one) for one in row.erased],
        )
        for row in rows
    ]


def _target(ledger: Ledger, draft: ErasureDraft) -> Sealable:
    model = models()[draft.target.kind]
    if draft.target.id is not None:
        row, named = ledger.find(model, draft.target.id), f"id {draft.target.id}"
    else:
        row, named = ledger.find_named(model, draft.target.external_id or ""), "that external_id"
    if not isinstance(row, Sealable):
        raise Invalid(f"No {draft.target.kind} has {named}.", "/target")
    return row
