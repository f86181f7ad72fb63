"""Record lines, batch by batch: each batch in one transaction, each line of it whole or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from uuid import UUID

from api.bundles.each import OURS, HalfDone, record_each
from api.errors import Absent, Failure, Invalid, TooLarge
from api.storage.ledger import Ledger
from api.transfer.cutting import MOST_BYTES, MOST_LINES, Cutter, Numbered, RowCutter
from api.transfer.lines import Ending, entry_of, refuse_other_documents
from api.transfer.rows import Flat, Table
from api.transfer.schemas import ImportSummary, LineResult
from api.web.desk import Desk
from api.web.problems import document

T = TypeVar("T")
REHEARSED_LINES, REHEARSED_BYTES = 10_000, 2**24
MOST_REFUSED = 10_000  # lines, after which something is wrong with all of them
STILL_TO_COME = (
    f" Where it comes more than {MOST_LINES:,} lines or {MOST_BYTES // 2**20} MiB later, import all of them once more."
)
TRIES = 8  # at what is left when lines are refused half done


@dataclass(frozen=True, slots=True)
class Done:
    """What a line became."""

    id: UUID
    version: int
    status: Literal["created", "updated", "known"]


Outcome = Done | Failure
Read = tuple[Numbered, Any]  # a line, and the record that it holds or why it holds none


class Import:
    """One import on its way: it takes batches of lines, says what became of each, and sums up."""

    dry_run = False

    def __init__(self, desk: Desk, table: Table | None = None, first: int = 1) -> None:
        self._desk = desk
        self._read_line = entry_of if table is None else table.entry
        self._is_table = table is not None
        self._first = first
        self._came = False  # any line
        self._counts = dict.fromkeys(("created", "updated", "known", "refused"), 0)
        self._exported = False  # whether any of it has been on record elsewhere, since the last ending
        self._begins = 1  # the line that an export begins with: there may be several, one after the other
        self._did_not_come = 0  # lines, by what the endings say
        self.next_line = first  # up to which everything was looked at; a batch can be recorded in parts
        self.stored = False  # whether anything of it is on record

    def take(self, batch: Sequence[Numbered]) -> list[LineResult]:
        """Record a batch, and say what became of each line.

        Raises `Malformed` where these are no lines of JSON, `Invalid` where too many were refused before, and
        `Unavailable`; then some of it may have been stored, which does no harm when it comes again.
        """
        self.next_line = batch[0].number
        if (refused := self._counts["refused"]) >= MOST_REFUSED:
            raise Invalid(
                f"{refused:,} lines are refused, and whatever is wrong with them may be with all: look there."
            )
        read = self._read(batch)
        results = self._told(read, self._recorded([entry for _, entry in read if not isinstance(entry, Failure)]))
        self.next_line = batch[-1].number + 1
        return results

    def finish(self) -> list[LineResult]:
        """Say what became of the lines of which that was not said yet."""
        return []

    def sum_up(self, stopped: Failure | None = None) -> ImportSummary:
        """Say how many lines became what, whether an export is all there, and where to go on if it was stopped."""
        missing = list(self._missing())
        return ImportSummary(
            status="stopped" if stopped else "incomplete" if missing else "complete",
            dry_run=self.dry_run,
            **self._counts,
            resume_from=self.next_line if stopped else None,
            problem=document(stopped, None) if stopped else None,
            warnings=[] if stopped else [*missing, *self._nothing()],
        )

    def _read(self, batch: Sequence[Numbered]) -> list[Read]:
        if not self._came and not self._is_table:
            refuse_other_documents(batch[0].content)
        self._came = True
        read: list[Read] = []
        for line in batch:
            try:
                entry = line.refused or self._read_line(line.content)
            except Failure as wrong:
                entry = wrong
            if isinstance(entry, Ending):
                self._did_not_come += max(0, entry.records - (line.number - self._begins))
                self._exported, self._begins = False, line.number + 1
            else:
                read.append((line, entry))
                self._exported = self._exported or getattr(entry, "origin", None) is not None
        return read

    def _recorded(self, entries: Sequence[Any], tries: int = TRIES) -> list[Outcome]:
        """Record these in one write, or in several where that fails: no line is to blame for another's fault.

        What was half done is left out, and tried by itself. However many there are of that, and whatever leans on it, a
        line is looked at some twenty times at most: after a few tries the lines are halved.
        """
        if not entries:
            return []
        try:
            outcomes = list(self._desk.write(lambda ledger: _each(ledger, [entries], {})).values())
            self.stored = self.stored or any(isinstance(one, Done) for one in outcomes)
            return outcomes
        except HalfDone as half:
            (wrong, failure), *others = half.refused.items()
            became: dict[int, Outcome] = {wrong: failure}
            left = [place for place in range(len(entries)) if place != wrong]
            whole = [place for place in left if place not in half.refused]
            doubtful = sorted(place for place, _ in others)
            for places in (whole, doubtful) if tries and whole else _halves(left):
                following = self._recorded([entries[place] for place in places], max(tries - 1, 0))
                became |= zip(places, following, strict=True)
            return [became[place] for place in range(len(entries))]
        except OURS:
            raise
        except Failure as failed:
            if len(entries) == 1:
                return [failed]
            return [one for half in _halves(entries) for one in self._recorded(half, tries)]

    def _told(self, read: Sequence[Read], outcomes: Iterable[Outcome]) -> list[LineResult]:
        """Say what became of each line. Of what a refusal tells there is an event on record before."""
        known = list(outcomes)
        self._desk.tell({one for outcome in known if isinstance(outcome, Failure) for one in outcome.told})
        following = iter(known)
        results = [
            _result(line.number, entry, entry if isinstance(entry, Failure) else next(following))
            for line, entry in read
        ]
        for one in results:
            self._counts[one.status] += 1
        return results

    def _missing(self) -> Iterator[str]:
        """Say what is missing of an export."""
        if not self._is_table and self._exported:
            yield 'There is no last line {"kind": "end"}: this export was cut short.'
        if self._did_not_come:
            yield f'{self._did_not_come:,} of the lines that {{"kind": "end"}} speaks of did not come.'

    def _nothing(self) -> Iterator[str]:
        """Say where there was nothing to record."""
        if not self._came:
            what = "row" if self._is_table else "line"
            yield f"There is no {what}" + (f" from line {self._first:,} on." if self._first > 1 else ".")


class Rehearsal(Import):
    """The same, and nothing is stored: all of it is recorded in one transaction, and undone."""

    dry_run = True

    def __init__(self, desk: Desk, table: Table | None = None, first: int = 1) -> None:
        super().__init__(desk, table, first)
        self._batches: list[list[Read]] = []
        self._lines = self._bytes = 0

    def take(self, batch: Sequence[Numbered]) -> list[LineResult]:
        """Keep a batch for the end. Raises `TooLarge`: nobody else can write while one rehearses."""
        self._lines += len(batch)
        self._bytes += sum(len(line.content) for line in batch)
        if self._lines > REHEARSED_LINES or self._bytes > REHEARSED_BYTES:
            raise TooLarge(
                f"A rehearsal takes {REHEARSED_LINES:,} lines and {REHEARSED_BYTES:,} bytes at most: rehearse the first"
                " ones, or import all of it, which is safe to repeat."
            )
        self._batches.append(self._read(batch))
        return []

    def finish(self) -> list[LineResult]:
        """Record all of it, undo that, and say what would have become of each line."""
        entries = [[entry for _, entry in batch if not isinstance(entry, Failure)] for batch in self._batches]
        refused: dict[int, Failure] = {}

        for _ in range(TRIES):
            try:
                taken = self._desk.rehearse(lambda ledger: _each(ledger, entries, refused))
            except HalfDone as half:
                refused.update(half.refused)
            else:
                outcomes: dict[int, Outcome] = {**taken, **refused}
                read = [one for batch in self._batches for one in batch]
                return self._told(read, [outcomes[place] for place in sorted(outcomes)])
        raise TooLarge("Too many of these lines lean on others that are refused: rehearse fewer at a time.")


def begin(run: type[Import], desk: Desk, kind: Flat | None, first: int, longest: int) -> tuple[Cutter, Import]:
    """Make what cuts lines, from the first that counts, and what records them: rows, where these are of one kind."""
    if kind is None:
        return Cutter(longest, first), run(desk, None, first)
    table = Table(kind)
    return RowCutter(longest, first, begin=table.begin), run(desk, table, first)


def _halves(some: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    middle = len(some) // 2
    return some[:middle], some[middle:]


def _each(ledger: Ledger, batches: Sequence[Sequence[Any]], refused: Mapping[int, Failure]) -> dict[int, Outcome]:
    """Record batches but for what is refused already; places count through all of them. Raises `HalfDone`."""
    outcomes: dict[int, Outcome] = {}
    half_done: dict[int, Failure] = {}
    begin = 0
    for batch in batches:
        kept = [place for place in range(begin, begin + len(batch)) if place not in refused]
        sent = [batch[place - begin] for place in kept]
        begin += len(batch)
        try:
            became = record_each(ledger, sent)
        except HalfDone as half:
            half_done |= {kept[place]: failure for place, failure in half.refused.items()}
            continue
        for place, told in zip(kept, became, strict=True):
            outcomes[place] = told if isinstance(told, Failure) else Done(told[0].id, told[0].version, told[1])
    if half_done:
        raise HalfDone(half_done)
    return outcomes


def _result(number: int, entry: Any, outcome: Outcome) -> LineResult:
    kind = getattr(entry, "kind", None)
    if isinstance(outcome, Absent):
        outcome = Invalid(f"{outcome.detail}{STILL_TO_COME}", outcome.problems[0].pointer)
    if isinstance(outcome, Failure):
        return LineResult(line=number, status="refused", kind=kind, problem=document(outcome, None))
    return LineResult(
        line=number, status=outcome.status, kind=kind, id=outcome.id, version=outcome.version, problem=None
    )
