"""List claims with how they stand: settled before it is read, and never silently old."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from api.claims import repository
from api.claims.models import Basis, Claim, ClaimStanding
from api.claims.schemas import ClaimFilters, ListedClaim, Standing
from api.claims.service import service
from api.confidence.ladder import Status
from api.confidence.policy import Level
from api.errors import Invalid
from api.storage import listing, marks
from api.storage.among import among
from api.storage.database import Database
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading
from api.web.desk import Desk

# Finds in a snapshot which claims to work out anew, up to a number.
FindStale = Callable[[Reading, int], Sequence[UUID]]

MOST = 1000  # counted at most: how much is left to do need not be known to the last
OF_STANDINGS = ("level_min", "level_max", "status", "independent_origins_min", "independent_origins_max")


class Standings(Protocol):
    """Who works out how claims stand."""

    def basis(self) -> Basis:
        """Tell what standings are worked out by now: what was worked out otherwise is old."""

    def settle(self, database: Database, find_stale: FindStale) -> bool:
        """Look at what changed, and work out anew what `find_stale` finds, as far as one request goes; never raises.

        Return whether it was tried: then it may be worth reading again.
        """

    def judge(self, reading: Reading, claims: Collection[UUID]) -> Mapping[UUID, ClaimStanding]:
        """Work out how all of these claims stood at the reading's instant; nothing is kept."""


class ListedClaims:
    """The list of claims, each with its standing."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    @property
    def listed(self) -> type[ListedClaim]:
        """Name what the items are."""
        return ListedClaim

    def page(self, desk: Desk, filters: ClaimFilters, cut: Cut) -> Slice[ListedClaim]:
        """Return one page of live claims; where something in it may be old, settle first. Raises `Invalid`."""
        _check(filters)
        page = _read(desk, filters, cut, self._standings)
        if page.stale is None:
            return page
        shown, basis = [item.id for item in page.items], self._standings.basis()

        def find_stale(reading: Reading, limit: int) -> Sequence[UUID]:
            return repository.stale(reading, basis, _belonging(reading, filters, shown), limit)

        if not self._standings.settle(desk.database, find_stale):
            return page
        return _read(desk, filters, cut, self._standings)


def _check(filters: ClaimFilters) -> None:
    """Check the filters on standings. Raises `Invalid`."""
    for name in ("level", "independent_origins"):
        least, most = getattr(filters, f"{name}_min"), getattr(filters, f"{name}_max")
        if least is not None and most is not None and least > most:
            raise Invalid(
                f"Nothing is {least} or more and {most} or less: let {name}_min be at most {name}_max.",
                parameter=f"{name}_min",
            )
    asked = next(_asked(filters), None)
    if asked is not None and filters.known_at is not None:
        raise Invalid(
            f"How claims stood earlier is not kept for lists: leave out known_at, or {asked}.", parameter="known_at"
        )


def _read(desk: Desk, filters: ClaimFilters, cut: Cut, standings: Standings) -> Slice[ListedClaim]:
    with desk.reading(filters.known_at) as reading:
        view = reading.views.of(Claim)
        conditions = [*service.conditions(reading, view, filters), *repository.standing_as_asked(view, filters)]
        found = listing.rows(reading, Claim, conditions, service.order(view), cut)
        stood = _stood(reading, filters, [row.id for row in found.items], standings)
        items = [
            ListedClaim.model_construct(**dict(answer), standing=stood.of(answer.id))
            for answer in service.answers(reading, found.items)
        ]
        return Slice(items, found.after, reading.certain, stood.waiting or None)


@dataclass(frozen=True, slots=True)
class _Stood:
    """How some claims stood, which of that may be old, and how much may be old that concerns the list."""

    rows: Mapping[UUID, ClaimStanding]
    old: frozenset[UUID] = frozenset()
    waiting: int = 0

    def of(self, claim: UUID) -> Standing | None:
        row = self.rows.get(claim)
        return None if row is None else _standing(row, stale=claim in self.old)


def _stood(reading: Reading, filters: ClaimFilters, shown: Sequence[UUID], standings: Standings) -> _Stood:
    if filters.known_at is not None:
        return _Stood(standings.judge(reading, shown))
    rows = repository.standings(reading, shown)
    if not shown and not any(_asked(filters)):
        return _Stood(rows)
    basis, marked = standings.basis(), marks.count(reading, MOST)
    old = repository.stale(reading, basis, [among(col(Claim.id), shown)], len(shown))
    concerned = repository.count_stale(reading, basis, _belonging(reading, filters, shown), MOST)
    # As long as nobody has looked at a change, it may concern any claim.
    return _Stood(rows, frozenset(shown if marked else old), marked + concerned)


def _belonging(reading: Reading, filters: ClaimFilters, shown: Sequence[UUID]) -> list[ColumnElement[bool]]:
    """Say which claims concern the list: those shown; of a list by standing, also those that may belong there."""
    if any(_asked(filters)):
        return list(service.conditions(reading, Claim, filters))
    return [among(col(Claim.id), shown)]


def _asked(filters: ClaimFilters) -> Iterator[str]:
    """Name the filters on standings that are used."""
    return (name for name in OF_STANDINGS if getattr(filters, name) not in (None, []))


def _standing(row: ClaimStanding, *, stale: bool) -> Standing | None:
    if row.level is None or row.status is None:
        return None
    return Standing.model_construct(
        level=row.level,
        label=Level(row.level).name,
        status=Status(row.status),
        support=row.support,
        opposition=row.opposition,
        attributions=row.attributions,
        origins=row.origins,
        independent_origins=row.independent_origins,
        unknown_origins=row.unknown_origins,
        echoes=row.echoes,
        policy=row.policy,
        stale=stale,
        computed=True,
    )
