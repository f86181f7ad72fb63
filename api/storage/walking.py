"""Follow links from record to record inside the database, in one statement however far they lead."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, case, or_, select


def connected(
    starts: Select[tuple[UUID]],
    link: Any,
    one: Any,
    other: Any,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> CTE:
    """Return `walk(id)`: the starts, and all that the rows of `link` join to them from `one` to `other` or back."""
    walk = starts.cte("walk", recursive=True)
    step = select(case((one == walk.c.id, other), else_=one)).select_from(walk)
    step = step.join(link, or_(one == walk.c.id, other == walk.c.id)).where(*conditions)
    # UNION, not UNION ALL: ends even where the data loops.
    return walk.union(step)
