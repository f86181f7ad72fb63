"""Fetch documents and their texts."""

from collections.abc import Iterable
from hashlib import sha256

from sqlmodel import col, select

from api.documents.models import Text
from api.storage.ledger import Ledger
from api.storage.reading import Reading, chunks


def texts(reading: Reading, digests: Iterable[str]) -> dict[str, str]:
    """Return texts by their digest."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(digests))):
        found |= {row.sha256: row.text for row in reading.session.exec(select(Text).where(col(Text.sha256).in_(some)))}
    return found


def keep_text(ledger: Ledger, text: str) -> str:
    """Keep a text, once however often it is sent, and return its digest."""
    digest = sha256(text.encode()).hexdigest()
    if digest not in ledger.texts and not texts(ledger, [digest]):
        ledger.keep(Text(sha256=digest, text=text))
    ledger.texts[digest] = text
    return digest
