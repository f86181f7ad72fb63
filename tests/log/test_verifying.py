"""A stranger can check the log, and nothing that is altered afterwards goes unnoticed."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Boolean, Uuid, text
from sqlalchemy.engine import Connection

from api.access import service as keys
from api.access.schemas import KeyDraft
from api.assessments.models import Assessment
from api.attributions.models import Attribution
from api.custody import tokens, tree
from api.custody.envelope import commitments
from api.custody.keys import Keys, load_keys
from api.custody.notes import Checkpoint, Verifier, opened
from api.log import proofs, verifying
from api.settings import Settings
from api.storage import migrations
from api.storage.changes import Change, ChangeQueue
from api.storage.database import Database, look
from api.storage.history import committed, table_of
from api.storage.reading import Reading
from api.storage.records import Instant, Recorded, metadata
from tests.newsroom import Kept, Newsroom
from tests.numbers import wait_until_numbered

# What is no part of the record: it is worked out anew, or forgotten.
PASSING = {
    *("claim_standing", "lease", "mark", "touch", "remembered_answer", "access_key_use", "change_queue", "foreign_id"),
}


@pytest.fixture
def said(newsroom: Newsroom) -> Kept:
    """A store with something of every kind, versions of it, something protected and something erased."""
    source = newsroom.source("Odile Perrault", aliases=["Aunt Odile"], kind="person")
    page = newsroom.release(source, "I was in the room.", title="My story")
    claim = newsroom.claim("It was ordered.", topics=["orders"], about=[{"label": "The ministry"}])
    said = newsroom.say(claim, source, document=page, quote={"exact": "in the room"})
    other = newsroom.say(claim, newsroom.source("Echo"), cites=[said])
    newsroom.add("assessments", {"target": source.open_ref, "scale": "admiralty_reliability", "value": "B"})
    newsroom.add("dependencies", {"members": [said.open_ref, other.open_ref], "reason": "One source."})
    newsroom.add("relations", {"kind": "contrary", "from": claim.ref, "to": newsroom.claim().ref})
    twin = newsroom.document("A copy.")
    newsroom.add(f"documents/{page.id}/same_as", {"other": twin.ref, "reason": "One text."})
    newsroom.add(f"sources/{source.id}/same_as", {"other": newsroom.source("O. P.").ref, "reason": "One person."})
    newsroom.client.patch(claim.path, json={"place": "Here"}, headers={"If-Match": "*"}).raise_for_status()
    secret = newsroom.source("A secret name", description="hidden", protected=True)
    newsroom.client.patch(secret.path, json={"description": "still"}, headers={"If-Match": "*"}).raise_for_status()
    gone = newsroom.source("To be forgotten", homepage="https://gone.example.org/")
    body = {"target": gone.open_ref, "reason": "Asked for it."}
    newsroom.client.post("/v1/erasures", json=body).raise_for_status()
    newsroom.client.get(secret.path).raise_for_status()
    wait_until_numbered(newsroom.client)
    return said


@pytest.fixture
def verifier() -> Verifier:
    return load_keys(Settings()).signer.verifier


def verified(url: str, verifier: Verifier, *, sealing: bool = True, earlier: str | None = None) -> verifying.Report:
    with look(url, load_keys(Settings()).sealing if sealing else None) as reading:
        return verifying.verify_store(reading, [verifier], earlier)


def test_a_store_that_nobody_touched_holds(said: Kept, database_url: str, verifier: Verifier) -> None:
    report = verified(database_url, verifier)

    assert report.problems == []
    assert report.entries == report.versions > 20
    assert (report.erased, report.sealed) == (1, 0)


def test_without_the_sealing_key_all_but_the_sealed_values_is_checked(
    said: Kept, database_url: str, verifier: Verifier
) -> None:
    report = verified(database_url, verifier, sealing=False)

    assert report.problems == []
    assert report.sealed == 2


def flips() -> list[tuple[str, str]]:
    """List every column of every table that is part of the record, with its history."""
    found = []
    for table in metadata().sorted_tables:
        if table.name not in PASSING:
            found += [(table.name, column.name) for column in table.columns]
    return found


def altered(connection: Connection, table: str, column: str) -> Any:
    """Flip one bit of the first row that has something in a column; return how to put it back, None where none has."""
    dialect = connection.dialect.name
    place = "rowid" if dialect == "sqlite" else "ctid"
    row = connection.execute(
        text(f'SELECT {place}, "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL ORDER BY 1 LIMIT 1')
    ).first()
    if row is None:
        return None
    truth = isinstance(metadata().tables[table].c[column].type, Boolean)
    return row[0], row[1], not row[1] if truth else flipped(row[1])


def flipped(value: Any) -> Any:
    """Flip the lowest bit of a value's last byte or digit."""
    match value:
        case int():
            return value + 1000
        case bytes() | memoryview():
            content = bytes(value)
            return content[:-1] + bytes([content[-1] ^ 1]) if content else b"\1"
        case datetime():
            return value + timedelta(microseconds=1)
        case str() if value:
            place = max((at for at, sign in enumerate(value) if sign.isalnum()), default=None)
            return None if place is None else value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
        case str():
            return "\1"
        case list():
            return [*value, "x"]
        case dict():
            return {**value, "x": "x"}
        case _:
            return None


