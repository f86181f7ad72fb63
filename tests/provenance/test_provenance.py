"""Who says so, and where they got it from: the whole graph of a claim."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from api.provenance.schemas import FRONTIER
from api.settings import Settings
from tests.newsroom import Kept, Newsroom, ends
from tests.problems import problem

pytestmark = pytest.mark.dealt  # what is judged, and how, is worked out from values that either engine gives


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim("P", language="en")


@pytest.fixture
def line(newsroom: Newsroom, claim: Kept) -> list[Kept]:
    """An official, an agency that has it from there, and three papers in a row: oldest first."""
    official = newsroom.publish(claim, newsroom.source("Official", kind="government", country="US"))
    said = [official]
    for number in range(4):
        said.append(newsroom.publish(claim, newsroom.source(f"Outlet {number}", kind="media_outlet"), cites=said[-1:]))
    return said


def ids(found: dict[str, Any]) -> list[str]:
    """Return the ids of the nodes shown."""
    return [node["id"] for node in found["nodes"]]


def origins(found: dict[str, Any]) -> list[tuple[str, str, str, int]]:
    """Return the origins, short, class after class."""
    return [(one["attribution"], one["side"], one["kind"], one["distance"]) for one in ends(found)]


# The graph -----------------------------------------------------------------------------------------------------------


def test_an_unknown_claim_is_not_found(newsroom: Newsroom) -> None:
    for question in ("provenance", "chains", "contradictions"):
        problem(newsroom.client.get(f"/v1/claims/01890000-0000-7000-8000-000000000000/{question}"), 404)


def test_a_claim_that_nobody_makes_has_an_empty_graph(newsroom: Newsroom, claim: Kept) -> None:
    found = newsroom.ask(claim, "provenance")
    assert found["claim"] == {"id": claim.id, "text": "P", "alias": None, "language": "en"}
    assert (found["nodes"], found["edges"], found["origins"], found["frontier"]) == ([], [], [], [])
    assert (found["complete"], found["truncated_by"]) == (True, None)
    assert set(found["counts"]["supporting"].values()) == {0}


def test_a_node_carries_what_a_reader_needs(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    node = newsroom.ask(claim, "provenance")["nodes"][0]
    assert node["claim"] == {"id": claim.id, "text": "P", "alias": None, "language": "en"}
    expected = {"name": "Official", "alias": None, "kind": "government", "country": "US", "controlled_by": None}
    assert node["source"] == {"id": line[0]["source"]["id"], **expected}
    assert node["document"]["held"] is True
    assert (node["retracted"], node["on_file"], node["relay"], node["version"]) == (False, True, False, 1)


def test_edges_point_from_the_newer_to_the_older(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    edges = newsroom.ask(claim, "provenance")["edges"]
    assert {(edge["citing"], edge["cited"]) for edge in edges} == {
        (newer.id, older.id) for older, newer in itertools.pairwise(line)
    }
    assert {edge["kind"] for edge in edges} == {"paraphrases"}


def test_what_is_the_same_claim_is_one_graph_whichever_id_is_asked(newsroom: Newsroom, claim: Kept) -> None:
    other, third = newsroom.claim(), newsroom.claim()
    newsroom.relate("same_as", claim, other)
    newsroom.relate("same_as", other, third)
    said = [newsroom.say(one).id for one in (claim, other, third)]
    for one in (claim, other, third):
        assert sorted(ids(newsroom.ask(one, "provenance"))) == said


def test_statements_on_other_claims_are_shown_where_citations_lead(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim("Rockets")
    newsroom.relate("refines", narrow, claim)
    specific, unrelated = newsroom.publish(narrow, newsroom.source(kind="person")), newsroom.say(narrow)
    said = newsroom.publish(claim, newsroom.source(), cites=[specific])
    found = newsroom.ask(claim, "provenance")
    assert set(ids(found)) == {specific.id, said.id}
    assert unrelated.id not in ids(found)
    assert origins(found) == [(specific.id, "supporting", "named", 0)]
    assert found["counts"]["supporting"]["attributions"] == 1


# Origins -------------------------------------------------------------------------------------------------------------


def test_a_chain_ends_where_nobody_is_cited(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    assert origins(newsroom.ask(claim, "provenance")) == [(line[0].id, "supporting", "named", 0)]


def test_distance_counts_the_citations_from_what_is_on_file(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, newsroom.source(kind="person"))
    origin = said
    for _ in range(2):
        said = newsroom.say(claim, newsroom.source(), cites=[said])
    newsroom.publish(claim, newsroom.source(), cites=[said])
    assert origins(newsroom.ask(claim, "provenance")) == [(origin.id, "supporting", "named", 3)]


def test_what_nothing_on_file_leads_to_is_no_origin(newsroom: Newsroom, claim: Kept) -> None:
    newsroom.say(claim, newsroom.source(), cites=[newsroom.say(claim)])
    found = newsroom.ask(claim, "provenance")
    assert found["origins"] == []
    assert (found["counts"]["supporting"]["attributions"], found["counts"]["supporting"]["echoes"]) == (2, 0)


@pytest.mark.parametrize(
    ("kind", "evidentiality", "origin"),
    [
        ("person", "unknown", "named"),
        ("government", "inferred", "named"),
        ("government", "told", "unknown"),
        ("state_media", "unknown", "named"),
        ("media_outlet", "unknown", "unknown"),
        ("news_agency", "inferred", "unknown"),
        ("social_account", "told", "unknown"),
        ("media_outlet", "witnessed", "named"),
        ("news_agency", "documented", "named"),
        ("anonymous", "unknown", "anonymous"),
        ("anonymous", "told", "unknown"),
        ("anonymous", "witnessed", "anonymous"),
        (None, "unknown", "named"),
    ],
)
def test_an_origin_is_known_by_who_stands_behind_it(
    newsroom: Newsroom, claim: Kept, kind: str | None, evidentiality: str, origin: str
) -> None:
    newsroom.publish(claim, newsroom.source(kind=kind), evidentiality=evidentiality)
    found = newsroom.ask(claim, "provenance")
    assert [one["kind"] for one in ends(found)] == [origin]
    assert [one["independent"] for one in found["origins"]] == [origin != "unknown"]
    assert found["counts"]["supporting"]["unknown_origins"] == (origin == "unknown")


def test_what_nobody_says_is_an_unknown_origin(newsroom: Newsroom, claim: Kept) -> None:
    newsroom.say(claim, document=newsroom.document("x"), evidentiality="witnessed")
    (origin,) = ends(newsroom.ask(claim, "provenance"))
    assert (origin["kind"], origin["source"]) == ("unknown", None)


def test_a_first_hand_relay_is_an_origin_and_so_is_what_it_cites(newsroom: Newsroom, claim: Kept) -> None:
    first = newsroom.publish(claim, newsroom.source(kind="person"))
    paper = newsroom.publish(claim, newsroom.source(kind="media_outlet"), evidentiality="documented", cites=[first])
    assert {one[0] for one in origins(newsroom.ask(claim, "provenance"))} == {first.id, paper.id}


def test_beyond_a_retracted_statement_nothing_is_reached(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim, newsroom.source(kind="person"))
    middle = newsroom.say(claim, newsroom.source(), cites=[origin])
    newsroom.publish(claim, newsroom.source(), cites=[middle])
    assert len(newsroom.ask(claim, "provenance")["origins"]) == 1
    newsroom.retract(middle)
    found = newsroom.ask(claim, "provenance")
    assert found["origins"] == []
    assert len(found["nodes"]) == 3


def test_a_loop_reaches_no_origin(newsroom: Newsroom, claim: Kept) -> None:
    loop = [newsroom.publish(claim, newsroom.source(kind="media_outlet")) for _ in range(3)]
    for place, said in enumerate(loop):
        newsroom.cite(said, loop[place - 1])
    found = newsroom.ask(claim, "provenance")
    assert found["origins"] == []
    assert found["counts"]["supporting"]["echoes"] == 3


# Counts --------------------------------------------------------------------------------------------------------------


def test_an_echo_adds_no_origin(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    counts = newsroom.ask(claim, "provenance")["counts"]["supporting"]
    expected = {"attributions": 5, "sources": 5, "documents": 5, "origins": 1, "unknown_origins": 0, "echoes": 4}
    assert {name: counts[name] for name in expected} == expected


def test_the_two_sides_are_counted_apart_and_who_stands_on_none_is_in_neither(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source(kind="person")
    for stance in ("affirms", "denies", "denies", "questions", "declines_comment"):
        newsroom.publish(claim, source, stance=stance)
    found = newsroom.ask(claim, "provenance")
    sides = found["counts"]
    assert (sides["supporting"]["attributions"], sides["opposing"]["attributions"]) == (1, 2)
    assert (sides["opposing"]["sources"], sides["opposing"]["documents"]) == (1, 2)
    assert [one["side"] for one in ends(found)] == ["supporting", "opposing", "opposing"]
    assert len(found["nodes"]) == 5


def test_what_is_corrected_or_retracted_counts_no_more(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source(kind="person")
    denial = newsroom.publish(claim, source, stance="denies")
    newsroom.publish(claim, source, replaces=denial)
    newsroom.retract(newsroom.publish(claim, source))
    counts = newsroom.ask(claim, "provenance")["counts"]
    assert (counts["supporting"]["attributions"], counts["opposing"]["attributions"]) == (1, 0)


# Part of the graph ---------------------------------------------------------------------------------------------------


def test_direction_depth_and_size_limit_only_what_is_shown(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    whole = newsroom.ask(claim, "provenance")
    for asked in ({"depth": 0}, {"max_nodes": 1}, {"direction": "up"}, {"from": line[2].id, "depth": 1}):
        part = newsroom.ask(claim, "provenance", **asked)
        assert (part["origins"], part["counts"]) == (whole["origins"], whole["counts"])


@pytest.mark.parametrize(
    ("direction", "depth", "shown"),
    [
        ("up", None, {0, 1, 2}),
        ("down", None, {2, 3, 4}),
        ("both", None, {0, 1, 2, 3, 4}),
        ("up", 1, {1, 2}),
        ("down", 1, {2, 3}),
        ("both", 1, {1, 2, 3}),
        ("both", 0, {2}),
    ],
)
def test_from_one_statement_upwards_downwards_and_so_far(
    newsroom: Newsroom, claim: Kept, line: list[Kept], direction: str, depth: int | None, shown: set[int]
) -> None:
    asked: dict[str, Any] = {"direction": direction, "from": line[2].id}
    found = newsroom.ask(claim, "provenance", **asked | ({} if depth is None else {"depth": depth}))
    assert set(ids(found)) == {line[place].id for place in shown}
    assert found["complete"] is (depth is None)
    assert found["truncated_by"] == (None if depth is None else "depth")


def test_following_the_frontier_shows_everything(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    found = newsroom.ask(claim, "provenance", max_nodes=2)
    assert found["truncated_by"] == "max_nodes"
    assert not found["complete"]
    seen = set(ids(found))
    for _ in line:
        if not found["frontier"]:
            break
        found = newsroom.ask(claim, "provenance", max_nodes=2, **{"from": found["frontier"]})
        assert not seen >= set(ids(found)), "a frontier shows something new"
        seen |= set(ids(found))
        if len(seen) == len(line):
            break
    assert seen == {one.id for one in line}


def test_a_frontier_leads_on_however_far_from_the_claims_own_it_is(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim()
    newsroom.relate("refines", narrow, claim)
    far, near = newsroom.say(narrow), newsroom.say(narrow)
    way = [newsroom.say(claim, cites=[near]), near, newsroom.say(narrow, cites=[near, far]), far]

    found = newsroom.ask(claim, "provenance", depth=0)
    for following in way[1:]:
        assert following.id in found["frontier"]
        found = newsroom.ask(claim, "provenance", depth=0, **{"from": following.id})
        assert ids(found) == [following.id]


def test_a_whole_frontier_can_be_sent_back(newsroom: Newsroom, claim: Kept, settings: Settings) -> None:
    told = {"kind": "attribution", "claim": claim.ref, "source": newsroom.source().ref, "stance": "affirms"}
    newsroom.post("/v1/bundles", {"records": [told] * (FRONTIER + 2)})
    first = newsroom.ask(claim, "provenance", max_nodes=1)

    asked = newsroom.client.build_request("GET", f"{claim.path}/provenance", params={"from": first["frontier"]})

    assert (len(first["frontier"]), first["frontier_total"]) == (FRONTIER, FRONTIER + 1)
    assert len(asked.url.raw_path) < 3 / 4 * settings.max_header_bytes
    assert newsroom.client.send(asked).status_code == 200


def test_a_beginning_outside_the_graph_is_refused(newsroom: Newsroom, claim: Kept, line: list[Kept]) -> None:
    elsewhere = newsroom.say(newsroom.claim())
    refused = problem(newsroom.client.get(f"{claim.path}/provenance", params={"from": elsewhere.id}), 422)
    assert refused["errors"][0]["parameter"] == "from"


@pytest.mark.parametrize("asked", [{"direction": "sideways"}, {"depth": -1}, {"depth": "x"}, {"max_depth": 1}])
def test_a_question_that_is_none_is_refused(newsroom: Newsroom, claim: Kept, asked: dict[str, Any]) -> None:
    problem(newsroom.client.get(f"{claim.path}/provenance", params=asked), 422)


@pytest.mark.parametrize("size", [0, -5, 10**30, 10**9])
def test_a_size_is_clamped(newsroom: Newsroom, claim: Kept, line: list[Kept], size: int) -> None:
    answer = newsroom.client.get(f"{claim.path}/provenance", params={"max_nodes": size})
    assert answer.status_code == 200, answer.text


# The dossier ---------------------------------------------------------------------------------------------------------


def test_arms_for_russia_lead_back_to_the_briefings_and_to_the_denials(
    newsroom: Newsroom, dossier: Callable[[str, str], Kept]
) -> None:
    found = newsroom.ask(dossier("claims", "supplies"), "provenance")
    behind = {(one["source"]["name"], one["side"]) for one in ends(found) if one["source"]}
    assert ("John Kirby", "supporting") in behind
    assert ("US officials at the briefing of 5–6 September 2022", "supporting") in behind
    assert ("Ministry of National Defence of North Korea", "opposing") in behind
    assert found["complete"]
    assert found["counts"]["supporting"]["echoes"] > found["counts"]["supporting"]["origins"]


def test_an_admission_takes_the_denial_back(newsroom: Newsroom, dossier: Callable[[str, str], Kept]) -> None:
    nodes = newsroom.ask(dossier("claims", "iran-drones"), "provenance")["nodes"]
    denials = [one for one in nodes if one["source"]["name"] == "Ministry of Foreign Affairs of Iran"]
    assert denials
    assert all(one["retracted"] and one["replaced_by"] for one in denials)
