"""Two processes on one store: nothing is lost, doubled or half there, and no rule is broken between them."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import cycle
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from api.custody.callers import COMMAND_LINE
from api.custody.keys import Keys
from api.main import create_app
from api.settings import Settings
from api.sources.models import Source
from api.storage.changes import Change
from api.storage.database import Database
from tests.conftest import Server
from tests.crowd import assert_whole, at_once, versions, wait_until
from tests.keys import Client

BUSY = 503
HASTY = """
import sys
from threading import Thread
from api.custody.callers import COMMAND_LINE
from api.custody.keys import Keys
from api.sources.models import Source
from api.storage.database import Database

database = Database(sys.argv[1], 4, Keys.ephemeral())

def go_on():
    while True:
        database.write(lambda ledger: ledger.add(Source(name="Hasty", **ledger.stamp())), COMMAND_LINE)

for _ in range(4):
    Thread(target=go_on, daemon=True).start()
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def pair(serve_all: Callable[..., Server], common_url: str) -> Iterator[tuple[httpx.Client, httpx.Client]]:
    """A client of the application in this process, and one of another process on the same database."""
    other = serve_all(common_url).client
    other.timeout = 30
    with Client(create_app(Settings(database_url=common_url)), raise_server_exceptions=False) as client:
        yield client, other


