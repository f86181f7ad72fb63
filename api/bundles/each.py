"""Record many things, each whole or not at all: what is refused keeps none of the others back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from api.bundles.service import Became, Recording
from api.errors import Failure, Internal, OutOfTime, Unavailable
from api.storage.ledger import Ledger
from api.storage.records import Recorded

OURS = (Internal, OutOfTime, Unavailable)  # no fault of what was sent


class HalfDone(Exception):
    """Some were refused when part of them was done already: nothing of this write may be kept.

    `refused` says by their place which, and why, in the order of the work. The first of them is wrong for sure; the
    others may have stumbled over what that left.
    """

    def __init__(self, refused: Mapping[int, Failure]) -> None:
        super().__init__()
        self.refused = refused


class RecordingEach(Recording):
    """The same, where each record stands for itself; `refused` says by their place which were not taken, and why."""

    def __init__(self, ledger: Ledger, entries: Sequence[Any]) -> None:
        super().__init__(ledger, entries)
        self.refused: dict[int, Failure] = {}
        self.half_done: list[int] = []

    @contextmanager
    def at(self, place: int) -> Iterator[None]:
        """Do something about one record: what fails there is put down, and stops nothing else."""
        acts = self.ledger.acts
        try:
            yield
        except OURS:
            raise
        except Failure as refused:
            self.refused[place] = refused
            if place in self.done or self.ledger.acts != acts:
                self.half_done.append(place)

    def _of(self, kind: str) -> list[int]:
        return [place for place in super()._of(kind) if place not in self.refused]


def record_each(ledger: Ledger, entries: Sequence[Any]) -> list[tuple[Recorded, Became] | Failure]:
    """Record what can be recorded, and say what became of each, in their order.

    Raises `HalfDone` once all were tried; a `Failure` that is nobody's in particular.
    """
    recording = RecordingEach(ledger, entries)
    recording.carry_out()
    if recording.half_done:
        raise HalfDone({place: recording.refused[place] for place in recording.half_done})
    return [
        recording.refused[place] if place in recording.refused else recording.done[place]
        for place in range(len(entries))
    ]
