"""Find when what a claim rests on was recorded, changed or deleted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy import select as core_select

from api.assessments.models import Assessment
from api.attributions.models import Attribution, Citation
from api.claims.models import Claim
from api.dependencies.models import Dependency, DependencyMember
from api.documents.models import Document, DocumentSameAs
from api.provenance import repository
from api.relations.models import Relation
from api.sources.models import Source, SourceSameAs
from api.sources.service import service as sources
from api.storage.history import history_of, table_of
from api.storage.reading import Reading
from api.storage.records import Recorded


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record, and when it came to be."""

    at: datetime
    kind: str
    record: UUID
    version: int


def versions_behind(reading: Reading, claims: Collection[UUID]) -> list[Version]:
    """Return every version of every record that these claims rest on, or rested on, oldest first.

    It takes a fixed number of statements.
    """
    own = {row[0] for row in _ever(reading, Attribution, ["claim_id"], claims)}
    said = own | repository.of_claims(reading, claims).said.keys()
    named = _ever(reading, Attribution, ["id"], said, "source_id", "document_id")
    pages = {page for _, _, page in named if page is not None}
    published = _ever(reading, Document, ["id"], pages, "publisher_id")
    speakers = {one for _, one, _ in named if one is not None} | {one for _, one in published if one is not None}
    known = sources.hierarchy(reading, speakers)
    everybody = speakers | {*known.up, *known.up.values(), *known.leaders}
    bound = _members(reading, said, everybody)
    concerned: list[tuple[type[Recorded], list[str], Collection[UUID]]] = [
        (Claim, ["id"], claims),
        (Attribution, ["id"], said),
        (Citation, ["citing_id", "cited_id"], said),
        (Document, ["id"], pages),
        (DocumentSameAs, ["one_id", "other_id"], pages),
        (Source, ["id"], everybody),
        (SourceSameAs, ["one_id", "other_id"], everybody),
        (Relation, ["from_id", "to_id"], claims),
        (Dependency, ["id"], bound),
        (Assessment, ["target_source_id"], everybody),
        (Assessment, ["target_attribution_id"], said),
    ]
    found = {
        Version(at, table_of(model).name, record, version)
        for model, columns, ids in concerned
        for record, at, version in _ever(reading, model, columns, ids, "updated_at", "version")
    }
    return sorted(found, key=lambda one: (one.at, one.kind, one.record, one.version))


def _ever(
    reading: Reading, model: type[Recorded], columns: list[str], ids: Collection[UUID], *wanted: str
) -> list[Any]:
    """Return id and the columns wanted, of all versions known by then that have one of these ids in one of these."""
    if not ids:
        return []
    rows: list[Any] = []
    for table in (table_of(model), history_of(model)):
        named = or_(*(reading.among(table.c[name], ids) for name in columns))
        statement = core_select(table.c.id, *(table.c[name] for name in wanted)).where(named)
        if reading.known_at is not None:
            statement = statement.where(table.c.updated_at <= reading.known_at)
        rows += reading.rows(statement)
    return rows


def _members(reading: Reading, said: Collection[UUID], speakers: Collection[UUID]) -> set[UUID]:
    part = table_of(DependencyMember)
    named = or_(reading.among(part.c.attribution_id, said), reading.among(part.c.source_id, speakers))
    return {row[0] for row in reading.rows(core_select(part.c.record_id).where(named))}
