"""Past the time that one answer may take, it says so: what takes no whole graph is answered all the same."""

import pytest

from api.settings import Settings
from tests.newsroom import Newsroom
from tests.problems import problem


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings that leave no time at all."""
    return Settings(database_url=database_url, graph_seconds=1e-9)


def test_questions_about_a_whole_graph_are_refused(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    asked = [f"{claim.path}/{what}" for what in ("confidence", "chains", "contradictions", "timeline")]
    asked += [f"{claim.path}/timeline?by=recorded_at"]
    asked += [f"{origin.path}/{what}" for what in ("upstream", "downstream", "impact")]

    for path in asked:
        found = problem(newsroom.client.get(path), 504)
        assert found["type"] == "/problems/out-of-time", path


def test_the_graph_itself_is_shown_without_its_analysis(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    said = [newsroom.say(claim) for _ in range(3)]

    found = newsroom.ask(claim, "provenance")

    assert [node["id"] for node in found["nodes"]] == [one.id for one in said]
    assert (found["complete"], found["truncated_by"], found["counts"]) == (False, "budget", None)


def test_lists_leave_out_how_such_claims_stand(newsroom: Newsroom) -> None:
    claims = [newsroom.claim() for _ in range(3)]
    for claim in claims:
        newsroom.say(claim)

    for _ in claims:
        answer = newsroom.client.get("/v1/claims")
        assert answer.status_code == 200, answer.text

    assert [one["standing"] for one in answer.json()["items"]] == [None] * len(claims)
    assert not answer.json().get("stale")
