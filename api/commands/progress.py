"""Show on a terminal how far a transfer is, how fast it goes, and how long it will take; nowhere else."""

from pathlib import Path

from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from api.commands.console import errors


class Lines(ProgressColumn):
    """How many lines are done, and how many a second."""

    def render(self, task: Task) -> Text:
        lines, elapsed = task.fields["lines"], task.elapsed or 0
        return Text(f"{lines:,} lines" + (f", {lines / elapsed:,.0f} a second" if elapsed else ""))


class Shown:
    """One bar for each file."""

    def __init__(self, progress: Progress, file: Path, total: int | None) -> None:
        self._progress = progress
        self._task = progress.add_task(str(file), total=total, lines=0)

    def move(self, completed: int, lines: int) -> None:
        """Say how far it is, and how many lines that is."""
        self._progress.update(self._task, completed=completed, lines=lines)


def of_bytes() -> Progress:
    """Show what is read of files, by their bytes."""
    return _progress(DownloadColumn())


def of_lines() -> Progress:
    """Show what is written, by its lines."""
    return _progress()


def _progress(*columns: ProgressColumn) -> Progress:
    name = TextColumn("{task.description}")
    return Progress(
        *(name, BarColumn(), *columns, Lines(Column(no_wrap=True)), TimeRemainingColumn()),
        console=errors,
        disable=not errors.is_terminal,
    )
