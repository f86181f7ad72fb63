"""Hear of every commit, whichever process made it, from the event loop: what it touched goes into a journal."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from api.storage import touches
from api.storage.journal import Journal

Look = Callable[[], Awaitable[Journal | None]]  # what `Watch.look` is


class Watch(Protocol):
    """Hears of what anybody commits. It belongs to one event loop."""

    async def look(self) -> Journal | None:
        """Return the journal with all that was committed by now; None where the database does not say."""

    async def close(self) -> None:
        """Let go of the connection."""


def note_touched(journal: Journal, told: bytes) -> None:
    """Note what commits said that they touch; where that is more than a journal holds, that it may be anything."""
    if len(told) > journal.most * touches.SIZE:
        journal.add_everything()
    else:
        journal.add(touches.read(told))
