"""Keep who can say something: whose line they speak, and which records are one source."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from api.assessments.models import Assessment
from api.assessments.service import service as assessments
from api.errors import Conflict, Invalid
from api.formats.folding import key
from api.graph.vocabulary import Scale, SourceKind
from api.sources import naming, repository
from api.sources.hierarchy import Hierarchy, hierarchy, kin
from api.sources.models import Source, SourceName, SourceSameAs
from api.sources.naming import called
from api.sources.schemas import AttestationAnswer, SourceDraft, SourceRecord, StandingRating
from api.storage import listing
from api.storage.ledger import Ledger
from api.storage.listing import Order
from api.storage.parts import has_part
from api.storage.reading import Reading
from api.storage.sameness import others
from api.web.keeping import Keeper
from api.web.kinds import Restricted
from api.web.records import Draft, recorded
from api.web.values import Id, SpokenDate, columns_of

ATTESTED = Restricted("attested_distinct")
RESTRICTED = {
    "attested_by": ATTESTED,
    "attested_reason": ATTESTED,
    "attested_at": ATTESTED,
}


class Sources(Keeper[Source, SourceDraft, SourceRecord]):
    """The rules of sources."""

    model = Source
    draft = SourceDraft
    answer = SourceRecord
    path = "sources"
    elsewhere: ClassVar = {"same_as": "POST or DELETE /v1/sources/{}/same_as"}
    whole = frozenset({"controlled_by"})
    steering = frozenset({"if_named"})

    def record(self, ledger: Ledger, draft: SourceDraft) -> Source:
        known = self.known(ledger, draft)
        if known is None and (namesake := naming.namesake(ledger, draft)) is not None:
            return namesake
        row = super().record(ledger, draft)
        naming.remember(ledger, row)
        return row

    def content(self, ledger: Ledger, draft: SourceDraft, row: Source | None) -> dict[str, Any]:
        controller = self.find_or_take(ledger, draft.controlled_by, "/controlled_by")
        if row is not None and controller is not None and row.controlled_by_id != controller.id:
            self._refuse_loop(ledger, row, controller)
        attested = draft.attested_distinct
        if attested is not None and draft.kind is not SourceKind.ANONYMOUS:
            raise Invalid(
                "Only a source of kind `anonymous` is attested as distinct: leave it out.", "/attested_distinct"
            )
        return {
            "name": draft.name,
            "aliases": list(draft.aliases),
            "kind": draft.kind and draft.kind.value,
            "country": draft.country,
            "controlled_by_id": controller and controller.id,
            "homepage": draft.homepage,
            "wikidata": draft.wikidata,
            "description": draft.description,
            "attested_by": attested and attested.by,
            "attested_reason": attested and attested.reason,
            **columns_of("attested_at", attested.at if attested else None),
        }

    def restrictions(self, row: Source | None) -> Mapping[str, Restricted]:
        return RESTRICTED

    def agrees(self, ledger: Ledger, row: Source, draft: Draft) -> bool:
        """Say the same; an alias is as good as the name, and `use` is content with whoever has it."""
        if isinstance(draft, SourceDraft) and draft.if_named == "use" and draft.name is not None:
            return naming.is_used(ledger, draft, row)
        (true,) = ledger.shown([row])
        if isinstance(draft, SourceDraft) and key(draft.name) in map(key, true.aliases):
            draft = draft.model_copy(update={"name": true.name})
        return super().agrees(ledger, row, draft)

    def answers(self, reading: Reading, rows: Sequence[Source]) -> list[SourceRecord]:
        ids = [row.id for row in rows]
        one_with = others(reading, SourceSameAs, ids)
        standing = self.reliability(reading, ids)
        return [
            SourceRecord.model_construct(
                **recorded(reading, row),
                name=row.name,
                aliases=row.aliases,
                kind=None if row.kind is None else SourceKind(row.kind),
                country=row.country,
                controlled_by=Id.of(row.controlled_by_id),
                homepage=row.homepage,
                wikidata=row.wikidata,
                description=row.description,
                attested_distinct=_attestation(row),
                same_as=[Id.model_construct(id=other) for other in one_with.get(row.id, ())],
                reliability=_standing(standing.get(row.id)),
            )
            for row in reading.numbered(rows)
        ]

    def conditions(self, reading: Reading, view: type[Source], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        if filters.kind is not None:
            yield col(view.kind) == filters.kind
        if filters.country is not None:
            yield col(view.country) == filters.country
        if filters.controlled_by is not None:
            yield col(view.controlled_by_id) == filters.controlled_by
        if filters.name is not None:
            yield has_part(view, SourceName, col(SourceName.name) == key(filters.name))

    def order(self, view: type[Source]) -> Order:
        return {**super().order(view), "name": listing.beginning(col(view.name))}

    def reliability(self, reading: Reading, ids: Sequence[UUID]) -> dict[UUID, Assessment]:
        """Return each source's standing reliability: its own (any of its records'), else its nearest controller's."""
        return self.rated(reading, ids, hierarchy(reading, ids))

    def rated(self, reading: Reading, ids: Collection[UUID], known: Hierarchy) -> dict[UUID, Assessment]:
        """Return the same, given who speaks for whom."""
        everyone = known.records(known.above(ids))
        best: dict[UUID, Assessment] = {}
        for one, rating in assessments.standing_for_sources(reading, Scale.ADMIRALTY_RELIABILITY, everyone).items():
            leader = known.leader(one)
            if leader not in best or best[leader].age() < rating.age():
                best[leader] = rating
        newest_first = sorted(best, key=lambda one: best[one].age(), reverse=True)
        nearest = known.nearest(newest_first)  # of several as near, the newest counts
        return {one: best[nearest[known.leader(one)]] for one in ids if known.leader(one) in nearest}

    def find_named(self, reading: Reading, names: Iterable[str]) -> list[UUID]:
        """Return the sources that have one of these names or aliases, spelt with the same accents; none is sealed."""
        found = repository.named(reading, map(key, names))
        return list({source.id: None for sources in found.values() for source in sources})

    def find_controlled(self, reading: Reading, source: UUID) -> list[UUID]:
        """Return the source and everybody who speaks for it."""
        return repository.controlled(reading, [source])

    def find_family(self, reading: Reading, ids: Collection[UUID]) -> frozenset[UUID]:
        """Return every record of a source that in the end speaks for the same as one of these."""
        return kin(reading, ids).family(ids) if ids else frozenset()

    def find_same(self, reading: Reading, source: UUID) -> frozenset[UUID]:
        """Return every record of a source, itself included."""
        return frozenset({source, *others(reading, SourceSameAs, [source]).get(source, ())})

    def tops(self, reading: Reading, ids: Iterable[UUID]) -> Callable[[UUID], frozenset[UUID]]:
        """Give the function from each of these sources to those it in the end speaks for, merged over `same_as`."""
        return hierarchy(reading, ids).tops

    def climb(self, ledger: Ledger) -> Callable[[UUID], frozenset[UUID]]:
        """Give the same function for a write, over what it knows and adds; `same_as` left aside."""

        def tops(source: UUID) -> frozenset[UUID]:
            seen = set[UUID]()
            while source not in seen and (row := ledger.find(Source, source)) is not None:
                seen.add(source)  # ends even where the record loops
                source = row.controlled_by_id or source
            return frozenset({source})

        return tops

    def check_joined(self, ledger: Ledger, one: Source, other: Source) -> None:
        ledger.flush()
        known = hierarchy(ledger, [one.id, other.id])
        # One step falls away when the two are one; more would go round through others.
        if known.leads_through_others(one.id, other.id) or known.leads_through_others(other.id, one.id):
            raise Conflict(
                f"“{called(one)}” and “{called(other)}” cannot be one: the one speaks for the other through a third."
            )

    def check_restored(self, ledger: Ledger, rows: Sequence[Source]) -> None:
        known = hierarchy(ledger, [row.id for row in rows])
        for row in rows:
            if known.leads_through_others(row.id, row.id):
                raise Conflict(
                    f"“{called(row)}” would speak for itself, through a source that has come to speak for it since:"
                    " change whom that one speaks for first."
                )

    def _refuse_loop(self, ledger: Ledger, row: Source, controller: Source) -> None:
        ledger.flush()
        known = hierarchy(ledger, [controller.id])
        if known.leads(controller.id, row.id):
            one = known.leader(controller.id) == known.leader(row.id)
            why = "name another source, or none" if one else f"“{called(controller)}” already speaks for it"
            raise Invalid(f"“{called(row)}” would speak for itself: {why}.", "/controlled_by")


def _standing(rating: Assessment | None) -> StandingRating | None:
    if rating is None or rating.target_source_id is None:
        return None
    return StandingRating.model_construct(
        value=rating.value,
        source=Id.model_construct(id=rating.target_source_id),
        assessment=Id.model_construct(id=rating.id),
        assessor=rating.assessor,
        assessed_at=SpokenDate.of(rating.assessed_at, rating.assessed_at_earliest, rating.assessed_at_latest),
    )


def _attestation(row: Source) -> AttestationAnswer | None:
    if row.attested_by is None or row.attested_reason is None:
        return None
    at = SpokenDate.of(row.attested_at, row.attested_at_earliest, row.attested_at_latest)
    return AttestationAnswer.model_construct(by=row.attested_by, at=at, reason=row.attested_reason)


service = Sources()
Sources.nested = {"controlled_by": (service, "controlled_by_id")}
