"""Make answers of values that are right already, so that nothing is looked at one by one."""

from typing import Any, Self

from pydantic import BaseModel

_set = object.__setattr__


class Made(BaseModel):
    """A model that is made at once where every one of its fields is given, which an answer does many hundred times."""

    @classmethod
    def model_construct(cls, _fields_set: set[str] | None = None, **values: Any) -> Self:
        """Make it of values that are not checked; those that are not given are the defaults."""
        fields = cls.__pydantic_fields__
        try:
            ordered = {name: values[name] for name in fields}  # as they are written
        except KeyError:
            return super().model_construct(_fields_set, **values)
        made = cls.__new__(cls)
        _set(made, "__dict__", ordered)
        _set(made, "__pydantic_fields_set__", set(fields) if _fields_set is None else _fields_set)
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made
