"""List claims with how they stand: settled before it is read, and never silently old."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from api.claims import repository
from api.claims.models import Claim, ClaimStanding
from api.claims.schemas import ClaimFilters, ListedClaim, Standing
from api.claims.service import service
from api.confidence.ladder import Status
from api.confidence.policy import Level
from api.errors import Invalid
from api.storage import listing, marks
from api.storage.database import Database
from api.storage.listing import Cut, Slice
from api.storage.reading import Reading

# Which claims to work out anew, as they are found in a snapshot: at most so many.
Wanted = Callable[[Reading, int], Sequence[UUID]]

OF_STANDINGS = ("level_min", "level_max", "status", "independent_origins_min", "independent_origins_max")


class Standings(Protocol):
    """Who works out how claims stand."""

    def settle(self, database: Database, wanted: Wanted) -> None:
        """Look at what changed, and work out anew what is wanted, as far as one request goes; never raises."""

    def judge(self, reading: Reading, claims: Collection[UUID]) -> Mapping[UUID, ClaimStanding]:
        """Work out how claims stood at the reading's instant, as far as one request goes; nothing is kept."""


class ListedClaims:
    """The list of claims, each with its standing."""

    def __init__(self, standings: Standings) -> None:
        self._standings = standings

    @property
    def listed(self) -> type[ListedClaim]:
        """Name what the items are."""
        return ListedClaim

    def page(self, database: Database, filters: ClaimFilters, cut: Cut) -> Slice[ListedClaim]:
        """Return one page of live claims; where something in it may be old, settle first. Raises `Invalid`."""
        check(filters)
        page = _read(database, filters, cut, self._standings)
        if page.stale is None:
            return page
        shown = [item.id for item in page.items]
        self._standings.settle(database, lambda reading, limit: _wanted(reading, filters, shown, limit))
        return _read(database, filters, cut, self._standings)


def check(filters: ClaimFilters) -> None:
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


def _read(database: Database, filters: ClaimFilters, cut: Cut, standings: Standings) -> Slice[ListedClaim]:
    with database.reading(filters.known_at) as reading:
        view = reading.of(Claim)
        conditions = [*service.conditions(reading, view, filters), *repository.standing_as_asked(view, filters)]
        found = listing.rows(reading, view, conditions, service.order(view), cut)
        shown = [row.id for row in found.items]
        past = filters.known_at is not None
        known = standings.judge(reading, shown) if past else repository.standings(reading, shown)
        stale = None if past else _stale(reading, filters, [known.get(one) for one in shown])
        items = [
            ListedClaim.model_construct(**dict(answer), standing=_standing(known.get(answer.id)))
            for answer in service.answers(reading, found.items)
        ]
        return Slice(items, found.after, reading.settled if past else None, stale)


def _stale(reading: Reading, filters: ClaimFilters, shown: Sequence[ClaimStanding | None]) -> int | None:
    """Count what may be old: of a list by standing, claims that may belong there too; of another, what it shows."""
    if any(_asked(filters)):
        old = repository.count_stale(reading, list(service.conditions(reading, Claim, filters)))
    elif shown:
        old = sum(row is None or row.stale for row in shown)
    else:
        return None
    return marks.count(reading) + old or None


def _wanted(reading: Reading, filters: ClaimFilters, shown: Sequence[UUID], limit: int) -> Sequence[UUID]:
    if any(_asked(filters)):
        return repository.stale(reading, list(service.conditions(reading, Claim, filters)), limit)
    known = repository.standings(reading, shown)
    return [one for one in shown if one in known and known[one].stale][:limit]


def _asked(filters: ClaimFilters) -> Iterator[str]:
    """Name the filters on standings that are used."""
    return (name for name in OF_STANDINGS if getattr(filters, name) not in (None, []))


def _standing(row: ClaimStanding | None) -> Standing | None:
    if row is None or row.level is None or row.status is None:
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
        stale=row.stale,
        computed=True,
    )
