"""An answer that is remembered is the one that would be worked out now."""

import random
from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from fastapi import Response
from hypothesis import HealthCheck, given
from hypothesis import settings as tuned
from hypothesis import strategies as st
from sqlalchemy import update
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.storage.journal import Journal
from api.storage.leases import LEASE, Lease, take_lease
from api.storage.records import new_id
from api.storage.sequencer import SEQUENCER
from api.web.memory import BESIDE, EACH, CacheKey, Memory
from tests.clerk import Clerk
from tests.crowd import wait_until
from tests.keys import Client, without_key
from tests.newsroom import Kept, Newsroom
from tests.numbers import wait_until_numbered
from tests.security.callers import make_key
from tests.storage.test_statements import counted

ASKED = ("", "/provenance", "/confidence", "/chains", "/contradictions")
NAME = "Deep Throat"


class Told:
    """A claim with a source, its statement and a relay, and somebody who asks about it without a key."""

    def __init__(self, newsroom: Newsroom, reader: TestClient) -> None:
        self.newsroom, self.reader = newsroom, reader
        self.claim = newsroom.claim("It is so.", topics=["trade"])
        self.source = newsroom.source(NAME, kind="person")
        self.said = newsroom.publish(self.claim, self.source, modality="stated")
        self.outlet = newsroom.source("Outlet", kind="media_outlet")
        self.other = newsroom.publish(self.claim, newsroom.source("Witness", kind="person"), evidentiality="witnessed")
        self.relay = newsroom.publish(self.claim, self.outlet, modality="stated", cites=[self.said])

    def paths(self) -> list[str]:
        """List what is asked."""
        page = f"/v1/documents/{self.said['document']['id']}"
        return [*(self.claim.path + what for what in ASKED), self.source.path, self.said.path, page]

    def wait_for_the_log(self) -> None:
        """Wait until every change has its number, which is a commit by itself."""
        wait_until_numbered(self.newsroom.client)

    def tags(self) -> list[str]:
        """Ask everything twice, the second time from memory, and return the tags."""
        self.wait_for_the_log()
        tags = []
        for path in self.paths():
            answers = [self.reader.get(path) for _ in range(2)]
            assert answers[0].status_code == 200, answers[0].text
            assert (answers[0].content, answers[0].headers["etag"]) == (answers[1].content, answers[1].headers["etag"])
            tags.append(answers[1].headers["etag"])
        return tags


@pytest.fixture
def told(newsroom: Newsroom) -> Told:
    """A story, on record, and a reader in the loop that serves."""
    return Told(newsroom, without_key(newsroom.client))


def protect(told: Told) -> None:
    answer = told.newsroom.client.get(told.source.path)
    changed = {"protected": True}
    done = told.newsroom.client.patch(told.source.path, json=changed, headers={"If-Match": answer.headers["etag"]})
    assert done.status_code == 200, done.text


def erase(told: Told) -> None:
    done = told.newsroom.client.post("/v1/erasures", json={"target": told.source.open_ref, "reason": "A court."})
    assert done.status_code == 201, done.text


CHANGES: dict[str, Callable[[Told], object]] = {
    "a statement": lambda told: told.newsroom.say(told.claim, stance="denies"),
    "a citation": lambda told: told.newsroom.cite(told.said, told.relay),
    "a retraction": lambda told: told.newsroom.retract(told.said, "2026-03-08"),
    "the claim": lambda told: told.newsroom.edit(told.claim, topics=["war"]),
    "a source": lambda told: told.newsroom.edit(told.source, kind="anonymous"),
    "a controller": lambda told: told.newsroom.edit(told.outlet, controlled_by=told.source.ref),
    "a rating": lambda told: told.newsroom.rate(told.source, "A"),
    "a dependency": lambda told: told.newsroom.depend(told.said, told.other),
    "a relation": lambda told: told.newsroom.relate("contradicts", told.claim, _denied(told)),
    "one source": lambda told: told.newsroom.unite(told.source, told.outlet),
    "protection": protect,
    "erasure": erase,
}


def _denied(told: Told) -> Kept:
    other = told.newsroom.claim("It is not so.")
    told.newsroom.publish(other, told.newsroom.source(), modality="stated")
    return other


@pytest.mark.parametrize("change", CHANGES)
def test_no_answer_outlives_a_change(told: Told, change: str) -> None:
    before = told.tags()
    CHANGES[change](told)

    after = told.tags()

    assert after != before
    told.newsroom.client.app.state.memory = Memory(0)  # type: ignore[attr-defined]
    assert told.tags() == after


def other_members(told: Told) -> Callable[[], object]:
    newsroom, elsewhere = told.newsroom, told.newsroom.claim("Elsewhere.")
    bound = newsroom.depend(told.said, told.other)
    members = [newsroom.publish(elsewhere, newsroom.source(), modality="stated").open_ref for _ in range(2)]
    return lambda: newsroom.edit(bound, members=members)


