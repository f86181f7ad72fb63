"""What lists say of claims' standing is what the record says now, or is called stale; and no write works it out."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from sqlalchemy import Update, delete, update
from sqlmodel import col
from starlette.testclient import TestClient

from api.claims import repository
from api.claims.models import Claim, ClaimStanding
from api.main import create_app
from api.provenance.judging import judged
from api.provenance.loading import EVERYTHING
from api.provenance.settling import Settler, columns
from api.settings import Settings
from api.storage import marks
from api.storage.database import Database
from api.storage.ledger import Ledger
from api.storage.reading import Reading
from tests.clerk import Clerk
from tests.keys import Client
from tests.newsroom import Kept, Newsroom


def listed(client: httpx.Client, claims: list[str]) -> dict[str, Any]:
    """Ask for claims' standings, which must not be stale."""
    page = client.get("/v1/claims", params={"id": claims, "limit": 200}).json()
    assert "stale" not in page
    return {item["id"]: item["standing"] for item in page["items"]}


def fresh(database: Database, claims: list[str]) -> dict[str, Any]:
    """Work claims' standings out from the record, each by itself."""
    with database.reading() as reading:
        live = [row.id for row in reading.live(Claim, map(UUID, claims)).values()]
        return {str(one): columns(judged(reading, [one])[one], EVERYTHING.budget) for one in live}


def check(client: TestClient, claims: list[str]) -> None:
    shown = listed(client, claims)
    right = fresh(client.app.state.database, claims)  # type: ignore[attr-defined]
    assert {
        claim: {"budget": None} | {name: shown[claim].get(name) for name in right[claim]} for claim in shown
    } == right


seeds, lengths = st.integers(0, 2**32), st.integers(1, 15)


@tuned(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=seeds, length=lengths)
def test_whatever_was_done_the_list_says_how_claims_stand_now(newsroom: Newsroom, seed: int, length: int) -> None:
    change_and_check(newsroom, seed, length)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@tuned(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=seeds, length=lengths)
def test_whatever_was_done_in_a_long_campaign_it_says_so_too(newsroom: Newsroom, seed: int, length: int) -> None:
    change_and_check(newsroom, seed, length)


def change_and_check(newsroom: Newsroom, seed: int, length: int) -> None:
    clerk = Clerk(newsroom.client, random.Random(seed))
    check(newsroom.client, clerk.kept["claims"])

    for _ in range(length):
        for _ in range(clerk.chance.choice([1, 1, 2, 5])):
            clerk.change()

        check(newsroom.client, clerk.kept["claims"])


def test_a_write_works_nothing_out(newsroom: Newsroom, database: Database) -> None:
    claim = newsroom.claim()
    listed(newsroom.client, [claim.id])

    newsroom.publish(claim, newsroom.source(), evidentiality="witnessed")

    with database.reading() as reading:
        assert marks.count(reading, 10) == 3
        assert reading.session.get_one(ClaimStanding, UUID(claim.id)).attributions == 0
    assert listed(newsroom.client, [claim.id])[claim.id]["attributions"] == 1


def test_what_one_request_does_not_reach_is_counted(settings: Settings) -> None:
    little = settings.model_copy(update={"settled_claims": 2})
    with Client(create_app(little)) as client:
        newsroom = Newsroom(client)
        claims = [newsroom.claim() for _ in range(5)]

        pages = [newsroom.ask("/v1/claims", level_min=0) for _ in range(4)]

        assert [(page.get("stale"), len(page["items"])) for page in pages] == [(3, 2), (1, 4), (None, 5), (None, 5)]
        newsroom.relate("same_as", claims[0], claims[1])
        newsroom.edit(claims[2], text="Q")
        page = newsroom.ask("/v1/claims")
        assert page["stale"] == sum(item["standing"]["stale"] for item in page["items"]) == 1


def test_a_claim_over_the_budget_has_no_standing_and_holds_up_no_other(settings: Settings) -> None:
    little = settings.model_copy(update={"graph_budget": 2})
    with Client(create_app(little)) as client:
        newsroom = Newsroom(client)
        hot, cool = newsroom.claim(), newsroom.claim()
        for claim in (hot, hot, hot, cool):
            newsroom.say(claim)

        pages = [newsroom.ask("/v1/claims") for _ in range(3)]

        assert "stale" not in pages[-1]
        assert [item["standing"] is None for item in pages[-1]["items"]] == [True, False]


