"""Work out anew how claims stand, before a list shows it: a write only marks what it touched.

What is heavy is read in snapshots, so no writer waits for it; only what came out is written. Marks go away in the
write that flags what they concern. A claim flagged again while it was worked out stays stale: its `flags` differ.
"""

from collections.abc import Callable, Collection, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import col

from api.claims.listed import FindStale
from api.claims.models import Basis, Claim, ClaimStanding
from api.confidence.policy import DEFAULT
from api.errors import OutOfTime, OverBudget, Unavailable
from api.provenance.consequences import concerned
from api.provenance.judging import Judged, judged
from api.provenance.loading import Horizon
from api.settings import Settings
from api.storage import marks
from api.storage.among import among
from api.storage.database import Database
from api.storage.deadline import Deadline
from api.storage.ledger import Ledger
from api.storage.marks import Left
from api.storage.reading import Reading

log = structlog.get_logger()

MARKS = 20_000  # looked at for one request; the largest bundles leave more, which takes the next requests
NEVER = 0  # how often a claim without a row was flagged
PATIENCE = 0.2  # seconds: how long a request waits for another one of this process that settles
COLUMNS = (
    *("level", "status", "support", "opposition", "attributions", "origins", "independent_origins"),
    *("unknown_origins", "echoes", "policy", "budget"),
)


class Settler:
    """Settles what concerns a list, as far as one request goes; in a process one at a time, as they would collide.

    The settings say how many claims one request works out at most, and how many attributions that may take. Nothing
    here waits for another writer: where the database is not free, all stays stale.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._turn = Lock()

    def basis(self) -> Basis:
        """Tell what standings are worked out by now."""
        return Basis(DEFAULT.id, self._settings().graph_budget)

    def settle(self, database: Database, find_stale: FindStale) -> bool:
        """Look at what changed, and work out anew what is found, where it is this request's turn; never raises."""
        if not self._turn.acquire(timeout=PATIENCE):
            return False
        try:
            _look_at_marks(database)
            self._work_out(database, find_stale)
        except Unavailable as away:
            log.info("standings stay as they are", reason=str(away))
        except Exception:
            log.exception("standings stay as they are")
        finally:
            self._turn.release()
        return True

    def look(self, database: Database) -> bool:
        """Look at some of what changed, and say whether there may be more: for changes that no reader comes for."""
        if not self._turn.acquire(timeout=PATIENCE):
            return False
        try:
            return _look_at_marks(database)
        finally:
            self._turn.release()

    def judge(self, reading: Reading, claims: Collection[UUID]) -> dict[UUID, ClaimStanding]:
        """Work out how claims stood at the reading's instant, as far as time allows; nothing is kept."""
        budget = self.basis().budget
        found = _all_that_fit(reading, list(claims), self._horizon())
        return {one: ClaimStanding(record_id=one, stale=False, **columns(each, budget)) for one, each in found.items()}

    def _work_out(self, database: Database, find_stale: FindStale) -> None:
        settings = self._settings()
        try:
            flagged, found = self._judged(database, find_stale, settings.settled_claims)
        except OutOfTime:  # one at least, so that each list comes nearer to the end
            flagged, found = self._judged(database, find_stale, 1)
        rows = [
            {"claim": one, "seen": flagged[one], **columns(each, settings.graph_budget)}
            for one, each in sorted(found.items())
        ]
        if rows:
            database.write_if_free(lambda ledger: _keep(ledger, rows))

    def _judged(
        self, database: Database, find_stale: FindStale, limit: int
    ) -> tuple[dict[UUID, int], dict[UUID, Judged | None]]:
        """Say how often each of some claims was flagged, and judge them; None for one that takes too much by itself.

        Raises `OutOfTime` where several take too long.
        """
        with database.reading() as reading:
            flagged = _flags(reading, find_stale(reading, limit))
        horizon = self._horizon()
        try:
            with database.reading(deadline=horizon.deadline) as reading:
                return flagged, _as_many_as_fit(reading, list(flagged), horizon)
        except OutOfTime:
            if len(flagged) > 1:
                raise
            return flagged, dict.fromkeys(flagged)

    def _horizon(self) -> Horizon:
        settings = self._settings()
        return Horizon(settings.graph_budget, deadline=Deadline.after(settings.graph_seconds))


