"""Follow links from record to record inside the database, in one statement however far they lead."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, FromClause, Select, select, true, union_all

from api.storage.records import Recorded
from api.storage.views import Rows, Views


class Link(NamedTuple):
    """What joins records: a kind of record, the columns that hold its two ends, and when it counts."""

    model: type[Recorded]
    one: str
    other: str
    counting: Callable[[Any], Sequence[ColumnElement[bool]]]  # of the columns

    def ways(self, views: Views, here: ColumnElement[UUID]) -> Iterator[Select[tuple[UUID]]]:
        """Find what is at the other end of the links from here, in each direction."""
        for start, end in ((self.one, self.other), (self.other, self.one)):
            for table, known in views.layers(self.model):
                found = select(table.c[end].label("id")).where(table.c[start] == here)
                yield found.where(*known, *self.counting(table.c))


def connected(views: Views, starts: Select[tuple[UUID]], *links: Link) -> CTE:
    """Return `walk(id)`: the starts, and all that these links join to them, either way.

    Each step looks its links up by the index on either end, so that the cost is that of what is reached. Joined by
    `one = id OR other = id`, or with the links laid out both ways beforehand, every link on record would be read.
    """
    walk = starts.cte("walk", recursive=True)
    return grown(views, walk, [way for link in links for way in link.ways(views, walk.c.id)])


def grown(views: Views, walk: CTE, ways: Sequence[Rows]) -> CTE:
    """Return a recursive walk with all that these ways lead to from what was reached, step by step.

    SQLite takes a recursive term for each way, and would use no index of a union of tables. PostgreSQL takes one term,
    which looks all ways for each record.
    """
    # UNION, not UNION ALL: ends even where the data loops.
    if views.dialect == "sqlite":
        return walk.union(*ways)
    each = union_all(*(way.correlate(walk) for way in ways))
    ends: FromClause = each.offset(0).lateral("ends")  # OFFSET 0 keeps the planner from reading all links at once
    return walk.union(select(*ends.c).select_from(walk.join(ends, true())))


def live(columns: Any) -> Sequence[ColumnElement[bool]]:
    """Count what is not deleted."""
    return [columns.deleted_at.is_(None)]
