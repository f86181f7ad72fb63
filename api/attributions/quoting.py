"""Check quotes and cues against the document's text, and keep them in the document's own words."""

from typing import Any

from api.attributions.anchor import Folded, find, fold, nearest
from api.attributions.models import Attribution
from api.attributions.schemas import CitedDraft, Quote
from api.documents.models import Document
from api.documents.service import service as documents
from api.errors import Invalid
from api.storage.ledger import Ledger

FIELDS = ("quote_exact", "quote_prefix", "quote_suffix", "quote_start", "quote_end", "quote_sha256")


class Pages(dict[str, Folded]):
    """Texts as quotes are looked for in them, by digest: each is folded once in a write."""


def checked(ledger: Ledger, draft: CitedDraft, document: Document | None, row: Attribution | None) -> dict[str, Any]:
    """Return the columns of a quote and cue. Raises `Invalid` where new words are not in the text that we hold."""
    unchanged = row is not None and row.document_id == (document and document.id)
    columns: dict[str, Any] = dict.fromkeys(FIELDS) | {"cue": draft.cue}
    page = None if document is None or _is_secret(ledger, document) else _page(ledger, document)
    if row is not None and unchanged and _same_quote(draft.quote, row):
        columns |= {name: getattr(row, name) for name in FIELDS}
    elif draft.quote is not None:
        columns |= _found(ledger, _in_order(draft.quote, row), page, document)
    if draft.cue is not None and page is not None and not (row is not None and unchanged and row.cue == draft.cue):
        columns["cue"] = _cue(ledger, draft.cue, page, document)
    return columns


def _is_secret(ledger: Ledger, document: Document) -> bool:
    """Say whether the writer may not know what is in a document: to find their words there would tell."""
    return document.sealed_under is not None and not ledger.caller.reveals and not ledger.is_new(document)


def _page(ledger: Ledger, document: Document) -> Folded | None:
    digest = documents.digest(ledger, document)
    if digest is None:
        return None
    pages = ledger.notes(Pages)
    if digest not in pages:
        pages[digest] = fold(documents.texts(ledger, [document])[digest])
    return pages[digest]


def _in_order(quote: Quote, row: Attribution | None) -> Quote:
    """Leave out where the words ended that these replace: a patch of the others alone leaves it beside them.

    Raises `Invalid` where a quote ends before it begins.
    """
    if quote.start is not None and quote.end == quote.start + len(quote.exact):
        return quote
    moved = row is not None and (quote.exact, quote.start) != (row.quote_exact, row.quote_start)
    if row is not None and moved and quote.end == row.quote_end:
        return quote.model_copy(update={"end": None})
    if quote.start is not None and quote.end is not None and quote.end <= quote.start:
        raise Invalid("The quote ends before it begins: check start and end, or leave both out.", "/quote")
    return quote


def _found(ledger: Ledger, quote: Quote, page: Folded | None, document: Document | None) -> dict[str, Any]:
    columns: dict[str, Any] = {f"quote_{name}": value for name, value in quote.model_dump().items()}
    if page is None or document is None:
        return columns
    match = find(page, quote.exact, quote.prefix, quote.suffix, quote.start)
    if match is None and ledger.takes_over:
        return columns
    if match is None:
        beside = " between its prefix and suffix" if quote.prefix or quote.suffix else ""
        raise _missing(ledger, document, page, quote.exact, f"this quote{beside}", "/quote/exact")
    found = {
        "quote_exact": match.exact,
        "quote_prefix": match.prefix,
        "quote_suffix": match.suffix,
        "quote_start": match.start,
        "quote_end": match.end,
        "quote_sha256": documents.digest(ledger, document),
    }
    return columns | found


def _cue(ledger: Ledger, cue: str, page: Folded, document: Document | None) -> str:
    match = find(page, cue)
    if match is None and ledger.takes_over:
        return cue
    if match is None:
        raise _missing(ledger, document, page, cue, "this cue", "/cue")
    return match.exact


def _missing(ledger: Ledger, document: Document | None, page: Folded, words: str, what: str, pointer: str) -> Invalid:
    """Say what stands there instead; of a sealed text that tells something."""
    like = nearest(page, words)
    hint = f" The nearest passage is: “{like}”." if like else ""
    missing = Invalid(f"The document's text does not have {what}: send the words as they stand there.{hint}", pointer)
    if document is not None and document.sealed_under is not None and not ledger.is_new(document):
        missing.told = {("document", document.id)}
    return missing


def _same_quote(quote: Quote | None, row: Attribution) -> bool:
    if quote is None:
        return row.quote_exact is None
    kept = (row.quote_exact, row.quote_prefix, row.quote_suffix)
    is_there = quote.start in (None, row.quote_start) and quote.end in (None, row.quote_end)
    return (quote.exact, quote.prefix, quote.suffix) == kept and is_there