def test_a_bit_flipped_in_a_row_of_each_table_is_found(said: Kept, database_url: str, verifier: Verifier) -> None:
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column in flips():
        tables.setdefault(table, []).append((table, column))
    tried = 0
    for nth, places in enumerate(tables.values()):
        first = nth + int(database_url.startswith("postgresql"))  # another column than on the other engine
        for step in range(len(places)):
            if flip_each(database_url, verifier, [places[(first + step) % len(places)]]):
                tried += 1
                break
    assert tried > 15


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_bit_flipped_in_any_row_of_any_table_is_found(said: Kept, database_url: str, verifier: Verifier) -> None:
    assert flip_each(database_url, verifier, flips()) > 150


def flip_each(database_url: str, verifier: Verifier, places: list[tuple[str, str]]) -> int:
    """Flip a bit in each of these columns, one after the other; return how many had something to flip."""
    tried, unnoticed, empty = 0, [], []
    for table, column in places:
        outcome = flip_and_verify(database_url, table, column, verifier)
        if outcome is None:
            empty.append((table, column))
        else:
            tried += 1
            unnoticed += [] if outcome else [(table, column)]
    print(f"{tried} columns flipped, {len(unnoticed)} unnoticed, {len(empty)} empty")
    assert unnoticed == [], unnoticed
    return tried


def flip_and_verify(url: str, table: str, column: str, verifier: Verifier) -> bool | None:
    """Flip a bit in a copy of what is kept, and say whether that was noticed; None where there is nothing to flip."""
    with tampering(url) as connection:
        found = altered(connection, table, column)
        if found is None or found[2] is None:
            return None
        place, _, value = found
        key = "rowid" if connection.dialect.name == "sqlite" else "ctid"
        raw = connection.dialect.name == "postgresql" and isinstance(value, (dict, list))
        connection.execute(
            text(f'UPDATE "{table}" SET "{column}" = :value WHERE {key} = :place'),
            {"value": json.dumps(value) if raw else value, "place": place},
        )
        return not holds(connection, verifier)


class _Undone(Exception):
    """Ends a transaction that must leave nothing."""


@contextmanager
def tampering(url: str) -> Iterator[Connection]:
    """Open a transaction in which somebody with the database's password does what triggers would refuse; undo it."""
    try:
        with migrations.alone(url) as connection:
            for table in ("change", "log_checkpoint"):
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            if connection.dialect.name == "sqlite":
                names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
                for name in list(names):
                    connection.execute(text(f'DROP TRIGGER "{name}"'))
            else:
                connection.execute(text("SET session_replication_role = replica"))
            yield connection
            raise _Undone
    except _Undone:
        pass


REMOVALS = [
    "DELETE FROM claim_history WHERE 1 = 1",
    "DELETE FROM citation WHERE 1 = 1",
    "DELETE FROM change WHERE sequence = (SELECT max(sequence) FROM change)",
    "DELETE FROM change WHERE sequence = 3",
    "DELETE FROM log_checkpoint WHERE size = (SELECT max(size) FROM log_checkpoint)",
    "DELETE FROM erasure WHERE 1 = 1",
    "DELETE FROM source_name WHERE 1 = 1",
    "UPDATE source SET salts = NULL, seed = NULL, sealed = NULL WHERE sealed IS NOT NULL",
    "UPDATE claim SET seed = NULL WHERE 1 = 1",
]


