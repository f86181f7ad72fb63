"""Find records by their words, the newest first, within bounds that hold for the rarest and the most common word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, cast, func, literal, select, true
from sqlalchemy import column as column_named
from sqlalchemy import table as table_named
from sqlalchemy.dialects import postgresql

from api.storage.history import table_of
from api.storage.reading import Reading
from api.storage.search import SearchEntry, index_of, keys_of

LOOKED_THROUGH = 4_000  # of a kind's newest rows are scanned without any index: common words are found there
OF_DOCUMENTS = 500  # the same of documents, whose rows are long
COMMON = 20  # how many of the rows that were scanned have a term, at the least, that is not rare
GROWTH = 32  # how many times as far back in time each further look goes, where the index is ordered by time
# PostgreSQL takes what is common in one kind to be common in all, and any beginning to be that of a fiftieth of all
# rows: then it would rather scan the whole table. What follows in the same snapshot has indexes too.
INDEX_ONLY = "SET LOCAL enable_seqscan = off"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What all of the records that are looked for have: these terms, and a term that begins with each of those."""

    terms: frozenset[str]
    beginnings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidates:
    """Records of one kind, the newest first; not `complete` where older ones may have the words too."""

    ids: Sequence[UUID]
    complete: bool


def newest(reading: Reading, kind: str, wanted: Wanted, limit: int) -> Candidates:
    """Return the newest records of a kind that have what is wanted.

    What is common is soon found among the newest, which are scanned one by one. For the rest the index is asked: on
    SQLite for longer and longer spans of time, so that no look takes more than some multiple of what the shorter one
    found; on PostgreSQL, whose index is not ordered by time, for all of the kind at once.
    """
    first, _ = keys_of(kind)
    on_postgresql = reading.views.dialect == "postgresql"
    newest_first = _newest_first(kind, table_of(SearchEntry).c.key)
    top = reading.connection.execute(newest_first.limit(1)).scalar()
    if top is None:
        return Candidates([], True)
    some = OF_DOCUMENTS if kind == "document" else LOOKED_THROUGH
    edge = reading.connection.execute(newest_first.offset(some).limit(1)).scalar()
    reached = first if edge is None else edge + 1
    found = _rows(reading, _looked_through(reading, wanted, reached, top), limit + 1)
    if len(found) <= limit and reached > first:
        indexed, beside = _parted(reading, wanted, reached, top)
        if on_postgresql:
            reading.connection.exec_driver_sql(INDEX_ONLY)
    while len(found) <= limit and reached > first:
        further = first if on_postgresql else max(first, top - (top - reached + 1) * GROWTH)
        found += _rows(reading, _indexed(reading, kind, indexed, beside, further, reached - 1), limit + 1 - len(found))
        reached = further
    return Candidates(found[:limit], len(found) <= limit)


def count(reading: Reading, kind: str, most: int) -> int:
    """Count the records of a kind that can be found, up to `most`."""
    some = _newest_first(kind, table_of(SearchEntry).c.key).limit(most).subquery()
    counted: int = reading.connection.execute(select(func.count()).select_from(some)).scalar_one()
    return counted


def sample(reading: Reading, kind: str, size: int) -> dict[UUID, frozenset[str]]:
    """Return the terms of each of the newest records of a kind: they tell what is common."""
    entry = table_of(SearchEntry)
    rows = reading.rows(_newest_first(kind, entry.c.record_id, entry.c.terms).limit(size))
    return {row.record_id: row.terms for row in rows}


def _newest_first(kind: str, *columns: ColumnElement[Any]) -> Select[Any]:
    entry = table_of(SearchEntry)
    return select(*columns).where(entry.c.key.between(*keys_of(kind))).order_by(entry.c.key.desc())


