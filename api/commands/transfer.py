"""Take everything out of the store, and bring it into another one."""

import gc
import gzip
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, NoReturn
from uuid import UUID

import typer
from rich.markup import escape

from api.commands.console import WRONG_SETTINGS, errors, fail, opened_database, says
from api.errors import Failure, Invalid

if TYPE_CHECKING:
    from rich.progress import Progress

    from api.storage.database import Database
    from api.transfer.cutting import Cutter
    from api.transfer.importing import Import
    from api.transfer.schemas import ImportSummary, LineResult

PIECE = 2**18
INTERRUPTED = 130
KIND = typer.Option(help="With CSV, what the rows are: source, document or claim.")


def bring_in(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="What an export writes, or .csv; .gz too; - reads standard input."),
    ],
    kind: Annotated[str | None, KIND] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing; of 10,000 lines at most.")] = False,
    from_line: Annotated[int, typer.Option(help="Leave out the lines before this one.", min=1)] = 1,
) -> None:
    """Record lines, each whole or not at all; it is safe to repeat.

    Ends with 1 where a line is refused, an export was cut short or it is stopped; with 130 where a signal stops it.
    """
    from api.commands import progress

    whole = True
    with _little_garbage(), opened_database() as database, progress.of_bytes() as shown:
        for file in files:
            cutter, run = _begin(database, file, kind, from_line, dry_run=dry_run)
            try:
                summary = _carry_out(file, cutter, run, shown)
            except KeyboardInterrupt:
                _stop(file, kind, run, "Stopped.", INTERRUPTED)
            except Failure as failed:
                _stop(file, kind, run, failed.detail)
            says.print(escape(f"{file}: {_in_words(summary)}"))
            for warning in summary.warnings:
                errors.print(escape(f"{file}: {warning}"))
            whole = whole and summary.status == "complete" and not summary.refused
    if not whole:
        raise SystemExit(1)


def take_out(
    file: Annotated[Path, typer.Argument(help="Where to; .gz is compressed; - writes to standard output.")] = Path("-"),
    claim: Annotated[str | None, typer.Option(help="Only what the graph of the claim with this id rests on.")] = None,
    known_at: Annotated[str | None, typer.Option(help="As the record stood at this instant.")] = None,
    format: Annotated[str, typer.Option(help="ndjson or csv.")] = "ndjson",
    kind: Annotated[str | None, KIND] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="What is sealed too; who did so, and of what, is on record.")
    ] = False,
) -> None:
    """Write everything on record, or one claim's graph, as lines or as a table."""
    from dataclasses import replace

    from api.commands import progress
    from api.custody.callers import COMMAND_LINE
    from api.custody.roles import Scope as Allowed
    from api.formats.edtf import read_instant
    from api.provenance.loading import EVERYTHING
    from api.transfer.exporting import Export
    from api.transfer.sending import lines_sent, rows_sent
    from api.web.desk import Desk

    table = _kind_of_table(kind, format)
    caller = replace(COMMAND_LINE, scopes=frozenset({Allowed.REVEAL})) if reveal else COMMAND_LINE
    with opened_database() as database, progress.of_lines() as bars:
        instant = None if known_at is None else read_instant(known_at)
        export = Export.begin(
            Desk(database, caller, "whence export"), instant, None if claim is None else UUID(claim), EVERYTHING
        )
        shown, lines = progress.Shown(bars, file, export.size()), 0
        with _whole(file, _own if reveal else None) as out:
            for piece in lines_sent(export) if table is None else rows_sent(export, table):
                out.write(piece)
                new = piece.count(b"\n")
                lines += new
                shown.move(lines, new)


def _begin(
    database: "Database", file: Path, kind: str | None, from_line: int, *, dry_run: bool
) -> tuple["Cutter", "Import"]:
    from api.custody.callers import COMMAND_LINE
    from api.settings import Settings
    from api.transfer.importing import Import, Rehearsal, begin
    from api.web.desk import Desk

    desk = Desk(database, COMMAND_LINE, "whence import")
    table = _kind_of_table(kind, "csv" if ".csv" in file.suffixes else "ndjson")
    return begin(Rehearsal if dry_run else Import, desk, table, from_line, Settings().max_bundle_bytes)


def _carry_out(file: Path, cutter: "Cutter", run: "Import", bars: "Progress") -> "ImportSummary":
    from api.commands.progress import Shown

    with ExitStack() as open_:
        raw: IO[bytes] = sys.stdin.buffer if str(file) == "-" else open_.enter_context(file.open("rb"))
        content: Any = open_.enter_context(gzip.open(raw)) if file.suffix == ".gz" else raw
        total = None if str(file) == "-" else file.stat().st_size
        shown, came = Shown(bars, file, total), 0
        while piece := content.read(PIECE):
            came += len(piece)
            for batch in cutter.take(piece):
                _tell(file, run.take(batch))
                shown.move(came if total is None else raw.tell(), len(batch))
        for batch in cutter.end():
            _tell(file, run.take(batch))
        _tell(file, run.finish())
    return run.sum_up()


def _tell(file: Path, results: "list[LineResult]") -> None:
    for one in results:
        if one.problem is not None:
            wrong = one.problem.get("errors") or [one.problem]
            told = "; ".join(f"{each.get('pointer', '')} {each['detail']}".strip() for each in wrong)
            errors.print(escape(f"{file}:{one.line}: {one.kind or 'line'} refused: {told}"))


def _in_words(summary: "ImportSummary") -> str:
    done = f"{summary.created:,} created, {summary.updated:,} updated, {summary.known:,} on record already"
    rehearsed = "; rehearsed, nothing was stored" if summary.dry_run else ""
    return f"{done}, {summary.refused:,} refused{rehearsed}."


def _stop(file: Path, kind: str | None, run: "Import", why: str, code: int = 1) -> NoReturn:
    summary = run.sum_up()
    says.print(escape(f"{file}: {_in_words(summary)}"))
    if summary.dry_run:
        fail(why, code)
    table = [] if kind is None else ["--kind", kind]
    command = shlex.join(["whence", "import", *table, "--from-line", str(run.next_line), str(file)])
    fail(f"{why} To go on with line {run.next_line:,}: {command}", code)


@contextmanager
def _little_garbage() -> Iterator[None]:
    """Look for garbage less often: a batch is thousands of values that are none, and it takes a quarter of the time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
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


def _own(path: str, flags: int) -> int:
    """Open a file that nobody else may read."""
    return os.open(path, flags, 0o600)


@contextmanager
def _whole(file: Path, opener: Callable[[str, int], int] | None) -> Iterator[IO[bytes]]:
    """Write a file that is there only when it is whole."""
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)  # or it would keep the mode that it has
    try:
        with (
            open(part, "wb", opener=opener) as raw,
            gzip.GzipFile("", "wb", 6, raw) if file.suffix == ".gz" else raw as out,
        ):
            yield out  # type: ignore[misc]
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
