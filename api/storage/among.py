"""Ask for many ids, words or numbers in one statement, as one parameter, however many there are."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import ARRAY, BigInteger, Boolean, ColumnElement, Dialect, String, Uuid, bindparam, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class ManyWords(TypeDecorator[list[Any]]):
    """Many words: an array, or JSON on SQLite, which has none. Sent as text: psycopg is much slower with a list."""

    impl = String
    cache_ok = True
    each: ClassVar[TypeEngine[Any]] = String()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.each) if dialect.name == "postgresql" else String())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """Write the values down at once, without SQLAlchemy's own way through an array."""
        return self._as_array if dialect.name == "postgresql" else self._as_json

    def plain(self, values: list[Any]) -> list[Any]:
        """Return the values as JSON has them."""
        return values

    def quoted(self, values: list[Any]) -> list[str]:
        """Return the words as they stand in an array."""
        escaped = [word.replace("\\", r"\\").replace('"', r"\"") for word in values]
        return [f'"{word}"' for word in escaped]

    def _as_array(self, values: list[Any]) -> str:
        return f"{{{','.join(self.quoted(values))}}}"

    def _as_json(self, values: list[Any]) -> str:
        return to_json(self.plain(values)).decode()  # several times as fast as Python's own


class ManyIds(ManyWords):
    """Many ids, in hexadecimal digits."""

    cache_ok = True
    each = Uuid()

    def plain(self, values: list[UUID]) -> list[str]:
        return [one.hex for one in values]

    quoted = plain


class ManyNumbers(ManyWords):
    """Many whole numbers."""

    cache_ok = True
    each = BigInteger()

    def quoted(self, values: list[int]) -> list[str]:
        return list(map(str, values))


class Among(FunctionElement[bool]):
    """That a column is one of these. Built from SQLAlchemy's own parts, it took ten times as long to make."""

    inherit_cache = True
    type = Boolean()

    def self_group(self, against: Any = None) -> Any:
        """Stay as it is: SQLite uses no index where a condition is compared with 1."""
        return self


@compiles(Among, "sqlite")
def _each(element: Among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({ids})))"


@compiles(Among, "postgresql")
def _any(element: Among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(one, **options) for one in element.clauses)
    return f"({column} = ANY ({ids}))"


def among(column: Any, ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Say that a column is one of these ids."""
    return Among(column, literal(list(set(ids)), ManyIds()))


def among_words(column: Any, words: Iterable[str]) -> ColumnElement[bool]:
    """Say that a column is one of these words."""
    return Among(column, literal(list(set(words)), ManyWords()))


def any_of(column: Any, name: str) -> ColumnElement[bool]:
    """Say that a column is one of the ids that the parameter of this name gives."""
    return Among(column, bindparam(name, type_=ManyIds()))


def any_of_numbers(column: Any, name: str) -> ColumnElement[bool]:
    """Say that a column is one of the numbers that the parameter of this name gives."""
    return Among(column, bindparam(name, type_=ManyNumbers()))


class Unsought(FunctionElement[Any]):
    """A column that rows are filtered by, not looked up by: SQLite, without statistics, might prefer its index."""

    inherit_cache = True


@compiles(Unsought)
def _plain(element: Unsought, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(Unsought, "sqlite")
def _without_index(element: Unsought, compiler: Any, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"


def unsought(column: Any) -> ColumnElement[Any]:
    """Compare a column without using its index."""
    return Unsought(column)
