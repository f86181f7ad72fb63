"""Record that a source withdrew what it said, and that it says it again: the source's own acts, no deletions."""

from typing import Any
from uuid import UUID

from api.attributions.models import Attribution
from api.attributions.schemas import RetractionDraft
from api.attributions.service import service
from api.custody.roles import Role
from api.documents.models import Document
from api.errors import Conflict, Invalid
from api.formats.edtf import write_instant
from api.storage.ledger import Ledger
from api.web.references import find
from api.web.states import require_tag
from api.web.values import columns_of


def retract(ledger: Ledger, record_id: UUID, draft: RetractionDraft) -> Attribution:
    """Record that the source withdrew what it said. Raises `Conflict` where it did so before, `Invalid` for dates."""
    row = service.row(ledger, record_id)
    if row.retracted_at is not None:
        raise Conflict("This attribution is retracted already; DELETE the retraction first to record another.")
    document = find(ledger, Document, draft.document, "/document")
    when = draft.retracted_at
    dated = columns_of("retracted_at", when)
    if when is None:  # all that is known: at some time up to now
        dated = {
            "retracted_at": f"../{write_instant(ledger.now)}",
            "retracted_at_earliest": None,
            "retracted_at_latest": ledger.now,
        }
    elif (
        not ledger.takes_over
        and when.latest is not None
        and row.said_at_earliest is not None
        and when.latest < row.said_at_earliest
    ):
        raise Invalid("It was withdrawn before it was said: check the dates.", "/retracted_at")
    ledger.change(row, {**dated, "retraction_reason": draft.reason, "retraction_document_id": document and document.id})
    return row


def has_retracted(ledger: Ledger, row: Attribution, draft: RetractionDraft) -> bool:
    """Say whether all that a draft says of a retraction is on record."""
    return row.retracted_at is not None and all(
        value is None or value == getattr(row, name) for name, value in columns_told(ledger, row, draft).items()
    )


def columns_told(ledger: Ledger, row: Attribution, draft: RetractionDraft) -> dict[str, Any]:
    """Return what a draft says of a retraction, by its columns; None for what it does not say.

    What is sealed of it is left out: to compare that would tell what it is.
    """
    document = find(ledger, Document, draft.document, "/document")
    told = {
        "retracted_at": draft.retracted_at and draft.retracted_at.value,
        "retraction_reason": draft.reason,
        "retraction_document_id": document and document.id,
    }
    return {name: value for name, value in told.items() if row.sealed_under is None or name not in row.sealable}


def reinstate(ledger: Ledger, record_id: UUID, tag: str | None) -> Attribution:
    """Record that it stands again. Raises `Forbidden`, and `Conflict` where it was not retracted."""
    ledger.caller.require(Role.EDITOR, "To end a retraction")
    row = service.row(ledger, record_id)
    require_tag(tag, row)
    if row.retracted_at is None:
        raise Conflict("This attribution is not retracted.")
    nothing = dict.fromkeys((*columns_of("retracted_at", None), "retraction_reason", "retraction_document_id"))
    ledger.change(row, nothing)
    return row