def test_where_the_database_takes_no_writes_the_list_says_what_may_be_old(
    newsroom: Newsroom, database: Database, read_only: Callable[[], None]
) -> None:
    claim = newsroom.claim()
    listed(newsroom.client, [claim.id])
    newsroom.say(claim)
    read_only()

    page = newsroom.ask("/v1/claims")

    assert page["stale"] == 1
    assert page["items"][0]["standing"]["attributions"] == 0


def test_a_change_that_comes_while_a_claim_is_worked_out_is_not_lost(newsroom: Newsroom, database: Database) -> None:
    claim = newsroom.claim()
    one, other = Settler(Settings), Settler(Settings)

    def overtaken(reading: Reading, limit: int) -> list[UUID]:
        reading.live(Claim, [UUID(claim.id)])  # the snapshot is taken
        newsroom.say(claim)
        other.settle(database, lambda reading, limit: [])
        return [UUID(claim.id)]

    one.settle(database, overtaken)

    with database.reading() as reading:
        assert reading.session.get_one(ClaimStanding, UUID(claim.id)).stale
    assert listed(newsroom.client, [claim.id])[claim.id]["attributions"] == 1


def test_readers_that_settle_at_once_do_not_fail(settings: Settings) -> None:
    with Client(create_app(settings)) as one, Client(create_app(settings)) as other:
        newsroom = Newsroom(one)
        claims = [newsroom.claim() for _ in range(20)]

        def work(turn: int) -> int:
            client = (one, other)[turn % 2]
            if turn % 5 == 0:
                Newsroom(client).say(claims[turn % 20])
            status: int = client.get("/v1/claims", params={"level_min": turn % 2}).status_code
            return status

        with ThreadPoolExecutor(8) as crowd:
            assert set(crowd.map(work, range(60))) == {200}

        check(one, [claim.id for claim in claims])


def test_a_bundle_is_settled_in_one_request(newsroom: Newsroom) -> None:
    said = ({"kind": "attribution", "stance": "affirms", "claim": {"text": f"P {number}"}} for number in range(100))
    newsroom.bundle(*said)

    assert "stale" not in newsroom.ask("/v1/claims", limit=100)


def test_a_change_that_nobody_looked_at_may_concern_every_claim(
    newsroom: Newsroom, read_only: Callable[[], None]
) -> None:
    claims = [newsroom.claim() for _ in range(3)]
    listed(newsroom.client, [claim.id for claim in claims])
    newsroom.edit(claims[0], text="Q")
    read_only()

    page = newsroom.ask("/v1/claims")

    assert page["stale"] == 1
    assert [item["standing"]["stale"] for item in page["items"]] == [True] * 3


def test_a_list_waits_for_no_writer(newsroom: Newsroom, database: Database) -> None:
    claim = newsroom.claim()
    listed(newsroom.client, [claim.id])
    newsroom.say(claim)
    begun, may_end = Event(), Event()

    def slowly(ledger: Ledger) -> None:
        ledger.session.connection().execute(update(ClaimStanding).values(level=0))
        begun.set()
        assert may_end.wait(30)

    writing = Thread(target=database.write, args=(slowly,))
    writing.start()
    assert begun.wait(30)
    started = time.monotonic()
    page = newsroom.ask("/v1/claims")
    took = time.monotonic() - started
    may_end.set()
    writing.join()

    assert took < 5
    assert page["stale"] == 1
    assert page["items"][0]["standing"]["stale"]
    assert listed(newsroom.client, [claim.id])[claim.id]["attributions"] == 1


def test_a_list_hardly_waits_for_another_that_settles(newsroom: Newsroom, database: Database) -> None:
    claim = newsroom.claim()
    settler, busy, may_end = Settler(Settings), Event(), Event()

    def slowly(reading: Reading, limit: int) -> list[UUID]:
        busy.set()
        assert may_end.wait(30)
        return [UUID(claim.id)]

    settling = Thread(target=settler.settle, args=(database, slowly))
    settling.start()
    assert busy.wait(30)
    started = time.monotonic()

    tried = settler.settle(database, lambda reading, limit: [])
    took = time.monotonic() - started
    may_end.set()
    settling.join()

    assert not tried
    assert took < 5
    assert settler.settle(database, lambda reading, limit: [])