def do(client: httpx.Client, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    """Send a request, again while the database is busy; no answer may be an unforeseen one."""
    while True:
        answer = client.request(method, path, json=body, headers=headers)
        assert answer.status_code != 500, answer.text
        if answer.status_code != BUSY:
            return answer
        assert answer.headers["retry-after"]


def record(client: httpx.Client, path: str, **body: Any) -> str:
    """Record something, and return its id."""
    answer = do(client, "POST", f"/v1/{path}", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_no_increment_is_lost(pair: tuple[httpx.Client, httpx.Client], common_url: str) -> None:
    source = record(pair[0], "sources", name="Counter", description="0")

    def increment(client: httpx.Client) -> None:
        while True:
            read = do(client, "GET", f"/v1/sources/{source}")
            more = {"description": str(int(read.json()["description"]) + 1)}
            tag = {"If-Match": read.headers["etag"]}
            answer = do(client, "PATCH", f"/v1/sources/{source}", more, **tag)
            if answer.status_code == 200:
                return
            assert answer.status_code == 412, answer.text

    at_once(increment, [*pair] * 10, clients=8)

    kept = do(pair[0], "GET", f"/v1/sources/{source}").json()
    assert (kept["description"], kept["version"]) == ("20", 21)
    assert_whole(common_url)


def test_an_edit_is_answered_as_it_was_made_whatever_came_after_it(pair: tuple[httpx.Client, httpx.Client]) -> None:
    for _ in range(12):
        path = f"/v1/sources/{record(pair[0], 'sources', name='Edited')}"

        def edit(words: str, path: str = path) -> tuple[str, httpx.Response]:
            change = [{"description": words}] if words != "deleted" else []
            at = path if change else f"{path}?reason=deleted"
            return words, do(pair[len(words) % 2], "PATCH" if change else "DELETE", at, *change, **{"If-Match": "*"})

        answers = at_once(edit, ["one", "four", "deleted", "eleven"])

        history = do(pair[0], "GET", f"{path}/history").json()["items"]
        made = {one["record"]["description"]: one["version"] for one in history if one["action"] == "updated"}
        told = {words: one.json() for words, one in answers if one.status_code == 200}
        assert {words: (one["description"], one["version"]) for words, one in told.items()} == {
            words: (words, version) for words, version in made.items()
        }


def test_a_key_sent_to_both_at_once_is_carried_out_once(pair: tuple[httpx.Client, httpx.Client]) -> None:
    def send(client: httpx.Client, number: int) -> httpx.Response:
        key = {"Idempotency-Key": f"key-{number}"}
        while (answer := do(client, "POST", "/v1/claims", {"text": f"Claim {number}."}, **key)).status_code == 409:
            pass
        return answer

    answers = at_once(lambda one: (one[1], send(*one)), [(client, number) for number in range(20) for client in pair])

    ids: dict[int, set[str]] = {}
    for number, answer in answers:
        assert answer.status_code == 201, answer.text
        ids.setdefault(number, set()).add(answer.json()["id"])
    assert [len(one) for one in ids.values()] == [1] * 20
    assert sum("idempotency-replayed" in answer.headers for _, answer in answers) == 20


def test_one_external_id_is_one_record_whoever_brings_it(
    pair: tuple[httpx.Client, httpx.Client], common_url: str
) -> None:
    before = versions(common_url)

    def bring(sent: tuple[httpx.Client, int]) -> httpx.Response:
        client, number = sent
        body = {"external_id": f"key-{number % 5}", "text": "A claim.", "place": f"{number}"}
        return do(client, "POST", "/v1/claims", body)

    answers = at_once(bring, list(zip(cycle(pair), range(40), strict=False)))

    assert Counter(answer.status_code for answer in answers) == {201: 5, 200: 35}
    assert len({one for kind, one, _ in versions(common_url) - before if kind == "claim"}) == 5
    assert_whole(common_url)


def test_bundles_from_both_are_whole(pair: tuple[httpx.Client, httpx.Client], common_url: str) -> None:
    before = versions(common_url)

    def send(sent: tuple[httpx.Client, int]) -> None:
        client, number = sent
        records: list[dict[str, Any]] = [{"kind": "claim", "ref": "c", "text": f"Claim {number}."}]
        affirmed = {"kind": "attribution", "claim": {"$ref": "c"}, "stance": "affirms"}
        records += [affirmed, affirmed if number % 2 else affirmed | {"document": {"external_id": "nowhere"}}]
        assert do(client, "POST", "/v1/bundles", {"records": records}).status_code == (201 if number % 2 else 422)

    at_once(send, list(zip(cycle(reversed(pair)), range(24), strict=False)))

    assert Counter(kind for kind, _, _ in versions(common_url) - before) == {"claim": 12, "attribution": 24}
    assert_whole(common_url)


def test_opposite_relations_are_not_both_confirmed(pair: tuple[httpx.Client, httpx.Client]) -> None:
    for _ in range(4):
        claims = [record(pair[0], "claims", text=text) for text in ("It is so.", "It is not so.")]

        def relate(sent: tuple[httpx.Client, str], claims: list[str] = claims) -> int:
            client, kind = sent
            ends = {"from": {"id": claims[0]}, "to": {"id": claims[1]}}
            return do(client, "POST", "/v1/relations", {"kind": kind, "status": "confirmed", **ends}).status_code

        answers = at_once(relate, list(zip(pair, ("same_as", "contradicts"), strict=True)))

        assert sorted(answers) == [201, 409]


def test_two_halves_of_a_loop_are_not_both_recorded(pair: tuple[httpx.Client, httpx.Client]) -> None:
    for nth in range(4):
        one, other = (record(pair[0], "sources", name=f"{name} {nth}") for name in ("One", "Other"))

        def subordinate(sent: tuple[httpx.Client, str, str]) -> int:
            client, below, above = sent
            change = {"controlled_by": {"id": above}}
            return do(client, "PATCH", f"/v1/sources/{below}", change, **{"If-Match": '"1"'}).status_code

        answers = at_once(subordinate, [(pair[0], one, other), (pair[1], other, one)])

        assert sorted(answers) == [200, 422]


def test_two_that_write_without_a_pause_take_turns(sqlite_url: str) -> None:
    others: list[int] = []  # changes that came in while we made one of ours, with that
    command = [sys.executable, "-c", HASTY, sqlite_url]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE) as hasty,
        closing(Database(sqlite_url, 4, Keys.ephemeral())) as database,
    ):
        wait_until(lambda: newest(database) > 20, "The other process does not write.")
        for _ in range(40):
            before = newest(database)
            record_source(database)
            others.append(newest(database) - before)
        hasty.kill()

    assert sum(others) / len(others) < 40, others
    assert sum(one > 1 for one in others) > 15, others  # where nobody takes turns, hardly any


def newest(database: Database) -> int:
    """Return the number of the latest change."""
    with database.reading() as reading:
        return int(reading.rows(select(func.coalesce(func.max(Change.sequence), 0)))[0][0])


def record_source(database: Database) -> None:
    database.write(lambda ledger: ledger.add(Source(name="Patient", **ledger.stamp())), COMMAND_LINE)
