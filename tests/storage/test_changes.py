"""The change log: whoever follows it sees everything once, in order, and soon."""

import random
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import make_url

from tests import follower
from tests.conftest import Server
from tests.crowd import (
    assert_whole,
    at_once,
    changes,
    follow,
    meanwhile,
    persist,
    versions,
    wait_for_changes,
    wait_until,
)
from tests.keys import CHANGES

pytestmark = pytest.mark.early

WRITERS = 8
SOON = 5  # seconds; one is what is promised
LIFE = 0.5  # seconds that a follower lives at most before it is killed


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


def kill_followers(server: Server, url: str, file: Path, kills: int) -> None:
    """Kill a follower at random moments, and start it again from its cursor, while a crowd writes."""
    with meanwhile(lambda number: write_and_change(server.client, number), WRITERS):
        for _ in range(kills):
            before = len(follower.seen(file)) if file.exists() else 0
            following = follower.started(server.client, file)
            time.sleep(random.uniform(0, LIFE))
            following.kill()
            following.wait()
            wait_until(lambda before=before: len(changes(url)) > before, "nothing is numbered any more")
    assert_whole(url)
    following = follower.started(server.client, file)
    wait_until(lambda: len(follower.seen(file)) >= len(versions(url)), "the log does not come to its end")
    following.kill()
    following.wait()

    seen = follower.seen(file)
    met = Counter((one["kind"], one["id"].replace("-", ""), one["version"]) for one in seen)
    missed = versions(url) - set(met)
    twice = sum(times - 1 for times in met.values())
    disordered = sum(one["sequence"] >= following["sequence"] for one, following in pairwise(seen))
    print(
        f"{make_url(url).get_backend_name()}: {WRITERS} writers, follower killed {kills} times, {len(seen):,} changes"
        f" seen, {len(missed)} missed, {twice} twice, {disordered} out of order"
    )
    assert (missed, twice, disordered) == (set(), 0, 0)
    assert_in_order(seen)
    assert_after_what_they_refer_to(server.client, seen)


@pytest.fixture(scope="module")
def common(serve_all: Callable[..., Server], common_url: str) -> Server:
    """A server that these tests share; each follows its log from where the others left it."""
    return serve_all(common_url)


def test_a_killed_follower_misses_nothing_and_sees_nothing_twice(
    common: Server, common_url: str, tmp_path: Path
) -> None:
    kill_followers(common, common_url, tmp_path / "kept.db", kills=2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_follower_killed_fifty_times_misses_nothing(server: Server, database_url: str, tmp_path: Path) -> None:
    kill_followers(server, database_url, tmp_path / "kept.db", kills=50)


def test_a_change_appears_soon(common: Server, common_url: str) -> None:
    assert_whole(common_url)
    before = len(follow(common.client))
    for number in range(1, 6):
        common.client.post("/v1/claims", json={"text": f"Claim {number}."})
        began = time.monotonic()

        found = wait_for_changes(common.client, before + number, SOON)

        assert len(found) == before + number
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
