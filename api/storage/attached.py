"""Read the record from inside a write, with what the write has changed so far."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from api.storage.among import among_words
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.views import Rows, Views, Which, put_together

R = TypeVar("R", bound=Recorded)
K = TypeVar("K", bound=Recorded)


class Attached(Reading):
    """A look at the record from inside a write: records are objects of the session, each read once, and `ask` gives
    what was flushed.
    """

    def __init__(self, session: Session, *, sealing: bytes | None, reveals: bool) -> None:
        super().__init__(session.connection(), sealing=sealing, reveals=reveals)
        self.session = session
        self._named: defaultdict[type[Recorded], dict[str, Any]] = defaultdict(dict)  # by external id

    def records(self, model: type[R], which: Which, *about: Any, **values: Any) -> list[R]:
        """Return the records that meet a condition, in no order."""
        found = put_together(_objects, self.views, model, which, *about)
        return list(self.session.scalars(found, params=self._given(values)).all())

    def expect(self, model: type[R], ids: Iterable[UUID] = (), external_ids: Iterable[str] = ()) -> None:
        """Read many records ahead, so that `find` and `find_named` need no statement for each."""
        if unread := set(ids).difference(self._read[model]):
            for row in super().find_all(model, unread):
                self._remember(row)
        named = self._named[model]
        if unread_names := set(external_ids).difference(named):
            named |= dict.fromkeys(unread_names)
            for row in self.session.exec(select(model).where(among_words(col(model.external_id), unread_names))).all():
                self._remember(row)

    def expect_numbered(self, model: type[Recorded], ids: Iterable[UUID]) -> None:
        """Read records ahead; their places in the log are asked for separately."""
        self.expect(model, ids)

    def find(self, model: type[R], record_id: UUID) -> R | None:
        """Return the record with this id, deleted ones and those of this write too, or None."""
        read: dict[UUID, R | None] = self._read[model]
        if record_id not in read:
            self.expect(model, [record_id])
        return read[record_id]

    def find_all(self, model: type[R], ids: Iterable[UUID]) -> list[R]:
        """Return the records with these ids, those of this write too; unknown ids are passed over."""
        wanted, read = list(dict.fromkeys(ids)), self._read[model]
        self.expect(model, wanted)
        return [row for one in wanted if (row := read[one]) is not None]

    def find_named(self, model: type[R], external_id: str) -> R | None:
        """Return the record with this external id, deleted ones too, or None."""
        named: dict[str, R | None] = self._named[model]
        if external_id not in named:
            self.expect(model, external_ids=[external_id])
        return named[external_id]

    def known(self, kind: type[K]) -> list[K]:
        """Return the records of a kind that this write has read or made."""
        read = (rows.values() for model, rows in self._read.items() if issubclass(model, kind))
        return [row for rows in read for row in rows if row is not None]

    def _remember(self, row: Recorded) -> None:
        self._read[type(row)][row.id] = row
        if row.external_id is not None:
            self._named[type(row)][row.external_id] = row


def _objects(views: Views, model: type[Recorded], which: Which, *about: Any) -> Rows:
    return core_select(model).where(which(views, *about))
