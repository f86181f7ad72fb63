"""What records are found by is kept with them: written, changed, taken away and brought back, with no trace left."""

import importlib.util
import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select, text

from api.bundles.loading import load_dossier
from api.claims.models import Claim
from api.custody.callers import COMMAND_LINE
from api.custody.keys import Keys
from api.documents.schemas import DocumentDraft
from api.documents.service import service as documents
from api.formats.words import pairs, terms
from api.storage import migrations, search, sqlite
from api.storage.database import Database
from api.storage.finding import LOOKED_THROUGH, Wanted, count, newest, sample
from api.storage.history import table_of
from api.storage.ledger import Ledger
from api.storage.records import new_id
from api.storage.search import KINDS, SearchEntry, key_of, keys_of
from tests.newsroom import Newsroom
from tests.storage.test_statements import heard_by

ENTRY = table_of(SearchEntry)
REVISION = migrations.SCRIPTS / "versions" / "0012_words_anew.py"


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Another look at the same database."""
    driver = {"module": sqlite.driver()} if database_url.startswith("sqlite") else {}
    engine = create_engine(database_url, **driver)
    yield engine
    engine.dispose()


def held(engine: Engine) -> dict[str, frozenset[str]]:
    """Read what each record is found by."""
    with engine.connect() as connection:
        return {str(one): found for one, found in connection.execute(select(ENTRY.c.record_id, ENTRY.c.terms))}


def indexed(engine: Engine, term: str) -> int:
    """Count the rows that the index itself has for a term."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
            found = text("SELECT count(*) FROM search_entry WHERE terms @@ CAST(:term AS tsquery)")
            return int(connection.execute(found, {"term": f"'{term}'"}).scalar_one())
        count = 0
        for kind in search.KINDS:
            table = f"CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, {search.index_of(kind)}, 'row')"
            connection.execute(text(table))
            found = text("SELECT coalesce(sum(doc), 0) FROM temp.held WHERE term = :term")
            count += int(connection.execute(found, {"term": term}).scalar_one())
            connection.execute(text("DROP TABLE temp.held"))
        return count


def test_a_record_is_found_by_what_it_says(newsroom: Newsroom, engine: Engine) -> None:
    claim = newsroom.claim("Arms went north.", language="pt-BR", translations={"fr": "Des armes sont allées au nord."})
    source = newsroom.source("KCNA", aliases=["조선"], description="An agency")
    page = newsroom.document("The text", title="A title")
    release = newsroom.release(source, "Reportedly, so it is.")
    said = newsroom.say(claim, source, document=release, quote={"exact": "so it is"}, cue="Reportedly")

    found = held(engine)

    french = {"des", "armes", "sont", "allees", "au", "nord"}
    tags = {search.language_term(tag) for tag in ("pt", "pt-BR", "fr")}
    assert found[claim.id] == {"arms", "went", "north", *french, *tags}
    assert found[source.id] == {"kcna", "조선", "선", "an", "agency"}
    assert found[page.id] == {"the", "text", "a", "title"}
    assert found[said.id] == {"so", "it", "is", "reportedly"}
    assert indexed(engine, "north") == indexed(engine, "조선") == 1


def test_a_change_takes_the_old_words_away(newsroom: Newsroom, engine: Engine) -> None:
    claim = newsroom.claim("Arms went north.")

    newsroom.edit(claim, text="Arms went south.")

    assert held(engine)[claim.id] == {"arms", "went", "south"}
    assert (indexed(engine, "north"), indexed(engine, "south")) == (0, 1)


def test_a_deleted_record_is_not_found_until_it_is_brought_back(newsroom: Newsroom, engine: Engine) -> None:
    claim = newsroom.claim("Arms went north.")
    before = held(engine)

    newsroom.delete(claim)
    assert held(engine) == {}
    assert indexed(engine, "north") == 0

    newsroom.restore(claim)
    assert held(engine) == before
    assert indexed(engine, "north") == 1


def test_what_has_no_words_has_no_row(newsroom: Newsroom, engine: Engine) -> None:
    newsroom.document(url="https://example.org/")
    newsroom.claim("…")

    assert held(engine) == {}


def test_of_what_is_sealed_later_the_alias_is_left(newsroom: Newsroom, engine: Engine) -> None:
    source = newsroom.source("Zqname", description="Zqdescription")
    claim = newsroom.claim("Arms went north.")
    release = newsroom.release(source, "Zqtext and zqquote")
    newsroom.say(claim, source, document=release, quote={"exact": "zqquote"}, cue="Zqtext")
    words = ["zqname", "zqdescription", "zqtext", "zqquote"]
    assert all(indexed(engine, word) for word in words)

    newsroom.edit(source, protected=True)

    assert held(engine)[source.id] == {"protected", "source", "1"}
    assert set(held(engine)) == {source.id, claim.id}
    assert [indexed(engine, word) for word in words] == [0] * 4

    newsroom.edit(source, protected=False)
    assert all(indexed(engine, word) for word in words)


