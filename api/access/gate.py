"""Tell from an Authorization header who is asking: a revocation counts from the next request on.

Whoever was admitted is known for as long as nothing is committed that touches their key, so that most requests ask no
database.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

import structlog
from starlette.concurrency import run_in_threadpool

from api.access import repository
from api.custody import tokens
from api.custody.callers import Caller
from api.custody.roles import Role, Scope
from api.custody.tokens import Token
from api.errors import Unauthorized
from api.storage.database import Database
from api.storage.watch import Look

log = structlog.get_logger()

# The same words for each, so that nobody learns which keys there are or were.
NOT_VALID = "This access key is not valid: it is unknown, has expired or was revoked."
NO_DIGEST = bytes(32)
KNOWN = 2**10  # callers that are known at once


class Admitted(NamedTuple):
    """A caller whose key was found to be valid, and until when it is."""

    caller: Caller
    expires_at: datetime | None
    about: frozenset[int]  # the key's id

    def check(self, now: datetime) -> Caller:
        """Return the caller. Raises `Unauthorized` where the key has expired."""
        if self.expires_at is not None and self.expires_at <= now:
            raise Unauthorized(NOT_VALID, invalid=True)
        return self.caller


def _now() -> datetime:
    return datetime.now(UTC)


def authenticate(database: Database, token: Token) -> Admitted:
    """Find the caller whose key this is, in one statement. Raises `Unauthorized`."""
    with database.reading() as reading:
        row = repository.find(reading, token.public_id)
    genuine = token.matches(NO_DIGEST if row is None else row.digest)
    if row is None or not genuine or row.deleted_at is not None:
        raise Unauthorized(NOT_VALID, invalid=True)
    caller = Caller(row.holder, row.id, Role.named(row.role), frozenset(map(Scope, row.scopes)))
    return Admitted(caller, row.expires_at, frozenset([row.id.int]))


def _token_in(authorization: str) -> Token:
    """Read the header. Raises `Unauthorized` for what cannot be a key, before a database is asked."""
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorized("Send the access key as Authorization: Bearer whn_…")
    try:
        return tokens.parse(text.strip())
    except ValueError as wrong:
        raise Unauthorized(str(wrong), invalid=True) from None


class KeyGate:
    """Tells who is asking, on the event loop, and notes for each key the last day of its use."""

    def __init__(self, database: Callable[[], Database], clock: Callable[[], datetime] = _now) -> None:
        self._database = database
        self._clock = clock
        # By what the store has of a key: no secrets. Each with the place in the journal when it was asked for.
        self._known: dict[tuple[str, bytes], tuple[Admitted, int]] = {}
        self._noted: dict[UUID, date] = {}
        self._lock = threading.Lock()

    async def admit(self, authorization: str, look: Look) -> Caller:
        """Return the caller. Raises `Unauthorized`.

        What cannot be a key is refused without a look into the store's journal.
        """
        token = _token_in(authorization)
        journal, sent = await look(), (token.public_id, token.digest)
        if journal is None:
            return (await run_in_threadpool(authenticate, self._database(), token)).check(self._clock())
        place, known = journal.place, self._known.pop(sent, None)
        if known is not None and journal.holds(known[0].about, known[1]):
            found = known[0]
        else:
            found = await run_in_threadpool(authenticate, self._database(), token)
        caller = found.check(self._clock())
        self._known[sent] = found, place
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]  # the one who was last here longest ago
        return caller

    def is_news(self, caller: Caller) -> bool:
        """Say whether today's use of the caller's key has yet to be noted."""
        return caller.key is not None and self._noted.get(caller.key) != self._clock().date()

    def note(self, caller: Caller) -> None:
        """Note that the caller's key was used today, unless somebody is in the way: then the next use will be."""
        key, today = caller.key, self._clock().date()
        with self._lock:
            if key is None or self._noted.get(key) == today:
                return
            self._noted[key] = today
        try:
            noted = self._database().write_if_free(lambda ledger: repository.note_use(ledger, key, today))
        except Exception as failed:  # whatever it is, the request was answered, and that is what counts
            log.warning("the use of a key was not noted", reason=str(failed))
            noted = False
        if not noted:
            with self._lock:
                self._noted.pop(key, None)
