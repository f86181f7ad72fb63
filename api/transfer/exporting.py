"""Write the record as lines, what is referred to first: as it stood at one instant, a short look after the other.

Each batch of lines is read from a snapshot of its own, as of the same instant. So whoever takes the lines slowly holds
nothing, and what a batch reveals is on record before it goes out.
"""

import time
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

from api.attributions.models import Attribution
from api.bundles.drafts import CIRCLING
from api.bundles.order import ORDER
from api.bundles.service import JOINED, KEEPERS
from api.documents.models import Document
from api.provenance.loading import Horizon
from api.sources.models import Source
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.transfer import repository
from api.transfer.extent import Extent, graph_of
from api.transfer.lines import Line, citation_of, line_of, named, retraction_of, same_as_of
from api.web.desk import Desk

R = TypeVar("R", bound=Recorded)

BATCH = 500
LARGE: dict[type[Recorded], int] = {Document: 50}  # these have texts
# The columns by which records of a kind refer to others of it.
WITHIN: dict[type[Recorded], tuple[str, ...]] = {
    Source: ("controlled_by_id",),
    Attribution: tuple(f"{name}_id" for name in CIRCLING),
}
BESIDE = ("citation", "retraction")  # these go beside the statements that they belong to
KINDS = tuple(kind for kind in ORDER if kind not in BESIDE)
PATIENCE, PAUSE = 2.0, 0.02  # seconds


@dataclass(slots=True)
class Export:
    """What goes out, as it stood at an instant; `settled` turns false where a write could still change that.

    `records` counts those that had their turn, deleted ones included, and `lines` what was written of them.
    """

    desk: Desk
    known_at: datetime
    extent: Extent | None = None
    settled: bool = True
    batch: int = BATCH  # records at most
    records: int = 0
    lines: int = 0
    ahead: set[UUID] = field(default_factory=set)  # those that others needed before their turn, which is to come

    @classmethod
    def begin(cls, desk: Desk, known_at: datetime | None, claim: UUID | None, horizon: Horizon) -> Self:
        """Take the instant, now where none is asked for, and find what a claim's graph holds. Raises `NotFound` …"""
        export = cls(desk, known_at or _settled_now(desk))
        if claim is not None:
            with desk.reading(export.known_at) as reading:
                export.extent = graph_of(reading, claim, horizon)
        return export

    def size(self, kinds: Collection[str] = KINDS) -> int:
        """Say how many records of these kinds will have their turn."""
        models = [model for _, model, _ in _turns(kinds)]
        if self.extent is not None:
            return sum(len(self.extent.get(model, ())) for model in models)
        with self.desk.reading() as reading:
            return sum(repository.count(reading, model) for model in models)

    def batches(self, kinds: Collection[str] = KINDS) -> Iterator[list[Line]]:
        """Give the lines, some at a time."""
        for kind, model, joining in _turns(kinds):
            for lines in self._batches(kind, model, joining):
                self.lines += len(lines)
                yield lines

    def _batches(self, kind: str, model: type[Recorded], joining: str | None) -> Iterator[list[Line]]:
        last: UUID | None = None
        while True:
            with self.desk.reading(self.known_at) as reading:
                self.settled = self.settled and reading.settled
                ids = self._following(reading, model, last)
                if not ids:
                    return
                ordered = _in_order(reading, model, ids, self.ahead)
                lines = named(reading, _written(reading, kind, ordered, ids, joining, self._said()))
            last = ids[-1]
            self.ahead.difference_update(ids)
            self.records += len(ids)
            yield lines

    def _following(self, reading: Reading, model: type[Recorded], last: UUID | None) -> list[UUID]:
        limit = min(LARGE.get(model, BATCH), self.batch)
        if self.extent is None:
            return repository.ids_after(reading, model, last, limit)
        ids = self.extent.get(model, ())
        begin = 0 if last is None else bisect_right(ids, last)
        return list(ids[begin : begin + limit])

    def _said(self) -> Collection[UUID] | None:
        """Return the attributions that go out, None where all do."""
        return None if self.extent is None else frozenset(self.extent.get(Attribution, ()))


def _turns(kinds: Collection[str]) -> Iterator[tuple[str, type[Recorded], str | None]]:
    """List in their order the kinds and models that go out, and of findings that records are one, which records."""
    for kind in KINDS:
        if kind == "same_as" and kind in kinds:
            yield from ((one, model, one) for one, model in JOINED.items())
        elif kind in kinds:
            yield kind, KEEPERS[kind].model, None


