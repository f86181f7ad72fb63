"""What every kind of record says of itself: how it is kept and answered, and the rules that are its own."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement
from sqlmodel import col

from api.custody.roles import Role
from api.storage import listing
from api.storage.history import table_of
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from api.storage.records import Sealable
from api.web.records import Draft, Record

Row = TypeVar("Row", bound=Sealable)
Sent = TypeVar("Sent", bound=Draft)
Answer = TypeVar("Answer", bound=Record)


@dataclass(frozen=True, slots=True)
class Restricted:
    """A column whose change takes a higher role than its record does: its field, and what anybody may put there."""

    field: str
    at_first: Any = None  # in a new record
    role: Role = Role.EDITOR


class Kind(ABC, Generic[Row, Sent, Answer]):
    """One kind of record; a feature's service fills in what is its own."""

    model: type[Row]
    draft: type[Sent]
    answer: type[Answer]
    # Where the kind stands under /v1.
    path: ClassVar[str]
    # Fields of an answer that stand for one value: a patch replaces them whole.
    whole: ClassVar[frozenset[str]] = frozenset()
    # Fields of a draft that steer the request and are not kept.
    steering: ClassVar[frozenset[str]] = frozenset()
    # Fields that change by operations of their own, each with those; `{}` is the record's id.
    elsewhere: ClassVar[Mapping[str, str]] = {}
    # Fields that only an item of a list has: sent back in a patch, they are nothing that it changes.
    of_lists: ClassVar[frozenset[str]] = frozenset()
    editable: ClassVar[bool] = True
    # Whether a record's answer follows from its own row, which is seldom long.
    brief: ClassVar[bool] = False
    # What recording and correcting take.
    role: ClassVar[Role] = Role.CONTRIBUTOR

    @abstractmethod
    def content(self, ledger: Ledger, draft: Sent, row: Row | None) -> dict[str, Any]:
        """Check a draft against the rules and the record, and return it as columns. Raises `Invalid`."""

    @abstractmethod
    def answers(self, reading: Reading, rows: Sequence[Row]) -> list[Answer]:
        """Say what these records say, with what is derived, in as few statements as there are kinds."""

    def conditions(self, reading: Reading, view: type[Row], filters: Any) -> Iterator[ColumnElement[bool]]:
        """Turn a list's filters into conditions."""
        if filters.id:
            yield col(view.id).in_(filters.id)
        if filters.external_id:
            yield col(view.external_id).in_(filters.external_id)

    def order(self, view: type[Row]) -> listing.Order:
        """Name what a list can be sorted by."""
        return {"recorded_at": col(view.recorded_at), "updated_at": col(view.updated_at)}

    def check_restored(self, ledger: Ledger, rows: Sequence[Row]) -> None:
        """Raise `Conflict` where restored records break a rule as the record stands by now."""

    def restrictions(self, row: Row | None) -> Mapping[str, Restricted]:
        """Name the columns of a record, None for a new one, whose change takes a higher role."""
        return {}

    def check_joined(self, ledger: Ledger, one: Row, other: Row) -> None:
        """Raise `Conflict` where two records cannot be one."""

    @property
    def kind(self) -> str:
        """Name the kind, singular."""
        return table_of(self.model).name

    @property
    def fields(self) -> set[str]:
        """Name the fields that an edit can change."""
        names = {field.alias or name for name, field in self.draft.model_fields.items()}
        return names - self.steering - self.elsewhere.keys()