def test_settling_never_fails(newsroom: Newsroom, database: Database) -> None:
    def fail(reading: Reading, limit: int) -> list[UUID]:
        raise ZeroDivisionError

    settler = Settler(Settings)

    assert settler.settle(database, fail)
    assert settler.settle(database, fail)  # the turn was given back


def test_what_was_judged_by_another_policy_is_worked_out_anew(newsroom: Newsroom, database: Database) -> None:
    claims = [newsroom.claim() for _ in range(3)]
    listed(newsroom.client, [claim.id for claim in claims])
    database.write(lambda ledger: ledger.session.connection().execute(outdated(claims[1])) and None)

    with database.reading() as reading:
        basis = Settler(Settings).basis()
        assert repository.stale(reading, basis, [], 10) == [UUID(claims[1].id)]
        assert repository.count_stale(reading, basis, [], 10) == 1
    assert newsroom.ids("claims", level_min=0, level_max=0) == [claim.id for claim in claims]
    assert listed(newsroom.client, [claims[1].id])[claims[1].id]["policy"] == "default-1"


def test_a_claim_that_was_too_large_is_judged_where_more_is_allowed(settings: Settings) -> None:
    with Client(create_app(settings.model_copy(update={"graph_budget": 2}))) as client:
        newsroom = Newsroom(client)
        hot = newsroom.claim()
        for _ in range(3):
            newsroom.say(hot)
        assert listed(client, [hot.id]) == {hot.id: None}
        assert newsroom.ids("claims", level_min=0) == []

    with Client(create_app(settings)) as client:
        assert Newsroom(client).ids("claims", level_min=0) == [hot.id]
        assert listed(client, [hot.id])[hot.id]["attributions"] == 3


def test_a_claim_whose_standing_is_not_there_gets_one(newsroom: Newsroom, database: Database) -> None:
    claims = [newsroom.claim() for _ in range(3)]
    before = listed(newsroom.client, [claim.id for claim in claims])
    database.write(lambda ledger: ledger.session.connection().execute(delete(ClaimStanding)) and None)

    assert newsroom.ids("claims", level_min=0) == list(before)
    assert listed(newsroom.client, list(before)) == before


def test_what_no_reader_comes_for_is_looked_at_all_the_same(newsroom: Newsroom, database: Database) -> None:
    newsroom.say(newsroom.claim())

    assert not Settler(Settings).look(database)

    with database.reading() as reading:
        assert marks.count(reading, 10) == 0


def test_marks_are_counted_up_to_a_number(newsroom: Newsroom, database: Database) -> None:
    for _ in range(3):
        newsroom.claim()

    with database.reading() as reading:
        assert [marks.count(reading, most) for most in (2, 3, 4)] == [2, 3, 3]


def test_as_of_an_instant_only_a_claim_that_is_too_large_by_itself_has_no_standing(settings: Settings) -> None:
    little = settings.model_copy(update={"graph_budget": 2, "settled_claims": 1})
    with Client(create_app(little)) as client:
        newsroom = Newsroom(client)
        claims = [newsroom.claim() for _ in range(5)]
        said = [newsroom.say(claim) for claim in (*claims, claims[1], claims[1])]

        page = newsroom.ask("/v1/claims", known_at=said[-1]["recorded_at"])

        assert [item["standing"] is None for item in page["items"]] == [False, True, False, False, False]


def outdated(claim: Kept) -> Update:
    """Give the statement that has a claim judged by a policy that is no more."""
    return update(ClaimStanding).where(col(ClaimStanding.record_id) == UUID(claim.id)).values(policy="default-0")


@pytest.fixture
def database(newsroom: Newsroom) -> Database:
    """The database that the newsroom records in."""
    found: Database = newsroom.client.app.state.database  # type: ignore[attr-defined]
    return found


@pytest.fixture
def read_only(database: Database) -> Callable[[], None]:
    """Make the database refuse writes from now on."""

    def forbid() -> None:
        engines = [database._opened.writer, database._opened.hasty]
        if database.engine_name == "sqlite":
            for engine in engines:
                with engine.connect() as connection:
                    connection.exec_driver_sql("PRAGMA query_only = ON")
        else:
            with engines[0].connect() as connection:
                connection.exec_driver_sql(
                    f'ALTER DATABASE "{database.url.database}" SET default_transaction_read_only = on'
                )
                connection.commit()
            for engine in engines:
                engine.dispose()

    return forbid
