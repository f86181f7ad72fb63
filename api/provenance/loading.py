"""Turn the record into the graph that the rules of provenance work on."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from api.assessments.service import service as assessments
from api.attributions.ownership import on_file
from api.confidence.ladder import Rating, Ratings
from api.dependencies.service import members_of
from api.dependencies.service import service as dependencies
from api.documents.models import DocumentSameAs
from api.documents.published import parties
from api.errors import OverBudget
from api.graph.saying import as_said_by
from api.graph.values import Citation, Dependency, Graph, Statement
from api.graph.vocabulary import CitationKind, Evidentiality, Modality, Scale, SourceKind, Stance, by_spelling
from api.provenance import repository
from api.provenance.repository import Joined, Page, Said
from api.relations.service import service as relations
from api.sources.hierarchy import Hierarchy, kin
from api.sources.service import service as sources
from api.storage.deadline import Deadline
from api.storage.reading import Reading
from api.storage.records import first_recorded
from api.storage.sameness import leaders_of
from api.web.values import KindId


@dataclass(frozen=True, slots=True)
class Story:
    """A graph, the ratings that count in it, the ids of the records that its statements are made from, and who speaks
    for whom among those.
    """

    graph: Graph
    ratings: Ratings
    said: Mapping[UUID, Said]
    hierarchy: Hierarchy


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far to look: at what had been said by an instant (None: all of it), in how many attributions, until when."""

    budget: int
    said_by: datetime | None = None
    deadline: Deadline | None = None

    def check(self) -> None:
        """Look at the clock, between one stage of the work and the next. Raises `OutOfTime`."""
        if self.deadline is not None:
            self.deadline.check()


EVERYTHING = Horizon(budget=2**31)


def load_claims(reading: Reading, claims: Collection[UUID], horizon: Horizon) -> Story:
    """Load what is behind and after these claims' attributions. Raises `OverBudget`, `OutOfTime`."""
    _stay_within(horizon, repository.count(reading, claims, horizon.budget + 1))
    joined = repository.of_claims(reading, claims, horizon.budget + 1)
    _stay_within(horizon, len(joined.said))
    return _story(reading, joined, horizon)


def load_some(reading: Reading, claims: Collection[UUID], first: UUID, limit: int, said_by: datetime | None) -> Story:
    """Load no more than what is to be shown: some of the claims' attributions, from one of them on."""
    return _story(reading, repository.some(reading, claims, first, limit), replace(EVERYTHING, said_by=said_by))


def load_attribution(reading: Reading, attribution: UUID, horizon: Horizon) -> Story:
    """Load what is behind and after one attribution. Raises `OverBudget`, `OutOfTime`."""
    joined = repository.of_attributions(reading, [attribution], horizon.budget + 1)
    _stay_within(horizon, len(joined.said))
    return _story(reading, joined, horizon)


def _stay_within(horizon: Horizon, size: int) -> None:
    if size > horizon.budget:
        raise OverBudget(f"More than {horizon.budget:,} attributions would have to be worked through.")


def _story(reading: Reading, joined: Joined, horizon: Horizon) -> Story:
    horizon.check()
    said = joined.said | {row.id: row for row in joined.replacing}
    pages = repository.pages(reading, _given(row.document_id for row in said.values()))
    named = set(_given(row.source_id for row in said.values()))
    around = kin(reading, named.union(*map(parties, pages.values())))
    binding = dependencies.binding(reading, said, around.family(named))
    members = {row.id: members_of(row) for row in binding}
    bound = {member.id for each in members.values() for member in each if member.kind == "source"}
    horizon.check()
    known = (around | kin(reading, {one for one in bound if one not in around})).hierarchy
    statements = _statements(reading, said, joined.replacing, pages, known)
    ties = [Dependency(one, _voices(each, known)) for one, each in members.items()]
    graph = Graph.of(statements, _citations(reading, joined, said), ties)
    horizon.check()
    ratings = _ratings(reading, said, named, known)
    horizon.check()
    return Story(graph if horizon.said_by is None else as_said_by(graph, horizon.said_by), ratings, said, known)


