"""The log in the tables: the tree over all envelopes, signed as it grows, and nothing in it changes any more."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Table, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from api.bundles.loading import load_dossier
from api.claims.models import Claim
from api.claims.schemas import ClaimDraft
from api.claims.service import service as claims
from api.custody import tree
from api.custody.callers import Caller
from api.custody.envelope import Entry, commitments
from api.custody.keys import Keys, load_keys
from api.custody.notes import Checkpoint, opened
from api.custody.roles import Role
from api.settings import Settings
from api.storage import migrations, references
from api.storage.changes import Change, LogCheckpoint
from api.storage.database import Database
from api.storage.history import history_of, table_of
from api.storage.ledger import Ledger
from api.storage.records import UNCOMMITTED
from tests.crowd import assert_whole, at_once
from tests.keys import CHANGES
from tests.numbers import PATIENCE

ANA, BO = (Caller(name, role=Role.EDITOR) for name in ("Ana", "Bo"))
TAMPERING = {
    "both": (
        "UPDATE {0} SET {1} = {1}",
        "UPDATE {0} SET {1} = 7 WHERE {1} = 2",
        "DELETE FROM {0}",
        "DELETE FROM {0} WHERE {1} = 2",
        "INSERT INTO {0} SELECT * FROM {0} WHERE true ON CONFLICT ({1}) DO UPDATE SET {1} = 7",
    ),
    "sqlite": ("REPLACE INTO {0} SELECT * FROM {0}", "UPDATE OR REPLACE {0} SET {1} = 1"),
    "postgresql": ("TRUNCATE {0}", "TRUNCATE {0} CASCADE"),
}


def keys() -> Keys:
    """Return the keys that every store of the tests is opened with."""
    return load_keys(Settings())


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """This test's database, opened with keys that the test knows."""
    with closing(Database(database_url, 4, keys())) as opened_one:
        yield opened_one


def add(words: str) -> Callable[[Ledger], Claim]:
    """Give the work that records a claim."""
    return lambda ledger: claims.record(ledger, ClaimDraft(text=words))


def place(claim: UUID, name: str) -> Callable[[Ledger], None]:
    """Give the work that changes where a claim is about."""
    return lambda ledger: ledger.change(ledger.find_all(Claim, [claim])[0], {"place": name})


