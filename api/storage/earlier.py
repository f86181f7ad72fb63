"""Tell what of a record was changed since one of its versions, within one write."""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from api.storage.among import among
from api.storage.history import committed, history_of
from api.storage.records import Recorded, Sealable
from api.storage.vault import Opened, is_sealed

if TYPE_CHECKING:
    from api.storage.ledger import Ledger

UNSEEN = object()  # what was said before, where the writer may not know it


class Earlier:
    """The earlier versions of records that one write looks at."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._read: dict[tuple[type[Recorded], UUID, int], Recorded] = {}

    def expect(self, model: type[Recorded], ids: Collection[UUID]) -> None:
        """Read all earlier versions of some records in one statement."""
        for one in self._ledger.replaced(model, among(history_of(model).c.id, ids)):
            self._read[model, one.id, one.version] = one

    def changed_since(self, row: Recorded, version: int) -> Mapping[str, Any]:
        """Return the columns that say something else now, each with what it said in that version, or `UNSEEN`."""
        if version == row.version:
            return {}
        key = (type(row), row.id, version)
        if key not in self._read:
            self._ledger.flush()  # it may be this write that has made it an earlier one
            self.expect(type(row), [row.id])
        earlier = self._read[key]
        now, then = said_by(row, self._ledger.opened), said_by(earlier, self._ledger.vault.open)
        unseen = row.sealable if is_sealed(row) and not self._ledger.caller.reveals else ()
        return {name: UNSEEN if name in unseen else then[name] for name, value in now.items() if value != then[name]}


def said_by(row: Recorded, open_: Callable[[Sealable], Opened | None]) -> dict[str, Any]:
    """Return the columns of a version that the log commits to, with their true values; None for what was erased."""
    columns = vars(row)
    said = {name: columns[name] for name in committed(type(row))}
    if not is_sealed(row):
        return said
    opened = open_(row)
    hidden = dict.fromkeys(row.sealable) if opened is None else opened.values
    return {name: hidden.get(name, value) for name, value in said.items()}
