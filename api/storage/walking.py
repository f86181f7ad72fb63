"""Follow links from record to record inside the database, in one statement however far they lead."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, SQLColumnExpression, select, true, union_all
from sqlmodel import Session


class Link(NamedTuple):
    """What joins records: the columns that hold its two ends, and when it counts."""

    one: SQLColumnExpression[UUID]
    other: SQLColumnExpression[UUID]
    conditions: tuple[ColumnElement[bool], ...]

    def ways(self, here: ColumnElement[UUID]) -> Iterator[Select[tuple[UUID]]]:
        """Find what is at the other end of the links from here, in each direction."""
        yield select(self.other.label("id")).where(self.one == here, *self.conditions)
        yield select(self.one.label("id")).where(self.other == here, *self.conditions)


def connected(session: Session, starts: Select[tuple[UUID]], *links: Link) -> CTE:
    """Return `walk(id)`: the starts, and all that these links join to them, either way.

    Each step looks its links up by the index on either end, so that the cost is that of what is reached. Joined by
    `one = id OR other = id`, or with the links laid out both ways beforehand, every link on record would be read.
    SQLite takes a recursive term for each direction; PostgreSQL takes one, which looks all ways for each record.
    """
    walk = starts.cte("walk", recursive=True)
    # UNION, not UNION ALL: ends even where the data loops.
    ways = [way for link in links for way in link.ways(walk.c.id)]
    if session.get_bind().dialect.name == "sqlite":
        return walk.union(*ways)
    each = union_all(*(way.correlate(walk) for way in ways))
    ends = each.offset(0).lateral("ends")  # OFFSET 0 keeps the planner from reading all links at once
    return walk.union(select(ends.c.id).select_from(walk.join(ends, true())))
