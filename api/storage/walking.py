"""Follow links from record to record inside the database, in one statement however far they lead."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, CompoundSelect, Select, SQLColumnExpression, select, true, union_all
from sqlmodel import Session


def connected(
    session: Session,
    starts: Select[tuple[UUID]],
    one: SQLColumnExpression[UUID],
    other: SQLColumnExpression[UUID],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> CTE:
    """Return `walk(id)`: the starts, and all that links with these two ends and conditions join to them, either way.

    Each step looks its links up by the index on either end, so that the cost is that of what is reached. Joined by
    `one = id OR other = id`, or with the links laid out both ways beforehand, every link on record would be read.
    SQLite takes a recursive term for each direction; PostgreSQL takes one, which looks both ways for each record.
    """
    walk = starts.cte("walk", recursive=True)
    # UNION, not UNION ALL: ends even where the data loops.
    if session.get_bind().dialect.name == "sqlite":
        forth = select(other).join(walk, one == walk.c.id).where(*conditions)
        return walk.union(forth, select(one).join(walk, other == walk.c.id).where(*conditions))
    both: CompoundSelect[UUID] = union_all(
        select(other.label("id")).where(one == walk.c.id, *conditions).correlate(walk),
        select(one.label("id")).where(other == walk.c.id, *conditions).correlate(walk),
    )
    ways = both.offset(0).lateral("ways")  # OFFSET 0 keeps the planner from reading all links at once
    return walk.union(select(ways.c.id).select_from(walk.join(ways, true())))
