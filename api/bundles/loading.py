"""Take bundles from files: the same rules as over HTTP, without it."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from api.bundles.schemas import Bundle, BundleResult
from api.bundles.service import record_bundle
from api.claims.models import Claim
from api.custody.callers import COMMAND_LINE
from api.errors import Malformed
from api.formats.json import read
from api.storage.database import Database
from api.web.examples import FOLDER
from api.web.validation import validating

DOSSIER = "dossier.json"
SHOWN = "dossier-2023-07/supplies"


def load_bundle(database: Database, body: bytes) -> Sequence[BundleResult]:
    """Record a bundle from its JSON, all of it or nothing. Raises `Malformed`, `Invalid`, `Conflict`."""
    try:
        with validating():
            bundle = Bundle.model_validate(read(body))
    except ValueError as wrong:
        raise Malformed(str(wrong)) from None
    return database.write(lambda ledger: record_bundle(ledger, bundle), COMMAND_LINE)


def load_dossier(database: Database) -> None:
    """Record the example dossier where there is no claim yet, not even a deleted one."""
    with database.reading() as reading:
        in_use = reading.session.exec(select(Claim.id).limit(1)).first() is not None
    if not in_use:
        load_bundle(database, (FOLDER / DOSSIER).read_bytes())


def claim_to_show(database: Database) -> UUID | None:
    """Return the dossier's main claim, None where the store does not have it."""
    with database.reading() as reading:
        statement = select(Claim.id).where(Claim.external_id == SHOWN, col(Claim.deleted_at).is_(None))
        return reading.session.exec(statement).first()