def a_twin_s_controller(told: Told) -> Callable[[], object]:
    newsroom, ministry = told.newsroom, told.newsroom.source("Ministry", kind="government")
    office = newsroom.source("Office", controlled_by=ministry.ref)
    twin = newsroom.source("Witness too", kind="person", controlled_by=office.ref)
    newsroom.unite(Kept("/v1/sources", newsroom.ask(told.other)["source"]), twin)
    newsroom.edit(told.source, controlled_by=ministry.ref)
    return lambda: newsroom.edit(office, controlled_by=None)


def a_twin_of_a_twin_of_the_claim(told: Told) -> Callable[[], object]:
    newsroom = told.newsroom
    claims = [told.claim, *(newsroom.claim(f"It is so, {number}.") for number in range(3))]
    newsroom.publish(claims[-1], newsroom.source(), stance="denies", modality="stated")
    *_, last = [newsroom.relate("same_as", one, other) for one, other in pairwise(claims)]
    return lambda: newsroom.edit(last, status="rejected")


def what_lets_it_cite(told: Told) -> Callable[[], object]:
    newsroom = told.newsroom
    claims = [told.claim, *(newsroom.claim(f"It is more or less so, {number}.") for number in range(3))]
    _, middle, _ = [newsroom.relate("refines", one, other) for other, one in pairwise(claims)]
    broader = newsroom.publish(claims[-1], newsroom.source(), modality="stated")
    newsroom.publish(told.claim, newsroom.source(), modality="stated", cites=[broader])
    return lambda: newsroom.edit(middle, status="rejected")


FURTHER = (other_members, a_twin_s_controller, a_twin_of_a_twin_of_the_claim, what_lets_it_cite)


@pytest.mark.parametrize("prepared", FURTHER)
def test_no_answer_outlives_what_changes_further_away(
    told: Told, prepared: Callable[[Told], Callable[[], object]]
) -> None:
    change = prepared(told)
    before = told.tags()
    change()

    after = told.tags()

    told.newsroom.client.app.state.memory = Memory(0)  # type: ignore[attr-defined]
    assert told.tags() == after
    assert after != before


def test_an_answer_without_its_place_in_the_log_ends_when_that_is_known(told: Told) -> None:
    database: Any = told.newsroom.client.app.state.database  # type: ignore[attr-defined]
    if database.engine_name == "sqlite":
        return  # there it is known at once
    told.wait_for_the_log()
    with database._opened.writer.begin() as connection:  # for three seconds nobody else numbers
        assert take_lease(connection, SEQUENCER, new_id(), datetime.now(UTC) + LEASE)  # when any other has run out
    told.newsroom.edit(told.claim, topics=["war"])
    assert [told.reader.get(told.claim.path).json()["log_index"] for _ in range(2)] == [None, None]
    with database._opened.writer.begin() as connection:
        connection.execute(update(Lease).values(until=datetime.now(UTC)))

    told.wait_for_the_log()

    assert told.reader.get(told.claim.path).json()["log_index"] is not None


def statements_of(told: Told) -> list[Any]:
    """Ask everything, and return the statements that it took."""
    with counted() as statements:
        for path in told.paths():
            assert told.reader.get(path).status_code == 200
    return list(statements)


def test_an_unchanged_answer_is_not_worked_out_again(told: Told) -> None:
    tags = told.tags()

    with counted() as statements:
        for path, tag in zip(told.paths(), tags, strict=True):
            unchanged = told.reader.get(path, headers={"If-None-Match": tag})
            assert (unchanged.status_code, unchanged.content) == (304, b"")

    assert list(statements) == []
    assert statements_of(told) == []


def test_what_is_recorded_elsewhere_makes_nobody_forget(told: Told) -> None:
    told.tags()

    other = told.newsroom.claim("It is otherwise.")
    elsewhere = copy(told)
    elsewhere.claim, elsewhere.source = other, told.newsroom.source("Other", kind="person")
    elsewhere.said = elsewhere.other = told.newsroom.publish(other, elsewhere.source, modality="stated")
    elsewhere.outlet = told.newsroom.source("Another outlet", kind="media_outlet")
    for change in ("a statement", "a retraction", "the claim", "a rating", "a controller"):
        CHANGES[change](elsewhere)
    told.newsroom.ask("/v1/claims")  # which has standings worked out and kept
    told.wait_for_the_log()

    assert statements_of(told) == []


def test_search_is_worked_out_anew_after_any_change(told: Told) -> None:
    def found() -> int:
        return len(told.reader.get("/v1/search", params={"q": "so"}).json()["items"])

    before = [found(), found()]

    told.newsroom.claim("So be it.")

    assert [found(), found()] == [count + 1 for count in before]


