"""The change log: whoever follows it sees everything once, in order, and soon."""

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.conftest import Server
from tests.crowd import at_once, follow, persist, versions, wait_for_changes
from tests.keys import CHANGES

WRITERS = 8
SOON = 5  # seconds; one is what is promised


class Consumer:
    """A follower that is killed now and then, and goes on from the last number that it kept."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.seen: list[dict[str, Any]] = []

    def live(self, polls: int) -> None:
        """Follow for some polls; a page that was read and not kept is lost with the life."""
        after = self.seen[-1]["sequence"] if self.seen else 0
        for _ in range(polls):
            page = self.client.get("/v1/changes", params={"after": after, "limit": 7}).json()
            self.seen += page["items"]
            after = page["next"]
            time.sleep(0.01)
        self.client.get("/v1/changes", params={"after": after, "limit": 7})


def write_and_change(client: httpx.Client, number: int) -> int:
    """Record a claim and what is said about it, change the claim, and return how many changes that makes."""
    key = f"{number}"
    claim = persist(lambda: client, "/v1/claims", {"text": f"Claim {number}."}, f"claim {key}").json()["id"]
    statement = {"claim": {"id": claim}, "stance": "affirms"}
    cites = [{"kind": "paraphrases", "attribution": statement}]
    persist(lambda: client, "/v1/attributions", statement | {"cites": cites}, f"attribution {key}")
    while client.patch(f"/v1/claims/{claim}", json={"place": key}, headers={"If-Match": '"1"'}).status_code != 200:
        time.sleep(0.01)
    return 5


def assert_in_order(found: list[dict[str, Any]]) -> None:
    """Check that numbers and versions come without gaps, and a record after what it refers to."""
    assert [one["sequence"] for one in found] == list(range(1, len(found) + 1))
    latest: dict[str, int] = {}
    for one in found:
        assert one["version"] == latest.get(one["id"], 0) + 1
        latest[one["id"]] = one["version"]
    first = {one["id"]: one["sequence"] for one in reversed(found)}
    assert len(first) == len(latest)


def assert_after_what_they_refer_to(client: httpx.Client, found: list[dict[str, Any]]) -> None:
    """Check that attributions come after their claims, and citations after both ends."""
    first = {one["id"]: one["sequence"] for one in reversed(found)}
    for one in found:
        if one["kind"] == "attribution":
            answer = client.get(f"/v1/attributions/{one['id']}").json()
            assert first[answer["claim"]["id"]] < first[one["id"]]
            for cited in answer["cites"]:
                assert first[one["id"]] < first[cited["id"]] > first[cited["attribution"]["id"]]


def test_a_consumer_misses_nothing_and_sees_nothing_twice(server: Server, database_url: str) -> None:
    consumer = Consumer(server.client)
    writing = range(48)

    def work(number: int) -> int:
        if number < 0:
            for _ in range(6):
                consumer.live(polls=8)
            return 0
        return write_and_change(server.client, number)

    count = CHANGES + sum(at_once(work, [-1, *writing], WRITERS + 1))
    deadline = time.monotonic() + SOON
    while len(consumer.seen) < count and time.monotonic() < deadline:
        consumer.live(polls=20)

    assert len(consumer.seen) == count == len(versions(database_url))
    assert_in_order(consumer.seen)
    assert_after_what_they_refer_to(server.client, consumer.seen)


def test_a_change_appears_soon(server: Server) -> None:
    for number in range(1, 6):
        server.client.post("/v1/claims", json={"text": f"Claim {number}."})
        began = time.monotonic()

        found = wait_for_changes(server.client, CHANGES + number, SOON)

        assert len(found) == CHANGES + number
        assert time.monotonic() - began < SOON


def test_another_process_takes_the_numbering_over(serve: Callable[..., Server], postgresql_url: str) -> None:
    first, second = serve(postgresql_url), serve(postgresql_url)
    first.client.post("/v1/claims", json={"text": "While both live."})
    assert len(wait_for_changes(second.client, CHANGES + 1)) == CHANGES + 1

    first.process.kill()
    first.process.wait()
    assert second.client.post("/v1/claims", json={"text": "After one has died."}).status_code == 201

    assert len(wait_for_changes(second.client, CHANGES + 2)) == CHANGES + 2


@pytest.mark.slow
def test_consumers_of_two_servers_see_the_same(serve: Callable[..., Server], database_url: str) -> None:
    servers = [serve(database_url), serve(database_url)]

    def work(number: int) -> int:
        return write_and_change(servers[number % 2].client, number)

    count = CHANGES + sum(at_once(work, range(300), 2 * WRITERS))

    logs = [wait_for_changes(server.client, count) for server in servers]
    assert len(logs[0]) == count
    assert logs[0] == logs[1]
    assert_in_order(logs[0])
    assert follow(servers[0].client, after=count) == []
