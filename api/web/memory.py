"""Remember answers for as long as nothing is committed that touches what they are about.

The database itself tells what was touched (`api/storage/watch.py`), also when another process did it, so that no answer
is ever stale, and what was erased or sealed is gone from here with the next question, or within a few seconds.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from fastapi import Request, Response

from api.storage.journal import Journal
from api.storage.watch import Watch
from api.web.callers import caller_of, journal_of, note_about
from api.web.languages import language

Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

BESIDE = 1000  # bytes that an answer takes beside its own and its key's
EACH = 100  # bytes that an id takes
LOOK = 1.0  # seconds
AT_ONCE = 50  # answers that are looked at in one go
PASSING = "passing"  # in a request's state: whether the clock had a part in its answer


class CacheKey(NamedTuple):
    """What an answer follows from, beside the record (RFC 9111, section 2)."""

    path: str
    query: bytes
    language: str


@dataclass(slots=True)
class Kept:
    """An answer, as it goes out to those who may see no more than everybody; the bytes that it takes here, with its
    key; what it is about (None: anything); and the place in the journal up to which it is known to hold.
    """

    body: bytes
    headers: list[tuple[bytes, bytes]]
    size: int
    about: frozenset[int] | None
    place: int


class Memory:
    """Answers that still hold, the latest that so many bytes have room for; used on the event loop alone."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[CacheKey, Kept] = OrderedDict()

    def find(self, key: CacheKey, journal: Journal) -> Response | None:
        """Return an answer that holds by this journal, None where none is known."""
        kept = self._kept.get(key)
        if kept is None or not self._holds(key, kept, journal):
            return None
        self._kept.move_to_end(key)
        response = Response(kept.body)
        response.raw_headers = list(kept.headers)
        return response

    def forget_touched(self, journal: Journal, some: Iterable[CacheKey]) -> None:
        """Forget those of some answers that do not hold any more."""
        for key in some:
            if (kept := self._kept.get(key)) is not None:
                self._holds(key, kept, journal)

    def forget_all(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = 0

    def __iter__(self) -> Iterator[CacheKey]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, key: CacheKey, response: Response, about: frozenset[int] | None, place: int) -> None:
        """Keep an answer that holds at this place of the journal."""
        body = bytes(response.body)
        told = sum(len(name) + len(value) for name, value in response.raw_headers)
        # Who asks chooses how long the key is.
        size = BESIDE + len(body) + told + sum(map(len, key)) + EACH * len(about or ())
        if size > self.most_bytes:
            return
        self._forget(key)
        self._kept[key] = Kept(body, list(response.raw_headers), size, about, place)
        self._bytes += size
        while self._bytes > self.most_bytes:
            self._forget(next(iter(self._kept)))

    def _holds(self, key: CacheKey, kept: Kept, journal: Journal) -> bool:
        holds = journal.holds(kept.about, kept.place)
        if holds:
            kept.place = journal.place
        else:
            self._forget(key)
        return holds

    def _forget(self, key: CacheKey) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self._bytes -= kept.size


def lasting(endpoint: Endpoint) -> Endpoint:
    """Declare that an endpoint's answer follows from the record, the address and the language, and nothing else."""
    endpoint.lasting = True  # type: ignore[attr-defined]
    return endpoint


def is_lasting(endpoint: Callable[..., Any]) -> bool:
    """Say whether that was declared."""
    return getattr(endpoint, "lasting", False)


def passing(request: Request) -> None:
    """Mark an answer under way as one that may differ next time, though nothing changes: time ran out."""
    setattr(request.state, PASSING, True)


def remembering(handle: Handle) -> Handle:
    """Answer from memory where it is known that nothing was committed that touches the answer."""

    async def answer(request: Request) -> Response:
        memory: Memory = request.app.state.memory
        if not memory.most_bytes or caller_of(request).reveals or "known_at" in request.query_params:
            return await handle(request)  # what was revealed is put on record; what was known then may not be certain
        key = CacheKey(request.scope["path"], request.scope["query_string"], language(request))
        journal = await journal_of(request)
        known = None if journal is None else memory.find(key, journal)
        if known is not None:
            return known
        place, about = -1 if journal is None else journal.place, note_about(request)
        response = await handle(request)
        lasts = response.status_code == 200 and not getattr(request.state, PASSING, False)
        if lasts and journal is not None and journal.holds(ids := about.ids, place):
            memory.keep(key, response, ids, journal.place)
        return response

    return answer


async def forgetting(memory: Memory, watch: Watch) -> None:
    """Forget what does not hold any more, though nobody asks: it may be what was erased."""
    place = -1
    while True:
        await asyncio.sleep(LOOK)
        journal = await watch.look() if memory else None
        if journal is None:
            memory.forget_all()  # nobody knows
        elif journal.place != place:
            place, keys = journal.place, list(memory)
            for at in range(0, len(keys), AT_ONCE):
                memory.forget_touched(journal, keys[at : at + AT_ONCE])
                await asyncio.sleep(0)  # others are not kept waiting