@pytest.mark.dealt
@pytest.mark.parametrize("statement", REMOVALS)
def test_what_is_removed_is_missed(said: Kept, database_url: str, verifier: Verifier, statement: str) -> None:
    with tampering(database_url) as connection:
        connection.execute(text(statement))
        assert not holds(connection, verifier)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("instant", ["replace({0}, ' ', 'T')", "{0} || char(0)"])
def test_an_id_or_instant_that_is_written_otherwise_than_it_is_looked_for_is_found(
    said: Kept, database_url: str, verifier: Verifier, instant: str
) -> None:
    spelt = {Uuid: "upper({0})", Instant: instant}  # both read as before
    columns = {
        (table.name, column.name): way.format(f'"{column.name}"')
        for table in metadata().sorted_tables
        if table.name not in {*PASSING, "change", "search_entry", "sealing_key"}
        for column in table.columns
        for kind, way in spelt.items()
        if isinstance(column.type, kind) and not column.primary_key
    }
    expected: set[str] = set()
    with tampering(database_url) as connection:
        for (table, column), written in columns.items():
            there = f'FROM "{table}" WHERE "{column}" <> {written} LIMIT 1'
            if connection.execute(text(f"SELECT 1 {there}")).first() is None:
                continue
            connection.execute(
                text(f'UPDATE "{table}" SET "{column}" = {written} WHERE rowid = (SELECT rowid {there})')
            )
            expected.add(f"{table} {column}")
        problems = told(connection, verifier)

    ending = " is not written as it is looked for."
    found = (one.removesuffix(ending).split() for one in problems if one.endswith(ending))
    assert expected == {f"{first} {last}" for first, *_, last in found}
    assert len(expected) > 40


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", ["claim", "claim_history", "claim_topic"])
def test_an_own_id_that_is_written_otherwise_keeps_nobody_for_ever(
    said: Kept, database_url: str, verifier: Verifier, table: str
) -> None:
    name = "record_id" if table == "claim_topic" else "id"
    with tampering(database_url) as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(text(f"UPDATE {table} SET {name} = '{{' || {name} || '}}'"))

        assert not holds(connection, verifier)


@pytest.mark.parametrize("place", ["change", "change_queue"])
def test_no_second_entry_speaks_for_what_was_altered(
    said: Kept, database_url: str, verifier: Verifier, place: str
) -> None:
    with tampering(database_url) as connection:
        this = table_of(Attribution).c.id == UUID(said.id)
        connection.execute(table_of(Attribution).update().where(this).values(stance="denies"))
        connection.execute(text("DROP INDEX ix_change_kind_record_id_version"))
        vouch(connection, Attribution, UUID(said.id), place)

        assert not holds(connection, verifier)


@pytest.mark.parametrize("place", ["change", "change_queue"])
def test_no_entry_that_is_not_signed_vouches_for_a_record(
    said: Kept, database_url: str, verifier: Verifier, place: str
) -> None:
    with tampering(database_url) as connection:
        table, forged = table_of(Assessment), UUID(int=1)
        row = connection.execute(table.select().where(table.c.version == 1)).mappings().first()
        assert row is not None
        connection.execute(table.insert(), {**row, "id": forged, "value": "A"})
        vouch(connection, Assessment, forged, place)
        report = verifying.verify_store(Reading(connection, sealing=load_keys(Settings()).sealing), [verifier])

    if place == "change_queue" and database_url.startswith("postgresql"):
        assert (report.problems, report.waiting) == ([], 1)  # like any write of this second: it is told
    else:
        assert report.problems != []


def vouch(connection: Connection, model: type[Recorded], record: UUID, place: str) -> None:
    """Put an entry that commits to what a record says beside those that were signed."""
    table = table_of(model)
    row = connection.execute(table.select().where(table.c.id == record)).mappings().one()
    entry = {
        "kind": table.name,
        "record_id": record,
        "version": row["version"],
        "action": "created",
        "recorded_at": row["updated_at"],
        "recorded_by": row["updated_by"],
        "commitments": commitments({name: row[name] for name in committed(model)}, row["seed"]),
    }
    if place == "change":
        connection.execute(table_of(Change).insert(), {**entry, "sequence": 0, "hashes": b""})
    else:
        connection.execute(table_of(ChangeQueue).insert(), {**entry, "position": 0})


def holds(connection: Connection, verifier: Verifier) -> bool:
    """Say whether a store holds, with every key at hand."""
    return not told(connection, verifier)


