"""Keep what records are found by: a row for each live record that has words, and an index of them on either database.

The rows hold what the current rows of records hold, so nothing that is sealed or was erased. A row's key begins with
the kind of record and goes on with when it was made: a range of keys is one kind's records of some time.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import BigInteger, Dialect, Text, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

from api.formats.words import terms
from api.storage.among import among, any_of_numbers
from api.storage.history import kind_of, table_of
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.vault import is_sealed
from api.storage.views import Rows, Views

if TYPE_CHECKING:
    from api.storage.ledger import Ledger

KINDS = ("document", "attribution", "claim", "source")  # what is searched; their places are the first bits of keys
INDEX = "search_index"  # how the indexes of words are called: on PostgreSQL GIN, on SQLite FTS5, one for each kind
SHIFT_KIND, SHIFT_TIME = 61, 20  # bits; 2^41 milliseconds are 69 years
EPOCH = 1_577_836_800_000  # milliseconds: the beginning of 2020
ROOM = 500_000  # bytes of terms that a record is found by; PostgreSQL takes a million


class Terms(TypeDecorator[frozenset[str]]):
    """The terms of a record: a tsvector on PostgreSQL, words with a space around each on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(postgresql.TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return " ".join(f"'{term}'" for term in sorted(value))
        return f" {' '.join(sorted(value))} "

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[str] | None:
        if value is None:
            return None
        return frozenset(value[1:-1].split("' '") if dialect.name == "postgresql" else value.split())


class SearchEntry(SQLModel, table=True):
    """What one live record is found by; on SQLite triggers keep the indexes of it."""

    __tablename__ = "search_entry"

    key: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    record_id: UUID = Field(unique=True)
    terms: frozenset[str] = Field(sa_type=Terms)


def key_of(kind: str, record_id: UUID) -> int:
    """Return the key of a record's row: kind, milliseconds and a part of the counter that a UUIDv7 is made of."""
    since = (record_id.int >> 80) - EPOCH & (1 << SHIFT_KIND - SHIFT_TIME) - 1
    counted = record_id.int >> 32 & (1 << SHIFT_TIME) - 1
    return KINDS.index(kind) << SHIFT_KIND | since << SHIFT_TIME | counted


def keys_of(kind: str) -> tuple[int, int]:
    """Return the first and the last key that a kind's rows can have."""
    place = KINDS.index(kind)
    return place << SHIFT_KIND, (place + 1 << SHIFT_KIND) - 1


def index_of(kind: str) -> str:
    """Name the index of a kind: to look for a beginning it reads all rows that have it, of whatever time."""
    return f"{INDEX}_{kind}"


def language_term(tag: str) -> str:
    """Return the term of records in a language; no word begins with this sign."""
    return "\ue000" + "".join(tag.lower().split("-"))


def is_ours(name: str | None, kind: str, _: Any = None) -> bool:
    """Tell Alembic which names in the database the models know: not the indexes of words, which differ by database."""
    return kind not in ("table", "index") or not (name or "").startswith(INDEX)


# Writing -----------------------------------------------------------------------------------------------------------


def index(ledger: "Ledger", rows: Iterable[Recorded]) -> None:
    """Let records be found by what they say now, and those that are deleted or say nothing not at all."""
    searched = [row for row in rows if kind_of(row) in KINDS]
    for model in {type(row) for row in searched}:
        model.expect_found(ledger, [row for row in searched if type(row) is model])
    said = {row.id: (kind_of(row), held(ledger, row)) for row in searched}
    keys = _free_keys(ledger, {one: key_of(kind, one) for one, (kind, found) in said.items() if found})
    entries = [{"key": key, "record_id": one, "terms": said[one][1]} for one, key in keys.items()]
    table, connection = table_of(SearchEntry), ledger.session.connection()
    gone = [one for one, (_, found) in said.items() if not found]
    if gone:  # new ones too: an earlier flush of the same write may have kept words that are sealed now
        connection.execute(delete(table).where(among(table.c.record_id, gone)))
    if entries:
        connection.execute(_put(connection.dialect.name), entries)


@cache
def _put(dialect: str) -> Insert:
    """Keep the terms that are given for each record, in place of others if it has them."""
    table = table_of(SearchEntry)
    new = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    changed = {"terms": new.excluded.terms}
    other = table.c.terms != new.excluded.terms
    return new.on_conflict_do_update(index_elements=["record_id"], set_=changed, where=other)


def _free_keys(ledger: "Ledger", wanted: dict[UUID, int]) -> dict[UUID, int]:
    """Move on those whose key another record has: processes may have made ids in the same millisecond."""
    taken = _taken(ledger, wanted.values())
    free: dict[UUID, int] = {}
    for one, first in wanted.items():
        key = first
        while taken.get(key, one) != one:
            key += 1
            if key not in taken:
                taken |= _taken(ledger, [key])
        taken[key] = one
        free[one] = key
    return free


def _taken(ledger: "Ledger", keys: Iterable[int]) -> dict[int, UUID]:
    """Map those of these keys that are taken to the records that have them."""
    asked = sorted(keys)
    return {row.key: row.record_id for row in ledger.ask(_with_keys, keys=asked)} if asked else {}


def _with_keys(_: Views) -> Rows:
    table = table_of(SearchEntry)
    return select(table.c.key, table.c.record_id).where(any_of_numbers(table.c.key, "keys"))


def held(reading: Reading, row: Recorded) -> frozenset[str]:
    """Return the terms of a record as its row stands, as far as there is room; of a sealed one those of its alias."""
    if row.deleted_at is not None:
        return frozenset()
    if is_sealed(row):
        texts: Iterable[str] = [getattr(row, name) for name, blank in row.sealable.items() if blank.alias]
    else:
        texts = chain((said for _, said in row.found_by()), row.found_beside(reading))
    found: set[str] = set()
    room = ROOM
    for term in dict.fromkeys(term for said in texts for term in terms(said)):
        room -= len(term.encode())
        if room < 0:
            break
        found.add(term)
    return frozenset(found.union(*map(_language_terms, row.found_in())) if found else found)


def _language_terms(tag: str) -> Iterator[str]:
    """Give the terms of a language and of those that it is a variety of: of pt-BR also pt."""
    parts = tag.split("-")
    return (language_term("-".join(parts[: count + 1])) for count in range(len(parts)))
