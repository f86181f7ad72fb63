"""Work out anew how claims stand, before a list shows it: a write only marks what it touched.

What is heavy is read in snapshots, so no writer waits for it; only what came out is written. Marks go away in the
write that flags what they concern. A claim flagged again while it was worked out stays stale: its `flags` differ.
"""

from collections.abc import Collection, Sequence
from threading import Lock
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from api.claims.listed import Wanted
from api.claims.models import Claim, ClaimStanding
from api.errors import OverBudget, Unavailable
from api.provenance.consequences import concerned
from api.provenance.judging import Judged, judged
from api.provenance.loading import Scope
from api.storage import marks
from api.storage.database import Database
from api.storage.ledger import Ledger
from api.storage.marks import Left
from api.storage.reading import Reading

log = structlog.get_logger()

MARKS = 20_000  # looked at for one request: what a large bundle leaves
PATIENCE = 10.0  # seconds: how long a request waits for another one of this process that settles
COLUMNS = (
    *("level", "status", "support", "opposition", "attributions", "origins", "independent_origins"),
    *("unknown_origins", "echoes", "policy"),
)


class Settler:
    """Settles what concerns a list, as far as one request goes; in a process one at a time, as they would collide.

    It works out at most so many claims, and those that `budget` attributions are enough for.
    """

    def __init__(self, claims_at_most: int, budget: int) -> None:
        self._claims_at_most = claims_at_most
        self._scope = Scope(budget)
        self._turn = Lock()

    def settle(self, database: Database, wanted: Wanted) -> None:
        """Look at what changed, and work out anew what is wanted; where the database refuses, leave it stale."""
        if not self._turn.acquire(timeout=PATIENCE):
            return
        try:
            _look_at_marks(database)
            self._work_out(database, wanted)
        except (Unavailable, SQLAlchemyError) as refused:
            log.warning("standings stay as they are", reason=str(refused))
        finally:
            self._turn.release()

    def judge(self, reading: Reading, claims: Collection[UUID]) -> dict[UUID, ClaimStanding]:
        """Work out how claims stood at the reading's instant; nothing is kept."""
        found = _as_many_as_fit(reading, list(claims)[: self._claims_at_most], self._scope)
        return {one: ClaimStanding(record_id=one, stale=False, **columns(each)) for one, each in found.items()}

    def _work_out(self, database: Database, wanted: Wanted) -> None:
        with database.reading() as reading:
            flagged = _flags(reading, wanted(reading, self._claims_at_most))
            found = _as_many_as_fit(reading, list(flagged), self._scope)
        rows = [{"claim": one, "seen": flagged[one], **columns(each)} for one, each in sorted(found.items())]
        if rows:
            database.write(lambda ledger: _keep(ledger, rows))


def columns(found: Judged | None) -> dict[str, Any]:
    """Give a verdict as the table keeps it; None is one that would take too much."""
    if found is None:
        return dict.fromkeys(COLUMNS)
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
    }


def _look_at_marks(database: Database) -> None:
    """Flag the claims that the oldest changes concern."""
    with database.reading() as reading:
        waiting = marks.oldest(reading, MARKS)
        touched: dict[str, set[UUID]] = {}
        for mark in waiting:
            touched.setdefault(mark.kind, set()).add(mark.record_id)
        claims = concerned(reading, touched) if waiting else frozenset[UUID]()
    if waiting:
        database.write(lambda ledger: _flag(ledger, claims, waiting))


def _as_many_as_fit(reading: Reading, claims: Sequence[UUID], scope: Scope) -> dict[UUID, Judged | None]:
    """Judge the first of these claims, as many as the budget is enough for at once; None where one is over it."""
    if not claims:
        return {}
    try:
        return dict(judged(reading, claims, scope))
    except OverBudget:
        return _as_many_as_fit(reading, claims[: len(claims) // 2], scope) if len(claims) > 1 else {claims[0]: None}


def _flag(ledger: Ledger, claims: Collection[UUID], seen: Sequence[Left]) -> None:
    named, connection = col(ClaimStanding.record_id), ledger.session.connection()
    known = {row[0] for row in ledger.rows(select(named).where(ledger.among(named, claims)))}
    connection.execute(
        update(ClaimStanding).where(ledger.among(named, claims)).values(stale=True, flags=col(ClaimStanding.flags) + 1)
    )
    if new := [{"record_id": one, "stale": True, "flags": 1} for one in sorted(set(claims) - known)]:
        connection.execute(insert(ClaimStanding), new)
    marks.clear(ledger, [mark.id for mark in seen])


def _flags(reading: Reading, claims: Sequence[UUID]) -> dict[UUID, int]:
    """Return how often each of these was flagged, in their order, if it is live."""
    if not claims:
        return {}
    named = col(ClaimStanding.record_id)
    statement = select(named, col(ClaimStanding.flags)).join(Claim, col(Claim.id) == named)
    rows = reading.rows(statement.where(col(Claim.deleted_at).is_(None), reading.among(named, claims)))
    found = dict(map(tuple, rows))
    return {claim: found[claim] for claim in claims if claim in found}


def _keep(ledger: Ledger, rows: Sequence[dict[str, Any]]) -> None:
    values: dict[str, Any] = {name: bindparam(name) for name in COLUMNS}
    statement = (
        update(ClaimStanding)
        .where(col(ClaimStanding.record_id) == bindparam("claim"), col(ClaimStanding.flags) == bindparam("seen"))
        .values(stale=False, **values)
    )
    ledger.session.connection().execute(statement, rows)
