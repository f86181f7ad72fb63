"""Find when what a claim rests on was recorded, changed or deleted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from api.assessments.models import Assessment
from api.attributions.models import Attribution, Citation
from api.claims.models import Claim
from api.dependencies.models import Dependency, DependencyMember
from api.documents.models import Document, DocumentSameAs
from api.graph.vocabulary import RelationKind
from api.provenance import repository
from api.provenance.loading import EVERYTHING
from api.relations.models import Relation
from api.relations.standing import OPPOSED
from api.sources.models import Source, SourceSameAs
from api.storage.among import among
from api.storage.history import table_of
from api.storage.reading import Reading
from api.storage.records import Recorded


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, and when it came to be."""

    at: datetime
    kind: str
    record: UUID
    version: int


def versions_behind(reading: Reading, claim: UUID) -> list[Version]:
    """Return every version of every record that a claim rests on, or ever rested on, oldest first.

    What stopped counting is found by the ends that it had: the number of statements grows with how far such links
    lead, and not with how much is said.
    """
    claims = _claims(reading, claim)
    own = {row[0] for row in reading.ever(Attribution, ["claim_id"], claims, "id")}
    said = own | repository.of_claims(reading, claims, EVERYTHING.budget).said.keys()
    named = reading.ever(Attribution, ["id"], said, "source_id", "document_id")
    pages = {page for _, page in named} - {None}
    published = reading.ever(Document, ["id"], pages, "publisher_id")
    everybody = _closed(
        {one for one, _ in named} - {None} | {row[0] for row in published} - {None},
        lambda some: _spoken_for(reading, some) | _bound(reading, said, some),
    )
    concerned: list[tuple[type[Recorded], list[str], Collection[UUID]]] = [
        (Claim, ["id"], claims),
        (Attribution, ["id"], said),
        (Citation, ["citing_id", "cited_id"], said),
        (Document, ["id"], pages),
        (DocumentSameAs, ["one_id", "other_id"], pages),
        (Source, ["id"], everybody),
        (SourceSameAs, ["one_id", "other_id"], everybody),
        (Relation, ["from_id", "to_id"], claims),
        (Dependency, ["id"], _dependencies(reading, said, everybody)),
        (Assessment, ["target_source_id"], everybody),
        (Assessment, ["target_attribution_id"], said),
    ]
    found = {
        Version(at, table_of(model).name, record, version)
        for model, columns, ids in concerned
        for record, at, version in reading.ever(model, columns, ids, "id", "updated_at", "version")
    }
    return sorted(found, key=lambda one: (one.at, one.kind, one.record, one.version))


def _claims(reading: Reading, claim: UUID) -> set[UUID]:
    """Return what was ever one with a claim, what ever contradicted that, and what was one with it."""

    def related(some: Collection[UUID], kinds: frozenset[RelationKind]) -> set[UUID]:
        rows = reading.ever(Relation, ["from_id", "to_id"], some, "kind", "from_id", "to_id")
        return {end for kind, *ends in rows if kind in kinds for end in ends}

    def same(some: Collection[UUID]) -> set[UUID]:
        return related(some, frozenset({RelationKind.SAME_AS}))

    own = _closed({claim}, same)
    return own | _closed(related(own, OPPOSED) - own, same)


def _spoken_for(reading: Reading, sources: Collection[UUID]) -> set[UUID]:
    """Return whom these sources ever spoke for, and what was ever one with them."""
    controllers = {row[0] for row in reading.ever(Source, ["id"], sources, "controlled_by_id")} - {None}
    pairs = reading.ever(SourceSameAs, ["one_id", "other_id"], sources, "one_id", "other_id")
    return controllers | {end for pair in pairs for end in pair}


def _dependencies(reading: Reading, said: Collection[UUID], speakers: Collection[UUID]) -> set[UUID]:
    """Return the dependencies that have, or had, one of these as a member: the rows of earlier versions stay."""
    part = table_of(DependencyMember)
    named = or_(among(part.c.attribution_id, said), among(part.c.source_id, speakers))
    return {row[0] for row in reading.rows(select(part.c.record_id).where(named))}


def _bound(reading: Reading, said: Collection[UUID], speakers: Collection[UUID]) -> set[UUID]:
    """Return the other sources that such dependencies name."""
    part = table_of(DependencyMember)
    named = among(part.c.record_id, _dependencies(reading, said, speakers))
    return {row[0] for row in reading.rows(select(part.c.source_id).where(named))} - {None}


def _closed(start: set[UUID], step: Callable[[set[UUID]], set[UUID]]) -> set[UUID]:
    """Take steps from what was new in the last one, until nothing is."""
    everything, new = set(start), set(start)
    while new:
        new = step(new) - everything
        everything |= new
    return everything
