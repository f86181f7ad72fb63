"""The thirteen rows of the table of levels, recorded over HTTP as a desk would record them."""

from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom

pytestmark = pytest.mark.dealt  # what is judged, and how, is worked out from values that either engine gives

OUTLETS = "ABCDEFGHIJKL"


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """The claim that all rows are about."""
    return newsroom.claim("North Korea supplied artillery shells to Russia.", language="en", external_id="p")


@pytest.fixture
def agency(newsroom: Newsroom) -> Kept:
    """The state agency, which speaks for its government; nobody has rated it yet."""
    government = newsroom.source("Government of North Korea", kind="government", country="KP")
    return newsroom.source("KCNA", kind="state_media", country="KP", controlled_by=government)


@pytest.fixture
def release(newsroom: Newsroom, claim: Kept, agency: Kept) -> Kept:
    """The agency, rated D, states it; we hold its release."""
    newsroom.rate(agency, "D", rationale="It says what its government says.", assessor="World desk")
    page = {
        "kind": "release",
        "publisher": agency.ref,
        "text": "The shells went by rail.",
        "published_at": "2022-11-07",
    }
    return newsroom.say(claim, agency, document=page, quote={"exact": "went by rail"}, modality="stated")


@pytest.fixture
def accusation(newsroom: Newsroom, claim: Kept) -> Kept:
    """The US spokesman accuses on the record; it is his government that is rated B."""
    government = newsroom.source("US government", kind="government", country="US")
    newsroom.rate(government, "B")
    kirby = newsroom.source("John Kirby", kind="person", country="US", controlled_by=government)
    transcript = {"kind": "transcript", "publisher": government.ref, "authors": [kirby.ref], "text": "North Korea did."}
    return newsroom.say(claim, kirby, document=transcript, modality="accused", said_at="2022-11-02")


@pytest.fixture
def denial(newsroom: Newsroom, claim: Kept, agency: Kept, accusation: Kept) -> Kept:
    """North Korea's defence ministry, rated D, denies it in the agency."""
    ministry = newsroom.source(
        "Defence ministry of North Korea", kind="government", controlled_by=agency["controlled_by"]
    )
    newsroom.rate(ministry, "D")
    page = {"publisher": agency.ref, "authors": [ministry.ref], "text": "We never did.", "published_at": "2022-11-08"}
    return newsroom.say(claim, ministry, stance="denies", document=page, modality="stated", responds_to=accusation)


@pytest.fixture
def second(newsroom: Newsroom, claim: Kept, denial: Kept) -> Kept:
    """The South Korean service, rated B, states it independently."""
    seoul = newsroom.source("Government of South Korea", kind="government", country="KR")
    service = newsroom.source("National Intelligence Service", kind="government", controlled_by=seoul)
    newsroom.rate(service, "B")
    return newsroom.publish(claim, service, modality="stated", said_at="2023-01-05")


def articles(newsroom: Newsroom, claim: Kept, *cited: Any) -> list[Kept]:
    """Record what twelve outlets, rated A and B in turn, write of it: each in an article of its own."""
    written = []
    for place, letter in enumerate(OUTLETS):
        outlet = newsroom.source(f"Outlet {letter}", kind="media_outlet")
        newsroom.rate(outlet, "AB"[place % 2])
        page = {"kind": "article", "publisher": outlet.ref, "text": f"Outlet {letter} writes that shells were sent."}
        written.append(newsroom.say(claim, outlet, document=page, cites=cited, modality="stated"))
    return written


def judged(newsroom: Newsroom, claim: Kept) -> dict[str, Any]:
    """Ask how well supported the claim is; every other answer must say the same of it."""
    found: dict[str, Any] = newsroom.ask(claim, "confidence")
    beside = newsroom.ask(claim, "provenance")
    for name in ("circular", "orphaned", "single_points_of_failure", "independent_lines"):
        assert beside[name] == found[name], name
    assert beside["counts"]["supporting"]["echoes"] == found["echoes"]
    (listed,) = newsroom.ask("/v1/claims", external_id="p")["items"]
    for standing in (newsroom.ask(claim, "contradictions")["standing"], listed["standing"]):
        for name in ("level", "label", "status"):
            assert standing[name] == found[name], name
    return found


def outcome(found: dict[str, Any]) -> tuple[int, str]:
    """Return level and status."""
    return found["level"], found["status"]


def single(found: dict[str, Any]) -> list[list[str]]:
    """Return the attributions of each single point of failure."""
    return [one["attributions"] for one in found["single_points_of_failure"]]


def test_row_1_nothing_is_on_file(newsroom: Newsroom, claim: Kept) -> None:
    found = judged(newsroom, claim)

    assert outcome(found) == (0, "no_evidence")
    assert (found["label"], found["independent_lines"], single(found)) == ("NONE", 0, [])


def test_row_2_a_state_agency_rated_d_states_it(newsroom: Newsroom, claim: Kept, release: Kept) -> None:
    found = judged(newsroom, claim)

    assert outcome(found) == (1, "uncontested")
    assert (single(found), found["independent_lines"], found["echoes"]) == ([[release.id]], 1, 0)


def test_row_3_twelve_outlets_that_cite_the_release_add_nothing(newsroom: Newsroom, claim: Kept, release: Kept) -> None:
    articles(newsroom, claim, release)

    found = judged(newsroom, claim)

    assert outcome(found) == (1, "uncontested")
    assert (single(found), found["independent_lines"], found["echoes"]) == ([[release.id]], 1, 12)
    assert [one["name"] for one in found["single_points_of_failure"][0]["sources"]] == ["KCNA"]


