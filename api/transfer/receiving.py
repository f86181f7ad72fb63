"""Take an import's lines as they come, and keep what became of each aside until all are there.

A client may send all of its lines before it reads anything: so nothing is answered meanwhile.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.errors import Failure, Unavailable
from api.transfer.cutting import Cutter
from api.transfer.importing import Import

IN_MEMORY = 2**20  # bytes of results that need no file
PIECE = 2**16


class _Full(Exception):
    """The disk has no room for what became of lines."""


class Receiving:
    """One import over HTTP: what came of it so far is in a file."""

    def __init__(self, cutter: Cutter, run: Import) -> None:
        self._cutter = cutter
        self._run = run
        self._results: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    async def take_all(self, pieces: AsyncIterator[bytes]) -> Iterator[bytes]:
        """Record all lines, and return what became of them, a line each.

        Raises a `Failure` where nothing was stored, and `Unavailable` where there is no room to keep what became of
        them. Where it is stopped later, the last line says why, and from where to go on.
        """
        try:
            stopped = await self._stopped_by(pieces)
            self._keep([self._run.sum_up(stopped)])
        except _Full:
            raise Unavailable(
                "The server's disk has no room for what became of these lines. What was recorded of them stays: once"
                " there is room, send them all again, as what is known already changes nothing."
            ) from None
        except BaseException:
            self._results.close()
            raise
        return self._sent()

    async def _stopped_by(self, pieces: AsyncIterator[bytes]) -> Failure | None:
        try:
            async for piece in pieces:
                await run_in_threadpool(self._take, piece)  # a piece of nothing but line ends takes 60 ms to cut
            await run_in_threadpool(self._end)
        except Failure as failure:
            if not self._results.tell():
                raise
            return failure
        return None

    def _take(self, piece: bytes) -> None:
        for batch in self._cutter.take(piece):
            self._keep(self._run.take(batch))

    def _end(self) -> None:
        for batch in self._cutter.end():
            self._keep(self._run.take(batch))
        self._keep(self._run.finish())

    def _keep(self, results: list[Any]) -> None:
        lines = [written(one) for one in results]
        try:
            self._results.writelines(lines)
            self._results.flush()
        except OSError as full:
            with suppress(OSError):  # it would write once more
                self._results.close()
            raise _Full from full

    def _sent(self) -> Iterator[bytes]:
        with self._results as results:
            results.seek(0)
            while piece := results.read(PIECE):
                yield piece


def written(answer: BaseModel) -> bytes:
    """Write a line of an answer, what is null in it left out."""
    return answer.model_dump_json(exclude_none=True).encode() + b"\n"