def test_erasure_leaves_no_trace(newsroom: Newsroom, engine: Engine) -> None:
    claim = newsroom.claim("Zqtext", translations={"fr": "Zqfrench"})

    body = {"target": {"kind": "claim", "id": claim.id}, "reason": "Asked to."}
    assert newsroom.client.post("/v1/erasures", json=body).status_code == 201

    assert held(engine)[claim.id] == {"erased", "claim", "1"}
    assert (indexed(engine, "zqtext"), indexed(engine, "zqfrench")) == (0, 0)


def test_a_refused_write_leaves_no_words(newsroom: Newsroom, engine: Engine) -> None:
    records = [{"kind": "claim", "text": "Zqtext"}, {"kind": "claim", "text": ""}]

    assert newsroom.client.post("/v1/bundles", json={"records": records}).status_code == 422
    assert newsroom.client.post("/v1/bundles?dry_run=true", json={"records": records[:1]}).status_code == 200

    assert held(engine) == {}


def test_what_is_sealed_in_the_write_that_made_it_leaves_no_words(database_url: str, engine: Engine) -> None:
    def make_and_protect(ledger: Ledger) -> None:
        page = documents.record(ledger, DocumentDraft(title="Zqtitle", text="Zqtext"))
        ledger.flush()
        ledger.change(page, {"protected": True})

    with closing(Database(database_url, 10, Keys.ephemeral())) as database:
        database.write(make_and_protect, COMMAND_LINE)

    assert held(engine) == {}
    assert (indexed(engine, "zqtitle"), indexed(engine, "zqtext")) == (0, 0)


def test_a_text_of_a_million_signs_is_taken(newsroom: Newsroom, engine: Engine) -> None:
    signs = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(300_000))

    page = newsroom.document(signs, title="Zqtitle")

    assert "zqtitle" in held(engine)[page.id]
    assert indexed(engine, signs[:2]) == 1


def test_what_there_is_no_room_for_is_the_end_of_a_text(newsroom: Newsroom, engine: Engine, database_url: str) -> None:
    chance = random.Random(1)
    signs = "".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(120_000))

    page = newsroom.document(signs, title="Zqtitle")

    found = held(engine)[page.id]
    assert {"zqtitle", *pairs(signs[:50_000])} <= found
    assert signs[-2:] not in found
    engine.dispose()
    migrations.move(database_url, "0005")
    migrations.move(database_url, "head")
    assert held(engine)[page.id] == found


def test_the_migration_finds_what_is_on_record_by_the_same_words(database_url: str, engine: Engine) -> None:
    with closing(Database(database_url, 10, Keys.ephemeral())) as database:
        load_dossier(database)
    before = held(engine)
    assert len(before) > 50
    engine.dispose()

    for earlier in ("0005", "0011"):
        migrations.move(database_url, earlier)
        migrations.move(database_url, "head")

        assert held(engine) == before
        assert indexed(engine, "korea") > 5
        engine.dispose()


def test_a_migration_cuts_what_was_on_record_anew_and_takes_it_back(newsroom: Newsroom, engine: Engine) -> None:
    claim = newsroom.claim("It lost ٥٠٠ of 10,000 men.")
    url = engine.url.render_as_string(hide_password=False)
    before = {"it", "lost", "of", "10", "000", "men"}
    assert held(engine)[claim.id] == {*before, "500", "10000"}

    migrations.move(url, "0011")
    assert held(engine)[claim.id] == {*before, "٥٠٠"}

    migrations.move(url, "head")
    assert held(engine)[claim.id] == {*before, "500", "10000"}
    assert indexed(engine, "10000") == 1


@given(st.text() | st.text(st.sampled_from("0123456789٣ ,.'a死\u0301كـй")))
def test_the_migration_cuts_texts_as_we_do(said: str) -> None:
    assert set(migration()._terms(said)) == terms(said)


def migration() -> Any:
    """Load the revision, which imports nothing of the application."""
    spec = importlib.util.spec_from_file_location("revision", REVISION)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_keys_of_one_kind_stand_together_in_the_order_of_time() -> None:
    ids = [new_id() for _ in range(2_000)]
    for kind in KINDS:
        first, last = keys_of(kind)
        keys = [key_of(kind, one) for one in ids]
        assert len(set(keys)) == len(keys)
        assert sorted(key >> 20 for key in keys) == [key >> 20 for key in keys]
        assert all(first <= key <= last < 2**63 for key in keys)


@pytest.fixture
def full(database_url: str) -> Iterator[Database]:
    """A database with more entries than are looked through without the index; every tenth has `tenth`."""
    with closing(Database(database_url, 10, Keys.ephemeral())) as database:
        fill(database)
        yield database


def fill(database: Database) -> None:
    rows = [entry(number, {"all", *(["tenth"] if number % 1_000 == 0 else [])}) for number in range(20_000)]
    rows.append(entry(0, {"oldest", "all"}, moment=1_600_000_000_000))
    database.write(lambda ledger: ledger.session.connection().execute(ENTRY.insert(), rows).rowcount)


def entry(number: int, held: set[str], moment: int = 1_700_000_000_000) -> dict[str, Any]:
    record = UUID(int=(moment + number) << 80 | uuid4().int % 2**60 | number % 2**20 << 32)
    return {"key": key_of("claim", record), "record_id": record, "terms": frozenset(held)}


