"""Say of what Pydantic finds wrong where it is, in the words of our problem documents."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

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
    return [
        Problem(
            str(one["ctx"]["error"]) if one["type"] == "value_error" else f"{one['msg']}.",
            pointer_to(one["loc"], one["type"]),
        )
        for one in wrong.errors()
    ]
