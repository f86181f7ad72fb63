"""Relate claims: what contradicts, refines or repeats what. Only an editor's confirmation makes a relation count."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.claims.models import Claim
from api.errors import Conflict, Invalid
from api.graph.joining import joined
from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations import repository
from api.relations.models import Relation
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
OPPOSED = frozenset({RelationKind.CONTRADICTS, RelationKind.CONTRARY})
BINDING = OPPOSED | {RelationKind.SAME_AS}  # those that cannot all stand together

DECISION = {
    "status": Restricted("status", at_first=RelationStatus.PROPOSED.value),
    "decided_by": Restricted("decided_by"),
    "decided_at": Restricted("decided_at"),
}
# What a decision was about: changed, it would be another one.
DECIDED = {"kind": Restricted("kind"), "from_id": Restricted("from"), "to_id": Restricted("to")}

Pair = tuple[str, UUID, UUID]  # a kind of relation, and from which claim to which


class Stated(NamedTuple):
    """A relation as it is to stand; without an id where it is new."""

    id: UUID | None
    pair: Pair
    status: str


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
        self._check(ledger, [Stated(None if row is None else row.id, (draft.kind, first, second), draft.status)])
        return {
            "kind": draft.kind.value,
            "from_id": first,
            "to_id": second,
            "rationale": draft.rationale,
            "status": draft.status.value,
            "decided_by": draft.decided_by,
            **columns_of("decided_at", draft.decided_at),
        }

    def restrictions(self, row: Relation | None) -> Mapping[str, Restricted]:
        proposed = row is None or row.status == RelationStatus.PROPOSED
        return DECISION if proposed else DECISION | DECIDED

    def check_restored(self, ledger: Ledger, rows: Sequence[Relation]) -> None:
        self._check(ledger, [Stated(row.id, (row.kind, row.from_id, row.to_id), row.status) for row in rows])

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

    def narrower(self, reading: Reading, claims: frozenset[UUID]) -> frozenset[UUID]:
        """Return the claims that refine any of these, at any remove."""
        refinement = self.refining(reading, claims)
        return frozenset(
            one for one in refinement.claims - claims if any(refinement.is_more_specific(one, than) for than in claims)
        )

    def refining(self, reading: Reading, claims: Iterable[UUID]) -> "Refinement":
        """Return which claims are more specific than which, around these."""
        kinds = [RelationKind.SAME_AS, RelationKind.REFINES]
        rows = repository.reached(reading, kinds, claims)
        same = joined((row.from_id, row.to_id) for row in rows if row.kind == RelationKind.SAME_AS)
        return Refinement(same, [(row.from_id, row.to_id) for row in rows if row.kind == RelationKind.REFINES])

    def _check(self, ledger: Ledger, stated: Sequence[Stated]) -> None:
        """Raise `Conflict` where relations are on record already, or cannot stand beside what is."""
        ledger.flush()
        self._refuse_twins(ledger, stated)
        self._refuse_contradiction(ledger, stated)

    def _refuse_twins(self, ledger: Ledger, stated: Sequence[Stated]) -> None:
        twins: dict[Pair, list[Relation]] = {}
        for row in repository.between(ledger, {one.pair[1] for one in stated}, {one.pair[2] for one in stated}):
            twins.setdefault((row.kind, row.from_id, row.to_id), []).append(row)
        for one in stated:
            twin = next((row for row in twins.get(one.pair, ()) if row.id != one.id), None)
            if twin is not None:
                raise Conflict(
                    f"The relation {twin.id} says already that these claims are joined by `{twin.kind}`: change that"
                    " one.",
                    extra={"relation": str(twin.id)},
                )

    def _refuse_contradiction(self, ledger: Ledger, stated: Sequence[Stated]) -> None:
        own = {one.id for one in stated}
        confirmed = [one.pair for one in stated if one.status == RelationStatus.CONFIRMED and one.pair[0] in BINDING]
        same = repository.reached(ledger, [RelationKind.SAME_AS], {end for _, *ends in confirmed for end in ends})
        joining = [(first, second) for kind, first, second in confirmed if kind == RelationKind.SAME_AS]
        leaders = joined([*((row.from_id, row.to_id) for row in same if row.id not in own), *joining])
        for kind, first, second in confirmed:
            if kind in OPPOSED and first in leaders and leaders[first] == leaders.get(second):
                raise Conflict(f"These claims are the same by confirmed `same_as`: they cannot stand as `{kind}` too.")
        grown = {leaders[first] for first, _ in joining}
        for row in self.opposing(ledger, [one for one, leader in leaders.items() if leader in grown]):
            if row.id not in own and leaders.get(row.from_id, row.from_id) == leaders.get(row.to_id):
                raise Conflict(
                    f"The relation {row.id} says that these claims, or some that are one with them, cannot both be"
                    f" true (`{row.kind}`): they cannot be the same.",
                    extra={"relation": str(row.id)},
                )


class Refinement:
    """Which claims are one, and which are more specific than others, at any remove."""

    def __init__(self, same: dict[UUID, UUID], refines: Iterable[tuple[UUID, UUID]]) -> None:
        self._same = same
        self._broader: dict[UUID, set[UUID]] = {}
        self.claims = set(same)
        for specific, broad in refines:
            self.claims |= {specific, broad}
            self._broader.setdefault(self.leader(specific), set()).add(self.leader(broad))

    def leader(self, claim: UUID) -> UUID:
        """Return the claim that stands for its cluster."""
        return self._same.get(claim, claim)

    def is_more_specific(self, claim: UUID, than: UUID) -> bool:
        """Say whether confirmed `refines` lead from the one claim to the other."""
        wanted, seen = self.leader(than), {self.leader(claim)}
        waiting = list(seen)
        while waiting:
            for broad in self._broader.get(waiting.pop(), ()):
                if broad == wanted:
                    return True
                if broad not in seen:
                    seen.add(broad)
                    waiting.append(broad)
        return False

    def may_cite(self, citing: UUID, cited: UUID) -> bool:
        """Say whether a statement of one claim may cite one of the other: the same claim, or a more specific one."""
        return self.leader(citing) == self.leader(cited) or self.is_more_specific(cited, citing)


service = Relations()