@pytest.mark.parametrize("more", ["%3Fx", "%23x", "%09"])
def test_another_address_is_another_question(told: Told, more: str) -> None:
    told.tags()

    for path in told.paths():
        assert told.reader.get(path).status_code == 200
        assert told.reader.get(path + more).status_code in (404, 422), path + more


def test_another_process_changes_what_this_one_remembers(told: Told) -> None:
    before = told.tags()
    with Client(create_app(told.newsroom.client.app.state.settings)) as other:  # type: ignore[attr-defined]
        Newsroom(other).say(told.claim, stance="denies")

        assert told.tags() != before


def test_what_is_sealed_is_never_remembered_for_those_who_may_not_see_it(told: Told) -> None:
    protect(told)
    for _ in range(2):
        assert NAME in told.newsroom.client.get(f"{told.claim.path}/provenance").text
        assert NAME not in told.reader.get(f"{told.claim.path}/provenance").text

    assert told.newsroom.client.get("/v1/reveals").json()["items"]


def test_each_reveal_is_put_on_record(told: Told) -> None:
    protect(told)
    numbers = []
    for _ in range(2):
        told.newsroom.client.get(told.source.path)
        numbers.append(len(told.newsroom.client.get("/v1/reveals").json()["items"]))

    assert numbers[1] == numbers[0] + 1


def test_languages_are_remembered_apart(told: Told) -> None:
    path = f"{told.claim.path}/confidence"
    for _ in range(2):
        english, french = (told.reader.get(path, headers={"Accept-Language": code}) for code in ("en", "fr"))
        assert (english.headers["content-language"], french.headers["content-language"]) == ("en", "fr")
        assert english.text != french.text


def test_nobody_gets_the_language_that_another_asked_for_in_a_second_header(told: Told) -> None:
    path = f"{told.claim.path}/confidence"
    twice = [("Accept-Language", ""), ("Accept-Language", "fr")]
    for _ in range(2):
        assert told.reader.get(path, headers=twice).headers["content-language"] == "fr"
        assert told.reader.get(path, headers={"Accept-Language": ""}).headers["content-language"] == "en"


def test_what_is_not_true_any_more_is_forgotten_though_nobody_asks(told: Told) -> None:
    memory: Memory = told.newsroom.client.app.state.memory  # type: ignore[attr-defined]
    told.tags()
    held = len(memory)

    told.newsroom.edit(told.claim, topics=["war"])

    wait_until(lambda: len(memory) < held, "it is still held")
    protect(told)
    wait_until(lambda: len(memory) == 0, "what was sealed is still held")


def test_a_key_that_is_revoked_gets_nothing_from_memory(told: Told) -> None:
    key = make_key(told.newsroom.client, "reader")
    state: Any = told.newsroom.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"open_reading": False})
    assert [told.reader.get(told.claim.path, headers=key).status_code for _ in range(3)] == [200, 200, 200]
    assert told.reader.get(told.claim.path).status_code == 401

    made = told.newsroom.client.get("/v1/keys", params={"limit": 200}).json()["items"][-1]
    told.newsroom.client.delete(f"/v1/keys/{made['id']}", params={"reason": "a trial"}).raise_for_status()

    assert told.reader.get(told.claim.path, headers=key).status_code == 401


def test_an_answer_that_time_cut_short_is_not_remembered(told: Told) -> None:
    state: Any = told.newsroom.client.app.state  # type: ignore[attr-defined]
    settings: Settings = state.settings
    told.wait_for_the_log()
    state.settings = settings.model_copy(update={"graph_seconds": 1e-9})
    assert told.reader.get(f"{told.claim.path}/provenance").json()["truncated_by"] == "budget"
    state.settings = settings

    assert told.reader.get(f"{told.claim.path}/provenance").json()["truncated_by"] is None


@tuned(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), length=st.integers(1, 8))
def test_whatever_is_done_what_is_remembered_is_what_would_be_worked_out(
    newsroom: Newsroom, seed: int, length: int
) -> None:
    change_and_compare(newsroom, seed, length)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@tuned(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), length=st.integers(1, 30))
def test_in_a_long_campaign_it_is_too(newsroom: Newsroom, seed: int, length: int) -> None:
    change_and_compare(newsroom, seed, length)


