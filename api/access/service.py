"""Make access keys, list them and revoke them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from api.access import repository
from api.access.models import AccessKey
from api.access.schemas import KeyDraft, KeyFilters, KeyRecord
from api.custody.callers import COMMAND_LINE
from api.custody.tokens import Token
from api.errors import Gone, Invalid, NotFound
from api.formats.edtf import write_instant
from api.storage import listing
from api.storage.database import Database
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.records import new_id


def create(ledger: Ledger, draft: KeyDraft, token: Token) -> AccessKey:
    """Keep a key. Raises `Invalid` where it would be expired at once."""
    if draft.expires_at is not None and draft.expires_at <= ledger.now:
        raise Invalid("This is past: the key could never be used.", "/expires_at")
    return ledger.add(
        AccessKey(
            public_id=token.public_id,
            digest=token.digest,
            holder=draft.holder,
            role=draft.role,
            scopes=[scope.value for scope in draft.scopes],
            expires_at=draft.expires_at,
            **ledger.stamp(),
        )
    )


def give(ledger: Ledger, draft: KeyDraft, token: Token) -> AccessKey:
    """Keep a key that a caller makes for somebody. Raises `Forbidden` for a scope that the caller lacks."""
    for scope in draft.scopes:
        ledger.caller.require_scope(scope, f"To give somebody the scope {scope}")
    return create(ledger, draft, token)


def create_first(database: Database, token: Token) -> bool:
    """Keep a key for the first admin, without scopes, where no key was ever made; say whether it was."""

    admin = KeyDraft(holder="admin", role="admin", expires_at=None)

    def work(ledger: Ledger) -> bool:
        if repository.is_any(ledger):
            return False
        create(ledger, admin, token)
        return True

    return database.write(work, COMMAND_LINE)


def is_any(database: Database) -> bool:
    """Say whether a key was ever made."""
    with database.reading() as reading:
        return repository.is_any(reading)


def revoke(ledger: Ledger, key: UUID, reason: str) -> None:
    """Refuse a key from the next request on. Raises `NotFound`, `Gone`."""
    ledger.delete(_live(ledger, key), reason, new_id())


def get(reading: Reading, key: UUID) -> KeyRecord:
    """Return what a key allows. Raises `NotFound`, `Gone`."""
    answer = answers(reading, [_live(reading, key)])[0]
    return answer.model_copy(update={"settled": reading.certain})


def _live(reading: Reading, key: UUID) -> AccessKey:
    row = reading.find(AccessKey, key)
    if row is None:
        raise NotFound(f"There is no access key {key}.")
    if row.deleted_at is not None:
        raise Gone(f"This key was revoked on {write_instant(row.deleted_at)}: {row.deletion_reason}")
    return row


def named(reading: Reading, public_id: str) -> UUID:
    """Return the id of the key with this public id. Raises `NotFound`."""
    row = repository.find(reading, public_id)
    if row is None:
        raise NotFound(f"There is no access key {public_id}.")
    return row.id


def every(reading: Reading) -> list[KeyRecord]:
    """Return the keys that are not revoked, oldest first."""
    statement = select(AccessKey).where(col(AccessKey.deleted_at).is_(None)).order_by(col(AccessKey.recorded_at))
    return answers(reading, reading.session.exec(statement).all())


def page(reading: Reading, asked: KeyFilters, cut: Cut) -> Slice[KeyRecord]:
    """Return one page of the keys that are not revoked."""
    view = reading.views.of(AccessKey)
    conditions = [] if asked.role is None else [col(view.role) == asked.role]
    order = {"recorded_at": col(view.recorded_at), "holder": listing.beginning(col(view.holder))}
    found = listing.rows(reading, AccessKey, conditions, order, cut)
    return Slice(answers(reading, found.items), found.after, reading.certain)


def at_first(reading: Reading, key: UUID) -> KeyRecord:
    """Answer a key as it was made."""
    return answers(reading, reading.versions(AccessKey, key)[:1])[0]


def answers(reading: Reading, rows: Sequence[AccessKey]) -> list[KeyRecord]:
    """Say what these keys allow, and when they were used."""
    used = repository.last_used(reading, [row.id for row in rows])
    return [
        KeyRecord(
            id=row.id,
            version=row.version,
            public_id=row.public_id,
            holder=row.holder,
            role=row.role,  # type: ignore[arg-type]
            scopes=row.scopes,  # type: ignore[arg-type]
            expires_at=row.expires_at,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
            last_used=used.get(row.id),
        )
        for row in rows
    ]
