"""Each chain, origin first, hop by hop."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import problem

pytestmark = pytest.mark.dealt  # what is judged, and how, is worked out from values that either engine gives


def chains(newsroom: Newsroom, claim: Kept, **asked: Any) -> list[list[str]]:
    """Return every chain as the ids of its statements, page after page."""
    pages = newsroom.pages(f"{claim.path}/chains", **asked)
    return [[hop["attribution"] for hop in chain["hops"]] for page in pages for chain in page]


def test_a_chain_begins_at_its_origin_and_tells_how_each_took_it_over(newsroom: Newsroom) -> None:
    claim = newsroom.claim("P")
    kirby = newsroom.source("Kirby", kind="person")
    text = "Our information is that P."
    origin = newsroom.say(
        claim,
        kirby,
        document=newsroom.release(kirby, text, published_at="2022-11-02", title="Briefing"),
        quote={"exact": "P"},
        cue="Our information is",
        modality="accused",
        said_at="2022-11-02",
    )
    relay = newsroom.publish(claim, newsroom.source("Paper"), modality="stated")
    newsroom.cite(relay, origin, "quotes")
    ((first, second),) = (chain["hops"] for chain in newsroom.ask(claim, "chains")["items"])
    assert (first["attribution"], second["attribution"]) == (origin.id, relay.id)
    assert (first["citation"], second["citation"]) == (None, "quotes")
    assert first["source"]["name"] == "Kirby"
    assert (first["stance"], first["modality"], first["cue"]) == ("affirms", "accused", "Our information is")
    assert first["quote"]["exact"] == "P"
    assert (first["document"]["title"], first["said_at"]["value"]) == ("Briefing", "2022-11-02")
    assert (first["claim"]["text"], first["on_file"], first["retracted"]) == ("P", True, False)


def test_a_statement_that_cites_nobody_is_a_chain_of_its_own(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    said = newsroom.say(claim)
    assert chains(newsroom, claim) == [[said.id]]


def test_every_way_back_is_a_chain_of_its_own(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    left, right = newsroom.say(claim, cites=[origin]), newsroom.say(claim, cites=[origin])
    tip = newsroom.say(claim, cites=[left, right])
    assert sorted(chains(newsroom, claim)) == sorted([[origin.id, left.id, tip.id], [origin.id, right.id, tip.id]])


def test_two_kinds_of_citation_between_the_same_are_one_chain(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    tip = newsroom.say(claim, cites=[origin])
    newsroom.cite(tip, origin, "credits")
    assert chains(newsroom, claim) == [[origin.id, tip.id]]


def test_a_loop_without_an_origin_has_no_chain(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    loop = [newsroom.say(claim) for _ in range(3)]
    for place, said in enumerate(loop):
        newsroom.cite(said, loop[place - 1])
    assert chains(newsroom, claim) == []


def test_a_retracted_hop_stays_in_its_chain_and_is_marked(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    middle = newsroom.say(claim, cites=[origin])
    newsroom.say(claim, cites=[middle])
    newsroom.retract(middle)
    (chain,) = newsroom.ask(claim, "chains")["items"]
    assert [hop["retracted"] for hop in chain["hops"]] == [False, True, False]


def test_pages_of_one_list_every_chain_once(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    layer = [newsroom.say(claim) for _ in range(2)]
    for _ in range(3):
        layer = [newsroom.say(claim, cites=layer) for _ in range(2)]
    whole = chains(newsroom, claim)
    assert len(whole) == 16 == len({tuple(chain) for chain in whole})
    assert chains(newsroom, claim, limit=1) == chains(newsroom, claim, limit=5) == whole


def test_two_to_the_fortieth_chains_answer_their_first_pages(newsroom: Newsroom) -> None:
    records: list[dict[str, Any]] = [{"kind": "claim", "ref": "p", "text": "P"}]
    for place in range(41):
        cites = [{"kind": "credits", "attribution": {"$ref": f"{place - 1}{side}"}} for side in "ab"] if place else []
        said = {"kind": "attribution", "claim": {"$ref": "p"}, "stance": "affirms", "cites": cites}
        records += [said | {"ref": f"{place}{side}"} for side in "ab"]
    claim = Kept("/v1/claims", {"id": newsroom.bundle(*records)[0]["id"]})
    first = newsroom.ask(claim, "chains", limit=10)
    second = newsroom.ask(claim, "chains", limit=10, cursor=first["next"])
    pages = [
        [tuple(hop["attribution"] for hop in chain["hops"]) for chain in page["items"]] for page in (first, second)
    ]
    assert len({*pages[0], *pages[1]}) == 20
    assert {len(chain) for chain in pages[0]} == {41}


def test_a_cursor_of_another_question_is_refused(newsroom: Newsroom) -> None:
    claim, other = newsroom.claim(), newsroom.claim()
    for _ in range(2):
        newsroom.say(claim)
    cursor = newsroom.ask(claim, "chains", limit=1)["next"]
    for path in (f"{other.path}/chains", "/v1/claims"):
        problem(newsroom.client.get(path, params={"cursor": cursor}), 422)
    problem(newsroom.client.get(f"{claim.path}/chains", params={"cursor": "AAAA"}), 422)


def test_the_dossier_has_chains_of_three_hops_down_to_the_named_briefings(
    newsroom: Newsroom, dossier: Callable[[str, str], Kept]
) -> None:
    found = newsroom.ask(dossier("claims", "supplies"), "chains", limit=100)["items"]
    assert max(len(chain["hops"]) for chain in found) >= 3
    begin = {chain["hops"][0]["source"]["name"] for chain in found if chain["hops"][0]["source"]}
    assert {"John Kirby", "US officials at the briefing of 5–6 September 2022"} <= begin
    for chain in found:
        assert chain["hops"][0]["citation"] is None
        assert all(hop["citation"] for hop in chain["hops"][1:])
