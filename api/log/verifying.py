"""Check a whole store against its log, with nothing but the log's public key.

With the sealing key the sealed values are checked too; without it, all but those. What is not part of the record is not
looked at: marks, standings, leases, remembered answers, when keys were last used, and the ids of other stores. All of
that can be worked out anew, or forgotten.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, select, true
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from api.custody import envelope, tree
from api.custody.notes import Checkpoint, Verifier, opened
from api.custody.sealing import Tampered
from api.erasures.models import Erasure
from api.errors import Conflict
from api.log.beside import BATCH, check_parts, check_texts, check_words, versions
from api.log.report import MOST, Report
from api.storage.among import among
from api.storage.changes import COLUMNS, Change, ChangeQueue, LogCheckpoint, entry_of, may_wait
from api.storage.erasing import BESIDES, is_destroyed
from api.storage.history import history_of, table_of, values_of
from api.storage.parts import parts_of
from api.storage.reading import Reading
from api.storage.records import Recorded, Sealable
from api.storage.references import logged
from api.storage.vault import Opened, is_sealed


def verify_store(reading: Reading, verifiers: Sequence[Verifier], earlier: str | None = None) -> Report:
    """Check everything that the log commits to against the log, and the log against its signatures.

    Each signature has to be one of these keys': one that was lost or replaced has signed the log up to there. `earlier`
    is a checkpoint that was kept elsewhere: the log must still begin with what that one signed. Raises `ValueError`
    where that is none of this log's.
    """
    report, erased = Report(), set[tuple[str, UUID]]()
    kept = None if earlier is None else Checkpoint.read(opened(earlier, verifiers))
    with report.reading("the log"):
        _check_log(reading, verifiers, kept, report)
    with report.reading("erasure"):
        erased = _erased(reading)
    for name, model in logged().items():
        with report.reading(name):
            _check_versions(reading, model, erased, report)
            _check_instants(reading, model, report)
        for kind in parts_of(model):
            with report.reading(table_of(kind).name):
                check_parts(reading, model, kind, report)
    with report.reading("text"):
        check_texts(reading, report)
    with report.reading("search_entry"):
        check_words(reading, report)
    for unknown in _kinds(reading) - logged().keys():
        report.tell(f"change: it tells of records of the kind {unknown}, which this version does not know.")
    return report


# The log ---------------------------------------------------------------------------------------------------------


def _check_log(reading: Reading, verifiers: Sequence[Verifier], kept: Checkpoint | None, report: Report) -> None:
    """Build the tree anew from the entries, and check it against the hashes kept and every checkpoint."""
    signed = _signed(reading, verifiers, report)
    if kept is not None:
        signed.setdefault(kept.size, []).append(("the checkpoint that was kept", kept))
    peaks: tuple[bytes, ...] = ()
    columns = [getattr(Change, name) for name in ("sequence", *COLUMNS, "hashes")]
    for row in _streamed(reading, columns, col(Change.sequence)):
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


# The record ------------------------------------------------------------------------------------------------------


def _erased(reading: Reading) -> set[tuple[str, UUID]]:
    rows = reading.rows(select(col(Erasure.erased)))
    return {(one["kind"], UUID(one["id"])) for (erased,) in rows for one in erased}


def _check_versions(reading: Reading, model: type[Recorded], erased: set[tuple[str, UUID]], report: Report) -> None:
    """Check each version of each record of a kind against its entry, and look for those that have none."""
    kind = table_of(model).name
    for rows in versions(reading, model):
        known = _commitments(reading, kind, {row.id for row in rows})
        for row in rows:
            report.versions += 1
            entries = known.get((row.id, row.version), [])
            if len(entries) == 1:
                _check_version(reading, kind, row, entries[0], erased, report)
            else:
                how_many = f"{len(entries)} entries" if entries else "no entry"
                report.tell(f"{kind} {row.id}, version {row.version}: the log has {how_many} for it.")
    for record, version in _without_rows(reading, model):
        report.tell(f"{kind} {record}, version {version}: the log has an entry for it, and it is gone.")


def _check_version(
    reading: Reading,
    kind: str,
    row: Recorded,
    committed: Mapping[str, str],
    erased: set[tuple[str, UUID]],
    report: Report,
) -> None:
    where = f"{kind} {row.id}, version {row.version}"
    sealed = row if is_sealed(row) else None
    inside = _inside(reading, sealed, where, report)
    said = values_of(row)
    hidden: set[str] = set()
    if sealed is not None:
        _check_placeholders(reading, sealed, inside, where, report)
        if inside is not None:
            said |= {name: inside.values[name] for name in sealed.sealable}
        elif sealed.sealed is not None:
            hidden = set(sealed.sealable)
        else:
            hidden = _check_erased(sealed, where, report)
            said |= dict.fromkeys(sealed.sealable)  # what came later says nothing in their place
            if (kind, row.id) not in erased:
                report.tell(f"{where}: values are gone, and no erasure tells of it.")
    seed = row.seed if inside is None else inside.seed
    salts = _salts(row.salts, where, report) | _salts(None if inside is None else inside.salts, where, report)
    for name in said.keys() | committed.keys():
        if name in hidden:
            continue
        salt = salts.get(name) if seed is None else envelope.salt(seed, name)
        value = said.get(name)
        said_nothing = value is None and name not in committed
        expected = None if said_nothing else b"" if salt is None else envelope.commitment(salt, value)
        if expected != committed.get(name):
            report.tell(f"{where}: {name} is not what the log commits to.")


def _check_erased(row: Sealable, where: str, report: Report) -> set[str]:
    """Name the columns of which nobody can tell any more what they said: none in a version made after the erasure."""
    if not is_destroyed(row):
        return set()
    report.erased += 1
    if row.external_id is not None or row.deletion_reason not in (None, "erased"):
        report.tell(f"{where}: what was erased says something again.")
    return {*row.sealable, *BESIDES}


def _salts(written: Mapping[str, str] | None, where: str, report: Report) -> dict[str, bytes]:
    salts = {}
    for name, one in (written or {}).items():
        try:
            salts[name] = envelope.read_base64(one)
        except ValueError:
            report.tell(f"{where}: the salt of {name} is not one.")
    return salts


def _inside(reading: Reading, row: Sealable | None, where: str, report: Report) -> Opened | None:
    if row is None or row.sealed is None:
        return None
    if not reading.reveals:
        report.sealed += 1
        return None
    try:
        return reading.vault.open(row)
    except (Tampered, Conflict, ValueError) as wrong:
        report.tell(f"{where}: {wrong}")
        return None


def _check_placeholders(reading: Reading, row: Sealable, inside: Opened | None, where: str, report: Report) -> None:
    """Check that sealed columns hold the placeholders that they should: nothing else commits to these."""
    key = None if row.sealed_under is None else reading.vault.find(row.sealed_under)
    aliases = set() if key is None else {key.alias, key.alias_once_erased}
    if row.alias not in aliases:
        report.tell(f"{where}: its alias is not its protector's.")
    for name, blank in row.sealable.items():
        stands = getattr(row, name)
        true = stands if inside is None else inside.values[name]
        if stands != blank.instead_of(true, row.alias or ""):
            report.tell(f"{where}: {name} is no placeholder.")


def _check_instants(reading: Reading, model: type[Recorded], report: Report) -> None:
    """Check that each earlier version was replaced at the instant of the version that follows it."""
    earlier, current = history_of(model), table_of(model)
    twice = select(earlier.c.id, earlier.c.version).join(current, current.c.id == earlier.c.id)
    for record, version in reading.rows(twice.where(earlier.c.version >= current.c.version)):
        report.tell(f"{earlier.name} {record}, version {version}: it is no earlier version.")
    for following in (table_of(model), history_of(model).alias("following")):
        one_on = and_(following.c.id == earlier.c.id, following.c.version == earlier.c.version + 1)
        wrong = select(earlier.c.id, earlier.c.version).join(following, one_on)
        for record, version in reading.rows(wrong.where(following.c.updated_at != earlier.c.replaced_at)):
            report.tell(f"{earlier.name} {record}, version {version}: it was not replaced then.")


# Reading in parts ------------------------------------------------------------------------------------------------


def _streamed(reading: Reading, columns: list[Any], key: Any) -> Iterator[RowMapping]:
    further = true()  # from the very first row, which need not be number 1
    while rows := reading.rows(select(*columns).where(further).order_by(key).limit(BATCH)):
        for row in rows:
            yield row._mapping
        further = key > rows[-1][0]


def _commitments(reading: Reading, kind: str, ids: Iterable[UUID]) -> dict[tuple[UUID, int], list[Mapping[str, str]]]:
    """Return what each entry commits to, of versions that have their number or wait for it."""
    found: dict[tuple[UUID, int], list[Mapping[str, str]]] = {}
    wanted = set(ids)
    for kept in (table_of(Change), table_of(ChangeQueue)):
        named = among(kept.c.record_id, wanted)
        rows = reading.rows(
            select(kept.c.record_id, kept.c.version, kept.c.commitments).where(kept.c.kind == kind, named)
        )
        for record, version, commitments in rows:
            found.setdefault((record, version), []).append(commitments)
    return found


def _kinds(reading: Reading) -> set[str]:
    """Return the kinds of record that the log tells of."""
    return {row[0] for kept in (Change, ChangeQueue) for row in reading.rows(select(col(kept.kind)).distinct())}


def _without_rows(reading: Reading, model: type[Recorded]) -> list[tuple[UUID, int]]:
    """Find the versions that the log has entries for and no table holds."""
    gone: list[tuple[UUID, int]] = []
    for kept in (table_of(Change), table_of(ChangeQueue)):
        own = [
            ~exists().where(one.c.id == kept.c.record_id, one.c.version == kept.c.version)
            for one in (table_of(model), history_of(model))
        ]
        rows = reading.rows(
            select(kept.c.record_id, kept.c.version).where(kept.c.kind == table_of(model).name, *own).limit(MOST)
        )
        gone += [(record, version) for record, version in rows]
    return gone
