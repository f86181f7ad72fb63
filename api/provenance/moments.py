"""Find when what a claim rests on was recorded, changed or deleted."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from api.assessments.models import Assessment
from api.attributions.models import Attribution, Citation
from api.claims.models import Claim
from api.dependencies.models import Dependency, DependencyMember
from api.documents.models import Document, DocumentSameAs
from api.documents.published import parties
from api.graph.vocabulary import RelationKind
from api.provenance import repository
from api.provenance.loading import EVERYTHING
from api.relations.bonds import OPPOSED
from api.relations.models import Relation
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
    said = _closed(
        own | repository.of_claims(reading, claims, EVERYTHING.budget).said.keys(),
        lambda some: _cited(reading, some) | _replacing(reading, some),
    )
    named = reading.ever(Attribution, ["id"], said, "claim_id", "source_id", "document_id")
    pages = {page for _, _, page in named} - {None}
    published = reading.ever(Document, ["id"], pages, "publisher_id", "authors")
    speakers = {one for _, one, _ in named} - {None} | frozenset().union(*map(parties, published))
    voices = _closed(said | speakers, lambda some: _spoken_for(reading, some) | _bound(reading, some))
    concerned: list[tuple[type[Recorded], list[str], Collection[UUID]]] = [
        (Claim, ["id"], claims),
        (Attribution, ["id"], said),
        (Citation, ["citing_id", "cited_id"], said),
        (Document, ["id"], pages),
        (DocumentSameAs, ["one_id", "other_id"], pages),
        (Source, ["id"], voices),
        (SourceSameAs, ["one_id", "other_id"], voices),
        (Relation, ["from_id", "to_id"], claims),
        (Relation, ["from_id"], _broader(reading, {about for about, _, _ in named})),
        (Dependency, ["id"], {dependency for dependency, _ in _memberships(reading, voices)}),
        (Assessment, ["target_source_id"], voices),
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
    own = _closed({claim}, lambda some: _same(reading, some))
    against = {end for kind, *ends in _relations(reading, own) if kind in OPPOSED for end in ends}
    return own | _closed(against - own, lambda some: _same(reading, some))


def _broader(reading: Reading, claims: set[UUID]) -> set[UUID]:
    """Return all that these claims ever refined, at any remove, or were one with: over it statements cite theirs."""

    def refined(some: Collection[UUID]) -> set[UUID]:
        rows = _relations(reading, some)
        return {broad for kind, narrow, broad in rows if kind == RelationKind.REFINES and narrow in some}

    return _closed(claims, lambda some: _same(reading, some) | refined(some))


def _same(reading: Reading, claims: Collection[UUID]) -> set[UUID]:
    """Return what was ever one with one of these claims."""
    return {end for kind, *ends in _relations(reading, claims) if kind == RelationKind.SAME_AS for end in ends}


def _relations(reading: Reading, claims: Collection[UUID]) -> list[tuple[str, UUID, UUID]]:
    """Return what ever related one of these claims: of which kind, from which claim, to which."""
    return reading.ever(Relation, ["from_id", "to_id"], claims, "kind", "from_id", "to_id")


def _cited(reading: Reading, statements: Collection[UUID]) -> set[UUID]:
    """Return what these statements ever cited."""
    return {row[0] for row in reading.ever(Citation, ["citing_id"], statements, "cited_id")}


def _replacing(reading: Reading, statements: Collection[UUID]) -> set[UUID]:
    """Return what ever corrected these statements."""
    return {row[0] for row in reading.ever(Attribution, ["replaces_id"], statements, "id")}


def _spoken_for(reading: Reading, sources: Collection[UUID]) -> set[UUID]:
    """Return whom these sources ever spoke for, and what was ever one with them."""
    controllers = {row[0] for row in reading.ever(Source, ["id"], sources, "controlled_by_id")} - {None}
    return controllers | _united(reading, sources)


def _speaking_for(reading: Reading, sources: Collection[UUID]) -> set[UUID]:
    """Return who ever spoke for these sources, and what was ever one with them."""
    return {row[0] for row in reading.ever(Source, ["controlled_by_id"], sources, "id")} | _united(reading, sources)


def _united(reading: Reading, sources: Collection[UUID]) -> set[UUID]:
    pairs = reading.ever(SourceSameAs, ["one_id", "other_id"], sources, "one_id", "other_id")
    return {end for pair in pairs for end in pair}


def _bound(reading: Reading, voices: Collection[UUID]) -> set[UUID]:
    """Return all that was ever bound to these statements and sources by a dependency."""
    bound = {dependency for dependency, _ in _memberships(reading, voices)}
    return {member for _, member in _members(reading, table_of(DependencyMember).c.record_id, bound)}


def _memberships(reading: Reading, voices: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return the dependencies that ever named one of these statements and sources, or who ever spoke for one."""
    part, family = table_of(DependencyMember), _closed(set(voices), lambda some: _speaking_for(reading, some))
    return [*_members(reading, part.c.attribution_id, voices), *_members(reading, part.c.source_id, family)]


def _members(reading: Reading, column: ColumnElement[UUID], ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return dependencies with a member, as of the versions known by then: rows of later ones are there too."""
    part = table_of(DependencyMember)
    member = func.coalesce(part.c.attribution_id, part.c.source_id)
    rows = reading.rows(select(part.c.record_id, part.c.version, member).where(among(column, ids)))
    known = set(map(tuple, reading.ever(Dependency, ["id"], {row[0] for row in rows}, "id", "version")))
    return [(dependency, one) for dependency, version, one in rows if (dependency, version) in known]


def _closed(start: set[UUID], step: Callable[[set[UUID]], set[UUID]]) -> set[UUID]:
    """Take steps from what was new in the last one, until nothing is."""
    everything, new = set(start), set(start)
    while new:
        new = step(new) - everything
        everything |= new
    return everything
