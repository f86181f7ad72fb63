"""What falls if somebody withdraws what they said: worked out, and nothing stored."""

import random
from itertools import pairwise
from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.numbers import wait_until_numbered
from tests.problems import problem


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim("P", language="en")


def voice(newsroom: Newsroom, claim: Kept, rating: str = "B", **fields: Any) -> Kept:
    """Record that a person, rated like this, states it, on file."""
    source = newsroom.source(kind="person")
    newsroom.rate(source, rating)
    return newsroom.publish(claim, source, **{"modality": "stated", **fields})


def relay(newsroom: Newsroom, claim: Kept, *cited: Kept, **fields: Any) -> Kept:
    """Record a paper that passes it on, on file."""
    return newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=cited, **fields)


def impact(newsroom: Newsroom, of: Kept | str, **asked: Any) -> list[dict[str, Any]]:
    """Ask what would fall, page after page."""
    path = of.path if isinstance(of, Kept) else of
    return [one for page in newsroom.pages(f"{path}/impact", **asked) for one in page]


def levels(found: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Return level before and after, by claim."""
    assert all(one["loses"] == one["before"]["level"] - one["after"]["level"] for one in found)
    return {one["claim"]["id"]: (one["before"]["level"], one["after"]["level"]) for one in found}


def source_of(newsroom: Newsroom, said: Kept) -> Kept:
    """Find who said it."""
    return Kept("/v1/sources", newsroom.ask(f"/v1/sources/{said['source']['id']}"))


# What falls ----------------------------------------------------------------------------------------------------------


def test_an_origin_takes_its_relays_along_and_it_is_told_by_which_chain(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim)
    wire = relay(newsroom, claim, origin)
    paper = relay(newsroom, claim, wire)

    (found,) = impact(newsroom, origin)

    assert found["claim"] == {"id": claim.id, "text": "P", "alias": None, "language": "en"}
    assert (found["before"]["level"], found["after"]["level"], found["loses"]) == (3, 0, 3)
    assert (found["before"]["status"], found["after"]["status"]) == ("uncontested", "no_evidence")
    assert [(one["attribution"], one["chain"]) for one in found["orphaned"]] == [
        (wire.id, [origin.id, wire.id]),
        (paper.id, [origin.id, wire.id, paper.id]),
    ]
    assert (found["orphaned_total"], found["orphaned"][0]["source"]["id"]) == (2, wire["source"]["id"])


def test_a_chain_leads_through_nothing_that_was_withdrawn_before(newsroom: Newsroom, claim: Kept) -> None:
    before = voice(newsroom, claim)
    source = source_of(newsroom, before)
    origin = newsroom.publish(claim, source, modality="stated")
    gone, wire = relay(newsroom, claim, origin), relay(newsroom, claim, origin)
    paper, other = relay(newsroom, claim, gone, wire), relay(newsroom, claim, before, wire)
    newsroom.retract(gone)
    newsroom.retract(before)

    for of in (origin, source):
        (found,) = impact(newsroom, of)
        chains = {one["attribution"]: one["chain"] for one in found["orphaned"]}
        assert chains == {
            wire.id: [origin.id, wire.id],
            paper.id: [origin.id, wire.id, paper.id],
            other.id: [origin.id, wire.id, other.id],
        }


def test_an_echo_takes_nothing_along(newsroom: Newsroom, claim: Kept) -> None:
    echo = relay(newsroom, claim, voice(newsroom, claim))

    assert impact(newsroom, echo) == []


def test_what_another_origin_holds_up_stays(newsroom: Newsroom, claim: Kept) -> None:
    one, other = voice(newsroom, claim), voice(newsroom, claim)
    relay(newsroom, claim, one, other)

    (found,) = impact(newsroom, one)

    assert (found["before"]["independent_origins"], found["after"]["independent_origins"]) == (2, 1)
    assert (levels([found]), found["orphaned"]) == ({claim.id: (4, 3)}, [])


def test_a_loop_does_not_keep_itself_alive(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim)
    one = relay(newsroom, claim, origin)
    other = relay(newsroom, claim, one)
    newsroom.cite(one, other)

    (found,) = impact(newsroom, origin)

    assert (found["after"]["level"], {each["attribution"] for each in found["orphaned"]}) == (0, {one.id, other.id})


def test_broader_claims_fall_with_the_narrow_one_that_they_cite(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim("Rockets")
    newsroom.relate("refines", narrow, claim)
    origin = voice(newsroom, narrow)
    said = relay(newsroom, claim, origin)

    found = impact(newsroom, origin)

    assert levels(found) == {narrow.id: (3, 0), claim.id: (3, 0)}
    orphaned = {one["claim"]["id"]: [each["attribution"] for each in one["orphaned"]] for one in found}
    assert orphaned == {narrow.id: [], claim.id: [said.id]}


def test_a_contradicting_claim_rises_when_its_opposition_falls(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate("contrary", claim, other)
    origin = voice(newsroom, claim)
    voice(newsroom, other)

    assert levels(impact(newsroom, origin)) == {claim.id: (1, 0), other.id: (1, 3)}


def test_a_withdrawn_denial_raises_the_claim(newsroom: Newsroom, claim: Kept) -> None:
    voice(newsroom, claim)
    denial = voice(newsroom, claim, "D", stance="denies")

    (found,) = impact(newsroom, denial)

    assert (levels([found]), found["loses"]) == ({claim.id: (2, 3)}, -1)
    assert found["after"]["status"] == "uncontested"


def test_a_source_takes_all_that_it_said_along_under_any_of_its_records(newsroom: Newsroom, claim: Kept) -> None:
    other, third = newsroom.claim("Q"), newsroom.claim("R")
    said = voice(newsroom, claim)
    source = source_of(newsroom, said)
    twin = newsroom.source(kind="person")
    newsroom.publish(other, twin, modality="stated")
    voice(newsroom, third)
    assert levels(impact(newsroom, source)) == {claim.id: (3, 0)}

    newsroom.unite(source, twin)

    expected = {claim.id: (3, 0), other.id: (3, 0)}
    assert levels(impact(newsroom, source)) == levels(impact(newsroom, twin)) == expected


def test_what_those_said_who_speak_for_a_source_stands(newsroom: Newsroom, claim: Kept) -> None:
    government = newsroom.source(kind="government")
    newsroom.publish(claim, newsroom.source(kind="person", controlled_by=government), modality="stated")

    assert impact(newsroom, government) == []


def test_claims_that_lose_nothing_are_not_listed(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim)
    unrelated = newsroom.claim()
    voice(newsroom, unrelated)
    beside = newsroom.publish(unrelated, source_of(newsroom, origin), stance="questions")

    assert levels(impact(newsroom, origin)) == {claim.id: (3, 0)}
    assert impact(newsroom, beside) == []


def test_what_was_withdrawn_already_takes_nothing_more(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim)
    relay(newsroom, claim, origin)
    newsroom.retract(origin)

    assert impact(newsroom, origin) == []


# How it is answered --------------------------------------------------------------------------------------------------


def test_asking_stores_nothing(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim)
    paper = relay(newsroom, claim, origin)
    wait_until_numbered(newsroom.client)
    before = [newsroom.ask(one) for one in (claim, origin, paper)], newsroom.ask("/v1/changes", after=0)

    for of in (origin, source_of(newsroom, origin)):
        assert impact(newsroom, of)

    assert ([newsroom.ask(one) for one in (claim, origin, paper)], newsroom.ask("/v1/changes", after=0)) == before


def test_many_claims_are_paged(newsroom: Newsroom) -> None:
    source = newsroom.source(kind="person")
    newsroom.rate(source, "B")
    claims = [newsroom.claim() for _ in range(5)]
    for place, claim in enumerate(claims):
        said = newsroom.publish(claim, source, modality="stated")
        if place % 2:  # somebody repeats it, and an echo is nothing to lose
            relay(newsroom, claim, said)
    newsroom.publish(newsroom.claim(), source, stance="questions")

    whole = impact(newsroom, source)
    pages = list(newsroom.pages(f"{source.path}/impact", limit=2))

    assert [one["claim"]["id"] for one in whole] == [claim.id for claim in claims]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == whole


def test_it_can_be_asked_as_of_a_day_and_as_the_record_stood(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim, said_at="2022-11-02")
    second = voice(newsroom, claim, said_at="2023-01-05")

    assert levels(impact(newsroom, origin)) == {claim.id: (4, 3)}
    assert levels(impact(newsroom, origin, said_by="2022-12")) == {claim.id: (3, 0)}
    assert levels(impact(newsroom, origin, said_by="2022-10")) == {}
    assert levels(impact(newsroom, origin, known_at=origin["recorded_at"])) == {claim.id: (3, 0)}
    assert levels(impact(newsroom, source_of(newsroom, second), said_by="2022-12")) == {}


def test_an_unknown_or_deleted_record_has_no_impact(newsroom: Newsroom, claim: Kept) -> None:
    said = voice(newsroom, claim)
    source = source_of(newsroom, said)
    newsroom.delete(source, cascade=True)

    for one in (said, source):
        problem(newsroom.client.get(f"{one.path}/impact"), 410)
        unknown = f"{one.path.rpartition('/')[0]}/01890000-0000-7000-8000-000000000000/impact"
        problem(newsroom.client.get(unknown), 404)


# What is foretold is what happens ------------------------------------------------------------------------------------


@pytest.mark.dealt
@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))])
def test_what_is_foretold_is_what_happens(newsroom: Newsroom, seed: int) -> None:
    chance = random.Random(seed)
    claims, sources, said = story(newsroom, chance)
    before = {claim.id: stands(newsroom, claim) for claim in claims}

    for source in chance.sample(sources, 3):
        own = [one for one in said if one["source"]["id"] == source.id and one.id]
        for of, withdrawn in [(source, own), *((one, [one]) for one in own[:2])]:
            foretold = {one["claim"]["id"]: one for one in impact(newsroom, of)}
            for one in withdrawn:
                newsroom.retract(one)
            for claim in claims:
                happened, orphaned = stands(newsroom, claim)
                expected = foretold.get(claim.id)
                assert happened == (expected["after"] if expected else before[claim.id][0])
                cut_off = {each["attribution"] for each in expected["orphaned"]} if expected else set()
                assert orphaned == before[claim.id][1] - {one.id for one in withdrawn} | cut_off
            for one in withdrawn:
                assert newsroom.client.delete(f"{one.path}/retraction", headers={"If-Match": "*"}).status_code == 204
    assert {claim.id: stands(newsroom, claim) for claim in claims} == before


def stands(newsroom: Newsroom, claim: Kept) -> tuple[dict[str, Any], set[str]]:
    """Return how a claim stands by its confidence, in short, and its orphaned relays."""
    found, counts = newsroom.ask(claim, "confidence"), newsroom.ask(claim, "provenance")["counts"]["supporting"]
    names = ("level", "label", "status", "support", "opposition", "policy", "computed")
    standing = {name: found[name] for name in names}
    return standing | {name: counts[name] for name in ("independent_origins", "unknown_origins")}, {*found["orphaned"]}


def story(newsroom: Newsroom, chance: random.Random) -> tuple[list[Kept], list[Kept], list[Kept]]:
    """Record a few claims that belong together, who says them, and who has it from whom, loops included."""
    claims = [newsroom.claim() for _ in range(3)]
    newsroom.relate("refines", claims[1], claims[0])
    newsroom.relate(chance.choice(["contradicts", "contrary"]), claims[0], claims[2])
    kinds = ["person", "government", "media_outlet", "anonymous", "news_agency"]
    sources = [newsroom.source(kind=kind) for kind in kinds]
    for source in sources[:3]:
        newsroom.rate(source, chance.choice("ABCD"))
    said = []
    for _ in range(12):
        stance = chance.choice(["affirms", "affirms", "denies"])
        sort = {"stance": stance, "modality": "stated", "evidentiality": chance.choice(["unknown", "witnessed"])}
        record = newsroom.publish if chance.random() < 0.7 else newsroom.say
        said.append(record(chance.choice(claims), chance.choice(sources), **sort))
    for one, other in pairwise(chance.sample(said * 2, 20)):
        newsroom.post(f"{one.path}/citations", {"kind": "credits", "attribution": other.ref})  # what may not be, is not
    newsroom.depend(*chance.sample(said, 2))
    return claims, sources, said


def test_a_source_of_a_thousand_claims_is_paged_without_gaps_or_repeats(newsroom: Newsroom) -> None:
    speaker = newsroom.source(kind="person")
    page = newsroom.release(speaker)
    said = {"source": speaker.ref, "document": page.ref, "stance": "affirms", "modality": "stated"}
    names = [f"claim-{number}" for number in range(1050)]
    newsroom.bundle(
        *({"kind": "claim", "ref": name, "text": name} for name in names),
        *({"kind": "attribution", "claim": {"$ref": name}, **said} for name in names),
    )

    found = [one["claim"]["id"] for one in impact(newsroom, speaker, limit=150)]

    assert len(found) == len(set(found)) == len(names)
