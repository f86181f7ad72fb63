"""Rows that are written at once say what each said, and what is asked for at once finds what each would find."""

from collections.abc import Iterable, Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, delete, select
from sqlalchemy.exc import IntegrityError

from api.custody.keys import Keys
from api.documents.models import Text
from api.storage import inserting
from api.storage.among import among_words, any_of_numbers
from api.storage.database import Database
from api.storage.history import table_of
from api.storage.inserting import copies, insert_rows
from api.storage.ledger import Ledger
from api.storage.refusals import may_try_again
from api.storage.touches import Touch

TEXTS = table_of(Text)
STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)
PUNCTUATED = st.text(st.sampled_from("{}\",\\'N. \t\r\n%"), max_size=6)
WORDS = st.sets(st.one_of(st.sampled_from(["NULL", "\\N", "\\."]), PUNCTUATED, STORABLE), min_size=1, max_size=60)

NUMBERS = st.sets(st.one_of(st.integers(0, 9), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def connection(common_url: str) -> Iterator[Connection]:
    engine = create_engine(common_url)
    if engine.dialect.name == "postgresql":
        copies(engine)
    with engine.connect() as connected:
        yield connected
    engine.dispose()


def rows(words: Iterable[str]) -> list[dict[str, str]]:
    return [{"sha256": word, "text": f"of {word}"} for word in sorted(words)]


@given(WORDS, WORDS)
def test_words_are_kept_and_found_as_they_are(connection: Connection, kept: set[str], asked: set[str]) -> None:
    insert_rows(connection, TEXTS, rows(kept))
    asked |= set(sorted(kept)[::2])

    found = connection.execute(select(TEXTS).where(among_words(TEXTS.c.sha256, asked))).all()

    assert sorted(found) == [(word, f"of {word}") for word in sorted(kept & asked)]
    connection.rollback()


@given(NUMBERS, NUMBERS)
def test_numbers_are_found_as_they_are(connection: Connection, kept: set[int], asked: set[int]) -> None:
    places = table_of(Touch).c.place
    connection.execute(delete(places.table))
    insert_rows(connection, places.table, [{"place": number, "ids": b""} for number in kept])
    asked |= set(sorted(kept)[::2])

    found = connection.scalars(select(places).where(any_of_numbers(places, "asked")), {"asked": list(asked)}).all()

    assert sorted(found) == sorted(kept & asked)
    connection.rollback()


def refused(url: str, words: list[str]) -> IntegrityError:
    """Return what a write of these words fails with."""
    failed: list[IntegrityError] = []

    def write(ledger: Ledger) -> None:
        try:
            insert_rows(ledger.session.connection(), TEXTS, rows(words))
        except IntegrityError as failure:
            failed.append(failure)
            raise LookupError from failure

    with closing(Database(url, 5, Keys.ephemeral())) as database, pytest.raises(LookupError):
        database.write(write)
    return failed[0]


def test_many_rows_are_copied_and_what_is_refused_is_not_told(postgresql_url: str) -> None:
    many = refused(postgresql_url, ["secret"] * inserting.MANY)
    few = refused(postgresql_url, ["secret"] * 2)

    assert many.orig.diag.context.startswith("COPY text")  # type: ignore[union-attr]
    assert few.orig.diag.context is None  # type: ignore[union-attr]
    assert may_try_again(many)
    assert "23505: duplicate key" in str(many)
    assert "secret" not in str(many)
