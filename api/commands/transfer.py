"""Take everything out of the store, and bring it into another one."""

import gc
import shlex
import threading
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from uuid import UUID

import typer
from rich.markup import escape

from api.commands.console import WRONG_SETTINGS, errors, fail, opened_database, opened_store, says
from api.errors import Failure, Invalid
from api.process.garbage import look_less_often
from api.process.signals import ending_by

if TYPE_CHECKING:
    from rich.progress import Progress

    from api.storage.database import Database
    from api.transfer.cutting import Cutter
    from api.transfer.importing import Import
    from api.transfer.schemas import ImportSummary, LineResult

INTERRUPTED = 130
OWN, ANYBODYS = 0o600, 0o666  # who may read a file, as far as the system lets them
KIND = typer.Option(help="What the rows of a table are: source, document or claim.")


def bring_in(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="What an export writes, compressed or not; - reads standard input."),
    ],
    kind: Annotated[str | None, KIND] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing; of 10,000 lines at most.")] = False,
    from_line: Annotated[int, typer.Option(help="Leave out the lines of the first file before this one.", min=1)] = 1,
) -> None:
    """Record lines, each whole or not at all; it is safe to repeat.

    Ends with 1 where a line is refused, an export was cut short or it is stopped; with 130 where a signal stops it.
    """
    from api.commands import progress

    complete = True
    with _little_garbage(), _stopped_alike() as stopped, opened_database() as database, progress.of_bytes() as shown:
        for place, file in enumerate(files):
            first = 1 if place else from_line
            cutter, run = _begin(database, file, kind, first, dry_run=dry_run)
            try:
                summary = _carry_out(file, cutter, run, shown, stopped)
            except KeyboardInterrupt:
                _stop(files[place:], kind, run, "Stopped.", INTERRUPTED)
            except Failure as failed:
                _stop(files[place:], kind, run, f"{failed.detail} It was read up to line {cutter.number:,}.")
            says.print(escape(f"{file}: {_in_words(summary)}"))
            for warning in summary.warnings:
                errors.print(escape(f"{file}: {warning}"))
            complete = complete and summary.status == "complete" and not summary.refused
    if not complete:
        raise SystemExit(1)


def take_out(
    file: Annotated[Path, typer.Argument(help="Where to; .gz is compressed; - writes to standard output.")] = Path("-"),
    claim: Annotated[UUID | None, typer.Option(help="Only what the graph of the claim with this id rests on.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As the record stood at this instant.")] = None,
    format: Annotated[str, typer.Option(help="ndjson or csv.")] = "ndjson",
    kind: Annotated[str | None, KIND] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="What is sealed too; who did so, and of what, is on record.")
    ] = False,
) -> None:
    """Write everything on record, or one claim's graph, as lines or as a table."""
    from dataclasses import replace

    from api.commands import files, progress
    from api.custody.callers import COMMAND_LINE
    from api.custody.roles import Scope
    from api.formats.edtf import read_instant
    from api.provenance.loading import EVERYTHING
    from api.transfer.exporting import KINDS, Export
    from api.transfer.sending import lines_sent, rows_sent
    from api.web.desk import Desk

    table = _kind_of_table(kind, format)
    caller = replace(COMMAND_LINE, scopes=frozenset({Scope.REVEAL})) if reveal else COMMAND_LINE
    with _stopped_alike(), opened_store() as database, progress.of_lines() as bars:
        instant = None if known_at is None else read_instant(known_at)
        export = Export.begin(Desk(database, caller, "whence export"), instant, claim, EVERYTHING)
        size = None if bars.disable else export.size(KINDS if table is None else [table])
        shown = progress.Shown(bars, file, size)
        with files.whole(file, OWN if reveal else ANYBODYS) as out:
            if table is not None and str(file) != "-":
                out.write(BOM_UTF8)  # by which every spreadsheet knows how a file's letters are written
            for piece in lines_sent(export) if table is None else rows_sent(export, table):
                out.write(piece)
                shown.move(export.records, export.lines)
    if not export.settled:
        errors.print(escape(f"{file}: what was still being written, or is still to come, could change this export."))


