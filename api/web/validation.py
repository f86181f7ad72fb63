"""Say what Pydantic finds wrong, and where, in the words of our problem documents."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import ValidationError

from api.errors import Contradictory, Problem
from api.web.values import pointer_to


@contextmanager
def validating() -> Iterator[None]:
    """Refuse what does not fit. Raises `Contradictory`, which points at each such value."""
    try:
        yield
    except ValidationError as wrong:
        raise Contradictory(problems_of(wrong)) from None


def problems_of(wrong: ValidationError) -> Sequence[Problem]:
    """Point at each value that did not fit."""
    return [Problem(sentence(one), pointer_to(one["loc"], one["type"])) for one in wrong.errors()]


def sentence(one: Mapping[str, Any]) -> str:
    """Put into words what is wrong with one value."""
    match one["type"]:
        case "missing":
            return "This is required."
        case "extra_forbidden":
            return "There is no field or parameter of this name; check the spelling."
        case "value_error":
            return str(one["ctx"]["error"])
        case "uuid_parsing" | "uuid_type":
            return "This is no id: ids are UUIDs, made here. By your own key, list with ?external_id=…"
        case "model_type" | "model_attributes_type" | "dict_type":
            return 'This takes an object, such as {"id": …} where it is a record that is referred to.'
        case "list_type" | "tuple_type":
            return "This takes a list, […]."
        case "too_short":
            return f"Send at least {one['ctx']['min_length']} of these."
        case "too_long":
            return f"Send at most {one['ctx']['max_length']:,} of these."
        case "string_type":
            return "This takes a text, in quotation marks."
        case "bool_type" | "bool_parsing":
            return "This takes true or false."
        case "int_type" | "int_parsing" | "int_from_float":
            return "This takes a whole number."
        case _:
            message = str(one["msg"])
            return message if message.endswith(".") else f"{message}."
