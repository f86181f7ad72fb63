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


def keep_texts(ledger: Ledger, sent: Iterable[str]) -> list[str]:
    """Keep texts, each once however often it is sent, and return their digests."""
    by_digest = [(sha256(text.encode()).hexdigest(), text) for text in sent]
    new = {digest: text for digest, text in by_digest if digest not in ledger.texts}
    for some in chunks(sorted(new)):
        kept = set(ledger.session.exec(select(Text.sha256).where(col(Text.sha256).in_(some))))
        for digest in some:
            if digest not in kept:
                ledger.keep(Text(sha256=digest, text=new[digest]))
    ledger.texts |= new
    return [digest for digest, _ in by_digest]
