"""Turn the record into the graph that the rules of provenance work on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.attributions.derived import standing
from api.attributions.models import Attribution
from api.attributions.ownership import on_file
from api.claims.models import Claim
from api.documents.models import Document, DocumentSameAs
from api.graph.saying import as_said_by
from api.graph.values import Citation, Graph, Statement
from api.graph.vocabulary import CitationKind, Evidentiality, Modality, SourceKind, Stance
from api.provenance import repository
from api.provenance.repository import Joined
from api.relations.service import service as relations
from api.sources.models import Source, SourceSameAs
from api.storage.reading import Reading
from api.storage.sameness import leaders_of


@dataclass(frozen=True, slots=True)
class Story:
    """A graph, and the records that its statements are made from."""

    graph: Graph
    attributions: dict[UUID, Attribution]
    sources: dict[UUID, Source]
    documents: dict[UUID, Document]
    claims: dict[UUID, Claim]

    def source_of(self, attribution: UUID) -> Source | None:
        """Return who puts an attribution forward, None where nobody is named."""
        source = self.attributions[attribution].source_id
        return None if source is None else self.sources.get(source)

    def document_of(self, attribution: UUID) -> Document | None:
        """Return where an attribution was said, None where that is not known."""
        document = self.attributions[attribution].document_id
        return None if document is None else self.documents.get(document)

    def controller_of(self, source: Source) -> Source | None:
        """Return whom a source speaks for, None where it speaks for itself."""
        return None if source.controlled_by_id is None else self.sources.get(source.controlled_by_id)


def load_claims(reading: Reading, claims: frozenset[UUID], said_by: datetime | None) -> Story:
    """Load what is behind and after these claims' attributions."""
    return _story(reading, repository.of_claims(reading, claims), said_by)


def load_attribution(reading: Reading, attribution: UUID, said_by: datetime | None) -> Story:
    """Load what is behind and after one attribution."""
    return _story(reading, repository.of_attribution(reading, attribution), said_by)


def _story(reading: Reading, joined: Joined, said_by: datetime | None) -> Story:
    rows = joined.attributions | {row.id: row for row in joined.replacing}
    documents = reading.live(Document, _given(row.document_id for row in rows.values()))
    sources = reading.live(Source, _given(row.source_id for row in rows.values()))
    claims = reading.live(Claim, (row.claim_id for row in rows.values()))
    top = standing(reading, rows.values(), documents.values())
    one_source = leaders_of(reading, SourceSameAs, sources)
    one_document = leaders_of(reading, DocumentSameAs, documents)
    controllers = reading.live(Source, _given(source.controlled_by_id for source in sources.values()))
    replaced: dict[UUID, list[UUID]] = {}
    for row in joined.replacing:
        if row.replaces_id is not None:
            replaced.setdefault(row.replaces_id, []).append(row.id)

    def statement(row: Attribution) -> Statement:
        document = None if row.document_id is None else documents.get(row.document_id)
        source = None if row.source_id is None else sources.get(row.source_id)
        return Statement(
            id=row.id,
            claim=row.claim_id,
            source=None if source is None else one_source.get(source.id, source.id),
            source_kind=SourceKind(source.kind) if source and source.kind else None,
            document=None if document is None else one_document.get(document.id, document.id),
            stance=Stance(row.stance),
            modality=Modality(row.modality),
            evidentiality=Evidentiality(row.evidentiality),
            on_file=on_file(row, document, top),
            said_latest=row.said_at_latest,
            published_latest=document.published_at_latest if document else None,
            recorded_at=row.recorded_at,
            withdrawn=row.retracted_at is not None,
            withdrawn_latest=row.retracted_at_latest,
            replaced_by=tuple(replaced.get(row.id, ())),
        )

    graph = Graph.of([statement(row) for row in rows.values()], _citations(reading, joined))
    return Story(
        graph if said_by is None else as_said_by(graph, said_by), rows, controllers | sources, documents, claims
    )


def _citations(reading: Reading, joined: Joined) -> list[Citation]:
    rows = joined.attributions
    about = {row.claim_id for row in rows.values()}
    refinement = relations.refining(reading, about) if len(about) > 1 else None

    def inert(citing: UUID, cited: UUID) -> bool:
        first, second = rows[citing].claim_id, rows[cited].claim_id
        return first != second and refinement is not None and not refinement.may_cite(first, second)

    return [
        Citation(
            id=row.id,
            kind=CitationKind(row.kind),
            citing=row.citing_id,
            cited=row.cited_id,
            inert=inert(row.citing_id, row.cited_id),
        )
        for row in joined.citations
        if row.citing_id in rows and row.cited_id in rows
    ]


def _given(ids: Iterable[UUID | None]) -> list[UUID]:
    return [one for one in ids if one is not None]
