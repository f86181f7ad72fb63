"""Keep the texts of documents, each once."""

from collections.abc import Iterable
from hashlib import sha256

from sqlmodel import col, select

from api.documents.models import Text
from api.storage.among import among_words
from api.storage.ledger import Ledger


def keep_texts(ledger: Ledger, sent: Iterable[str]) -> list[str]:
    """Keep texts, each once however often it is sent, and return their digests."""
    by_digest = [(sha256(text.encode()).hexdigest(), text) for text in sent]
    new = {digest: text for digest, text in by_digest if digest not in ledger.texts}
    kept = set(ledger.session.exec(select(Text.sha256).where(among_words(col(Text.sha256), new)))) if new else ()
    for digest in sorted(new.keys() - kept):
        ledger.keep(Text(sha256=digest, text=new[digest]))
    ledger.texts |= new
    return [digest for digest, _ in by_digest]
