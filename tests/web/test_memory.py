"""An answer that is remembered is the one that would be worked out now."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Response
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.storage.changes import is_queued
from api.storage.database import Database
from api.web.memory import BESIDE, Memory, Question
from tests.crowd import wait_until
from tests.keys import Client
from tests.newsroom import Kept, Newsroom
from tests.security.callers import make_key
from tests.storage.test_statements import Counted, counted

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
        return [*(self.claim.path + what for what in ASKED), self.source.path, self.said.path]

    def wait_for_the_log(self) -> None:
        """Wait until every change has its number, which is a commit by itself."""
        database: Database = self.newsroom.client.app.state.database  # type: ignore[attr-defined]
        while True:
            with database.reading() as reading:
                if not is_queued(reading.session.connection()):
                    return
            time.sleep(0.02)

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
    reader = TestClient(newsroom.client.app)
    reader.portal = newsroom.client.portal
    return Told(newsroom, reader)


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


def stamp_of(newsroom: Newsroom) -> str | None:
    """Ask for the stamp of the whole store, in the loop that serves."""
    client: Any = newsroom.client
    stamp: str | None = client.portal.call(client.app.state.watch.stamp)
    return stamp


@pytest.mark.parametrize("change", CHANGES)
def test_no_answer_outlives_a_change(told: Told, change: str) -> None:
    before = told.tags()
    CHANGES[change](told)

    after = told.tags()

    assert after != before
    told.newsroom.client.app.state.memory = Memory(0)  # type: ignore[attr-defined]
    assert told.tags() == after


def test_an_unchanged_answer_is_not_worked_out_again(told: Told) -> None:
    path, stamp, statements = f"{told.claim.path}/provenance", None, Counted()
    while stamp != stamp_of(told.newsroom):  # others commit too: PostgreSQL counts those in other databases
        stamp = stamp_of(told.newsroom)
        tag = told.reader.get(path).headers["etag"]
        with counted() as found:
            unchanged = told.reader.get(path, headers={"If-None-Match": tag})
            whole = told.reader.get(path)

        statements = found
        assert (unchanged.status_code, unchanged.content, whole.status_code) == (304, b"", 200)

    assert statements == []


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
    wait_until(lambda: told.tags() and len(memory) > 0, "nothing is remembered")  # others commit on the same server

    told.newsroom.claim()

    wait_until(lambda: len(memory) == 0, "it is still held")


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


def test_the_stamp_is_another_one_after_every_commit(newsroom: Newsroom) -> None:
    seen = []
    for _ in range(3):
        newsroom.claim()
        seen.append(stamp_of(newsroom))

    assert None not in seen
    assert len(set(seen)) == len(seen)


def answered(size: int) -> Response:
    return Response(b"x" * size)


@pytest.fixture
def memory() -> Memory:
    """A memory for three short answers, at the first stamp."""
    memory = Memory(3 * (BESIDE + 70))
    assert memory.find(question(0), "first") is None
    return memory


def question(number: int) -> Question:
    return Question(f"/v1/claims/{number}", b"", "")


def test_memory_has_a_bound(memory: Memory) -> None:
    for number in range(10):
        memory.keep(question(number), "first", answered(30))
    memory.keep(question(99), "first", answered(4 * BESIDE))

    kept = [number for number in (*range(10), 99) if memory.find(question(number), "first") is not None]

    assert kept == [7, 8, 9]


def test_a_long_question_takes_room_too(memory: Memory) -> None:
    memory.keep(question(1), "first", answered(30))
    wordy = question(2)._replace(language="e" * BESIDE * 2)
    memory.keep(wordy, "first", answered(30))

    assert memory.find(wordy, "first") is not None
    assert memory.find(question(1), "first") is None


def test_what_is_asked_for_stays(memory: Memory) -> None:
    for number in range(3):
        memory.keep(question(number), "first", answered(30))
    memory.find(question(0), "first")
    memory.keep(question(3), "first", answered(30))

    assert memory.find(question(0), "first") is not None
    assert memory.find(question(1), "first") is None


def test_a_commit_empties_it(memory: Memory) -> None:
    memory.keep(question(1), "first", answered(30))

    assert memory.find(question(1), "second") is None
    memory.keep(question(1), "first", answered(30))  # worked out before the commit, and done after it
    assert memory.find(question(1), "second") is None
    assert memory.find(question(1), "first") is None


def test_nothing_is_remembered_where_the_database_does_not_say() -> None:
    memory: Any = Memory(100)

    assert memory.find(question(1), None) is None
