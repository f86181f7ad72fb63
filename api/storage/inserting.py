"""Insert many rows with one statement, which is prepared once; values are converted column by column.

PostgreSQL takes many rows by COPY (`copies`), which spares it, and the driver, a statement for each. A few go in by
INSERT, as COPY takes another round trip.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Engine, Table, event, insert
from sqlalchemy.engine import Connection, Dialect, ExecutionContext
from sqlalchemy.types import TypeEngine

from api.storage.records import Instant

Turn = Callable[[Any], Any]
COPYING = "copying"  # as an execution option: the statement that many rows are copied by
MANY = 20  # rows from which on COPY is worth its round trip
ENGINES, PREPARED, ALIKE = 8, 200, 1_000  # how many dialects, statements and instants are remembered


class Prepared(NamedTuple):
    """Statements for one table, what picks the values of its columns in order, and what converts those of each."""

    statement: str
    copying: str
    values: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    turns: Sequence[Turn | None]


def insert_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write new rows that have a value for every column."""
    statement, copying, values, turns = _prepared(table, connection.dialect)
    columns = zip(*map(values, rows), strict=True)
    turned = [_turned(column, turn) for column, turn in zip(columns, turns, strict=False)]
    if turned:
        copied = {COPYING: copying}
        connection.exec_driver_sql(statement, list(zip(*turned, strict=True)), execution_options=copied)


def copies(engine: Engine) -> None:
    """Let an engine of psycopg copy what `insert_rows` writes, where that is many rows."""
    event.listen(engine, "do_executemany", _copied)


def _copied(cursor: Any, statement: str, rows: Sequence[Sequence[Any]], context: ExecutionContext) -> bool:
    copying = context.execution_options.get(COPYING)
    if copying is None or len(rows) < MANY:
        return False
    driver = context.dialect.loaded_dbapi
    try:
        with cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)
    except driver.Error as refused:  # all but its first line quotes the row; about a bad value, that line does too
        if refused.sqlstate is not None:
            first = "a value was not taken" if refused.sqlstate.startswith("22") else refused.diag.message_primary
            refused.args = (f"{refused.sqlstate}: {first}",)
        raise
    return True


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
    quote = dialect.identifier_preparer.quote
    copying = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"
    return Prepared(compiled % dict.fromkeys(names, "%s"), copying, itemgetter(*names), turns)


def _turn(kind: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    return _instants(dialect) if isinstance(kind, Instant) else kind.dialect_impl(dialect).bind_processor(dialect)


@lru_cache(maxsize=ENGINES)
def _instants(dialect: Dialect) -> Turn | None:
    """Return what converts instants, and remembers its results: most in one write are the same few."""
    turn = Instant().dialect_impl(dialect).bind_processor(dialect)
    return None if turn is None else lru_cache(maxsize=ALIKE)(turn)
