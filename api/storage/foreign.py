"""Know records by the ids that other stores have for them, and what was last taken over from there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy import select as core_select
from sqlmodel import Field, SQLModel

from api.storage.among import any_of
from api.storage.history import kind_of, table_of
from api.storage.inserting import insert_rows
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.views import Rows, Views

Key = tuple[str, UUID]


class ForeignId(SQLModel, table=True):
    """An id that another store has for a record of a kind."""

    __tablename__ = "foreign_id"

    kind: str = Field(primary_key=True)
    id: UUID = Field(primary_key=True)
    record_id: UUID
    # Which version there was taken last; 0 where none was, or nobody may say so.
    version: int
    # The version here that says the same; 0 where none does. And the one that the last taking left behind.
    base: int
    became: int


@dataclass(frozen=True, slots=True)
class Known:
    """What is known by an id of another store: our record, the version there that was taken last, the version of ours
    that says the same, and the one that the taking left behind.
    """

    record_id: UUID
    version: int = 0
    base: int = 0
    became: int = 0


class ForeignIds:
    """The ids of other stores that one write comes across."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._asked: set[UUID] = set()
        self._kept: dict[Key, Known] = {}  # as it is in the table
        self._known: dict[Key, Known] = {}
        self._taken: dict[Key, tuple[Recorded, int | None]] = {}  # in this write, with the base where it stays another

    def expect(self, ids: Iterable[UUID]) -> None:
        """Read many ahead in one statement."""
        if unread := set(ids) - self._asked:
            self._asked |= unread
            for kind, one, *known in self._reading.ask(_these, ids=unread):
                self._kept[kind, one] = self._known[kind, one] = Known(*known)

    def find(self, model: type[Recorded], one: UUID) -> Known | None:
        """Return what is known by an id, None where nothing is."""
        self.expect([one])
        return self._known.get((table_of(model).name, one))

    def note(self, one: UUID, row: Recorded, version: int = 0, base: int | None = None) -> None:
        """Note that another store's id means a record, and which version there was taken, if one was.

        `base` is the version of ours that says the same as that one, None for the one that this write leaves. Once
        something was taken under an id, it keeps its record until that is deleted, and its version only grows.
        """
        key, known = (kind_of(row), one), self.find(type(row), one)
        if one == row.id or (known is not None and not self._may_become(known, row, version)):
            return
        self._known[key] = Known(row.id, version, *_versions(row, version, base))
        if version:
            self._taken[key] = row, base

    def write(self) -> None:
        """Keep what was noted, with the versions that this write made of it."""
        for key, (row, base) in self._taken.items():
            version = self._known[key].version
            self._known[key] = Known(row.id, version, *_versions(row, version, base))
        changed = {key: known for key, known in self._known.items() if self._kept.get(key) != known}
        rows = {key: _columns(key, known) for key, known in changed.items()}
        connection = self._reading.connection
        insert_rows(connection, table_of(ForeignId), [row for key, row in rows.items() if key not in self._kept])
        if standing := [row for key, row in rows.items() if key in self._kept]:
            connection.execute(_change(), [{f"new_{name}": value for name, value in row.items()} for row in standing])
        self._kept |= changed

    def _may_become(self, known: Known, row: Recorded, version: int) -> bool:
        if known.record_id == row.id:
            return version >= known.version
        meant = self._reading.find(type(row), known.record_id) if known.version else None
        return meant is None or meant.deleted_at is not None


def _versions(row: Recorded, version: int, base: int | None) -> tuple[int, int]:
    return (row.version if base is None else base, row.version) if version else (0, 0)


def _columns(key: Key, known: Known) -> dict[str, Any]:
    kind, one = key
    return {
        "kind": kind,
        "id": one,
        "record_id": known.record_id,
        "version": known.version,
        "base": known.base,
        "became": known.became,
    }


def _change() -> Any:
    table = table_of(ForeignId)
    this = [column == bindparam(f"new_{column.name}") for column in table.primary_key]
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ("record_id", "version", "base", "became")}
    return update(table).where(*this).values(new)


def _these(views: Views) -> Rows:
    table = table_of(ForeignId)
    return core_select(*table.c).where(any_of(table.c.id, "ids"))