def columns(found: Judged | None, budget: int) -> dict[str, Any]:
    """Give a verdict as the table keeps it; None is one that would have taken more than the budget."""
    if found is None:
        return dict.fromkeys(COLUMNS) | {"budget": budget}
    return {
        "level": int(found.verdict.level),
        "status": found.verdict.status.value,
        "support": int(found.verdict.support.level),
        "opposition": int(found.verdict.opposition.level),
        "attributions": found.supporting.attributions,
        "origins": found.supporting.origins,
        "independent_origins": found.supporting.independent_origins,
        "unknown_origins": found.supporting.unknown_origins,
        "echoes": found.supporting.echoes,
        "policy": found.verdict.policy.id,
        "budget": None,
    }


def _look_at_marks(database: Database) -> bool:
    """Flag the claims that the oldest changes concern, and say whether more changes may wait."""
    with database.reading() as reading:
        waiting = marks.oldest(reading, MARKS)
        touched: dict[str, set[UUID]] = {}
        for mark in waiting:
            touched.setdefault(mark.kind, set()).add(mark.record_id)
        claims = concerned(reading, touched) if waiting else frozenset[UUID]()
    if not waiting:
        return False
    return database.write_if_free(lambda ledger: _flag(ledger, claims, waiting)) and len(waiting) == MARKS


def _as_many_as_fit(reading: Reading, claims: Sequence[UUID], horizon: Horizon) -> dict[UUID, Judged | None]:
    """Judge the first of these claims, as many as the budget is enough for at once; None where one is over it."""
    if not claims:
        return {}
    try:
        return dict(judged(reading, claims, horizon))
    except OverBudget:
        return _as_many_as_fit(reading, claims[: len(claims) // 2], horizon) if len(claims) > 1 else {claims[0]: None}


def _all_that_fit(reading: Reading, claims: Sequence[UUID], horizon: Horizon) -> dict[UUID, Judged | None]:
    """Judge all of these claims, in batches that the budget is enough for; None where one by itself is over it, and
    of those that time was not enough for.
    """
    if not claims:
        return {}
    try:
        return dict(judged(reading, claims, horizon))
    except OutOfTime:
        return dict.fromkeys(claims)
    except OverBudget:
        if len(claims) == 1:
            return {claims[0]: None}
    half = len(claims) // 2
    return _all_that_fit(reading, claims[:half], horizon) | _all_that_fit(reading, claims[half:], horizon)


def _flag(ledger: Ledger, claims: Collection[UUID], seen: Sequence[Left]) -> None:
    """Flag these claims, as they may stand otherwise now, and take away the marks that were looked at for it."""
    _add_rows(ledger, claims)
    flagged = update(ClaimStanding).where(among(col(ClaimStanding.record_id), claims))
    ledger.session.connection().execute(flagged.values(stale=True, flags=col(ClaimStanding.flags) + 1))
    marks.clear(ledger, [mark.id for mark in seen])


def _add_rows(ledger: Ledger, claims: Collection[UUID]) -> None:
    """Give those of these claims a row that have none: they were never flagged."""
    named = col(ClaimStanding.record_id)
    known = {row[0] for row in ledger.rows(select(named).where(among(named, claims)))}
    if new := [{"record_id": one, "stale": True, "flags": NEVER} for one in sorted(set(claims) - known)]:
        ledger.session.connection().execute(insert(ClaimStanding), new)


def _flags(reading: Reading, claims: Sequence[UUID]) -> dict[UUID, int]:
    """Return how often each of these was flagged, in their order, if it is live."""
    if not claims:
        return {}
    named = col(Claim.id)
    statement = select(named, func.coalesce(col(ClaimStanding.flags), NEVER)).outerjoin(
        ClaimStanding, col(ClaimStanding.record_id) == named
    )
    rows = reading.rows(statement.where(col(Claim.deleted_at).is_(None), among(named, claims)))
    found = dict(map(tuple, rows))
    return {claim: found[claim] for claim in claims if claim in found}


def _keep(ledger: Ledger, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what was worked out of claims that were not flagged meanwhile."""
    _add_rows(ledger, [row["claim"] for row in rows if row["seen"] == NEVER])
    values: dict[str, Any] = {name: bindparam(name) for name in COLUMNS}
    statement = (
        update(ClaimStanding)
        .where(col(ClaimStanding.record_id) == bindparam("claim"), col(ClaimStanding.flags) == bindparam("seen"))
        .values(stale=False, **values)
    )
    ledger.session.connection().execute(statement, rows)
