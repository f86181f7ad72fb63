"""Keep who can say something: whose line they speak, and which records are one source."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import col

from api.assessments.models import Assessment
from api.assessments.service import service as assessments
from api.errors import Ambiguous, Invalid
from api.formats.folding import fold
from api.graph.vocabulary import Scale, SourceKind
from api.sources import repository
from api.sources.models import Source, SourceName, SourceSameAs
from api.sources.schemas import Attestation, SourceDraft, SourceRecord, Standing
from api.storage import listing
from api.storage.ledger import Ledger
from api.storage.listing import Order
from api.storage.reading import Reading
from api.storage.sameness import leaders_of, others
from api.web.keeping import Content, Keeper
from api.web.records import recorded
from api.web.values import Id, SpokenDate, columns_of


class Sources(Keeper[Source, SourceDraft, SourceRecord]):
    """The rules of sources."""

    model = Source
    draft = SourceDraft
    answer = SourceRecord
    path = "sources"
    whole = frozenset({"controlled_by", "attested_distinct"})
    steering = frozenset({"if_named"})

    def record(self, ledger: Ledger, draft: SourceDraft) -> Source:
        known = self.known(ledger, draft)
        if known is None and (namesake := self._namesake(ledger, draft)) is not None:
            return namesake
        row = super().record(ledger, draft)
        self.expect_names(ledger, [draft.name, *draft.aliases])
        for name in {fold(name) for name in (row.name, *row.aliases)}:
            ledger.namesakes.setdefault(name, []).append(row)
        return row

    def content(self, ledger: Ledger, draft: SourceDraft, row: Source | None) -> Content:
        controller = self.find_or_take(ledger, draft.controlled_by, "/controlled_by")
        if row is not None and controller is not None:
            self._refuse_loop(ledger, row, controller)
        attested = draft.attested_distinct
        names = dict.fromkeys(fold(name) for name in (draft.name, *draft.aliases))
        return Content(
            {
                "name": draft.name,
                "aliases": list(draft.aliases),
                "kind": draft.kind and draft.kind.value,
                "country": draft.country,
                "controlled_by_id": controller and controller.id,
                "homepage": draft.homepage,
                "wikidata": draft.wikidata,
                "description": draft.description,
                "protected": draft.protected,
                "attested_by": attested and attested.by,
                "attested_reason": attested and attested.reason,
                **columns_of("attested_at", attested.at if attested else None),
            },
            [SourceName(name=name) for name in names],
        )

    def answers(self, reading: Reading, rows: Sequence[Source]) -> list[SourceRecord]:
        ids = [row.id for row in rows]
        one_with = others(reading, SourceSameAs, ids)
        standing = self.reliability(reading, ids)
        return [
            SourceRecord.model_construct(
                **recorded(row),
                name=row.name,
                aliases=row.aliases,
                kind=None if row.kind is None else SourceKind(row.kind),
                country=row.country,
                controlled_by=Id.of(row.controlled_by_id),
                homepage=row.homepage,
                wikidata=row.wikidata,
                description=row.description,
                protected=row.protected,
                attested_distinct=_attestation(row),
                same_as=[Id.model_construct(id=other) for other in one_with.get(row.id, ())],
                reliability=_standing(standing.get(row.id)),
            )
            for row in rows
        ]

    def conditions(self, reading: Reading, view: type[Source], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        if filters.kind:
            yield col(view.kind) == filters.kind
        if filters.country:
            yield col(view.country) == filters.country
        if filters.controlled_by:
            yield col(view.controlled_by_id) == filters.controlled_by
        if filters.name:
            yield exists().where(
                and_(
                    col(SourceName.record_id) == view.id,
                    col(SourceName.version) == view.version,
                    col(SourceName.name) == fold(filters.name),
                )
            )

    def order(self, view: type[Source]) -> Order:
        return {**super().order(view), "name": listing.beginning(col(view.name))}

    def reliability(self, reading: Reading, ids: Sequence[UUID]) -> dict[UUID, Assessment]:
        """Return each source's standing reliability: its own (any of its records'), else its nearest controller's."""
        up, leaders = self._upward(reading, ids)
        everyone = {*ids, *up, *up.values(), *leaders}
        rated = assessments.standing_for_sources(reading, Scale.ADMIRALTY_RELIABILITY, everyone)
        best: dict[UUID, Assessment] = {}
        for one, rating in rated.items():
            leader = leaders.get(one, one)
            if leader not in best or best[leader].age() < rating.age():
                best[leader] = rating
        return {one: found for one in ids if (found := _nearest(leaders.get(one, one), up, best)) is not None}

    def expect_names(self, ledger: Ledger, names: Iterable[str]) -> None:
        """Look for many names at once."""
        folded = {fold(name) for name in names} - set(ledger.namesakes)
        ledger.namesakes |= repository.named(ledger, folded)

    def find_controlled(self, reading: Reading, source: UUID) -> list[UUID]:
        """Return the source and everybody who speaks for it."""
        return repository.controlled(reading, source)

    def tops(self, reading: Reading, ids: Iterable[UUID]) -> Callable[[UUID], UUID]:
        """Give the function from each of these sources to whoever it in the end speaks for, merged over `same_as`."""
        up, leaders = self._upward(reading, ids)

        def top(source: UUID) -> UUID:
            one, seen = leaders.get(source, source), set[UUID]()
            while one in up and one not in seen:
                seen.add(one)
                one = up[one]
            return one

        return top

    def climb(self, ledger: Ledger) -> Callable[[UUID], UUID]:
        """Give the same function for a write, over what it knows and adds; `same_as` left aside."""

        def top(source: UUID) -> UUID:
            while (row := ledger.find(Source, source)) is not None and row.controlled_by_id is not None:
                source = row.controlled_by_id
            return source

        return top

    def _upward(self, reading: Reading, ids: Iterable[UUID]) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
        """Return who speaks for whom, and who is one with whom, for these and all that is above them."""
        everyone: set[UUID] = set(ids)
        above: dict[UUID, UUID] = {}
        leaders: dict[UUID, UUID] = {}
        while True:
            above = repository.controllers(reading, everyone)
            everyone |= {*above, *above.values()}
            leaders = leaders_of(reading, SourceSameAs, everyone)
            if everyone.issuperset(leaders):
                break
            everyone |= set(leaders)  # a record that is one with a controller's may have a controller of its own
        up: dict[UUID, UUID] = {}
        for one in sorted(above):
            speaker, controller = leaders.get(one, one), leaders.get(above[one], above[one])
            if speaker != controller:  # nobody speaks for itself, though two records of one source may say so
                up.setdefault(speaker, controller)
        return up, leaders

    def _namesake(self, ledger: Ledger, draft: SourceDraft) -> Source | None:
        if draft.if_named == "new":
            return None
        self.expect_names(ledger, [draft.name, *draft.aliases])
        candidates = list({row.id: row for row in ledger.namesakes[fold(draft.name)]}.values())
        if not candidates:
            return None
        if draft.if_named == "use":
            fitting = [row for row in candidates if draft.kind is None or row.kind == draft.kind]
            if len(fitting) == 1:
                return ledger.find(Source, fitting[0].id)
        how_many = "A source" if len(candidates) == 1 else f"{len(candidates)} sources"
        raise Ambiguous(
            f"{how_many} of the name “{draft.name}” on record already: refer to it by id, or say if_named.",
            [{"id": str(row.id), "name": row.name, "kind": row.kind or ""} for row in candidates[:20]],
            "/name",
        )

    def _refuse_loop(self, ledger: Ledger, row: Source, controller: Source) -> None:
        above: Source | None = controller
        while above is not None:
            if above.id == row.id:
                raise Invalid(
                    f"“{row.name}” would speak for itself: “{controller.name}” already speaks for it.",
                    "/controlled_by",
                )
            above = None if above.controlled_by_id is None else ledger.find(Source, above.controlled_by_id)


def _nearest(source: UUID, up: dict[UUID, UUID], rated: dict[UUID, Assessment]) -> Assessment | None:
    seen: set[UUID] = set()
    while source not in rated:
        seen.add(source)
        if source not in up or up[source] in seen:
            return None
        source = up[source]
    return rated[source]


def _standing(rating: Assessment | None) -> Standing | None:
    if rating is None or rating.target_source_id is None:
        return None
    return Standing.model_construct(
        value=rating.value,
        source=Id.model_construct(id=rating.target_source_id),
        assessment=Id.model_construct(id=rating.id),
        assessor=rating.assessor,
        assessed_at=SpokenDate.of(rating.assessed_at, rating.assessed_at_earliest, rating.assessed_at_latest),
    )


def _attestation(row: Source) -> Attestation | None:
    if row.attested_by is None or row.attested_reason is None:
        return None
    at = SpokenDate.of(row.attested_at, row.attested_at_earliest, row.attested_at_latest)
    return Attestation.model_construct(by=row.attested_by, at=at, reason=row.attested_reason)


service = Sources()
