"""Tell what of a record was changed since one of its versions, within one write."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select as core_select

from api.storage.history import committed, history_of
from api.storage.records import Recorded, Sealable, row_of
from api.storage.views import columns

if TYPE_CHECKING:
    from api.storage.ledger import Ledger


class Earlier:
    """The earlier versions of records that one write looks at."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._read: dict[tuple[type[Recorded], UUID, int], Recorded] = {}

    def expect(self, model: type[Recorded], ids: Collection[UUID]) -> None:
        """Read all earlier versions of some records in one statement."""
        names, table = columns(model), history_of(model)
        found = core_select(*(table.c[name] for name in names)).where(self._ledger.among(table.c.id, ids))
        for one in (row_of(model, names, row) for row in self._ledger.rows(found)):
            self._read[model, one.id, one.version] = one

    def changed_since(self, row: Recorded, version: int) -> Mapping[str, Any]:
        """Return the columns that say something else now, each with what it said in that version."""
        if version == row.version:
            return {}
        key = (type(row), row.id, version)
        if key not in self._read:
            self._ledger.flush()  # it may be this write that has made it an earlier one
            self.expect(type(row), [row.id])
        now, then = self._ledger.said(row), self._said(self._read[key])
        return {name: then[name] for name, value in now.items() if value != then[name]}

    def _said(self, row: Recorded) -> dict[str, Any]:
        opened = self._ledger.vault.open(row) if isinstance(row, Sealable) and row.sealed_under is not None else None
        return {name: getattr(row, name) for name in committed(type(row))} | dict(opened.values if opened else {})
