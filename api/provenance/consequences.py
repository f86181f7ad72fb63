"""Find the claims whose standing a change may have changed: rather too many than one too few.

What a record joined or parted, now or in an earlier version, is followed from every end, over what joins things now.
That misses nothing, however much changed at once: of several links that are gone from a way, the one nearest to a
claim has an end from which the claim is still reached.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select as core_select

from api.assessments.models import Assessment
from api.attributions.models import Attribution, Citation
from api.claims.models import Claim
from api.dependencies.models import Dependency, DependencyMember
from api.dependencies.service import members_of
from api.dependencies.service import service as dependencies
from api.documents.models import Document, DocumentSameAs
from api.provenance import recipes
from api.relations.models import Relation
from api.relations.service import service as relations
from api.sources.models import Source, SourceSameAs
from api.sources.service import service as sources
from api.storage.among import among
from api.storage.history import table_of
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.sameness import leaders_of

# Every kind of record, and what its columns say that it has to do with; for relations and dependencies see below.
ENDS: Mapping[type[Recorded], Mapping[str, type[Recorded]]] = {
    Claim: {"id": Claim},
    Source: {"id": Source, "controlled_by_id": Source},
    SourceSameAs: {"one_id": Source, "other_id": Source},
    Document: {"id": Document},
    DocumentSameAs: {"one_id": Document, "other_id": Document},
    Attribution: {"id": Attribution, "claim_id": Claim, "replaces_id": Attribution},
    Citation: {"citing_id": Attribution, "cited_id": Attribution},
    Relation: {},
    Dependency: {},
    Assessment: {"target_source_id": Source, "target_attribution_id": Attribution, "target_claim_id": Claim},
}


def concerned(reading: Reading, touched: Mapping[str, Collection[UUID]]) -> frozenset[UUID]:
    """Return these claims, deleted ones too, for records that were touched, by the names of their kinds.

    It takes a number of statements that does not grow with what was touched.
    """
    ends: dict[type[Recorded], set[UUID]] = {Claim: set(), Source: set(), Document: set(), Attribution: set()}
    for model, columns in ENDS.items():
        for name, found in _ever(reading, model, list(columns), touched.get(table_of(model).name, ())).items():
            ends[columns[name]] |= found
    about = ends[Claim] | _parted(reading, touched.get(table_of(Relation).name, ()))
    bound = _members(reading, touched.get(table_of(Dependency).name, ()))
    speakers, statements = _bound(reading, ends[Source] | bound[Source], ends[Attribution] | bound[Attribution])
    pages = ends[Document] | leaders_of(reading, DocumentSameAs, ends[Document]).keys()
    return _around(reading, about | _behind(reading, statements, speakers, pages))


def relying_on(reading: Reading, statements: Collection[UUID]) -> frozenset[UUID]:
    """Return the claims that may lose something when these statements are withdrawn."""
    return _around(reading, _behind(reading, set(statements), set(), set()))


def _ever(
    reading: Reading, model: type[Recorded], columns: list[str], touched: Collection[UUID]
) -> dict[str, set[UUID]]:
    """Return what these columns of some records say, now and in every earlier version."""
    rows = reading.ever(model, ["id"], touched, *columns) if columns else []
    return {name: {row[at] for row in rows} - {None} for at, name in enumerate(columns)}


def _members(reading: Reading, touched: Collection[UUID]) -> dict[type[Recorded], set[UUID]]:
    """Return the members that these dependencies have, and had: the rows of earlier versions stay."""
    part = table_of(DependencyMember)
    statement = core_select(part.c.attribution_id, part.c.source_id).where(among(part.c.record_id, touched))
    rows = reading.rows(statement) if touched else ()
    return {
        Attribution: {statement for statement, _ in rows if statement is not None},
        Source: {source for _, source in rows if source is not None},
    }


def _parted(reading: Reading, touched: Collection[UUID]) -> set[UUID]:
    """Return these relations' claims, and those between which citations may have come to count, or ceased to."""
    found = _ever(reading, Relation, ["from_id", "to_id"], touched)
    ends = found["from_id"] | found["to_id"]
    return ends | relations.refining(reading, ends).claims


def _bound(reading: Reading, speakers: set[UUID], statements: set[UUID]) -> tuple[set[UUID], set[UUID]]:
    """Add everybody who in the end speaks for the same, and all that dependencies bind to any of these."""
    voices = sources.find_family(reading, speakers)
    members = [one for row in dependencies.binding(reading, statements, voices) for one in members_of(row)]
    everybody = speakers | {one.id for one in members if one.kind == "source"}
    said = statements | {one.id for one in members if one.kind == "attribution"}
    return set(voices | sources.find_family(reading, everybody - voices)), said


def _behind(reading: Reading, statements: set[UUID], speakers: set[UUID], pages: set[UUID]) -> set[UUID]:
    """Return the claims of these statements, of what stands by or on these, and of all that citations join to them."""
    return {row[0] for row in reading.ask(recipes.behind, statements=statements, speakers=speakers, pages=pages)}


def _around(reading: Reading, claims: set[UUID]) -> frozenset[UUID]:
    """Add what is one with these claims, what cannot be true beside them, and what is one with that."""
    own = claims | relations.clusters(reading, claims).keys()
    against = {end for row in relations.opposing(reading, own) for end in (row.from_id, row.to_id)}
    return frozenset(own | against | relations.clusters(reading, against).keys())
