"""Know records by the ids that other stores have for them, and what was last taken over from there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy import select as core_select
from sqlmodel import Field, SQLModel

from api.storage.among import any_of
from api.storage.history import table_of
from api.storage.inserting import insert_rows
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.views import Rows, Views


class ForeignId(SQLModel, table=True):
    """An id that another store has for a record: the newest version there that was taken, and the one it became."""

    __tablename__ = "foreign_id"

    id: UUID = Field(primary_key=True)
    record_id: UUID
    version: int
    became: int


@dataclass(frozen=True, slots=True)
class Taken:
    """Which version of a record in another store was taken last, and which version of ours that became."""

    record_id: UUID
    version: int
    became: int


class ForeignIds:
    """The ids of other stores that one write comes across."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._read: dict[UUID, Taken | None] = {}
        self._noted: dict[UUID, tuple[Recorded, int]] = {}
        self._standing: set[UUID] = set()  # those that are in the table

    def expect(self, ids: Iterable[UUID]) -> None:
        """Read many ahead in one statement."""
        if unread := set(ids).difference(self._read):
            self._read |= dict.fromkeys(unread)
            for one, record_id, version, became in self._reading.ask(_these, ids=unread):
                self._read[one] = Taken(record_id, version, became)
                self._standing.add(one)

    def find(self, one: UUID) -> Taken | None:
        """Return what was taken under an id, None where it is not known."""
        self.expect([one])
        return self._read[one]

    def note(self, one: UUID, row: Recorded, version: int) -> None:
        """Note which version was taken under an id; it stays what another record is known by."""
        known = self.find(one)
        if one == row.id or (known is not None and known.record_id != row.id):
            return
        newest = version if known is None else max(version, known.version)
        self._read[one] = Taken(row.id, newest, row.version)
        self._noted[one] = row, newest

    def write(self) -> None:
        """Keep what was noted, with the versions that this write made of it."""
        new = self._noted.keys() - self._standing
        rows = {one: _columns(one, *noted) for one, noted in self._noted.items()}
        insert_rows(self._reading.connection, table_of(ForeignId), [rows[one] for one in rows if one in new])
        if changed := [{f"new_{name}": value for name, value in rows[one].items()} for one in rows if one not in new]:
            self._reading.connection.execute(_change(), changed)
        self._standing |= new
        self._noted = {}


def _columns(one: UUID, row: Recorded, version: int) -> dict[str, Any]:
    return {"id": one, "record_id": row.id, "version": version, "became": row.version}


def _change() -> Any:
    table = table_of(ForeignId)
    changed = update(table).where(table.c.id == bindparam("new_id"))
    return changed.values(version=bindparam("new_version"), became=bindparam("new_became"))


def _these(views: Views) -> Rows:
    table = table_of(ForeignId)
    return core_select(*table.c).where(any_of(table.c.id, "ids"))
