"""Where one statement comes from, and who took it over."""

from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import problem


def ids(found: dict[str, Any]) -> set[str]:
    """Return the ids of the nodes shown."""
    return {node["id"] for node in found["nodes"]}


@pytest.fixture
def line(newsroom: Newsroom) -> list[Kept]:
    """Four statements in a row, oldest first, and a fifth beside the third."""
    claim = newsroom.claim()
    said = [newsroom.say(claim)]
    for _ in range(3):
        said.append(newsroom.say(claim, cites=said[-1:]))
    return [*said, newsroom.say(claim, cites=[said[1]])]


def test_upstream_is_what_it_was_taken_from(newsroom: Newsroom, line: list[Kept]) -> None:
    found = newsroom.ask(line[2], "upstream")
    assert ids(found) == {one.id for one in line[:3]}
    assert len(found["edges"]) == 2
    assert found["complete"]
    assert found["frontier"] == []


def test_downstream_is_who_took_it_over(newsroom: Newsroom, line: list[Kept]) -> None:
    found = newsroom.ask(line[1], "downstream")
    assert ids(found) == {one.id for one in line[1:]}


def test_depth_says_how_far_and_the_frontier_where_to_go_on(newsroom: Newsroom, line: list[Kept]) -> None:
    found = newsroom.ask(line[3], "upstream", depth=1)
    assert ids(found) == {line[3].id, line[2].id}
    assert (found["complete"], found["truncated_by"], found["frontier"]) == (False, "depth", [line[1].id])
    assert ids(newsroom.ask(line[0], "downstream", depth=0)) == {line[0].id}
    assert newsroom.ask(line[0], "downstream", max_nodes=2)["truncated_by"] == "max_nodes"


def test_a_loop_ends(newsroom: Newsroom, line: list[Kept]) -> None:
    newsroom.cite(line[0], line[3])
    assert ids(newsroom.ask(line[0], "upstream")) == {one.id for one in line[:4]}
    assert ids(newsroom.ask(line[0], "downstream")) == {one.id for one in line}


def test_lineage_crosses_claims(newsroom: Newsroom) -> None:
    claim, narrow = newsroom.claim(), newsroom.claim()
    newsroom.relate("refines", narrow, claim)
    origin = newsroom.say(narrow)
    said = newsroom.say(claim, cites=[origin])
    assert ids(newsroom.ask(origin, "downstream")) == ids(newsroom.ask(said, "upstream")) == {origin.id, said.id}


@pytest.mark.parametrize("question", ["upstream", "downstream"])
def test_an_unknown_or_deleted_statement_has_no_lineage(newsroom: Newsroom, line: list[Kept], question: str) -> None:
    problem(newsroom.client.get(f"/v1/attributions/01890000-0000-7000-8000-000000000000/{question}"), 404)
    newsroom.delete(line[4])
    problem(newsroom.client.get(f"{line[4].path}/{question}"), 410)
    assert line[4].id in ids(newsroom.ask(line[4], question, known_at=line[4]["recorded_at"]))


def test_a_deleted_citation_leads_nowhere_but_did(newsroom: Newsroom, line: list[Kept]) -> None:
    link = Kept("/v1/citations", newsroom.ask(line[1], "citations")["items"][0])
    newsroom.delete(link)
    assert ids(newsroom.ask(line[2], "upstream")) == {line[1].id, line[2].id}
    then = newsroom.ask(line[2], "upstream", known_at=line[4]["recorded_at"])
    assert ids(then) == {one.id for one in line[:3]}
    assert then["settled"]
