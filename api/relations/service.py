"""Relate claims: what contradicts, refines or repeats what. Only an editor's confirmation makes a relation count."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.claims.models import Claim
from api.errors import Conflict, Invalid
from api.graph.joining import joined
from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations import repository
from api.relations.bonds import OPPOSED, Bonds, Stated
from api.relations.models import Relation
from api.relations.refinement import Refinement
from api.relations.schemas import RelationDraft, RelationRecord
from api.storage.ledger import Ledger
from api.storage.listing import Order
from api.storage.reading import Reading
from api.web.keeping import Keeper
from api.web.kinds import Restricted
from api.web.records import recorded
from api.web.references import resolve
from api.web.values import Id, SpokenDate, columns_of

DIRECTED = frozenset({RelationKind.SUPPORTS, RelationKind.REFINES})

DECISION = {
    "status": Restricted("status", at_first=RelationStatus.PROPOSED.value),
    "decided_by": Restricted("decided_by"),
    "decided_at": Restricted("decided_at"),
}
# What a decision was about: changed, it would be another one.
DECIDED = {"kind": Restricted("kind"), "from_id": Restricted("from"), "to_id": Restricted("to")}


class Relations(Keeper[Relation, RelationDraft, RelationRecord]):
    """The rules of relations."""

    model = Relation
    draft = RelationDraft
    answer = RelationRecord
    path = "relations"
    brief = True
    whole = frozenset({"from", "to", "decided_at"})

    def content(self, ledger: Ledger, draft: RelationDraft, row: Relation | None) -> dict[str, Any]:
        first = resolve(ledger, Claim, draft.from_, "/from").id
        second = resolve(ledger, Claim, draft.to, "/to").id
        if first == second:
            raise Invalid("A claim has no relation to itself: name two claims.", "/to")
        if row is not None and (draft.kind in DIRECTED) != (row.kind in DIRECTED):
            raise Invalid(
                f"A relation recorded as {row.kind} has {'a' if row.kind in DIRECTED else 'no'} direction: delete it,"
                " and record the other one.",
                "/kind",
            )
        if draft.kind not in DIRECTED:
            first, second = min(first, second), max(first, second)
        stated = Stated(None if row is None else row.id, draft.kind, first, second, draft.status)
        was = None if row is None else Stated.by(row)
        if stated != was:
            bonds = Bonds() if was is not None and was.binds else ledger.notes(Bonds)
            self._check(ledger, bonds, [stated])
            self._refuse_contradiction(ledger, bonds, stated)
        return {
            "kind": draft.kind.value,
            "from_id": first,
            "to_id": second,
            "rationale": draft.rationale,
            "status": draft.status.value,
            "decided_by": draft.decided_by,
            **columns_of("decided_at", draft.decided_at),
        }

    def record(self, ledger: Ledger, draft: RelationDraft) -> Relation:
        row = super().record(ledger, draft)
        self._keep(ledger, None, Stated.by(row))
        return row

    def apply(self, ledger: Ledger, row: Relation, patch: dict[str, Any]) -> Relation:
        was = Stated.by(row)
        super().apply(ledger, row, patch)
        self._keep(ledger, was, Stated.by(row))
        return row

    def restrictions(self, row: Relation | None) -> Mapping[str, Restricted]:
        proposed = row is None or row.status == RelationStatus.PROPOSED
        return DECISION if proposed else DECISION | DECIDED

    def check_restored(self, ledger: Ledger, rows: Sequence[Relation]) -> None:
        stated, bonds = [Stated.by(row) for row in rows], Bonds()
        self._check(ledger, bonds, stated)
        for one in stated:
            self._refuse_contradiction(ledger, bonds, one)
            bonds.add(one)

    def answers(self, reading: Reading, rows: Sequence[Relation]) -> list[RelationRecord]:
        return [
            RelationRecord.model_construct(
                **recorded(reading, row),
                kind=RelationKind(row.kind),
                from_=Id.model_construct(id=row.from_id),
                to=Id.model_construct(id=row.to_id),
                rationale=row.rationale,
                status=RelationStatus(row.status),
                decided_by=row.decided_by,
                decided_at=SpokenDate.of(row.decided_at, row.decided_at_earliest, row.decided_at_latest),
            )
            for row in reading.numbered(rows)
        ]

    def conditions(self, reading: Reading, view: type[Relation], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        if filters.claim is not None:
            yield or_(col(view.from_id) == filters.claim, col(view.to_id) == filters.claim)
        if filters.kind is not None:
            yield col(view.kind) == filters.kind
        if filters.status is not None:
            yield col(view.status) == filters.status

    def order(self, view: type[Relation]) -> Order:
        return {**super().order(view), "kind": col(view.kind), "status": col(view.status)}

    def clusters(self, reading: Reading, claims: Iterable[UUID]) -> dict[UUID, UUID]:
        """Return the least claim of the cluster, for every claim that is in one with these."""
        same = repository.reached(reading, [RelationKind.SAME_AS], claims)
        return joined((row.from_id, row.to_id) for row in same)

    def cluster(self, reading: Reading, claim: UUID) -> frozenset[UUID]:
        """Return the claims that are one with this, itself included."""
        return frozenset({claim, *self.clusters(reading, [claim])})

    def opposing(self, reading: Reading, claims: Iterable[UUID]) -> list[Relation]:
        """Return the confirmed `contradicts` and `contrary` that touch these claims."""
        return repository.confirmed_around(reading, OPPOSED, claims)

    def narrower_and_broader(
        self, reading: Reading, cluster: frozenset[UUID]
    ) -> tuple[frozenset[UUID], frozenset[UUID]]:
        """Return the claims that refine those of a cluster, and those that they refine, at any remove."""
        refinement, (claim, *_) = self.refining(reading, cluster), cluster
        return frozenset(refinement.narrower(claim) - cluster), frozenset(refinement.broader(claim) - cluster)

    def refining(self, reading: Reading, claims: Iterable[UUID]) -> Refinement:
        """Return which claims are more specific than which, around these."""
        kinds = [RelationKind.SAME_AS, RelationKind.REFINES]
        rows = repository.reached(reading, kinds, claims)
        same = joined((row.from_id, row.to_id) for row in rows if row.kind == RelationKind.SAME_AS)
        return Refinement(same, [(row.from_id, row.to_id) for row in rows if row.kind == RelationKind.REFINES])

    # How -----------------------------------------------------------------------------------------------------------

    def _keep(self, ledger: Ledger, was: Stated | None, stated: Stated) -> None:
        """Note what a write has made of a relation, for those that it records after it."""
        if was is not None and was.binds and stated != was:
            ledger.notes(Bonds).forget()
        elif stated != was:
            ledger.notes(Bonds).add(stated)

    def _check(self, ledger: Ledger, bonds: Bonds, stated: Sequence[Stated]) -> None:
        """Look around relations, into `bonds`. Raises `Conflict` where one is on record already."""
        ledger.flush()
        self._refuse_twins(ledger, stated)
        self._look_around(ledger, bonds, stated)

    def _refuse_twins(self, ledger: Ledger, stated: Sequence[Stated]) -> None:
        twins: dict[tuple[str, UUID, UUID], list[Relation]] = {}
        for row in repository.between(ledger, {one.from_id for one in stated}, {one.to_id for one in stated}):
            twins.setdefault((row.kind, row.from_id, row.to_id), []).append(row)
        for one in stated:
            alike = twins.get((one.kind, one.from_id, one.to_id), ())
            twin = next((row for row in alike if row.id != one.id), None)
            if twin is not None:
                which, extra = _named(ledger, twin.id)
                raise Conflict(
                    f"{which} says already that these claims are joined by `{twin.kind}`: change that one.", extra=extra
                )

    def _look_around(self, ledger: Ledger, bonds: Bonds, stated: Sequence[Stated]) -> None:
        """Add what binds the claims of these relations and is not known yet; but not the relations themselves."""
        own = {one.id for one in stated}
        claims = bonds.unknown({end for one in stated if one.binds for end in (one.from_id, one.to_id)})
        same = repository.reached(ledger, [RelationKind.SAME_AS], claims)
        around = {*claims, *(end for row in same for end in (row.from_id, row.to_id))}
        bonds.know(around)
        for row in [*same, *self.opposing(ledger, around)]:
            if row.id not in own:
                bonds.add(Stated.by(row))

    def _refuse_contradiction(self, ledger: Ledger, bonds: Bonds, stated: Stated) -> None:
        if not stated.binds:
            return
        one, other = stated.from_id, stated.to_id
        if stated.kind in OPPOSED and bonds.are_one(one, other):
            raise Conflict(
                f"These claims are the same by confirmed `same_as`: they cannot stand as `{stated.kind}` too."
            )
        against = bonds.opposition(one, other) if stated.kind == RelationKind.SAME_AS else None
        if against is not None:
            which, extra = _named(ledger, against.id)
            raise Conflict(
                f"{which} says that these claims, or some that are one with them, cannot both be true"
                f" (`{against.kind}`): they cannot be the same.",
                extra=extra,
            )


def _named(ledger: Ledger, relation: UUID | None) -> tuple[str, dict[str, str]]:
    """Name a relation to whoever is refused; where the same request makes it, its id is gone with what is refused."""
    row = None if relation is None else ledger.find(Relation, relation)
    if row is None or ledger.is_new(row):
        return "Another relation in this request", {}
    return f"The relation {row.id}", {"relation": str(row.id)}


service = Relations()
