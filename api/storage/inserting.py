"""Put many rows into a table with one statement, which is put together once; values are turned column by column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Table, insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeEngine

from api.storage.records import Instant

Turn = Callable[[Any], Any]
ENGINES, PREPARED, ALIKE = 8, 200, 1_000  # that are remembered: dialects, statements, instants


class Prepared(NamedTuple):
    """A statement for one table, what gives the values of its columns in order, and what turns those of each."""

    statement: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    turns: Sequence[Turn | None]


def insert_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write new rows that have a value for every column."""
    statement, values, turns = _prepared(table, connection.dialect)
    columns = zip(*map(values, rows), strict=True)
    turned = [_turned(column, turn) for column, turn in zip(columns, turns, strict=False)]
    if turned:
        connection.exec_driver_sql(statement, list(zip(*turned, strict=True)))


def _turned(column: Sequence[Any], turn: Turn | None) -> Sequence[Any]:
    if turn is None:
        return column
    nothing = turn(None)
    return [nothing if value is None else turn(value) for value in column]


@lru_cache(maxsize=PREPARED)
def _prepared(table: Table, dialect: Dialect) -> Prepared:
    names = [column.name for column in table.columns]
    compiled = str(insert(table).compile(dialect=dialect, column_keys=names))
    turns = [_turn(column.type, dialect) for column in table.columns]
    return Prepared(compiled % dict.fromkeys(names, "%s"), itemgetter(*names), turns)


def _turn(kind: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    return _instants(dialect) if isinstance(kind, Instant) else kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=ENGINES)
def _instants(dialect: Dialect) -> Turn | None:
    """Give what turns instants, and remembers those that it has turned: most in one write are the same few."""
    turn = Instant().dialect_impl(dialect).bind_processor(dialect)
    return None if turn is None else lru_cache(maxsize=ALIKE)(turn)
