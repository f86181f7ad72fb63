"""Lists in a stated order, cut into pages by the place of the last item, never by counting."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, func, literal, or_, select
from sqlmodel import col

from api.errors import Invalid
from api.storage.history import columns
from api.storage.reading import Reading
from api.storage.records import Instant, Recorded
from api.storage.rows import row_of

R = TypeVar("R", bound=Recorded)
T = TypeVar("T")
FIRST = datetime(1, 1, 1, tzinfo=UTC)
BEGINNING = 200  # characters
Order = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """How much of a list is asked for, from where, and in which order ("-" before a name turns it round)."""

    limit: int
    after: list[Any] | None = None
    sort: str = "recorded_at"


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page: its items, and the place to continue from, None at the end.

    `stale` is how much of what is derived in it may be old, None where nothing is.
    """

    items: list[T]
    after: list[Any] | None = None
    settled: bool | None = None
    stale: int | None = None


def rows(reading: Reading, model: type[R], conditions: list[ColumnElement[bool]], order: Order, cut: Cut) -> Slice[R]:
    """Read one page of the live records that meet the conditions, which are about their view, as the order is."""
    view, names = reading.views.of(model), columns(model)
    key, downward = order_of(order, cut.sort)
    where = [col(view.deleted_at).is_(None), *conditions]
    if cut.after is not None:
        where.append(_beyond(key, col(view.id), downward, cut.after))
    direction = (key.desc(), col(view.id).desc()) if downward else (key.asc(), col(view.id).asc())
    statement = select(*(col(getattr(view, name)) for name in names), key).where(*where)
    found = reading.rows(statement.order_by(*direction).limit(cut.limit + 1))
    items = [row_of(model, names, row[:-1]) for row in found[: cut.limit]]
    if len(found) <= cut.limit:
        return Slice(items)
    *_, value = found[cut.limit - 1]
    return Slice(items, [_plain(value), str(items[-1].id)])


def by_age(view: type[Recorded]) -> Order:
    """Name the one order of a list that takes no other: the oldest first."""
    return {"recorded_at": col(view.recorded_at)}


def place_of(reading: Reading, model: type[Recorded], record_id: UUID, order: Order, sort: str) -> list[Any]:
    """Return the place in a list right after a record that is there."""
    key, _ = order_of(order, sort)
    view = reading.views.of(model)
    ((value,),) = reading.rows(select(key).select_from(view).where(col(view.id) == record_id), about=[record_id])
    return [_plain(value), str(record_id)]


def beginning(column: Any) -> ColumnElement[Any]:
    """Sort by how a text begins, as a cursor has room for no more; what has none comes first on both databases."""
    return func.substr(func.coalesce(column, ""), 1, BEGINNING, type_=String())


def instant_or_first(column: Any) -> ColumnElement[Any]:
    """Sort what has no date before what has one, alike on both databases."""
    return func.coalesce(column, literal(FIRST, Instant()), type_=Instant())


def order_of(order: Order, sort: str) -> tuple[ColumnElement[Any], bool]:
    """Read a sort parameter: the column, and whether it runs downward. Raises `Invalid`."""
    name = sort.removeprefix("-")
    if name not in order:
        known = ", ".join(order)
        raise Invalid(f"This list can be sorted by {known}; with - before it, downward.", parameter="sort")
    return order[name], sort.startswith("-")


def no_cursor() -> Invalid:
    """Say that a cursor is not one of this list."""
    return Invalid("This is no cursor of this list: send back `next` as it came.", parameter="cursor")


def _beyond(key: Any, record_id: Any, downward: bool, after: list[Any]) -> ColumnElement[bool]:
    try:
        sent, identity = after
        value = datetime.fromisoformat(sent).astimezone(UTC) if isinstance(key.type, Instant) else str(sent)
        last = UUID(identity)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise no_cursor() from None
    if downward:
        return or_(key < value, and_(key == value, record_id < last))
    return or_(key > value, and_(key == value, record_id > last))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