def _begin(
    database: "Database", file: Path, kind: str | None, from_line: int, *, dry_run: bool
) -> tuple["Cutter", "Import"]:
    from api.custody.callers import COMMAND_LINE
    from api.settings import Settings
    from api.transfer.importing import Import, Rehearsal, begin
    from api.web.desk import Desk

    desk = Desk(database, COMMAND_LINE, "whence import")
    is_table = kind is not None or ".csv" in map(str.lower, file.suffixes)
    table = _kind_of_table(kind, "csv" if is_table else "ndjson")
    return begin(Rehearsal if dry_run else Import, desk, table, from_line, Settings().max_bundle_bytes)


def _carry_out(
    file: Path, cutter: "Cutter", run: "Import", bars: "Progress", stopped: threading.Event
) -> "ImportSummary":
    from api.commands import files
    from api.commands.progress import Shown

    with files.opened(file) as incoming:
        shown = Shown(bars, file, incoming.size)
        for piece in incoming.pieces():
            for batch in cutter.take(piece):
                _tell(file, run.take(batch))
                if stopped.is_set():
                    raise KeyboardInterrupt
            shown.move(incoming.place(), cutter.number)
        for batch in cutter.end():
            _tell(file, run.take(batch))
        _tell(file, run.finish())
    return run.sum_up()


def _tell(file: Path, results: "list[LineResult]") -> None:
    for one in results:
        if one.problem is not None:
            errors.print(escape(f"{file}:{one.line}: {one.kind or 'line'} refused: {_why(one.problem)}"))


def _why(problem: dict[str, Any]) -> str:
    wrong = problem.get("errors") or [problem]
    told = "; ".join(f"{each.get('pointer', '')} {each['detail']}".strip() for each in wrong)
    candidates = ", ".join(f"{one['id']} ({one['name']})" for one in problem.get("candidates", ()))
    return f"{told} On record: {candidates}." if candidates else told


def _in_words(summary: "ImportSummary") -> str:
    done = f"{summary.created:,} created, {summary.updated:,} updated, {summary.known:,} on record already"
    rehearsed = "; rehearsed, nothing was stored" if summary.dry_run else ""
    return f"{done}, {summary.refused:,} refused{rehearsed}."


def _stop(left: list[Path], kind: str | None, run: "Import", why: str, code: int = 1) -> NoReturn:
    """Say what became of the first of the files that are left, and how to go on."""
    summary, file = run.sum_up(), left[0]
    says.print(escape(f"{file}: {_in_words(summary)}"))
    if summary.dry_run:
        fail(f"{file}: {why}", code)
    if not run.stored:
        fail(f"{file}: {why} Nothing of it was stored.", code)
    table = [] if kind is None else ["--kind", kind]
    dashes = ["--"] if any(str(one).startswith("-") for one in left if str(one) != "-") else []
    command = shlex.join(
        ["whence", "import", *table, "--from-line", str(run.next_line), *dashes, *(str(one) for one in left)]
    )
    fail(f"{file}: {why} To go on with line {run.next_line:,}: {command}", code)


@contextmanager
def _stopped_alike() -> Iterator[threading.Event]:
    """Let SIGTERM stop this as Ctrl-C does, and remember it: what is raised while something is closed is lost."""
    stopped = threading.Event()

    def stop() -> NoReturn:
        stopped.set()
        raise KeyboardInterrupt

    with ending_by(stop):
        yield stopped


@contextmanager
def _little_garbage() -> Iterator[None]:
    """Look for garbage less often: among the thousands of values of a batch, that took a quarter of the time."""
    before = gc.get_threshold()
    look_less_often()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _kind_of_table(kind: str | None, format: str) -> Any:
    from api.transfer.rows import kind_of_table

    try:
        return kind_of_table(kind, format)
    except Invalid as wrong:
        fail(wrong.detail, WRONG_SETTINGS)
