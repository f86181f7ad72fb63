"""Record who says what: the rules of attributions."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from api.attributions import derived, repository
from api.attributions.citing import service as citations
from api.attributions.models import Attribution, Citation
from api.attributions.ownership import owns
from api.attributions.quoting import checked
from api.attributions.schemas import (
    AttributionDraft,
    AttributionRecord,
    CitationDraft,
    CitedDraft,
)
from api.claims.service import service as claims
from api.custody.roles import Scope
from api.documents.models import Document
from api.documents.published import parties
from api.documents.service import service as documents
from api.errors import Conflict, Invalid, under
from api.formats.json import pointer
from api.graph.vocabulary import SIDES, Stance
from api.sources.models import Source
from api.sources.naming import called
from api.sources.service import service as sources
from api.storage import listing
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Order, Slice
from api.storage.reading import Reading
from api.web.keeping import Keeper
from api.web.records import Draft, date_range
from api.web.references import find, resolve
from api.web.values import Reference, columns_of

# How often a list filtered by `on_file` reads on before it answers a page that is not full.
ROUNDS = 20
RETRACTION = "POST or DELETE /v1/attributions/{}/retraction"


class Attributions(Keeper[Attribution, AttributionDraft, AttributionRecord]):
    """The rules of attributions."""

    model = Attribution
    draft = AttributionDraft
    answer = AttributionRecord
    path = "attributions"
    whole = frozenset({"claim", "source", "document", "responds_to", "replaces", "said_at"})
    nested: ClassVar = {
        "claim": (claims, "claim_id"),
        "source": (sources, "source_id"),
        "document": (documents, "document_id"),
    }
    elsewhere: ClassVar = {
        "cites": "POST /v1/attributions/{}/citations, or DELETE /v1/citations/… of one",
        "retracted_at": RETRACTION,
        "retraction_reason": RETRACTION,
        "retraction_document": RETRACTION,
    }

    # Recording -----------------------------------------------------------------------------------------------------

    def record(self, ledger: Ledger, draft: AttributionDraft) -> Attribution:
        known = self.known(ledger, draft)
        row = self.state(ledger, draft)
        if known is None:
            self.add_citations(ledger, row, draft.cites)
        return row

    def state(self, ledger: Ledger, draft: AttributionDraft) -> Attribution:
        """Record what an attribution says, not yet what it cites: in a bundle that may come later."""
        return super().record(ledger, draft)

    def add_citations(self, ledger: Ledger, row: Attribution, cites: Sequence[CitationDraft]) -> None:
        """Record what a new attribution cites; a cited draft takes over its claim and stance."""
        for place, cite in enumerate(cites):
            with under(pointer("cites", place)):
                self.cite(ledger, row, cite)

    def cite(self, ledger: Ledger, row: Attribution, cite: CitationDraft) -> Citation:
        """Record one citation of an attribution. Raises `Invalid`, `Conflict`."""
        with under("/attribution"):
            cited = self.cited(ledger, cite.attribution, row)
        return citations.add(ledger, row, cited, cite.kind)

    def cited(self, ledger: Ledger, sent: Reference | CitedDraft, citing: Attribution) -> Attribution:
        """Return the attribution that is meant, or record the draft; one of a known external_id is a reference."""
        if isinstance(sent, Reference):
            return resolve(ledger, Attribution, sent, "")
        known = self.known(ledger, sent)
        if known is not None:
            return known
        given = {name: getattr(sent, name) for name in sent.model_fields_set}
        inherited = {"claim": Reference.to(citing.claim_id), "stance": Stance(citing.stance)}
        whole = {**inherited, **{name: value for name, value in given.items() if value is not None}}
        return self.record(ledger, AttributionDraft.model_construct(_fields_set=set(whole), **_complete(whole)))

    def update(self, ledger: Ledger, row: Attribution, draft: AttributionDraft) -> Attribution:
        for place, cite in enumerate(draft.cites):
            if not self._has_cited(ledger, row, cite):
                raise Invalid(
                    f"This attribution is on record as {row.id}, without this citation: add it with POST"
                    f" /v1/attributions/{row.id}/citations.",
                    pointer("cites", place),
                )
        return super().update(ledger, row, draft)

    def agrees(self, ledger: Ledger, row: Attribution, draft: Draft) -> bool:
        cites = draft.cites if isinstance(draft, CitedDraft) else []
        return all(self._has_cited(ledger, row, cite) for cite in cites) and super().agrees(ledger, row, draft)

    def _has_cited(self, ledger: Ledger, row: Attribution, cite: CitationDraft) -> bool:
        """Say whether a citation that a draft makes is on record; others, found later, do not matter."""
        kept = [link.cited_id for link in citations.made_by(ledger, row) if link.kind == cite.kind]
        sent = cite.attribution
        if isinstance(sent, Reference):
            return resolve(ledger, Attribution, sent, "/cites").id in kept
        known = self.known(ledger, sent)
        if known is not None:
            return known.id in kept
        return any(self.agrees(ledger, cited, sent) for cited in ledger.find_all(Attribution, kept))

    def content(self, ledger: Ledger, draft: AttributionDraft, row: Attribution | None) -> dict[str, Any]:
        claim = claims.take(ledger, draft.claim, "/claim")
        source = sources.find_or_take(ledger, draft.source, "/source")
        document = documents.find_or_take(ledger, draft.document, "/document")
        said = claim.id, source and source.id, draft.stance.value
        if row is not None and said != (row.claim_id, row.source_id, row.stance):
            self._require_untouched(ledger, row)
        if row is not None and row.sealed_under is not None and row.document_id != (document and document.id):
            # Whether its words are found there would tell what they are.
            ledger.caller.require_scope(Scope.REVEAL, "To move a protected statement to another document")
        stood = row and (row.source_id, row.document_id, row.verbatim)
        if document is not None and stood != (source and source.id, document.id, draft.verbatim):
            self._require_own(ledger, draft, source, document)
        answered = find(ledger, Attribution, draft.responds_to, "/responds_to")
        corrected = find(ledger, Attribution, draft.replaces, "/replaces")
        if row is not None:
            self._refuse_loop(ledger, row, answered, "responds_to")
            self._refuse_loop(ledger, row, corrected, "replaces")
        columns = {
            "claim_id": claim.id,
            "source_id": source and source.id,
            "stance": draft.stance.value,
            "modality": draft.modality.value,
            "evidentiality": draft.evidentiality.value,
            "cue": draft.cue,
            "document_id": document and document.id,
            "verbatim": draft.verbatim,
            "language": draft.language,
            **columns_of("said_at", draft.said_at),
            "responds_to_id": answered and answered.id,
            "replaces_id": corrected and corrected.id,
        }
        if corrected is not None and (row is None or row.replaces_id != corrected.id):
            citations.require_correction(ledger, claim.id, source, draft.said_at, corrected)
        return columns | checked(ledger, draft, document, row)

    # Reading -------------------------------------------------------------------------------------------------------

    def answers(self, reading: Reading, rows: Sequence[Attribution]) -> list[AttributionRecord]:
        return derived.answers(reading, rows)

    def withdrawn(self, reading: Reading, rows: Sequence[Attribution]) -> frozenset[UUID]:
        """Return those of some attributions that their sources withdrew, or replaced by others."""
        replaced = {earlier for _, earlier in repository.replacing(reading, (row.id for row in rows))}
        return frozenset(row.id for row in rows if row.retracted_at is not None or row.id in replaced)

    def list(self, reading: Reading, filters: Any, cut: Cut) -> Slice[AttributionRecord]:
        if filters.on_file is None:
            return super().list(reading, filters, cut)
        kept: list[AttributionRecord] = []
        following: list[Any] | None = cut.after
        for _ in range(ROUNDS):
            part = super().list(reading, filters, Cut(cut.limit, following, cut.sort))
            kept += [answer for answer in part.items if answer.on_file is filters.on_file]
            following = part.after
            if following is None or len(kept) >= cut.limit:
                break
        if len(kept) > cut.limit:
            kept = kept[: cut.limit]
            order = self.order(reading.views.of(Attribution))
            following = listing.place_of(reading, Attribution, kept[-1].id, order, cut.sort)
        return Slice(kept, following, part.settled)

    def conditions(self, reading: Reading, view: type[Attribution], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        for name in ("stance", "modality", "evidentiality"):
            if (value := getattr(filters, name)) is not None:
                yield col(getattr(view, name)) == value.value
        if filters.claim is not None:
            yield col(view.claim_id) == filters.claim
        if filters.document is not None:
            yield col(view.document_id) == filters.document
        if filters.on_file:
            yield col(view.document_id).is_not(None)
        if filters.source and filters.include_controlled:
            yield col(view.source_id).in_(sources.find_controlled(reading, filters.source))
        elif filters.source:
            yield col(view.source_id) == filters.source
        yield from date_range("said_at", view, filters)

    def order(self, view: type[Attribution]) -> Order:
        return {**super().order(view), "said_at": listing.instant_or_first(col(view.said_at_earliest))}

    def check_restored(self, ledger: Ledger, rows: Sequence[Attribution]) -> None:
        # What was deleted has no other citations.
        citations.check_restored(ledger, repository.citations_around(ledger, [row.id for row in rows]))
        for row in rows:
            if row.replaces_id is not None:
                self._refuse_loop(ledger, row, ledger.find(Attribution, row.replaces_id), "replaces")

    # Rules ---------------------------------------------------------------------------------------------------------

    def _require_own(self, ledger: Ledger, draft: AttributionDraft, source: Source | None, document: Document) -> None:
        if source is None or ledger.takes_over:
            return
        published_by = parties(document)
        if owns(source.id, published_by, sources.climb(ledger), verbatim=draft.verbatim):
            return
        ledger.flush()
        if owns(source.id, published_by, sources.tops(ledger, {source.id, *published_by}), verbatim=draft.verbatim):
            return
        relayed = "Record the publisher's relay with this document, citing an attribution of this source"
        unrelayed = "Leave the document out, as nobody can cite what stands on no side"
        raise Invalid(
            f"This document is not “{called(source)}”'s own: it is published or written by somebody else."
            f" {relayed if draft.stance in SIDES else unrelayed}; or set verbatim where the document carries the"
            " source's own words in full.",
            "/document",
        )

    def _require_untouched(self, ledger: Ledger, row: Attribution) -> None:
        if row.responds_to_id is not None or row.replaces_id is not None or repository.touching(ledger, row.id):
            raise Conflict(
                "Claim, source and stance cannot change while citations or answers touch this attribution: delete"
                " those first, or delete this one and record it anew."
            )

    def _refuse_loop(self, ledger: Ledger, row: Attribution, target: Attribution | None, field: str) -> None:
        seen = {row.id}
        while target is not None:
            if target.id in seen:
                raise Invalid("This leads back to the attribution itself: name an earlier one.", f"/{field}")
            seen.add(target.id)
            following = getattr(target, f"{field}_id")
            target = None if following is None else ledger.find(Attribution, following)


def _complete(given: dict[str, Any]) -> dict[str, Any]:
    """Fill in the defaults of a draft: its values are checked, and only the inherited ones are new."""
    fields = AttributionDraft.model_fields
    return {
        name: given.get(name, None if field.is_required() else field.get_default(call_default_factory=True))
        for name, field in fields.items()
    }


service = Attributions()