def test_row_4_twelve_outlets_that_name_nobody_are_very_low(newsroom: Newsroom, claim: Kept) -> None:
    articles(newsroom, claim)

    found = judged(newsroom, claim)

    assert outcome(found) == (1, "uncontested")
    # They may all have it from one: no single one of them is needed, and together they are one line.
    assert (single(found), found["independent_lines"], found["echoes"]) == ([], 1, 0)
    assert len(found["explanation"]["support"]["unknown"]) == 12
    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["independent_origins"] == 0


def test_row_4_beside_the_release_they_corroborate_nothing(newsroom: Newsroom, claim: Kept, release: Kept) -> None:
    articles(newsroom, claim)

    found = judged(newsroom, claim)

    assert outcome(found) == (1, "uncontested")
    assert (single(found), found["independent_lines"]) == ([], 2)
    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["independent_origins"] == 1


def test_row_5_a_release_that_nobody_here_has_comes_to_low(newsroom: Newsroom, claim: Kept, agency: Kept) -> None:
    newsroom.rate(agency, "B")
    unseen = {"external_id": "release", "source": agency.ref, "document": {"url": "https://kcna.example/1"}}
    articles(newsroom, claim, unseen | {"modality": "stated"})

    found = judged(newsroom, claim)

    assert outcome(found) == (2, "uncontested")
    (release,) = newsroom.ids("attributions", source=agency.id)
    assert (single(found), found["independent_lines"], found["echoes"]) == ([[release]], 1, 12)


def test_row_6_an_accusation_on_the_record_is_moderate(newsroom: Newsroom, claim: Kept, accusation: Kept) -> None:
    found = judged(newsroom, claim)

    assert outcome(found) == (3, "uncontested")
    assert (single(found), found["independent_lines"]) == ([[accusation.id]], 1)


def test_row_7_a_denial_takes_a_step_off(newsroom: Newsroom, claim: Kept, accusation: Kept, denial: Kept) -> None:
    found = judged(newsroom, claim)

    assert outcome(found) == (2, "contested_leaning_supported")
    assert (found["support"], found["opposition"], single(found)) == (3, 1, [[accusation.id]])


def test_row_8_a_second_independent_origin_lifts_it(newsroom: Newsroom, claim: Kept, second: Kept) -> None:
    found = judged(newsroom, claim)

    assert outcome(found) == (3, "contested_leaning_supported")
    assert (found["support"], found["independent_lines"], single(found)) == (4, 2, [])


def test_row_9_one_intelligence_product_behind_both_is_one_origin(
    newsroom: Newsroom, claim: Kept, accusation: Kept, second: Kept
) -> None:
    newsroom.depend(accusation, second, reason="Both use one intelligence product.")

    found = judged(newsroom, claim)

    assert outcome(found) == (2, "contested_leaning_supported")
    assert (found["support"], found["independent_lines"]) == (3, 1)
    assert single(found) == [sorted([accusation.id, second.id])]


def test_row_10_a_conditional_without_a_source_is_very_low(newsroom: Newsroom, claim: Kept) -> None:
    outlet = newsroom.source("Le Journal", kind="media_outlet", country="FR")
    newsroom.rate(outlet, "B")
    text = "La Corée du Nord aurait envoyé des obus à la Russie."
    article = {"publisher": outlet.ref, "language": "fr", "text": text}
    said = newsroom.say(claim, outlet, document=article, cue="aurait envoyé", modality="unconfirmed")

    found = judged(newsroom, claim)

    assert outcome(found) == (1, "uncontested")
    assert single(found) == [[said.id]]


def test_row_11_a_loop_of_outlets_comes_to_nothing_and_is_listed(newsroom: Newsroom, claim: Kept) -> None:
    loop = [newsroom.publish(claim, newsroom.source(kind="media_outlet"), modality="stated") for _ in range(3)]
    for place, said in enumerate(loop):
        newsroom.cite(said, loop[place - 1], "credits")

    found = judged(newsroom, claim)

    assert outcome(found) == (0, "no_evidence")
    assert found["circular"] == [[said.id for said in loop]]
    assert (found["orphaned"], single(found), found["independent_lines"], found["echoes"]) == ([], [], 0, 3)


def test_row_12_first_hand_reports_add_up(newsroom: Newsroom, claim: Kept) -> None:
    levels = []
    for _ in range(4):
        reporter = newsroom.source(kind="person")
        newsroom.rate(reporter, "B")
        newsroom.publish(claim, reporter, evidentiality="witnessed", modality="stated")
        levels.append((judged(newsroom, claim)["level"], judged(newsroom, claim)["independent_lines"]))

    assert levels == [(3, 1), (4, 2), (4, 3), (5, 4)]


def test_row_13_a_retracted_release_orphans_twelve(newsroom: Newsroom, claim: Kept, release: Kept) -> None:
    cut_off = articles(newsroom, claim, release)
    newsroom.retract(release, "2022-11-09", reason="Published in error.")

    found = judged(newsroom, claim)

    assert outcome(found) == (0, "no_evidence")
    assert found["orphaned"] == [said.id for said in cut_off]
    assert (found["circular"], single(found), found["independent_lines"]) == ([], [], 0)