def logged(url: str, count: int) -> list[Change]:
    """Return the log once it has this many changes in all: on PostgreSQL they get their numbers a moment later."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with migrations.alone(url) as connection:
            found = connection.execute(select(table_of(Change)).order_by(col(Change.sequence))).mappings().all()
        if len(found) >= count or time.monotonic() > deadline:
            assert len(found) == count
            return [Change.model_construct(**row) for row in found]
        time.sleep(0.05)


def checkpoints(url: str) -> list[Checkpoint]:
    """Return what the log has signed, each found to be in order."""
    with migrations.alone(url) as connection:
        rows = connection.execute(select(table_of(LogCheckpoint)).order_by(col(LogCheckpoint.size))).mappings().all()
    signed = [Checkpoint.read(opened(row["note"], [keys().signer.verifier])) for row in rows]
    assert [one.size for one in signed] == [row["size"] for row in rows]
    return signed


def stored(url: str) -> dict[tuple[str, UUID, int], dict[str, Any]]:
    """Return every version of every record, as the tables have it."""
    found: dict[tuple[str, UUID, int], dict[str, Any]] = {}
    with migrations.alone(url) as connection:
        for kind, model in references.logged().items():
            columns = [column.name for column in table_of(model).columns]
            tables: tuple[Table, ...] = (table_of(model), history_of(model))
            for table in tables:
                for row in connection.execute(select(*(table.c[name] for name in columns))).mappings():
                    found[kind, row["id"], row["version"]] = dict(row)
    return found


def assert_sealed(url: str, log: list[Change]) -> None:
    """Check that the log is the tree over its envelopes, and that they commit to what the tables say."""
    versions = stored(url)
    assert len(versions) == len(log)
    leaves: list[bytes] = []
    nodes: dict[tree.Node, bytes] = {}
    for index, change in enumerate(log):
        row = versions[change.kind, change.record_id, change.version]
        values = {name: value for name, value in row.items() if name not in UNCOMMITTED}
        assert commitments(values, row["seed"]) == change.commitments
        leaves.append(
            Entry(
                index + 1,
                change.kind,
                change.record_id,
                change.version,
                change.action,
                change.recorded_by,
                change.recorded_at,
                change.commitments,
            ).leaf()
        )
        for level in range(len(change.hashes) // tree.SIZE):
            nodes[tree.Node(level, index >> level)] = change.hashes[level * tree.SIZE :][: tree.SIZE]
    for node, value in nodes.items():
        assert value == tree.root(leaves[node.position << node.level : (node.position + 1) << node.level])
    for size in range(len(log) + 1):
        assert set(tree.peaks(size)) <= set(nodes)


def assert_every_checkpoint_is_of_this_log(url: str, log: list[Change]) -> None:
    """Check that what was signed are trees that the log began with, the last of them the whole of it."""
    signed = checkpoints(url)
    assert signed[-1].size == len(log)
    leaves = [change.hashes[: tree.SIZE] for change in log]
    for one in signed:
        assert one == Checkpoint(keys().signer.name, one.size, tree.root(leaves[: one.size]))


def test_a_write_is_in_the_tree(database: Database, database_url: str) -> None:
    database.write(add("A claim."), ANA)

    log = logged(database_url, CHANGES + 1)
    change = log[-1]
    assert (change.sequence, change.recorded_by) == (CHANGES + 1, "Ana")
    assert {"text", "recorded_by", "recorded_at", "topics"} <= set(change.commitments)
    assert "place" not in change.commitments
    assert_sealed(database_url, log)
    assert [one.size for one in checkpoints(database_url)] == [CHANGES, CHANGES + 1]


def test_the_log_commits_to_every_version_of_every_kind(database: Database, database_url: str) -> None:
    load_dossier(database)
    with database.reading() as reading:
        ids = reading.rows(select(col(Claim.id)))
    for (claim,) in ids:
        database.write(place(claim, "Pyongyang"), ANA)
        database.write(place(claim, "Rason"), BO)
    database.write(lambda ledger: ledger.delete(ledger.find_all(Claim, [ids[0][0]])[0], "a mistake", ids[0][0]))

    log = logged(database_url, len(stored(database_url)))

    assert len({change.kind for change in log}) > 5
    assert_sealed(database_url, log)
    assert_every_checkpoint_is_of_this_log(database_url, log)


def test_many_writers_at_once_make_one_tree(database: Database, database_url: str) -> None:
    def work(number: int) -> None:
        claim = database.write(add(f"Claim {number}."), Caller(f"writer {number}", role=Role.EDITOR))
        database.write(place(claim.id, "here"))

    at_once(work, range(60), 8)

    log = logged(database_url, CHANGES + 120)
    assert_sealed(database_url, log)
    assert_every_checkpoint_is_of_this_log(database_url, log)


def test_two_processes_make_one_tree(database: Database, database_url: str) -> None:
    with closing(Database(database_url, 4, keys())) as second:
        at_once(lambda number: (database, second)[number % 2].write(add(f"Claim {number}."), ANA), range(60), 8)
        log = logged(database_url, CHANGES + 60)

    assert_sealed(database_url, log)
    assert_every_checkpoint_is_of_this_log(database_url, log)


def test_every_version_has_a_seed_of_its_own(database: Database, database_url: str) -> None:
    claim = database.write(add("A claim."), ANA)
    for name in ("here", "there"):
        database.write(place(claim.id, name))

    seeds = [row["seed"] for row in stored(database_url).values()]

    assert {len(seed) for seed in seeds} == {32}
    assert len(set(seeds)) == CHANGES + 3


def test_values_that_stay_have_other_commitments_in_the_next_version(database: Database, database_url: str) -> None:
    claim = database.write(add("A claim."), ANA)
    database.write(place(claim.id, "here"))

    first, second = logged(database_url, CHANGES + 2)[CHANGES:]

    assert set(second.commitments) - set(first.commitments) == {"place"}
    assert not set(first.commitments.values()) & set(second.commitments.values())


def test_a_write_that_fails_leaves_nothing(database: Database, database_url: str) -> None:
    def fail(ledger: Ledger) -> None:
        claims.record(ledger, ClaimDraft(text="Never said."))
        ledger.flush()
        raise LookupError("on purpose")

    database.write(add("Before."), ANA)
    with pytest.raises(LookupError):
        database.write(fail, ANA)
    database.write(add("After."), ANA)

    log = logged(database_url, CHANGES + 2)
    assert_sealed(database_url, log)
    assert_every_checkpoint_is_of_this_log(database_url, log)


def test_a_write_that_touches_no_record_signs_nothing(database: Database, database_url: str) -> None:
    database.write(lambda ledger: None)

    assert len(logged(database_url, CHANGES)) == len(checkpoints(database_url)) == CHANGES


@pytest.mark.parametrize(("table", "key"), [("change", "sequence"), ("log_checkpoint", "size")])
def test_the_tables_refuse_all_but_adding(database: Database, database_url: str, table: str, key: str) -> None:
    for number in (1, 2):
        database.write(add(f"Claim {number}."), ANA)
        logged(database_url, CHANGES + number)
    before = logged(database_url, CHANGES + 2), checkpoints(database_url)

    for statement in (*TAMPERING["both"], *TAMPERING[database.engine_name]):
        with pytest.raises(DBAPIError, match="only ever added"), migrations.alone(database_url) as connection:
            connection.execute(text(statement.format(table, key)))

    assert (logged(database_url, CHANGES + 2), checkpoints(database_url)) == before


# What was on record before -----------------------------------------------------------------------------------------


def unsealed(database: Database, url: str) -> list[tuple[int, str, UUID, int]]:
    """Take a store in use back to before there was a tree, and return the log that it had."""
    load_dossier(database)
    with database.reading() as reading:
        ids = reading.rows(select(col(Claim.id)))
    for (claim,) in ids:
        database.write(place(claim, "Rason"), BO)
    log = logged(url, len(stored(url)))
    database.close()
    migrations.move(url, "0003")
    return [(one.sequence, one.kind, one.record_id, one.version) for one in log]


def test_what_is_on_record_is_sealed_as_if_it_had_always_been(database: Database, database_url: str) -> None:
    before = unsealed(database, database_url)

    migrations.upgrade(database_url)

    log = logged(database_url, len(before))
    assert [(one.sequence, one.kind, one.record_id, one.version) for one in log] == before
    assert_sealed(database_url, log)
    assert checkpoints(database_url) == []
    with closing(Database(database_url, 4, keys())) as again:
        again.write(add("One more."), ANA)
        log = logged(database_url, len(before) + 1)
    assert_sealed(database_url, log)
    assert_every_checkpoint_is_of_this_log(database_url, log)
    assert_whole(database_url)


def test_what_waits_for_its_number_is_sealed_when_it_gets_one(postgresql_url: str) -> None:
    with closing(Database(postgresql_url, 4, keys())) as database:
        before = unsealed(database, postgresql_url)
    with migrations.alone(postgresql_url) as connection:
        columns = "kind, record_id, version, action, recorded_at, recorded_by"
        late = f"SELECT {columns}, sequence FROM change WHERE sequence > 3"
        connection.execute(text(f"INSERT INTO change_queue ({columns}, position) {late}"))
        connection.execute(text("DELETE FROM change WHERE sequence > 3"))

    migrations.upgrade(postgresql_url)

    with closing(Database(postgresql_url, 4, keys())):
        log = logged(postgresql_url, len(before))
    assert_sealed(postgresql_url, log)
    assert_every_checkpoint_is_of_this_log(postgresql_url, log)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        ("DELETE FROM claim_history WHERE version = 1", "names version 1 of claim"),
        ("DELETE FROM change WHERE sequence = 2", "no number 2"),
    ],
)
def test_a_log_that_names_what_is_not_there_is_not_sealed(
    database: Database, database_url: str, spoil: str, told: str
) -> None:
    unsealed(database, database_url)
    with migrations.alone(database_url) as connection:
        connection.execute(text(spoil))

    with pytest.raises(Exception, match=told):
        migrations.upgrade(database_url)

    assert migrations.current(database_url) == "0003"


def test_commitments_are_hmacs_in_base64(database: Database, database_url: str) -> None:
    database.write(add("A claim."), ANA)

    *_, change = logged(database_url, CHANGES + 1)

    assert {len(base64.b64decode(one)) for one in change.commitments.values()} == {32}
