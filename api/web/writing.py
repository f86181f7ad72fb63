"""Carry out a request's write: once for each Idempotency-Key, in one transaction."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request

from api.errors import Invalid, StillRunning
from api.storage.idempotency import IdempotencyKey, Receipt, once
from api.storage.ledger import Ledger
from api.web.callers import desk
from api.web.desk import Desk


class Running:
    """The keys that are being answered in this process."""

    def __init__(self) -> None:
        self._keys: set[IdempotencyKey] = set()
        self._lock = threading.Lock()

    @contextmanager
    def only(self, key: IdempotencyKey) -> Iterator[None]:
        """Hold a key while its request runs. Raises `StillRunning` where another one holds it."""
        with self._lock:
            if key in self._keys:
                raise StillRunning("A request with this Idempotency-Key is being carried out at this moment.")
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)


@dataclass(frozen=True, slots=True)
class Write:
    """A POST on its way to the database."""

    desk: Desk
    running: Running
    key: IdempotencyKey | None = None
    fingerprint: str = ""  # of what was sent, where there is a key

    def run(self, work: Callable[[Ledger], Receipt]) -> Receipt:
        """Do the work and return its receipt, or the receipt from when the same request did it before."""
        key = self.key
        if key is None:
            return self.desk.write(work)
        with self.running.only(key):
            return self.desk.write(lambda ledger: once(ledger, key, self.fingerprint, work))


async def write_of(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes it safe to send the request again: within 24 hours the same key and body are answered"
            " as the first time, and nothing is recorded twice.",
            min_length=1,
            max_length=255,
        ),
    ] = None,
) -> Write:
    """Collect what a POST's write needs."""
    own, running = desk(request), request.app.state.running
    if idempotency_key is None:
        return Write(own, running)
    if not (idempotency_key.isascii() and idempotency_key.isprintable()):
        raise Invalid("An Idempotency-Key is printable ASCII.", parameter="Idempotency-Key")
    key = IdempotencyKey(own.caller.holder or "", request.method, request.scope["path"], idempotency_key)
    sent = sha256(request.scope["query_string"] + b"\n" + await request.body())
    return Write(own, running, key, sent.hexdigest())


Writing = Annotated[Write, Depends(write_of)]
IfMatch = Annotated[
    str | None,
    Header(description="The ETag that you read. Required: without it 428, with an outdated one 412."),
]
