"""What attributions answer, with what is derived on every read from documents, sources, claims and citations."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from api.attributions import repository
from api.attributions.anchor import Folded, find, fold
from api.attributions.models import Attribution, CitationEnds
from api.attributions.ownership import Tops, on_file
from api.attributions.schemas import AttributionRecord, CitationLink, Quote
from api.claims.models import Claim
from api.documents.models import Document
from api.documents.published import parties
from api.documents.service import service as documents
from api.graph.values import FIRST_HAND
from api.graph.vocabulary import Anchor, CitationKind, Evidentiality, Modality, Stance, by_spelling
from api.sources.service import service as sources
from api.storage.reading import Reading
from api.storage.vault import Redacted
from api.web.records import recorded
from api.web.values import Id, SpokenDate


@dataclass(frozen=True, slots=True)
class Naming:
    """How an answer names what an attribution refers to."""

    claim: Callable[[UUID], Any] = Id.of
    source: Callable[[UUID | None], Any] = Id.of
    document: Callable[[UUID | None], Any] = Id.of


def answers(reading: Reading, rows: Sequence[Attribution]) -> list[AttributionRecord]:
    """Answer attributions in a fixed number of statements, however many there are."""
    return [AttributionRecord.model_construct(**fields) for fields in told(reading, rows, Naming())]


def told(
    reading: Reading, rows: Sequence[Attribution], naming: Naming, tops: Tops | None = None
) -> Iterator[dict[str, Any]]:
    """Give the fields that attributions answer.

    `tops` gives those that a source in the end speaks for, where that has been read already.
    """
    rows = reading.numbered(rows)
    held = reading.live(Document, (row.document_id for row in rows if row.document_id is not None))
    claims = reading.live(Claim, (row.claim_id for row in rows))
    tops = tops or _tops(reading, rows, held.values())
    cites = _by_citing(repository.made(reading, (row.id for row in rows)))
    replaced: dict[UUID, list[Id]] = {}
    for later, earlier in repository.replacing(reading, (row.id for row in rows)):
        replaced.setdefault(earlier, []).append(Id.model_construct(id=later))
    anchored = anchors(reading, rows, held)
    stances, modalities, evidence = by_spelling(Stance), by_spelling(Modality), by_spelling(Evidentiality)
    for row in rows:
        links = cites.get(row.id, [])
        yield {
            **recorded(reading, row),
            "claim": naming.claim(row.claim_id),
            "source": naming.source(row.source_id),
            "stance": stances[row.stance],
            "modality": modalities[row.modality],
            "evidentiality": evidence[row.evidentiality],
            "cue": row.cue,
            "document": naming.document(row.document_id),
            "verbatim": row.verbatim,
            "quote": _quote(row),
            "language": row.language,
            "said_at": SpokenDate.of(row.said_at, row.said_at_earliest, row.said_at_latest),
            "cites": links,
            "responds_to": Id.of(row.responds_to_id),
            "replaces": Id.of(row.replaces_id),
            "replaced_by": replaced.get(row.id, []),
            "retracted_at": SpokenDate.of(row.retracted_at, row.retracted_at_earliest, row.retracted_at_latest),
            "retraction_reason": row.retraction_reason,
            "retraction_document": Id.of(row.retraction_document_id),
            "on_file": row.document_id is not None and on_file(row, held.get(row.document_id), tops),
            "relay": bool(links) and row.evidentiality not in FIRST_HAND,
            "forecast": _is_forecast(row, claims.get(row.claim_id)),
            "anchor": anchored.get(row.id),
        }


def _tops(reading: Reading, rows: Iterable[Attribution], held: Iterable[Document]) -> Tops:
    """Give the function from a source to those that it in the end speaks for, merged over `same_as`."""
    named = {row.source_id for row in rows if row.source_id is not None}
    return sources.tops(reading, named.union(*(parties(document) for document in held)))


def _by_citing(citations: Iterable[CitationEnds]) -> dict[UUID, list[CitationLink]]:
    found: dict[UUID, list[CitationLink]] = {}
    kinds = by_spelling(CitationKind)
    for one in citations:
        link = CitationLink.model_construct(
            id=one.id, kind=kinds[one.kind], attribution=Id.model_construct(id=one.cited_id)
        )
        found.setdefault(one.citing_id, []).append(link)
    return found


def anchors(reading: Reading, rows: Sequence[Attribution], held: dict[UUID, Document]) -> dict[UUID, Anchor]:
    """Say where each quote is now; only texts that changed since the quote was checked are read."""
    found: dict[UUID, Anchor] = {}
    open_questions: list[tuple[Attribution, str]] = []
    for row in rows:
        document = None if row.document_id is None else held.get(row.document_id)
        digest = None if document is None else documents.digest(reading, document)
        if row.quote_exact is None:
            continue
        if digest is None or isinstance(row.quote_exact, Redacted):
            found[row.id] = Anchor.UNCHECKED
        elif digest == row.quote_sha256:
            found[row.id] = Anchor.EXACT
        else:
            open_questions.append((row, digest))
    asked = {row.document_id for row, _ in open_questions}
    texts = documents.texts(reading, [document for one, document in held.items() if one in asked])

    @cache
    def folded(digest: str) -> Folded:
        return fold(texts[digest])

    for row, digest in open_questions:
        found[row.id] = _anchor(row, folded(digest))
    return found


def _anchor(row: Attribution, page: Folded) -> Anchor:
    match = find(page, row.quote_exact or "", row.quote_prefix, row.quote_suffix, row.quote_start)
    if match is None:
        match = find(page, row.quote_exact or "", start=row.quote_start)
    if match is None:
        return Anchor.ORPHANED
    return Anchor.EXACT if row.quote_start in (None, match.start) else Anchor.MOVED


def _quote(row: Attribution) -> Quote | Redacted | None:
    if row.quote_exact is None or isinstance(row.quote_exact, Redacted):
        return row.quote_exact
    return Quote.model_construct(
        exact=row.quote_exact,
        prefix=row.quote_prefix,
        suffix=row.quote_suffix,
        start=row.quote_start,
        end=row.quote_end,
    )


def _is_forecast(row: Attribution, claim: Claim | None) -> bool:
    if claim is None or row.said_at_latest is None or claim.occurred_earliest is None:
        return False
    return row.said_at_latest < claim.occurred_earliest
