"""How a claim came to stand as it does: statement by statement, or record by record."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.clerk import Clerk
from tests.newsroom import Kept, Newsroom
from tests.problems import problem

STANDING = ("level", "label", "status", "support", "opposition", "policy", "computed")


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim()


def voice(newsroom: Newsroom, claim: Kept, rating: str, **fields: Any) -> Kept:
    """Record that a person, rated like this, states it, on file."""
    source = newsroom.source(kind="person")
    newsroom.rate(source, rating)
    return newsroom.publish(claim, source, **{"modality": "stated", **fields})


def timeline(newsroom: Newsroom, claim: Kept, **asked: Any) -> list[dict[str, Any]]:
    """Ask for every moment, page after page."""
    return [one for page in newsroom.pages(f"{claim.path}/timeline", **asked) for one in page]


def told(moments: list[dict[str, Any]]) -> list[tuple[str, list[str], int, str, int, bool]]:
    """Return the moments, short: day, what happened, level, status, independent origins, changed."""
    return [
        (
            one["at"][:10],
            [event["what"] for event in one["events"]],
            one["standing"]["level"],
            one["standing"]["status"],
            one["standing"]["independent_origins"],
            one["changed"],
        )
        for one in moments
    ]


def test_it_tells_when_the_denial_came_and_when_the_second_origin_did(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim, "B", said_at="2022-11-02")
    newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[origin], said_at="2022-11-03")
    denial = voice(newsroom, claim, "D", stance="denies", said_at="2022-11-08")
    second = voice(newsroom, claim, "B", said_at="2023-01-05")
    newsroom.retract(denial, "2023-03-01")
    newsroom.retract(origin, "2023-02-01")

    moments = timeline(newsroom, claim)

    leaning = "contested_leaning_supported"
    assert told(moments) == [
        ("2022-11-02", ["said"], 3, "uncontested", 1, True),
        ("2022-11-03", ["said"], 3, "uncontested", 1, False),
        ("2022-11-08", ["said"], 2, leaning, 1, True),
        ("2023-01-05", ["said"], 3, leaning, 2, True),
        ("2023-02-01", ["withdrawn"], 2, leaning, 1, True),
        ("2023-03-01", ["withdrawn"], 3, "uncontested", 1, True),
    ]
    (event,) = moments[3]["events"]
    assert (event["kind"], event["id"], event["version"], event["stance"]) == (
        "attribution",
        second.id,
        None,
        "affirms",
    )
    assert event["source"]["id"] == second["source"]["id"]
    assert event["stance"] == "affirms"
    assert [each["stance"] for moment in moments for each in moment["events"]].count("denies") == 2


def test_what_was_said_on_one_day_is_one_moment(newsroom: Newsroom, claim: Kept) -> None:
    for _ in range(3):
        voice(newsroom, claim, "B", said_at="2022-11-02")

    (moment,) = timeline(newsroom, claim)

    assert (moment["events_total"], len(moment["events"]), moment["standing"]["level"]) == (3, 3, 4)


def test_it_tells_of_contradicting_claims_too(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate("contrary", claim, other)
    voice(newsroom, claim, "B", said_at="2022-11-02")
    voice(newsroom, other, "C", said_at="2022-11-08")

    moments = timeline(newsroom, claim)

    assert [(one[0], one[2]) for one in told(moments)] == [("2022-11-02", 3), ("2022-11-08", 2)]
    (own,), (opposed,) = (moment["events"] for moment in moments)
    assert (own["stance"], own["claim"]["id"], own["claim"]["text"]) == ("affirms", claim.id, claim["text"])
    assert (opposed["stance"], opposed["claim"]["id"], opposed["claim"]["text"]) == ("affirms", other.id, "Not P")


def test_a_statement_on_a_deleted_claim_is_told_without_it(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate("contrary", claim, other)
    voice(newsroom, other, "C", said_at="2022-11-08")
    newsroom.client.delete(other.path, params={"reason": "x", "cascade": True}, headers={"If-Match": "*"})

    events = [event for moment in timeline(newsroom, claim, by="recorded_at") for event in moment["events"]]

    assert [event["claim"] for event in events if event["kind"] == "attribution"] == [None, None]


def test_a_claim_that_nobody_makes_has_no_moments(newsroom: Newsroom, claim: Kept) -> None:
    assert timeline(newsroom, claim) == []


def test_record_by_record_it_tells_what_this_newsroom_knew(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source(kind="person")
    said = newsroom.publish(claim, source, modality="stated")
    rating = newsroom.rate(source, "B")
    second = voice(newsroom, claim, "B")
    bound = newsroom.depend(said, second)
    newsroom.delete(bound)
    newsroom.retract(said)

    moments = timeline(newsroom, claim, by="recorded_at")

    by_record = {(event["kind"], event["id"], event["version"]): one for one in moments for event in one["events"]}
    steps = [
        (("claim", claim.id, 1), 0, True),
        (("source", source.id, 1), 0, False),
        (("attribution", said.id, 1), 1, True),
        (("assessment", rating.id, 1), 3, True),
        (("attribution", second.id, 1), 4, True),
        (("dependency", bound.id, 1), 3, True),
        (("dependency", bound.id, 2), 4, True),
        (("attribution", said.id, 2), 3, True),
    ]
    assert [(step, by_record[step]["standing"]["level"], by_record[step]["changed"]) for step, _, _ in steps] == steps
    assert [one["at"] for one in moments] == sorted(one["at"] for one in moments)
    assert {event["what"] for one in moments for event in one["events"]} == {"recorded"}


def test_whoever_comes_to_be_one_shows_in_the_record(newsroom: Newsroom, claim: Kept) -> None:
    sources = [newsroom.source(kind="person") for _ in range(2)]
    for source in sources:
        newsroom.rate(source, "B")
        newsroom.publish(claim, source, modality="stated")
    before = len(timeline(newsroom, claim, by="recorded_at"))

    newsroom.unite(*sources)
    newsroom.part(*sources)

    levels = [one["standing"]["level"] for one in timeline(newsroom, claim, by="recorded_at")[before - 1 :]]
    assert levels == [4, 3, 4]


def test_a_relation_shows_in_the_record_from_when_it_was_confirmed(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim("Not P")
    voice(newsroom, claim, "B")
    voice(newsroom, other, "B")
    relation = newsroom.relate("contrary", claim, other, status="proposed")
    newsroom.edit(relation, status="confirmed")

    moments = timeline(newsroom, claim, by="recorded_at")

    recorded = {event["version"]: one for one in moments for event in one["events"] if event["id"] == relation.id}
    assert [(version, one["standing"]["level"]) for version, one in recorded.items()] == [(1, 3), (2, 1)]


@pytest.mark.parametrize("by", ["said_at", "recorded_at"])
def test_every_moment_of_the_dossier_stands_as_confidence_says(
    newsroom: Newsroom, dossier: Callable[[str, str], Kept], by: str
) -> None:
    claim = dossier("claims", "supplies")
    source = newsroom.source(kind="person")
    newsroom.rate(source, "A")
    extra = newsroom.publish(claim, source, modality="stated", said_at="2022-12-24")
    newsroom.delete(extra)
    clock = {"said_at": "said_by", "recorded_at": "known_at"}[by]

    for one in newsroom.ask("/v1/claims", limit=200)["items"]:
        claim = Kept("/v1/claims", one)
        moments = timeline(newsroom, claim, by=by)
        assert moments
        for moment in moments:
            then = newsroom.ask(claim, "confidence", **{clock: moment["at"]})
            assert {name: moment["standing"][name] for name in STANDING} == {name: then[name] for name in STANDING}
        now = newsroom.ask(claim, "confidence")
        assert {name: moments[-1]["standing"][name] for name in STANDING} == {name: now[name] for name in STANDING}
        assert [later["changed"] for later in moments[1:]] == [
            later["standing"] != earlier["standing"] for earlier, later in pairwise(moments)
        ]


@pytest.mark.parametrize("by", ["said_at", "recorded_at"])
def test_pages_of_one_tell_the_same(newsroom: Newsroom, dossier: Callable[[str, str], Kept], by: str) -> None:
    claim = dossier("claims", "supplies")
    voice(newsroom, claim, "B", said_at="2022-12-24")

    whole = timeline(newsroom, claim, by=by)

    assert len(whole) > 2
    assert timeline(newsroom, claim, by=by, limit=1) == timeline(newsroom, claim, by=by, limit=3) == whole


def test_a_page_that_begins_after_the_last_moment_is_empty(newsroom: Newsroom, claim: Kept) -> None:
    voice(newsroom, claim, "B", said_at="2022-11-02")
    later = voice(newsroom, claim, "B", said_at="2022-11-03")
    page = newsroom.ask(claim, "timeline", limit=1)
    newsroom.delete(later)

    assert newsroom.ask(claim, "timeline", limit=1, cursor=page["next"]) == {"items": [], "next": None}


def test_it_can_be_told_as_of_a_day_and_as_the_record_stood(newsroom: Newsroom, claim: Kept) -> None:
    first = voice(newsroom, claim, "B", said_at="2022-11-02")
    voice(newsroom, claim, "B", said_at="2023-01-05")
    whole = timeline(newsroom, claim)

    assert timeline(newsroom, claim, said_by="2022-12") == whole[:1]
    assert timeline(newsroom, claim, known_at=first["recorded_at"]) == whole[:1]
    records = timeline(newsroom, claim, by="recorded_at")
    then = timeline(newsroom, claim, by="recorded_at", known_at=first["recorded_at"])
    assert then == records[: len(then)]
    assert then[-1]["at"] == first["recorded_at"]


def test_a_version_tells_what_it_said_itself(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, newsroom.source(), stance="affirms")
    other, contrary = newsroom.source(), newsroom.claim()
    newsroom.relate("contrary", contrary, claim)
    newsroom.edit(said, stance="denies", source=other, claim=contrary)

    for by, stances in (("recorded_at", ["affirms", "denies"]), ("said_at", ["denies"])):
        events = [event for moment in timeline(newsroom, claim, by=by) for event in moment["events"]]
        told = [event for event in events if event["kind"] == "attribution"]
        assert [event["stance"] for event in told] == stances
        assert told[-1]["source"]["id"] == other.id
        assert len({event["source"]["id"] for event in told}) == len(stances)
        assert [event["claim"]["id"] for event in told] == [claim.id, contrary.id][-len(stances) :]


def test_a_clock_that_is_none_is_refused(newsroom: Newsroom, claim: Kept) -> None:
    problem(newsroom.client.get(f"{claim.path}/timeline", params={"by": "occurred"}), 422)


def test_a_correction_of_what_is_cited_is_a_moment(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim()
    newsroom.relate("refines", narrow, claim)
    agency = newsroom.source(kind="state_media")
    newsroom.rate(agency, "B")
    first = newsroom.publish(narrow, agency, modality="stated", said_at="2023-01-01")
    newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[first], said_at="2023-01-02")
    newsroom.publish(narrow, agency, modality="stated", stance="denies", replaces=first, said_at="2023-01-05")

    moments = timeline(newsroom, claim)

    assert [(one["at"][:10], one["standing"]["level"]) for one in moments] == [
        ("2023-01-01", 0),
        ("2023-01-02", 3),
        ("2023-01-05", 0),
    ]


def test_what_is_corrected_is_withdrawn_with_the_correction(newsroom: Newsroom, claim: Kept) -> None:
    denial = voice(newsroom, claim, "B", stance="denies", said_at="2022-10-03")
    newsroom.publish(claim, denial["source"], modality="confirmed", replaces=denial, said_at="2022-11-05")

    moments = timeline(newsroom, claim)

    assert [
        (one["at"][:10], sorted((event["what"], event["id"] == denial.id) for event in one["events"]))
        for one in moments
    ] == [
        ("2022-10-03", [("said", True)]),
        ("2022-11-05", [("said", False), ("withdrawn", True)]),
    ]


def test_what_counts_no_more_was_a_moment_all_the_same(newsroom: Newsroom, claim: Kept) -> None:
    voice(newsroom, claim, "B")
    other = newsroom.claim()
    voice(newsroom, other, "B")
    relation = newsroom.relate("contradicts", claim, other)
    newsroom.edit(relation, status="rejected")

    statuses = [one["standing"]["status"] for one in timeline(newsroom, claim, by="recorded_at")]

    assert statuses[-2:] == ["contested_balanced", "uncontested"]


def test_a_controller_that_was_left_had_its_moments(newsroom: Newsroom, claim: Kept) -> None:
    government = newsroom.source(kind="government")
    spokesman = newsroom.source(kind="person", controlled_by=government)
    newsroom.publish(claim, spokesman, modality="stated")
    newsroom.rate(government, "A")
    newsroom.edit(spokesman, controlled_by=None)

    levels = [one["standing"]["level"] for one in timeline(newsroom, claim, by="recorded_at")]

    assert levels[-3:] == [1, 4, 1]


def test_nothing_is_told_of_before_the_claim(newsroom: Newsroom) -> None:
    agency = newsroom.source(kind="state_media")
    newsroom.rate(agency, "B")
    claim = newsroom.claim()
    newsroom.publish(claim, agency, modality="stated")

    moments = timeline(newsroom, claim, by="recorded_at")

    assert moments[0]["at"] == claim["recorded_at"]
    for moment in moments:
        assert newsroom.ask(claim, "confidence", known_at=moment["at"])["level"] == moment["standing"]["level"]


def test_what_cannot_be_cited_any_more_was_and_that_shows_however_far_it_is(newsroom: Newsroom, claim: Kept) -> None:
    narrower, narrowest, same = newsroom.claim(), newsroom.claim(), newsroom.claim()
    newsroom.relate("refines", narrower, claim)
    between = newsroom.relate("refines", narrowest, narrower)
    origin = voice(newsroom, same, "B")
    one = newsroom.relate("same_as", narrowest, same)
    newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[origin])
    newsroom.edit(between, status="rejected")
    newsroom.edit(between, status="confirmed")
    newsroom.edit(one, status="rejected")

    levels = [one["standing"]["level"] for one in timeline(newsroom, claim, by="recorded_at")]

    assert levels[-4:] == [3, 0, 3, 0]


def test_a_correction_of_what_is_cited_shows_in_the_record(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim()
    newsroom.relate("refines", narrow, claim)
    origin = voice(newsroom, narrow, "B")
    newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[origin])
    newsroom.say(narrow, origin["source"], stance="denies", replaces=origin)

    levels = [one["standing"]["level"] for one in timeline(newsroom, claim, by="recorded_at")]

    assert levels[-2:] == [3, 0]


def test_whom_an_author_speaks_for_shows_in_the_record(newsroom: Newsroom, claim: Kept) -> None:
    government = newsroom.source(kind="government")
    newsroom.rate(government, "B")
    ministry = newsroom.source(controlled_by=government)
    spokesman = newsroom.source(kind="person", controlled_by=government)
    page = newsroom.document("So it is.", authors=[ministry])
    newsroom.say(claim, spokesman, document=page, modality="stated")
    newsroom.edit(ministry, controlled_by=None)

    levels = [one["standing"]["level"] for one in timeline(newsroom, claim, by="recorded_at")]

    assert levels[-2:] == [3, 0]


@pytest.mark.parametrize("by_source", [True, False])
def test_a_dependency_of_others_shows_where_it_makes_two_voices_one(
    newsroom: Newsroom, claim: Kept, by_source: bool
) -> None:
    first, second = newsroom.say(newsroom.claim()), newsroom.say(newsroom.claim())
    governments = [newsroom.source(kind="government") for _ in range(2)]
    for government, elsewhere in zip(governments, (first, second), strict=True):
        spokesman = newsroom.source(kind="person", controlled_by=government)
        newsroom.rate(government, "B")
        said = newsroom.publish(claim, spokesman, modality="stated")
        if not by_source:
            newsroom.depend(said, elsewhere)
    others = [newsroom.source(controlled_by=each) for each in governments] if by_source else [first, second]
    newsroom.depend(*others)

    standings = [each["standing"] for each in timeline(newsroom, claim, by="recorded_at")]

    assert [each["independent_origins"] for each in standings[-2:]] == [2, 1]


def test_what_was_not_known_yet_tells_nothing_of_it(newsroom: Newsroom, claim: Kept) -> None:
    other, said = newsroom.source(), voice(newsroom, claim, "B")
    speaker = Kept("/v1/sources", newsroom.ask(f"/v1/sources/{said['source']['id']}"))
    (*_, last) = before = timeline(newsroom, claim, by="recorded_at")
    newsroom.depend(speaker, other)

    assert timeline(newsroom, claim, by="recorded_at", known_at=last["at"]) == before


@pytest.mark.dealt
@pytest.mark.parametrize("seed", range(4))
def test_the_last_moment_is_how_it_stands(newsroom: Newsroom, seed: int) -> None:
    clerk = Clerk(newsroom.client, random.Random(seed))
    for _ in range(20):
        clerk.change()
    for one in newsroom.ids("claims"):
        (*_, last) = timeline(newsroom, Kept("/v1/claims", {"id": one}), by="recorded_at")
        now = newsroom.ask(f"/v1/claims/{one}/confidence")
        assert {name: last["standing"][name] for name in STANDING} == {name: now[name] for name in STANDING}
