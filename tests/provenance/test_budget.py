"""Past the server's budget an answer says so, and what there is can still be paged through."""

from typing import Any

import pytest

from api.settings import Settings
from tests.newsroom import Kept, Newsroom
from tests.problems import problem

BUDGET = 6
ANALYSIS = (
    "counts",
    "origins",
    "circular",
    "orphaned",
    "single_points_of_failure",
    "independent_lines",
    "drift",
    "gaps",
    "omitted",
)


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings that let an answer work through a few attributions only."""
    return Settings(database_url=database_url, graph_budget=BUDGET)


@pytest.fixture
def crowd(newsroom: Newsroom) -> list[Kept]:
    """More attributions than that: an origin, those who have it from there, and one beside them."""
    claim = newsroom.claim("P")
    said = [newsroom.say(claim, newsroom.source(kind="person"))]
    while len(said) <= BUDGET:
        said.append(
            newsroom.publish(
                claim, newsroom.source(kind="media_outlet"), cites={one.id: one for one in (said[-1], said[0])}.values()
            )
        )
    return [claim, *said]


def test_within_the_budget_nothing_is_left_out(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    for _ in range(BUDGET):
        newsroom.say(claim)

    found = newsroom.ask(claim, "provenance")

    assert (len(found["nodes"]), found["complete"], found["truncated_by"]) == (BUDGET, True, None)
    assert all(found[name] is not None for name in ANALYSIS)


def test_past_it_what_takes_the_whole_graph_is_null(newsroom: Newsroom, crowd: list[Kept]) -> None:
    found = newsroom.ask(crowd[0], "provenance")

    assert (found["complete"], found["truncated_by"]) == (False, "budget")
    assert [found[name] for name in ANALYSIS] == [None] * len(ANALYSIS)


@pytest.mark.dealt
@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_past_it_the_graph_can_be_paged_through(newsroom: Newsroom, crowd: list[Kept], size: int) -> None:
    claim, *said = crowd
    seen, links = list[str](), set[tuple[str, str]]()
    asked: list[dict[str, Any]] = [{}]

    for one in asked:
        found = newsroom.ask(claim, "provenance", max_nodes=size, **one)
        seen += [node["id"] for node in found["nodes"]]
        links |= {(edge["citing"], edge["cited"]) for edge in found["edges"]}
        asked += [{"from": found["frontier"]}] if found["frontier"] else []

    assert seen == [one.id for one in said]
    assert links == {(one.id, cited["attribution"]["id"]) for one in said for cited in one["cites"]}


def test_past_it_a_page_of_what_was_said_later_leads_on_all_the_same(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    later = [newsroom.say(claim, said_at="2023") for _ in range(BUDGET)]
    early = newsroom.say(claim, said_at="2022")

    first = newsroom.ask(claim, "provenance", max_nodes=len(later), said_by="2022")
    second = newsroom.ask(claim, "provenance", said_by="2022", **{"from": first["frontier"]})

    assert (first["nodes"], [node["id"] for node in second["nodes"]]) == ([], [early.id])


def test_past_it_what_was_corrected_counts_as_retracted_all_the_same(newsroom: Newsroom) -> None:
    claim, source = newsroom.claim(), newsroom.source(kind="person")
    said = newsroom.say(claim, source)
    for _ in range(BUDGET):
        newsroom.say(claim)
    newsroom.say(claim, source, replaces=said)

    (node,) = newsroom.ask(claim, "provenance", max_nodes=1)["nodes"]

    assert (node["id"], node["retracted"]) == (said.id, True)


def test_past_it_other_questions_are_refused(newsroom: Newsroom, crowd: list[Kept]) -> None:
    claim, origin = crowd[0], crowd[1]
    asked = [f"{claim.path}/{what}" for what in ("confidence", "chains", "contradictions", "timeline")]
    asked += [f"{origin.path}/{what}" for what in ("upstream", "downstream")]

    for path in asked:
        found = problem(newsroom.client.get(path), 504)
        assert found["type"].endswith("/over-budget"), path
        assert str(BUDGET) in found["detail"], path


def test_a_claim_past_it_does_not_keep_the_impact_on_others_back(newsroom: Newsroom, crowd: list[Kept]) -> None:
    claim, origin = crowd[0], crowd[1]
    speaker = Kept("/v1/sources", newsroom.ask(f"/v1/sources/{origin['source']['id']}"))
    other = newsroom.claim()
    newsroom.publish(other, speaker, modality="stated")

    found = {one["claim"]["id"]: one for one in newsroom.ask(speaker, "impact")["items"]}

    assert (found[claim.id]["before"], found[claim.id]["after"], found[claim.id]["loses"]) == (None, None, None)
    assert found[other.id]["loses"] == 1


def test_past_it_only_what_is_about_the_claim_is_a_place_to_go_on_from(newsroom: Newsroom, crowd: list[Kept]) -> None:
    foreign = newsroom.say(newsroom.claim())

    answer = newsroom.client.get(f"{crowd[0].path}/provenance", params={"from": foreign.id})

    assert problem(answer, 422)["errors"][0]["parameter"] == "from"


def test_what_a_contradicting_claim_brings_counts_towards_it(newsroom: Newsroom) -> None:
    claim, other = newsroom.claim(), newsroom.claim()
    newsroom.say(claim)
    for _ in range(BUDGET):
        newsroom.say(other)
    assert newsroom.ask(claim, "confidence")["level"] == 0

    newsroom.relate("contrary", claim, other)

    problem(newsroom.client.get(f"{claim.path}/confidence"), 504)