def told(connection: Connection, verifier: Verifier) -> list[str]:
    """Say what does not hold, with every key at hand."""
    reading = Reading(connection, sealing=load_keys(Settings()).sealing, reveals=True)
    return verifying.verify_store(reading, [verifier]).problems


def test_what_is_still_said_of_an_erased_record_is_held_to_the_log(
    newsroom: Newsroom, database_url: str, verifier: Verifier
) -> None:
    source = newsroom.source("To be forgotten", external_id="people/1")
    body = {"target": source.open_ref, "reason": "Asked for it."}
    newsroom.client.post("/v1/erasures", json=body).raise_for_status()
    newsroom.edit(source, external_id="people/erased", country="FR")
    newsroom.delete(source, reason="of no use any more")
    wait_until_numbered(newsroom.client)

    report = verified(database_url, verifier)

    assert (report.problems, report.erased) == ([], 1)
    with tampering(database_url) as connection:
        connection.execute(text("UPDATE source SET external_id = 'people/2'"))
        assert not holds(connection, verifier)


def test_what_an_erasure_seals_under_another_key_still_holds(
    newsroom: Newsroom, database_url: str, verifier: Verifier
) -> None:
    source, other = newsroom.source("To be forgotten", protected=True), newsroom.source("Mistaken for them")
    newsroom.edit(other, description="Another person")
    newsroom.unite(source, other)
    newsroom.part(source, other)
    body = {"target": source.open_ref, "reason": "Asked for it."}
    newsroom.client.post("/v1/erasures", json=body).raise_for_status()
    wait_until_numbered(newsroom.client)

    assert verified(database_url, verifier).problems == []


def test_a_log_written_anew_by_somebody_with_every_key_contradicts_an_earlier_checkpoint(
    newsroom: Newsroom, database_url: str, verifier: Verifier
) -> None:
    newsroom.claim("First.")
    wait_until_numbered(newsroom.client)
    kept = newsroom.client.get("/v1/log/checkpoint").text
    forged = load_keys(Settings()).signer.sign(str(Checkpoint(verifier.name, 2, tree.leaf_hash(b"another history"))))
    newsroom.claim("Second.")
    wait_until_numbered(newsroom.client)

    assert verified(database_url, verifier, earlier=kept).problems == []
    assert verified(database_url, verifier, earlier=forged).problems != []


def test_what_was_downloaded_is_checked_with_nothing_but_the_public_key(newsroom: Newsroom, verifier: Verifier) -> None:
    for number in range(5):
        newsroom.claim(f"Claim {number}.")
    wait_until_numbered(newsroom.client)
    client = newsroom.client
    note = client.get("/v1/log/checkpoint").text
    key = Verifier.from_vkey(client.get("/v1/log/key").text)
    size = Checkpoint.read(opened(note, [key])).size
    claim = client.get("/v1/claims", params={"limit": 1}).json()["items"][0]
    index = claim["log_index"]
    entry = client.get(f"/v1/log/entries/{index}").json()
    proof = client.get("/v1/log/proof/inclusion", params={"index": index, "size": size}).json()
    shown = client.get(f"/v1/log/entries/{index}/disclosure").json()

    assert key == verifier
    assert entry["envelope"]["id"] == claim["id"]
    assert shown["openings"]["text"]["value"] == claim["text"]
    assert proofs.verify_entry(entry, proof, note, [key], shown) == []
    for what, name in ((shown, "id"), (shown, "kind"), (shown, "version"), (shown, "index"), (entry, "index")):
        mislabelled = {**what, name: "another"}
        disclosed = mislabelled if what is shown else shown
        assert proofs.verify_entry(mislabelled if what is entry else entry, proof, note, [key], disclosed) != []
    for malformed in ({"openings": {"text": {"value": 1}}}, {"openings": ["text"]}):
        with pytest.raises(ValueError, match="disclosure"):
            proofs.verify_entry(entry, proof, note, [key], malformed)
    for name, malformed in (("sequence", "first"), ("sequence", None), ("commitments", {})):
        other = {"envelope": {**entry["envelope"], name: malformed}}
        assert proofs.verify_entry(other, proof, note, [key], shown) != []
    with pytest.raises(ValueError, match="no entry"):
        proofs.verify_entry({"envelope": {**entry["envelope"], "commitments": ["text"]}}, proof, note, [key], shown)
    shown["openings"]["text"]["value"] = "Another claim."
    assert proofs.verify_entry(entry, proof, note, [key], shown) != []
    entry["envelope"]["actor"] = "somebody else"
    assert proofs.verify_entry(entry, proof, note, [key]) != []