def change_and_compare(newsroom: Newsroom, seed: int, length: int) -> None:
    """Change records at random, and have each answer from memory compared with the one that is worked out."""
    clerk = Clerk(newsroom.client, random.Random(seed))
    reader = without_key(newsroom.client)
    state: Any = newsroom.client.app.state  # type: ignore[attr-defined]
    memory = state.memory
    for _ in range(length):
        (tamper if clerk.chance.random() < 0.1 else Clerk.change)(clerk)
        paths = [f"/v1/{kind}/{one}" for kind, ids in clerk.kept.items() if kind != "citations" for one in ids]
        paths += [f"/v1/claims/{one}{what}" for one in clerk.kept["claims"] for what in ASKED[1:]]
        paths += [f"/v1/attributions/{one}/{way}" for one in clerk.kept["attributions"] for way in ("up", "down")]
        paths = [path.replace("/up", "/upstream").replace("/down", "/downstream") for path in paths]
        paths += [f"/v1/claims/{one}/provenance?depth=1&max_nodes=2" for one in clerk.kept["claims"]]
        paths += [f"/v1/search?q={word}" for word in "PN"]
        wait_until_numbered(newsroom.client)
        remembered = {path: seen(reader, path) for path in paths}
        state.memory = Memory(0)
        worked_out = {path: seen(reader, path) for path in paths}
        state.memory = memory
        assert remembered == worked_out


def tamper(clerk: Clerk) -> None:
    """Protect somebody, or no more, or have what they said erased."""
    source = clerk.some("sources")
    if clerk.chance.random() < 0.2:
        clerk.client.post("/v1/erasures", json={"target": {"kind": "source", "id": source}, "reason": "a court"})
    else:
        clerk.patch("sources", {"protected": clerk.chance.random() < 0.7})


def seen(reader: TestClient, path: str) -> tuple[int, str | None, str]:
    """Return what a reader is answered; a problem names the request."""
    answer = reader.get(path)
    return answer.status_code, answer.headers.get("etag"), answer.text if answer.status_code == 200 else ""


def answered(size: int) -> Response:
    return Response(b"x" * size)


ABOUT = frozenset({1, 2})


@pytest.fixture
def memory() -> Memory:
    """A memory for three short answers."""
    return Memory(3 * (BESIDE + 2 * EACH + 70))


@pytest.fixture
def journal() -> Journal:
    """A journal in which nothing stands yet."""
    return Journal()


def key(number: int) -> CacheKey:
    return CacheKey(f"/v1/claims/{number}", b"", "")


def keep(memory: Memory, asked: CacheKey, journal: Journal, size: int = 30) -> None:
    memory.keep(asked, answered(size), ABOUT, journal.place)


def test_memory_has_a_bound(memory: Memory, journal: Journal) -> None:
    for number in range(10):
        keep(memory, key(number), journal)
    keep(memory, key(99), journal, 4 * BESIDE)

    kept = [number for number in (*range(10), 99) if memory.find(key(number), journal) is not None]

    assert kept == [7, 8, 9]


def test_a_long_question_takes_room_too(memory: Memory, journal: Journal) -> None:
    keep(memory, key(1), journal)
    wordy = key(2)._replace(language="e" * BESIDE * 2)
    keep(memory, wordy, journal)

    assert memory.find(wordy, journal) is not None
    assert memory.find(key(1), journal) is None


def test_what_an_answer_is_about_takes_room_too(memory: Memory, journal: Journal) -> None:
    keep(memory, key(1), journal)
    memory.keep(key(2), answered(30), frozenset(range(2 * BESIDE // EACH)), journal.place)

    assert memory.find(key(2), journal) is not None
    assert memory.find(key(1), journal) is None


def test_what_is_asked_for_stays(memory: Memory, journal: Journal) -> None:
    for number in range(3):
        keep(memory, key(number), journal)
    memory.find(key(0), journal)
    keep(memory, key(3), journal)

    assert memory.find(key(0), journal) is not None
    assert memory.find(key(1), journal) is None


def test_a_commit_that_touches_an_answer_ends_it(memory: Memory, journal: Journal) -> None:
    before = journal.place
    keep(memory, key(1), journal)
    journal.add([3])
    assert memory.find(key(1), journal) is not None
    journal.add([4, 2])

    assert memory.find(key(1), journal) is None
    memory.keep(key(1), answered(30), ABOUT, before)  # read before the commit, and done after it
    assert memory.find(key(1), journal) is None
    memory.keep(key(1), answered(30), None, journal.place)  # it is about anything
    assert memory.find(key(1), journal) is not None
    journal.add([5])
    assert memory.find(key(1), journal) is None


def test_what_is_not_known_any_more_may_have_been_anything() -> None:
    journal = Journal(most=10)
    begun = journal.place
    journal.add([1])
    later = journal.place
    journal.add(list(range(100, 109)))
    assert (journal.holds(frozenset({1}), begun), journal.holds(frozenset({1}), later)) == (False, True)
    journal.add([200])  # more than it holds: the older half goes

    assert not journal.holds(frozenset({7}), later)
    assert journal.holds(frozenset({7}), journal.place)
    before = journal.place
    journal.add_everything()
    assert not journal.holds(frozenset({7}), before)
