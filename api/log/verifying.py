"""Check a whole store against its log, with nothing but the log's public key.

With the sealing key the sealed values are checked too; without it, all but those. What is not part of the record is not
looked at: marks, standings, leases, remembered answers, when keys were last used, and the ids of other stores. All of
that can be worked out anew, or forgotten.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from api.custody.notes import Checkpoint, Verifier, opened
from api.erasures.models import Erasure
from api.log.beside import check_parts, check_texts, check_words
from api.log.committed import Committed
from api.log.entries import check_log
from api.log.report import Report
from api.log.spelling import check_spelling
from api.storage.changes import Change, ChangeQueue
from api.storage.history import history_of, table_of
from api.storage.parts import parts_of
from api.storage.reading import Reading
from api.storage.references import logged


def verify_store(reading: Reading, verifiers: Sequence[Verifier], earlier: str | None = None) -> Report:
    """Check everything that the log commits to against the log, and the log against its signatures.

    Each signature has to be one of these keys': one that was lost or replaced has signed the log up to there. `earlier`
    is a checkpoint that was kept elsewhere: the log must still begin with what that one signed. Raises `ValueError`
    where that is none of this log's.
    """
    report, erased = Report(), set[tuple[str, UUID]]()
    kept = None if earlier is None else Checkpoint.read(opened(earlier, verifiers))
    with report.reading("the log"):
        check_log(reading, verifiers, kept, report)
    with report.reading("erasure"):
        erased = _erased(reading)
    for name, model in logged().items():
        with report.reading(name):
            check_spelling(reading, table_of(model), "id", report)
            check_spelling(reading, history_of(model), "id", report)
            committed = Committed(reading, model, erased, report)
            committed.check()
            committed.check_instants()
        for kind in parts_of(model):
            with report.reading(table_of(kind).name):
                check_spelling(reading, table_of(kind), "record_id", report)
                check_parts(reading, model, kind, report)
    with report.reading("text"):
        check_texts(reading, report)
    with report.reading("search_entry"):
        check_words(reading, report)
    for unknown in _kinds(reading) - logged().keys():
        report.tell(f"change: it tells of records of the kind {unknown}, which this version does not know.")
    return report


def _erased(reading: Reading) -> set[tuple[str, UUID]]:
    rows = reading.rows(select(col(Erasure.erased)))
    return {(one["kind"], UUID(one["id"])) for (erased,) in rows for one in erased}


def _kinds(reading: Reading) -> set[str]:
    """Return the kinds of record that the log tells of."""
    return {row[0] for kept in (Change, ChangeQueue) for row in reading.rows(select(col(kept.kind)).distinct())}