def test_growth_is_proved_between_two_checkpoints(newsroom: Newsroom, verifier: Verifier) -> None:
    newsroom.claim()
    wait_until_numbered(newsroom.client)
    earlier = newsroom.client.get("/v1/log/checkpoint").text
    newsroom.claim()
    wait_until_numbered(newsroom.client)
    later = newsroom.client.get("/v1/log/checkpoint").text
    first, second = (Checkpoint.read(opened(note, [verifier])).size for note in (earlier, later))
    proof = newsroom.client.get("/v1/log/proof/consistency", params={"first": first, "second": second}).json()

    assert proofs.verify_growth(earlier, proof, later, [verifier]) == []
    assert proofs.verify_growth(later, proof, earlier, [verifier]) != []
    wrong = {**proof, "hashes": [b64encode(b64decode(one)[::-1]).decode() for one in proof["hashes"]]}
    assert proofs.verify_growth(earlier, wrong, later, [verifier]) != []


@pytest.mark.dealt
@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("inclusion", {"index": 0, "size": 0}),
        ("inclusion", {"index": 1, "size": 1}),
        ("inclusion", {"index": 0, "size": 10**6}),
        ("inclusion", {"index": -1, "size": 1}),
        ("consistency", {"first": 0, "second": 1}),
        ("consistency", {"first": 2, "second": 1}),
        ("consistency", {"first": 1, "second": 10**6}),
        ("consistency", {"first": 1, "second": 2**63}),
    ],
)
def test_proofs_of_nothing_are_refused(newsroom: Newsroom, path: str, query: dict[str, int]) -> None:
    newsroom.claim()

    assert newsroom.client.get(f"/v1/log/proof/{path}", params=query).status_code == 422


def test_equal_sizes_take_no_proof(newsroom: Newsroom) -> None:
    newsroom.claim()
    wait_until_numbered(newsroom.client)

    answer = newsroom.client.get("/v1/log/proof/consistency", params={"first": 2, "second": 2})

    assert answer.json() == {"first": 2, "second": 2, "hashes": []}


def test_a_disclosure_withholds_what_the_reader_may_not_see(said: Kept, newsroom: Newsroom) -> None:
    from tests.security.callers import make_key, speaking_as

    secret = next(one for one in newsroom.client.get("/v1/sources").json()["items"] if one["protected"])
    path = f"/v1/log/entries/{secret['log_index']}/disclosure"
    with speaking_as(newsroom.client, make_key(newsroom.client, "reader")) as client:
        withheld = client.get(path).json()
    revealed = newsroom.client.get(path).json()

    assert "name" in withheld["withheld"]
    assert "name" not in withheld["openings"]
    assert withheld["openings"]["protected"]["value"] is True
    assert revealed["openings"]["name"]["value"] == "A secret name"


def test_an_access_key_is_never_disclosed(newsroom: Newsroom) -> None:
    wait_until_numbered(newsroom.client)

    answer = newsroom.client.get("/v1/log/entries/0/disclosure").json()

    assert (answer["kind"], answer["openings"]) == ("access_key", {})


def test_the_store_of_another_signer_does_not_hold(said: Kept, database_url: str, tmp_path: Path) -> None:
    other = load_keys(Settings(key_folder=tmp_path / "keys")).signer.verifier

    assert verified(database_url, other).problems != []


def test_a_log_that_two_keys_have_signed_in_turn_holds_for_whoever_has_both(sqlite_url: str, tmp_path: Path) -> None:
    own = load_keys(Settings())
    another = Keys(load_keys(Settings(key_folder=tmp_path / "keys")).signer, own.sealing)
    for one in (own, another):
        with closing(Database(sqlite_url, 1, one)) as database:
            draft = KeyDraft(holder="x", role="reader", expires_at=None)
            database.write(lambda ledger, draft=draft: keys.create(ledger, draft, tokens.make()))
    first, second = own.signer.verifier, another.signer.verifier

    with look(sqlite_url, own.sealing) as reading:
        holds = [not verifying.verify_store(reading, some).found for some in ([first], [second], [first, second])]

    assert holds == [False, False, True]


def test_an_empty_store_holds(sqlite_url: str, verifier: Verifier) -> None:
    with closing(Database(sqlite_url, 1, load_keys(Settings()))):
        assert verified(sqlite_url, verifier).problems == []