def _settled_now(desk: Desk) -> datetime:
    """Take the instant, and wait a little for writes that began before it."""
    now, patience = desk.database.now(), time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        with desk.reading(now) as reading:
            if reading.settled:
                break
        time.sleep(PAUSE)
    return now


@dataclass(frozen=True, slots=True)
class _Ordered(Generic[R]):
    """Records, each after what it needs of its own kind; `open` has the columns whose need comes after all the same."""

    rows: Sequence[R]
    open: Mapping[UUID, Sequence[str]]


def _in_order(reading: Reading, model: type[R], ids: Sequence[UUID], ahead: set[UUID]) -> _Ordered[R]:
    """Return the live ones of these records, and before each what it needs of its own kind, if that comes later."""
    needs, newest = WITHIN.get(model, ()), ids[-1]
    found = {row.id: row for row in reading.live(model, (one for one in ids if one not in ahead)).values()}
    wave = list(found.values())
    while wave:
        later = {one for row in wave for _, one in _named_by(row, needs) if one > newest} - ahead - found.keys()
        wave = list(reading.live(model, later).values())
        found |= {row.id: row for row in wave}
        ahead |= later
    return _walked(found, needs)


def _walked(found: Mapping[UUID, R], needs: Sequence[str]) -> _Ordered[R]:
    """Put records after what they need. Where needs lead in a circle, the one that closes it stays open."""
    rows: dict[UUID, R] = {}
    left_open: dict[UUID, list[str]] = {}
    for first in sorted(found):
        path = {} if first in rows else {first: _named_by(found[first], needs)}
        while path:
            one = next(reversed(path))
            if not path[one]:
                rows[one] = found[one]
                del path[one]
                continue
            name, needed = path[one].pop()
            if needed in path:
                left_open.setdefault(one, []).append(name)
            elif needed in found and needed not in rows:
                path[needed] = _named_by(found[needed], needs)
    return _Ordered(list(rows.values()), left_open)


def _named_by(row: Recorded, columns: Sequence[str]) -> list[tuple[str, UUID]]:
    return [(name, one) for name in columns if (one := getattr(row, name)) is not None]


def _written(
    reading: Reading,
    kind: str,
    ordered: _Ordered[Any],
    ids: Sequence[UUID],
    joining: str | None,
    said: Collection[UUID] | None,
) -> Iterator[Line]:
    """Write records; where a reference could not come first, the line without it, and at the end the whole one."""
    if joining is not None:
        reading.expect_indexes(ordered.rows)
        yield from (same_as_of(reading, joining, row) for row in ordered.rows)
        return
    whole: list[Line] = []
    answers = KEEPERS[kind].answers(reading, ordered.rows)
    beside = _beside(reading, answers, ids, said) if kind == "attribution" else {}
    for answer in answers:
        line = line_of(KEEPERS[kind], answer)
        names = {name.removesuffix("_id") for name in ordered.open.get(answer.id, ())}
        yield {name: value for name, value in line.items() if name not in names}
        yield from beside.pop(answer.id, ())
        whole += [line] if names else []
    for left in (*beside.values(), whole):  # citations of what came before its turn
        yield from left


def _beside(
    reading: Reading, answers: Sequence[Any], ids: Sequence[UUID], said: Collection[UUID] | None
) -> dict[UUID, list[Line]]:
    """Write what goes beside statements: the retraction of each, and the citations whose other end is written by then.

    So an import finds both ends in one batch, mostly, and a citation makes no new version of what was just recorded.
    """
    found = repository.citations_up_to(reading, ids, ids[-1])
    citations = [row for row in found if said is None or (row.citing_id in said and row.cited_id in said)]
    reading.expect_indexes(citations)
    beside: dict[UUID, list[Line]] = {}
    for answer in answers:
        if (retraction := retraction_of(answer)) is not None:
            beside[answer.id] = [retraction]
    place = {answer.id: number for number, answer in enumerate(answers)}
    for row in citations:
        # Who has no place here came before its turn.
        later = max(row.citing_id, row.cited_id, key=lambda end: place.get(end, -1))
        beside.setdefault(later, []).append(citation_of(reading, row))
    return beside