def _voices(members: Iterable[KindId], known: Hierarchy) -> frozenset[UUID]:
    """Give the statements that share an origin, and whom the sources that do in the end speak for."""
    return frozenset().union(*(known.tops(one.id) if one.kind == "source" else [one.id] for one in members))


def _statements(
    reading: Reading, said: Mapping[UUID, Said], replacing: Iterable[Said], pages: Mapping[UUID, Page], known: Hierarchy
) -> Iterator[Statement]:
    speakers = repository.speakers(reading, known.records(_given(row.source_id for row in said.values())))
    attested = {known.leader(each.id) for each in speakers.values() if each.attested_by is not None}
    one_document = leaders_of(reading, DocumentSameAs, pages)
    replaced: dict[UUID, list[UUID]] = {}
    for row in replacing:
        if row.replaces_id is not None:
            replaced.setdefault(row.replaces_id, []).append(row.id)
    kinds, stances = by_spelling(SourceKind), by_spelling(Stance)
    modalities, evidence = by_spelling(Modality), by_spelling(Evidentiality)
    for row in said.values():
        speaker = None if row.source_id is None else speakers.get(row.source_id)
        page = None if row.document_id is None else pages.get(row.document_id)
        yield Statement(
            id=row.id,
            claim=row.claim_id,
            source=None if speaker is None else known.leader(speaker.id),
            source_kind=None if speaker is None or speaker.kind is None else kinds[speaker.kind],
            principals=frozenset() if speaker is None else known.tops(speaker.id),
            attested=speaker is not None and known.leader(speaker.id) in attested,
            document=None if page is None else one_document.get(page.id, page.id),
            stance=stances[row.stance],
            modality=modalities[row.modality],
            evidentiality=evidence[row.evidentiality],
            on_file=on_file(row, page, known.tops),
            said_latest=row.said_at_latest,
            published_latest=None if page is None else page.published_at_latest,
            recorded_at=first_recorded(row.recorded_at, row.origin),
            withdrawn=row.retracted_at is not None,
            withdrawn_latest=row.retracted_at_latest,
            replaced_by=tuple(replaced.get(row.id, ())),
        )


def _citations(reading: Reading, joined: Joined, said: Mapping[UUID, Said]) -> list[Citation]:
    about = {row.claim_id for row in said.values()}
    refinement = relations.refining(reading, about) if len(about) > 1 else None
    kinds = by_spelling(CitationKind)

    def inert(citing: UUID, cited: UUID) -> bool:
        first, second = said[citing].claim_id, said[cited].claim_id
        return first != second and refinement is not None and not refinement.may_cite(first, second)

    return [
        Citation(link.id, kinds[link.kind], link.citing_id, link.cited_id, inert(link.citing_id, link.cited_id))
        for link in joined.links
        if link.citing_id in said and link.cited_id in said
    ]


def _ratings(reading: Reading, said: Mapping[UUID, Said], named: Collection[UUID], known: Hierarchy) -> Ratings:
    """Find the standing rating of each attribution, else of its source, else of the nearest controller with one."""
    scales = (Scale.ADMIRALTY_RELIABILITY, Scale.ADMIRALTY_CREDIBILITY)
    own = assessments.standing_for_attributions(reading, scales, said.keys())
    of_source = {
        source: Rating(rating.value, rating.id, rating.target_source_id)
        for source, rating in sources.rated(reading, named, known).items()
        if rating.target_source_id is not None
    }
    reliability = {row.id: of_source[row.source_id] for row in said.values() if row.source_id in of_source}
    credibility: dict[UUID, Rating] = {}
    for (attribution, scale), rating in own.items():
        table = reliability if scale is Scale.ADMIRALTY_RELIABILITY else credibility
        table[attribution] = Rating(rating.value, rating.id, attribution)
    return Ratings(reliability, credibility)


def _given(ids: Iterable[UUID | None]) -> list[UUID]:
    return [one for one in ids if one is not None]
