"""Make rows of records, as the rules or the database give their columns, and change them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import class_mapper
from sqlmodel import SQLModel

from api.storage.records import Recorded

R = TypeVar("R", bound=SQLModel)


def new_row(model: type[R], **columns: Any) -> R:
    """Make a row of columns that the rules have checked: unlike the model's own way, none is looked at one by one."""
    values, makers = _defaults(model)
    row: R = class_mapper(model).class_manager.new_instance()
    vars(row).update({**values, **{name: make() for name, make in makers.items() if name not in columns}, **columns})
    return row


def row_of(model: type[R], names: Sequence[str], values: Iterable[Any]) -> R:
    """Make a row of what was read of it: it is no part of a session, so that it can only be read."""
    row: R = object.__new__(_unwatched(model))
    vars(row).update(zip(names, values, strict=True))
    return row


def put(row: Recorded, columns: Mapping[str, Any]) -> None:
    """Put values into the columns of a row of the session."""
    for name, value in columns.items():
        setattr(row, name, value)


@cache
def _unwatched(model: type[R]) -> type[R]:
    """Return the same kind of row without SQLAlchemy between it and whoever reads a column, which takes ten times as
    long; made as Python makes a class, since for SQLModel it would be another table.
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
    """Return what stands in the columns that nothing is said of, and what makes it where each row has its own."""
    makers = {name: field.default_factory for name, field in model.model_fields.items() if field.default_factory}
    return {name: field.default for name, field in model.model_fields.items() if name not in makers}, makers
