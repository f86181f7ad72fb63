"""Read whole tables of a store, so many rows at a time."""

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, true
from sqlalchemy.engine import RowMapping

from api.storage.history import columns, history_of, table_of
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.rows import row_of

BATCH = 1000


def versions(reading: Reading, model: type[Recorded]) -> Iterator[list[Recorded]]:
    """Read every version of every record of a kind."""
    return chain.from_iterable(kept(reading, model, one) for one in (table_of(model), history_of(model)))


def kept(reading: Reading, model: type[Recorded], table: Table) -> Iterator[list[Recorded]]:
    """Read the versions of every record of a kind that one of its two tables has.

    Raises `ValueError` where an id is not written as it is looked for: its rows would come again and again.
    """
    names = columns(model)
    place, last = (table.c.id, table.c.version), (UUID(int=0), 0)
    some = select(*(table.c[name] for name in names)).order_by(*place).limit(BATCH)
    while True:
        further = (place[0] > last[0]) | ((place[0] == last[0]) & (place[1] > last[1]))
        found = [row_of(model, names, row) for row in reading.rows(some.where(further))]
        if not found:
            return
        newest = (found[-1].id, found[-1].version)
        if newest <= last:
            raise ValueError(f"The id {newest[0]} is not written as it is looked for.")
        yield found
        last = newest


def streamed(reading: Reading, columns: list[Any], key: Any) -> Iterator[RowMapping]:
    """Read these columns of every row of a table, in the order of its key, which is the first of them."""
    further = true()  # from the very first row, which need not be number 1
    while rows := reading.rows(select(*columns).where(further).order_by(key).limit(BATCH)):
        for row in rows:
            yield row._mapping
        further = key > rows[-1][0]