def test_rare_and_common_words_are_found_the_newest_first(full: Database) -> None:
    assert LOOKED_THROUGH < 20_000
    with full.reading() as reading:
        some = newest(reading, "claim", Wanted(frozenset({"tenth"})), 12)
        every = newest(reading, "claim", Wanted(frozenset({"tenth", "all"})), 20)
        begun = newest(reading, "claim", Wanted(frozenset({"all"}), frozenset({"tent"})), 20)
        going_on = newest(reading, "claim", Wanted(frozenset({"tenth"}), frozenset({"al"})), 20)
        oldest = newest(reading, "claim", Wanted(frozenset(), frozenset({"olde"})), 20)
        common = newest(reading, "claim", Wanted(frozenset({"all"})), 5)
        none = newest(reading, "source", Wanted(frozenset({"all"})), 5)

    assert (len(some.ids), some.complete) == (12, False)
    assert (len(every.ids), every.complete) == (20, True)
    assert list(every.ids) == list(begun.ids) == list(going_on.ids) == sorted(every.ids, reverse=True)
    assert list(some.ids) == list(every.ids)[:12]
    assert (len(oldest.ids), oldest.complete) == (1, True)
    assert (len(common.ids), common.complete) == (5, False)
    assert (list(none.ids), none.complete) == ([], True)


@pytest.mark.parametrize(("term", "begun", "together"), [("all", "tent", True), ("tenth", "al", False)])
def test_beginnings_are_looked_for_in_each_row_only_where_the_terms_are_rare(
    full: Database, term: str, begun: str, together: bool
) -> None:
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        given = parameters.values() if isinstance(parameters, dict) else parameters
        asked.extend(one for one in given if isinstance(one, str))

    with heard_by(note), full.reading() as reading:
        newest(reading, "claim", Wanted(frozenset({term}), frozenset({begun})), 20)

    of_the_index = [one for one in asked if term in one][-1]
    assert (begun in of_the_index.replace(term, "")) is together


def test_postgresql_reads_the_index_of_the_kind_and_not_the_table(postgresql_url: str) -> None:
    plans: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("WITH those"):
            beside = connection.connection.driver_connection.cursor()
            plans.append("".join(row[0] for row in beside.execute(f"EXPLAIN {statement}", parameters)))

    with closing(Database(postgresql_url, 10, Keys.ephemeral())) as database:
        fill(database)
        database.write(lambda ledger: ledger.session.connection().exec_driver_sql("ANALYZE search_entry").rowcount)
        with heard_by(explain), database.reading() as reading:
            for wanted in (Wanted(frozenset({"oldest"})), Wanted(frozenset(), frozenset({"olde", "al"}))):
                plans.clear()
                assert len(newest(reading, "claim", wanted, 20).ids) == 1
                assert "search_index_claim" in plans[-1], plans


def test_records_are_counted_up_to_a_bound(full: Database) -> None:
    with full.reading() as reading:
        counted = [count(reading, *asked) for asked in (("claim", 5), ("claim", 100_000), ("source", 5))]

    assert counted == [5, 20_001, 0]


def test_terms_come_back_as_they_were_kept(full: Database) -> None:
    with full.reading() as reading:
        found = reading.rows(select(ENTRY.c.terms).order_by(ENTRY.c.key).limit(1))
        known = sample(reading, "claim", 20_001)

    assert found[0][0] == {"oldest", "all"}
    assert list(known.values())[-1] == {"oldest", "all"}
    assert len(known) == 20_001


def test_two_records_made_at_once_by_two_processes_are_both_found(newsroom: Newsroom) -> None:
    database: Database = newsroom.client.app.state.database  # type: ignore[attr-defined]
    first = new_id()
    twin = UUID(int=first.int ^ 1)  # of the same millisecond, and as far in the counter
    assert key_of("claim", first) == key_of("claim", twin)

    for one in (first, twin):

        def record(ledger: Ledger, one: UUID = one) -> None:
            ledger.add(Claim(id=one, text="Two hundred shells.", words="two hundred shells.", **ledger.stamp()))

        database.write(record, COMMAND_LINE)

    with database.reading() as reading:
        assert set(newest(reading, "claim", Wanted(frozenset({"shells"})), 5).ids) == {first, twin}


def test_the_migration_finds_those_too(database_url: str, engine: Engine) -> None:
    first = new_id()
    twins = [UUID(int=first.int ^ bits) for bits in range(3)]
    beside = UUID(int=first.int + 2**32)  # its key is the next one
    ids = {*twins, beside}

    def record(ledger: Ledger) -> None:
        for one in sorted(ids):
            ledger.add(Claim(id=one, text="Two hundred shells.", words="two hundred shells.", **ledger.stamp()))
            ledger.flush()

    with closing(Database(database_url, 10, Keys.ephemeral())) as database:
        database.write(record, COMMAND_LINE)
    engine.dispose()

    migrations.move(database_url, "0005")
    migrations.move(database_url, "head")

    assert {UUID(one) for one in held(engine)} == ids
