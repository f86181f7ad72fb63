"""Say of statements what a reader needs: who, where, about what."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from api.attributions import derived
from api.attributions.models import Attribution
from api.claims.models import Claim
from api.documents.models import Document
from api.documents.published import is_held
from api.graph.vocabulary import SourceKind
from api.provenance.loading import Story
from api.provenance.schemas import ClaimBrief, Controller, DocumentBrief, Node, SourceBrief
from api.sources.models import Source
from api.storage.reading import Reading
from api.web.values import SpokenDate


class SourceBriefs:
    """What a reader needs of these sources; read in a fixed number of statements."""

    def __init__(self, reading: Reading, sources: Iterable[UUID]) -> None:
        named = reading.visible(Source, sources)
        above = (source.controlled_by_id for source in named.values() if source.controlled_by_id is not None)
        known = reading.visible(Source, set(above) - named.keys()) | named
        self._told: Mapping[UUID | None, SourceBrief] = {
            row.id: _source_brief(row, None if row.controlled_by_id is None else known.get(row.controlled_by_id))
            for row in named.values()
        }

    def source(self, source: UUID | None) -> SourceBrief | None:
        """Answer a source, with whom it speaks for; None where nobody is named."""
        return self._told.get(source)


class Briefs:
    """What a reader needs of these statements, and of these sources; read in a fixed number of statements."""

    def __init__(
        self, reading: Reading, story: Story, statements: Iterable[UUID] = (), sources: Iterable[UUID] = ()
    ) -> None:
        self._reading = reading
        self._story = story
        rows = [story.said[one] for one in dict.fromkeys(statements)]
        self._claims = reading.live(Claim, (row.claim_id for row in rows))
        reading.expect_shown(self._claims.values())
        self._told: dict[UUID, ClaimBrief] = {}  # those that were asked for
        found = reading.visible(Document, (row.document_id for row in rows if row.document_id is not None))
        self._documents: Mapping[UUID | None, DocumentBrief] = {one: _document_brief(row) for one, row in found.items()}
        spoken = (row.source_id for row in rows if row.source_id is not None)
        self.source = SourceBriefs(reading, {*sources, *spoken}).source

    def nodes(self, statements: Iterable[UUID]) -> dict[UUID, Node]:
        """Answer the attributions whole."""
        held = self._reading.live(Attribution, statements)
        rows = [held[one] for one in statements]
        naming = derived.Naming(self.claim, self.source, self._documents.get)
        told = derived.told(self._reading, rows, naming, self._story.hierarchy.tops)
        return {
            fields["id"]: Node.model_construct(**fields, retracted=self._story.graph.statements[fields["id"]].retracted)
            for fields in told
        }

    def claim(self, claim: UUID) -> ClaimBrief:
        """Answer the claim that a statement is about."""
        if claim not in self._told:
            self._told[claim] = claim_brief(self._reading, self._claims[claim])
        return self._told[claim]

    def speaker(self, statement: UUID) -> SourceBrief | None:
        """Answer who puts a statement forward, None where nobody is named."""
        return self.source(self._story.said[statement].source_id)


def claim_brief(reading: Reading, claim: Claim) -> ClaimBrief:
    """Answer a claim, as much as a reader needs."""
    (row,) = reading.shown([claim])
    return ClaimBrief.model_construct(id=row.id, text=row.text, alias=row.alias, language=row.language)


def _source_brief(row: Source, above: Source | None) -> SourceBrief:
    return SourceBrief.model_construct(
        id=row.id,
        name=row.name,
        alias=row.alias,
        kind=None if row.kind is None else SourceKind(row.kind),
        country=row.country,
        controlled_by=None if above is None else _controller(above),
    )


def _controller(row: Source) -> Controller:
    return Controller.model_construct(id=row.id, name=row.name, alias=row.alias)


def _document_brief(row: Document) -> DocumentBrief:
    return DocumentBrief.model_construct(
        id=row.id,
        title=row.title,
        kind=row.kind,
        url=row.url,
        language=row.language,
        published_at=SpokenDate.of(row.published_at, row.published_at_earliest, row.published_at_latest),
        held=is_held(row),
    )
