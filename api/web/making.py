"""Make answers from values that are right already, without validating each of them."""

from functools import cache
from typing import Any, Self

from pydantic import BaseModel

# What a model is made of; to set each by name takes twice as long.
_values, _said, _extra, _private = (
    vars(BaseModel)[name].__set__
    for name in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


class Made(BaseModel):
    """A model that is made in one step where all of its fields are given: an answer makes many hundreds."""

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Make it of values that are not checked; those that are not given are the defaults."""
        names = _fields(cls)
        if tuple(values) != names:
            try:
                values = {name: values[name] for name in names}  # as they are written
            except KeyError:
                return super().model_construct(_fields_set, **values)
        made = cls.__new__(cls)
        _values(made, values)
        _said(made, set(names) if _fields_set is None else _fields_set)
        _extra(made, None)
        _private(made, None)
        return made


@cache
def _fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Name the fields of a model, in their order."""
    return tuple(model.__pydantic_fields__)
