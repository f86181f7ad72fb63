"""Check the log by itself: its entries against the hashes that are kept of them, and these against what was signed."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from api.custody import tree
from api.custody.notes import Checkpoint, Verifier, opened
from api.log.batches import streamed
from api.log.report import Report
from api.storage.changes import COLUMNS, Change, ChangeQueue, LogCheckpoint, entry_of, may_wait
from api.storage.reading import Reading


def check_log(reading: Reading, verifiers: Sequence[Verifier], kept: Checkpoint | None, report: Report) -> None:
    """Build the tree anew from the entries, and check it against the hashes kept and every checkpoint."""
    signed = _signed(reading, verifiers, report)
    if kept is not None:
        signed.setdefault(kept.size, []).append(("the checkpoint that was kept", kept))
    peaks: tuple[bytes, ...] = ()
    columns = [getattr(Change, name) for name in ("sequence", *COLUMNS, "hashes")]
    for row in streamed(reading, columns, col(Change.sequence)):
        if row["sequence"] != report.entries + 1:
            report.tell(f"change: number {report.entries + 1} is missing, {row['sequence']} comes next.")
            return
        completed = tree.appended(report.entries, peaks, entry_of(row["sequence"], dict(row)).leaf())
        if b"".join(completed) != row["hashes"]:
            report.tell(f"change {row['sequence']}: its hashes are not those of what it says.")
        peaks = tree.peaks_after(peaks, completed)
        report.entries += 1
        for name, checkpoint in signed.pop(report.entries, ()):
            if checkpoint.root != tree.joined(peaks):
                report.tell(f"{name}: its root is not that of the log with {checkpoint.size} entries.")
    report.root = tree.joined(peaks)
    for size, checkpoints in signed.items():
        for name, _ in checkpoints:
            if size:
                report.tell(f"{name}: it signs {size} entries, and the log has {report.entries}.")
    if report.entries and not report.checkpoints:
        report.tell("log_checkpoint: nothing was ever signed.")
    report.waiting = reading.rows(select(func.count()).select_from(ChangeQueue))[0][0]
    if report.waiting and not may_wait(reading.connection):
        report.tell(f"change_queue: it has {report.waiting} changes, and on this database none waits for its number.")


def _signed(reading: Reading, verifiers: Sequence[Verifier], report: Report) -> dict[int, list[tuple[str, Checkpoint]]]:
    found: dict[int, list[tuple[str, Checkpoint]]] = {}
    for size, note in reading.rows(select(col(LogCheckpoint.size), col(LogCheckpoint.note))):
        report.checkpoints += 1
        name = f"log_checkpoint {size}"
        try:
            checkpoint = Checkpoint.read(opened(note, verifiers))
        except ValueError as wrong:
            report.tell(f"{name}: {wrong}")
            continue
        if checkpoint.size != size or checkpoint.origin not in {verifier.name for verifier in verifiers}:
            report.tell(f"{name}: it signs another log or size.")
        found.setdefault(size, []).append((name, checkpoint))
    newest = max(found, default=0)
    entries = reading.rows(select(col(Change.sequence)).order_by(col(Change.sequence).desc()).limit(1))
    if entries and entries[0][0] != newest:
        report.tell(f"log_checkpoint: the newest signs {newest} entries, and the log has {entries[0][0]}.")
    return found
