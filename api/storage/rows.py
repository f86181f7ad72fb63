"""Make rows of records, as the rules or the database give their columns, change them, and group them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel

from api.storage.records import Recorded

R = TypeVar("R", bound=SQLModel)
K = TypeVar("K", bound=Recorded)


def new_row(model: type[R], **columns: Any) -> R:
    """Make a row from columns that the rules have checked: unlike the model's constructor, this checks none."""
    values, makers = _defaults(model)
    row: R = class_mapper(model).class_manager.new_instance()
    vars(row).update({**values, **{name: make() for name, make in makers.items() if name not in columns}, **columns})
    return row


def row_of(model: type[R], names: Sequence[str], values: Iterable[Any]) -> R:
    """Make a row from the values that were read: it belongs to no session, and can only be read."""
    row: R = object.__new__(_unwatched(model))
    vars(row).update(zip(names, values, strict=True))
    return row


def put(row: Recorded, columns: Mapping[str, Any]) -> None:
    """Put values into the columns of a row of the session."""
    for name, value in columns.items():
        setattr(row, name, value)


def by_kind(rows: Iterable[K]) -> dict[type[K], list[K]]:
    """Group records by their kind."""
    grouped: dict[type[K], list[K]] = {}
    for row in rows:
        grouped.setdefault(type(row), []).append(row)
    return grouped


@cache
def _unwatched(model: type[R]) -> type[R]:
    """Return the same kind of row without SQLAlchemy's instrumentation, with which reading a column takes ten times as
    long; made as a plain class of Python's, since for SQLModel it would be another table.
    """
    if "__table__" not in vars(model):
        return model
    columns = dict.fromkeys(column.name for column in vars(model)["__table__"].columns)
    beside: dict[str, Any] = {
        "__pydantic_fields_set__": frozenset(),
        "__pydantic_extra__": None,
        "__pydantic_private__": None,
    }
    return type.__new__(type(model), model.__name__, (model,), {**columns, **beside, "__setattr__": _refuse})


def _refuse(row: Recorded, name: str, value: object) -> None:
    raise TypeError(f"{name} of this {type(row).__name__} was read outside a write: it cannot be changed.")


@cache
def _defaults(model: type[SQLModel]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return the defaults of columns, and what makes them where each row has its own."""
    makers = {name: field.default_factory for name, field in model.model_fields.items() if field.default_factory}
    return {name: field.default for name, field in model.model_fields.items() if name not in makers}, makers
