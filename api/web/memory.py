"""Remember answers for as long as nothing at all is committed: what was worked out once is true until then.

The database itself tells whether anything was (`api/storage/watch.py`), also when another process did it, so that no
answer is ever stale, and what was erased or sealed is gone from here with the next question, or within a second.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, NamedTuple, TypeVar

from fastapi import Request, Response

from api.storage.watch import Watch
from api.web.callers import caller_of, stamp_of
from api.web.languages import language

Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

BESIDE = 1000  # bytes that an answer takes beside its own and its question's
LOOK = 1.0  # seconds
PASSING = "passing"  # in a request's state: whether the clock had a part in its answer


class Question(NamedTuple):
    """What an answer follows from, beside the record."""

    path: str
    query: bytes
    language: str


class Kept(NamedTuple):
    """An answer, as it goes out to whoever may see what everybody may; and what it takes here, with its question."""

    body: bytes
    headers: list[tuple[bytes, bytes]]
    size: int


class Memory:
    """Answers to the questions asked since the last commit, the newest of them in so many bytes; of the loop alone."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._bytes = 0
        self._stamp: str | None = None
        self._kept: OrderedDict[Question, Kept] = OrderedDict()

    def find(self, question: Question, stamp: str | None) -> Response | None:
        """Return the answer as it is by this stamp, None where it is not known; forget what is older."""
        self.forget_older(stamp)
        kept = self._kept.get(question)
        if kept is None:
            return None
        self._kept.move_to_end(question)
        response = Response(kept.body)
        response.raw_headers = list(kept.headers)
        return response

    def forget_older(self, stamp: str | None) -> None:
        """Forget what was true by another stamp."""
        if stamp != self._stamp:
            self._stamp, self._bytes = stamp, 0
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, question: Question, stamp: str, response: Response) -> None:
        """Keep an answer that is true by this stamp, unless another one is known by now."""
        body = bytes(response.body)
        told = sum(len(name) + len(value) for name, value in response.raw_headers)
        size = BESIDE + len(body) + told + sum(map(len, question))  # who asks chooses how long the question is
        if stamp != self._stamp or question in self._kept or size > self.most_bytes:
            return
        self._kept[question] = Kept(body, list(response.raw_headers), size)
        self._bytes += size
        while self._bytes > self.most_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= oldest.size


def lasting(endpoint: Endpoint) -> Endpoint:
    """Declare that an endpoint's answer follows from the record, the address and the language, and nothing else."""
    endpoint.lasting = True  # type: ignore[attr-defined]
    return endpoint


def is_lasting(endpoint: Callable[..., Any]) -> bool:
    """Say whether that was declared."""
    return getattr(endpoint, "lasting", False)


def passing(request: Request) -> None:
    """Say of an answer under way that it may be another one next time, though nothing changes: time ran out."""
    setattr(request.state, PASSING, True)


def remembering(handle: Handle) -> Handle:
    """Answer from memory where it is known that nothing was committed since."""

    async def answer(request: Request) -> Response:
        memory: Memory = request.app.state.memory
        if not memory.most_bytes or caller_of(request).reveals or "known_at" in request.query_params:
            return await handle(request)  # what was revealed is put on record; what was known then may not be certain
        question = Question(request.scope["path"], request.scope["query_string"], language(request))
        stamp = await stamp_of(request)
        known = memory.find(question, stamp)
        if known is not None:
            return known
        response = await handle(request)
        lasts = response.status_code == 200 and not getattr(request.state, PASSING, False)
        if lasts and stamp is not None and stamp == await request.app.state.watch.stamp():
            memory.keep(question, stamp, response)
        return response

    return answer


async def forgetting(memory: Memory, watch: Watch) -> None:
    """Forget what is not true any more, though nobody asks: it may be what was erased."""
    while True:
        await asyncio.sleep(LOOK)
        if memory:
            memory.forget_older(await watch.stamp())