def _rows(reading: Reading, found: Select[Any], limit: int) -> list[UUID]:
    """Read the newest of what was found; on PostgreSQL as a second step, or it would scan from the newest row on."""
    those = found.cte("those").prefix_with("MATERIALIZED", dialect="postgresql")
    return [row[0] for row in reading.rows(select(those.c.record_id).order_by(those.c.key.desc()).limit(limit))]


def _looked_through(reading: Reading, wanted: Wanted, first: int, last: int) -> Select[Any]:
    entry = table_of(SearchEntry)
    among = entry.c.key.between(first, last)
    return select(entry.c.key, entry.c.record_id).where(among, _held_by(reading, wanted))


def _parted(reading: Reading, wanted: Wanted, first: int, last: int) -> tuple[Wanted, Wanted]:
    """Separate what the index is asked for from what is looked for in each row that it names.

    A beginning may stand for very many terms, which take the index long. But where the rest is in many of the newest
    rows, looking into each row that has it takes longer still.
    """

    def is_common(some: Wanted) -> bool:
        return len(_rows(reading, _looked_through(reading, some, first, last), COMMON)) == COMMON

    begins = [Wanted(frozenset(), frozenset({one})) for one in sorted(wanted.beginnings)]
    if wanted.terms and begins and not is_common(Wanted(wanted.terms)):
        rare = frozenset[str]()
    elif len(begins) > 1:
        rare = frozenset[str]().union(*(one.beginnings for one in begins if not is_common(one))) or wanted.beginnings
    else:
        rare = wanted.beginnings
    return Wanted(wanted.terms, rare), Wanted(frozenset(), wanted.beginnings - rare)


def _indexed(reading: Reading, kind: str, indexed: Wanted, beside: Wanted, first: int, last: int) -> Select[Any]:
    """Ask the index for rows of a kind, and look for what else is wanted in each of them."""
    entry = table_of(SearchEntry)
    if reading.views.dialect == "postgresql":
        # As the index of the kind says it, in so many words, so that the server knows that it may be asked.
        begin, end = keys_of(kind)
        of_kind = entry.c.key.between(literal(begin, literal_execute=True), literal(end, literal_execute=True))
        among, held = entry.c.key.between(first, last), entry.c.terms.bool_op("@@")(_tsquery(indexed))
        return select(entry.c.key, entry.c.record_id).where(of_kind, among, held, _held_by(reading, beside))
    name = index_of(kind)
    index = table_named(name, column_named("rowid"), column_named(name))
    matching = index.c[name].bool_op("MATCH")(_match(indexed)), index.c.rowid.between(first, last)
    joined = select(index.c.rowid.label("key"), entry.c.record_id).join(entry, entry.c.key == index.c.rowid)
    return joined.where(*matching, _held_by(reading, beside))


def _held_by(reading: Reading, wanted: Wanted) -> ColumnElement[bool]:
    """Say that a row has what is wanted, without asking any index."""
    entry = table_of(SearchEntry)
    if not wanted.terms and not wanted.beginnings:
        return true()
    if reading.views.dialect == "postgresql":
        held: ColumnElement[bool] = entry.c.terms.bool_op("@@")(_tsquery(wanted)).is_(true())
        return held
    sought = [*(f" {term} " for term in sorted(wanted.terms)), *(f" {one}" for one in sorted(wanted.beginnings))]
    return and_(*(func.instr(entry.c.terms, one) > 0 for one in sought))


def _tsquery(wanted: Wanted) -> ColumnElement[Any]:
    parts = [*(f"'{term}'" for term in sorted(wanted.terms)), *(f"'{one}':*" for one in sorted(wanted.beginnings))]
    return cast(literal(" & ".join(parts)), postgresql.TSQUERY)


def _match(wanted: Wanted) -> str:
    """Write FTS5's query: all of it in quotation marks, so that no word means anything to it."""
    return " AND ".join([*(f'"{t}"' for t in sorted(wanted.terms)), *(f'"{b}" *' for b in sorted(wanted.beginnings))])
