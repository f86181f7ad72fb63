"""Check every version of every record of a kind against what the log commits to."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from api.custody import envelope
from api.custody.sealing import Tampered
from api.errors import Conflict
from api.log.batches import versions
from api.log.report import MOST, Report
from api.storage.among import among
from api.storage.changes import Change, ChangeQueue
from api.storage.erasing import BESIDES, is_destroyed
from api.storage.history import history_of, of_no_version, table_of, values_of
from api.storage.reading import Reading
from api.storage.records import Recorded, Sealable
from api.storage.vault import Opened, is_sealed

ENTRIES = (table_of(Change), table_of(ChangeQueue))  # those that have their number, and those that wait for it


class Committed:
    """The versions of a kind of record, and what the log commits to of each.

    `erased` are the records, by kind and id, of which an erasure tells that it destroyed something.
    """

    def __init__(self, reading: Reading, model: type[Recorded], erased: set[tuple[str, UUID]], report: Report) -> None:
        self._reading, self._model, self._erased, self._report = reading, model, erased, report
        self._kind = table_of(model).name

    def check(self) -> None:
        """Check each version against its entry, and look for those that have none, and for entries without one."""
        for rows in versions(self._reading, self._model):
            known = self._commitments({row.id for row in rows})
            for row in rows:
                self._report.versions += 1
                entries = known.get((row.id, row.version), [])
                if len(entries) == 1:
                    self._check_version(row, entries[0])
                else:
                    how_many = f"{len(entries)} entries" if entries else "no entry"
                    self._report.tell(f"{self._named(row)}: the log has {how_many} for it.")
        for record, version in self._gone():
            self._report.tell(f"{self._kind} {record}, version {version}: the log has an entry for it, and it is gone.")

    def check_instants(self) -> None:
        """Check that each earlier version was replaced at the instant of the version that follows it."""
        earlier, current = history_of(self._model), table_of(self._model)
        twice = select(earlier.c.id, earlier.c.version).join(current, current.c.id == earlier.c.id)
        for record, version in self._reading.rows(twice.where(earlier.c.version >= current.c.version)):
            self._report.tell(f"{earlier.name} {record}, version {version}: it is no earlier version.")
        for following in (table_of(self._model), history_of(self._model).alias("following")):
            one_on = and_(following.c.id == earlier.c.id, following.c.version == earlier.c.version + 1)
            wrong = select(earlier.c.id, earlier.c.version).join(following, one_on)
            for record, version in self._reading.rows(wrong.where(following.c.updated_at != earlier.c.replaced_at)):
                self._report.tell(f"{earlier.name} {record}, version {version}: it was not replaced then.")

    def _check_version(self, row: Recorded, committed: Mapping[str, str]) -> None:
        said, hidden = values_of(row), set[str]()
        opened = self._opened(row) if is_sealed(row) else None
        if is_sealed(row):
            self._check_placeholders(row, opened)
            sealed, hidden = self._sealed(row, opened)
            said |= sealed
        seed = row.seed if opened is None else opened.seed
        salts = self._salts(row, row.salts) | self._salts(row, None if opened is None else opened.salts)
        for name in (said.keys() | committed.keys()) - hidden:
            value, salt = said.get(name), salts.get(name) if seed is None else envelope.salt(seed, name)
            if value is None and name not in committed:
                continue
            if salt is None or envelope.commitment(salt, value) != committed.get(name):
                self._report.tell(f"{self._named(row)}: {name} is not what the log commits to.")

    def _opened(self, row: Sealable) -> Opened | None:
        if row.sealed is None:
            return None
        if not self._reading.reveals:
            self._report.sealed += 1
            return None
        try:
            return self._reading.vault.open(row)
        except (Tampered, Conflict, ValueError) as wrong:
            self._report.tell(f"{self._named(row)}: {wrong}")
            return None

    def _check_placeholders(self, row: Sealable, opened: Opened | None) -> None:
        """Check that sealed columns hold the placeholders that they should: nothing else commits to these."""
        key = None if row.sealed_under is None else self._reading.vault.find(row.sealed_under)
        aliases = set() if key is None else {key.alias, key.alias_once_erased}
        if row.alias not in aliases:
            self._report.tell(f"{self._named(row)}: its alias is not its protector's.")
        for name, blank in row.sealable.items():
            stands = getattr(row, name)
            true = stands if opened is None else opened.values[name]
            if stands != blank.instead_of(true, row.alias or ""):
                self._report.tell(f"{self._named(row)}: {name} is no placeholder.")

    def _sealed(self, row: Sealable, opened: Opened | None) -> tuple[dict[str, Any], set[str]]:
        """Return what the sealed columns of a row say, and the columns of which nobody can tell that here."""
        if opened is not None:
            return {name: opened.values[name] for name in row.sealable}, set()
        if row.sealed is not None:
            return {}, set(row.sealable)
        hidden = self._destroyed(row)
        if (self._kind, row.id) not in self._erased:
            self._report.tell(f"{self._named(row)}: values are gone, and no erasure tells of it.")
        return dict.fromkeys(row.sealable), hidden  # what came later says nothing in their place

    def _destroyed(self, row: Sealable) -> set[str]:
        """Name the columns whose values are destroyed with their salts: none of a version made after the erasure."""
        if not is_destroyed(row):
            return set()
        self._report.erased += 1
        if row.external_id is not None or row.deletion_reason not in (None, "erased"):
            self._report.tell(f"{self._named(row)}: what was erased says something again.")
        return {*row.sealable, *BESIDES}

    def _salts(self, row: Recorded, written: Mapping[str, str] | None) -> dict[str, bytes]:
        salts = {}
        for name, one in (written or {}).items():
            try:
                salts[name] = envelope.read_base64(one)
            except ValueError:
                self._report.tell(f"{self._named(row)}: the salt of {name} is not one.")
        return salts

    def _named(self, row: Recorded) -> str:
        return f"{self._kind} {row.id}, version {row.version}"

    def _commitments(self, ids: Iterable[UUID]) -> dict[tuple[UUID, int], list[Mapping[str, str]]]:
        """Return what each entry commits to, of the versions of these records."""
        found: dict[tuple[UUID, int], list[Mapping[str, str]]] = {}
        for entry in ENTRIES:
            named = entry.c.kind == self._kind, among(entry.c.record_id, ids)
            rows = self._reading.rows(select(entry.c.record_id, entry.c.version, entry.c.commitments).where(*named))
            for record, version, commitments in rows:
                found.setdefault((record, version), []).append(commitments)
        return found

    def _gone(self) -> list[tuple[UUID, int]]:
        """Find the versions that the log has entries for and no table holds."""
        gone: list[tuple[UUID, int]] = []
        for entry in ENTRIES:
            lost = entry.c.kind == self._kind, *of_no_version(self._model, entry)
            rows = self._reading.rows(select(entry.c.record_id, entry.c.version).where(*lost).limit(MOST))
            gone += [(record, version) for record, version in rows]
        return gone
