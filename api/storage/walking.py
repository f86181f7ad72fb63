"""Follow links from record to record inside the database, in one statement however far they lead."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, SQLColumnExpression, select, union_all


def connected(
    starts: Select[tuple[UUID]],
    one: SQLColumnExpression[UUID],
    other: SQLColumnExpression[UUID],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> CTE:
    """Return `walk(id)`: the starts, and all that links with these two ends and conditions join to them, either way.

    Each link is laid out once for each direction: joined by `one = id OR other = id`, neither database would find
    its way by an index or a hash, and a claim of 20,000 attributions took minutes.
    """
    walk = starts.cte("walk", recursive=True)
    ways = union_all(
        select(one.label("here"), other.label("there")).where(*conditions),
        select(other.label("here"), one.label("there")).where(*conditions),
    ).subquery("ways")
    # UNION, not UNION ALL: ends even where the data loops.
    return walk.union(select(ways.c.there).join(walk, ways.c.here == walk.c.id))
