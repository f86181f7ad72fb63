"""Record what was taken from what: the rules of citations, and of statements that correct earlier ones."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from api.attributions import repository
from api.attributions.models import Attribution, Citation
from api.attributions.schemas import CitationRecord
from api.errors import Conflict, Invalid, NotFound
from api.graph.vocabulary import SIDES, CitationKind
from api.relations.refinement import Refinement
from api.relations.service import service as relations
from api.sources.models import Source
from api.sources.service import service as sources
from api.storage import deletion
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.storage.rows import new_row
from api.web.records import recorded
from api.web.states import gone, require_tag
from api.web.values import Id, SpokenDate

AT = "/attribution"


class Made(dict[UUID, list[Citation]]):
    """The live citations that an attribution makes, by its id, as far as one write has asked."""


class Citations:
    """The rules of citations."""

    model = Citation

    def add(self, ledger: Ledger, citing: Attribution, cited: Attribution, kind: CitationKind) -> Citation:
        """Record that one attribution was taken from another. Raises `Invalid`, `Conflict`."""
        self.check(ledger, citing, cited)
        row = new_row(Citation, kind=kind.value, citing_id=citing.id, cited_id=cited.id, **ledger.stamp())
        if self.find(ledger, citing, cited, kind) is not None:
            raise Conflict("This citation is on record already.")
        if not ledger.is_new(citing):
            ledger.change(citing, {})
        ledger.notes(Made)[citing.id].append(row)
        return ledger.add(row)

    def find(self, ledger: Ledger, citing: Attribution, cited: Attribution, kind: CitationKind) -> Citation | None:
        """Return the live citation of this kind between these two, or None."""
        of_these = (one for one in self.made_by(ledger, citing) if one.kind == kind and one.cited_id == cited.id)
        return next(of_these, None)

    def check(self, ledger: Ledger, citing: Attribution, cited: Attribution) -> None:
        """Raise `Invalid` where the one cannot have been taken from the other."""
        self._require_one_side(citing, cited)
        if citing.claim_id != cited.claim_id and not ledger.takes_over:
            ledger.flush()
            refinement = relations.refining(ledger, [citing.claim_id, cited.claim_id])
            self._require_claims_that_fit(refinement, citing, cited)

    def _require_one_side(self, citing: Attribution, cited: Attribution) -> None:
        if citing.id == cited.id:
            raise Invalid("An attribution cannot be taken from itself; an earlier one of the same source can.", AT)
        if citing.stance not in SIDES:
            raise Invalid(f"A statement that {citing.stance} stands on no side and cites nobody: use responds_to.", AT)
        if cited.stance != citing.stance:
            raise Invalid(
                f"The citing attribution {citing.stance} the claim and the cited one {cited.stance} it: a citation"
                " passes on the same stance. To answer the other side, use responds_to.",
                AT,
            )

    def _require_claims_that_fit(self, refinement: Refinement, citing: Attribution, cited: Attribution) -> None:
        if refinement.may_cite(citing.claim_id, cited.claim_id):
            return
        if refinement.is_more_specific(citing.claim_id, cited.claim_id):
            raise Invalid(
                "The cited attribution is about a broader claim, and not about this more specific one. Record the relay"
                " on the broader claim; what goes beyond that is the citing source's own statement, without this"
                " citation.",
                AT,
            )
        raise Invalid(
            "The cited attribution is about another claim. Confirm first that its claim `refines` this one, or"
            " that the two are `same_as` each other; or cite an attribution of the same claim.",
            AT,
        )

    def check_restored(self, ledger: Ledger, rows: Sequence[Citation]) -> None:
        """Raise `Conflict` where what these join has changed since."""
        ledger.expect(Attribution, (end for row in rows for end in (row.citing_id, row.cited_id)))
        ends = {row.id: ledger.find_all(Attribution, [row.citing_id, row.cited_id]) for row in rows}
        refinement = relations.refining(ledger, {end.claim_id for both in ends.values() for end in both})
        for row in rows:
            citing, cited = ends[row.id]
            try:
                self._require_one_side(citing, cited)
                self._require_claims_that_fit(refinement, citing, cited)
            except Invalid as wrong:
                raise Conflict(f"The citation {row.id} no longer fits: {wrong.detail}") from None

    def require_correction(
        self, ledger: Ledger, claim: UUID, source: Source | None, said_at: SpokenDate | None, earlier: Attribution
    ) -> None:
        """Raise `Invalid` unless a statement can correct an earlier one: same claim, same voice, not before it."""
        at = "/replaces"
        ledger.flush()
        if claim != earlier.claim_id and claim not in relations.cluster(ledger, earlier.claim_id):
            raise Invalid(
                "A statement corrects one on the same claim. To take back one on another, such as an earlier figure,"
                " record its retraction: POST /v1/attributions/{id}/retraction.",
                at,
            )
        voices = {one for one in (None if source is None else source.id, earlier.source_id) if one is not None}
        tops = sources.tops(ledger, voices)
        if source is None or earlier.source_id is None or tops(source.id).isdisjoint(tops(earlier.source_id)):
            raise Invalid("A statement corrects one of the same source, or of one that speaks for the same.", at)
        said, before = said_at and said_at.latest, earlier.said_at_earliest
        if said and before and said < before:
            raise Invalid("A statement corrects an earlier one, and this was said before that.", at)

    def get(self, reading: Reading, record_id: UUID) -> tuple[CitationRecord, int]:
        """Return a citation, and the version of the attribution that it is a part of. Raises `NotFound`, `Gone`."""
        row = self._row(reading, record_id)
        owner = reading.find(Attribution, row.citing_id)
        answer = self.answer(reading, row).model_copy(update={"settled": reading.certain})
        return answer, 0 if owner is None else owner.version

    def page(self, reading: Reading, attribution: UUID, cut: Cut) -> Slice[CitationRecord]:
        """Return one page of the citations that an attribution makes."""
        found = repository.page_of_citations(reading, attribution, cut)
        reading.expect_indexes(found.items)
        return Slice([self.answer(reading, row) for row in found.items], found.after, reading.certain)

    def answer(self, reading: Reading, row: Citation) -> CitationRecord:
        """Answer one citation."""
        citing, cited = Id.model_construct(id=row.citing_id), Id.model_construct(id=row.cited_id)
        return CitationRecord.model_construct(
            **recorded(reading, row), kind=CitationKind(row.kind), citing=citing, cited=cited
        )

    def delete(self, ledger: Ledger, record_id: UUID, tag: str | None, reason: str) -> None:
        """Withdraw a citation recorded in error; the attribution gets a new version."""
        row = self._row(ledger, record_id)
        owner = ledger.find(Attribution, row.citing_id)
        require_tag(tag, owner or row)
        deletion.delete(ledger, row, reason)

    def _row(self, reading: Reading, record_id: UUID) -> Citation:
        row = reading.find(Citation, record_id)
        if row is None:
            raise NotFound(f"There is no citation {record_id}.")
        if row.deleted_at is not None:
            raise gone(row, f"/v1/attributions/{row.citing_id}/history")
        return row

    def expect(self, ledger: Ledger, citing: Iterable[Attribution]) -> None:
        """Read what many attributions cite, so that `find` needs no statement for each."""
        made = ledger.notes(Made)
        found: dict[UUID, list[Citation]] = {one.id: [] for one in citing if one.id not in made}
        for row in repository.citations_of(ledger, found):
            found[row.citing_id].append(row)
        made.update(found)

    def made_by(self, ledger: Ledger, citing: Attribution) -> list[Citation]:
        """Return the live citations that an attribution makes, those of this write too."""
        made = ledger.notes(Made)
        if ledger.is_new(citing):
            made.setdefault(citing.id, [])
        self.expect(ledger, [citing])
        return [one for one in made[citing.id] if one.deleted_at is None]


service = Citations()
