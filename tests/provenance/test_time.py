"""Three clocks: what was known by then, what had been said by then, and both at once."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom, ends
from tests.numbers import unnumbered
from tests.problems import problem


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim()


def said_by(newsroom: Newsroom, claim: Kept, instant: str, **asked: str) -> set[str]:
    """Return what had been said by an instant."""
    return {node["id"] for node in newsroom.ask(claim, "provenance", said_by=instant, **asked)["nodes"]}


# said_by -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said_at", "day", "certain"),
    [
        ("2022-11-02", "2022-11-02", True),
        ("2022-11-02", "2022-11-01", False),
        ("2022-11", "2022-11-29", False),
        ("2022-11", "2022-11-30", True),
        ("2022-09-05/2022-09-06", "2022-09-05", False),
        ("2022-09-05/2022-09-06", "2022-09-06", True),
        ("2022-11-02T10:00:00Z", "2022-11-02T10:00:00Z", True),
        ("2022-11-02T10:00:00Z", "2022-11-02T09:59:59Z", False),
    ],
)
def test_only_what_had_certainly_been_said_counts(
    newsroom: Newsroom, claim: Kept, said_at: str, day: str, certain: bool
) -> None:
    said = newsroom.say(claim, said_at=said_at)
    assert said_by(newsroom, claim, day) == ({said.id} if certain else set())


def test_without_a_date_of_its_own_the_documents_counts(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, document={"published_at": "2022-11-02"})
    assert said_by(newsroom, claim, "2022-11-02") == {said.id}
    assert said_by(newsroom, claim, "2022-11-01") == set()


def test_without_any_date_it_was_said_when_it_was_recorded(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, document={"title": "Undated"})
    assert said_by(newsroom, claim, "2022-11-02") == set()
    assert said_by(newsroom, claim, said["recorded_at"]) == {said.id}


def test_what_is_cited_was_said_no_later_than_what_cites_it(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim)
    middle = newsroom.say(claim, cites=[origin], said_at="2023")
    relay = newsroom.say(claim, cites=[middle], said_at="2022-11-02")
    later = newsroom.say(claim, cites=[relay], said_at="2022-11-03")
    assert said_by(newsroom, claim, "2022-11-02") == {origin.id, middle.id, relay.id}
    assert later.id not in said_by(newsroom, claim, "2022-11-02")


def test_a_relay_stays_a_relay_whatever_the_day(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim, newsroom.source(kind="person"))
    newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[origin], said_at="2022-11-02")
    found = newsroom.ask(claim, "provenance", said_by="2022-11-02")
    assert [one["attribution"] for one in ends(found)] == [origin.id]
    assert found["counts"]["supporting"]["echoes"] == 1


@pytest.mark.parametrize(("day", "retracted"), [("2022-11-30", False), ("2022-12-31", True)])
def test_a_retraction_counts_when_it_had_certainly_happened(
    newsroom: Newsroom, claim: Kept, day: str, retracted: bool
) -> None:
    said = newsroom.publish(claim, newsroom.source(kind="person"), said_at="2022-11-02")
    newsroom.retract(said, "2022-12")
    found = newsroom.ask(claim, "provenance", said_by=day)
    assert [node["retracted"] for node in found["nodes"]] == [retracted]
    assert found["counts"]["supporting"]["attributions"] == (not retracted)


def test_an_undated_retraction_had_happened_when_it_was_recorded(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, said_at="2022-11-02")
    newsroom.retract(said)
    then = newsroom.ask(said)["updated_at"]
    assert [one["retracted"] for one in newsroom.ask(claim, "provenance", said_by="2023")["nodes"]] == [False]
    assert [one["retracted"] for one in newsroom.ask(claim, "provenance", said_by=then)["nodes"]] == [True]


def test_a_correction_counts_when_it_had_been_said(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source(kind="person")
    denial = newsroom.publish(claim, source, stance="denies", said_at="2022-10")
    newsroom.publish(claim, source, said_at="2022-11-05", replaces=denial)
    before, after = (newsroom.ask(claim, "contradictions", said_by=day) for day in ("2022-11-04", "2022-11-05"))
    assert ([one["retracted"] for one in before["denials"]], len(before["origins"])) == ([False], 1)
    assert ([one["retracted"] for one in after["denials"]], after["origins"]) == ([True], [])


def test_every_question_takes_a_day(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim, said_at="2022-11-01")
    relay = newsroom.say(claim, cites=[origin], said_at="2022-11-03")
    other = newsroom.claim()
    newsroom.relate("contrary", claim, other)
    newsroom.say(other, said_at="2022-11-03")
    day: dict[str, Any] = {"said_by": "2022-11-02"}
    assert [len(one["hops"]) for one in newsroom.ask(claim, "chains", **day)["items"]] == [1]
    assert newsroom.ask(claim, "contradictions", **day)["claims"][0]["attributions"] == []
    assert [one["id"] for one in newsroom.ask(origin, "downstream", **day)["nodes"]] == [origin.id]
    assert [one["id"] for one in newsroom.ask(relay, "upstream", **day)["nodes"]] == []


def test_relations_do_not_follow_the_day(newsroom: Newsroom, claim: Kept) -> None:
    same = newsroom.claim()
    newsroom.relate("same_as", claim, same, decided_at="2023-05")
    said = newsroom.say(same, said_at="2022-11-02")
    assert said_by(newsroom, claim, "2022-12-01") == {said.id}


@pytest.mark.parametrize("day", ["yesterday", "2022-02-30", ""])
def test_a_day_that_is_none_is_refused(newsroom: Newsroom, claim: Kept, day: str) -> None:
    problem(newsroom.client.get(f"{claim.path}/provenance", params={"said_by": day}), 422)


def test_lists_of_records_take_no_day(newsroom: Newsroom, claim: Kept) -> None:
    problem(newsroom.client.get("/v1/attributions", params={"said_by": "2022-11-02"}), 422)


# known_at, and both --------------------------------------------------------------------------------------------------


def test_the_graph_is_as_it_stood(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source("Before", kind="person")
    origin = newsroom.publish(claim, source)
    relay = newsroom.publish(claim, newsroom.source(), cites=[origin])
    then = newsroom.ask(claim, "provenance", known_at=relay["recorded_at"])
    newsroom.edit(source, name="After")
    newsroom.retract(origin)
    newsroom.delete(relay)
    newsroom.say(claim, stance="denies")
    assert unnumbered(newsroom.ask(claim, "provenance", known_at=relay["recorded_at"])) == unnumbered(then)
    assert ends(then)[0]["source"]["name"] == "Before"
    assert newsroom.ask(claim, "provenance")["origins"] == []


def test_a_relation_counts_from_when_it_was_confirmed(newsroom: Newsroom, claim: Kept) -> None:
    same, against = newsroom.claim(), newsroom.claim()
    said, last = newsroom.say(same), newsroom.say(against)
    newsroom.relate("same_as", claim, same)
    newsroom.relate("contrary", claim, against)
    then = {"known_at": last["recorded_at"]}
    assert newsroom.ask(claim, "provenance", **then)["nodes"] == []
    assert newsroom.ask(claim, "contradictions", **then)["claims"] == []
    assert [one["id"] for one in newsroom.ask(claim, "provenance")["nodes"]] == [said.id]


def test_what_was_said_by_a_day_as_it_was_known_on_another(newsroom: Newsroom, claim: Kept) -> None:
    early = newsroom.say(claim, said_at="2022-11-02")
    found_later = newsroom.say(claim, said_at="2022-11-01")
    known = {"known_at": early["recorded_at"]}
    assert said_by(newsroom, claim, "2022-11-02", **known) == {early.id}
    assert said_by(newsroom, claim, "2022-11-01", **known) == set()
    assert said_by(newsroom, claim, "2022-11-02") == {early.id, found_later.id}
    newsroom.edit(early, said_at="2022-11-03")
    assert said_by(newsroom, claim, "2022-11-02") == {found_later.id}
    assert said_by(newsroom, claim, "2022-11-02", **known) == {early.id}


def test_the_dossier_grows_with_the_days(newsroom: Newsroom, dossier: Callable[[str, str], Kept]) -> None:
    claim = dossier("claims", "iran-drones")
    days = ["2022-07-10", "2022-07-11", "2022-09-23", "2022-11-05", "2023-12-31"]
    graphs = [said_by(newsroom, claim, day) for day in days]
    assert graphs[0] == set()
    assert all(earlier < later for earlier, later in pairwise(graphs))
    october = newsroom.ask(claim, "contradictions", said_by="2022-11-04")["denials"]
    november = newsroom.ask(claim, "contradictions", said_by="2022-11-05")["denials"]
    denial = dossier("attributions", "iran-denial").id
    assert [one["retracted"] for one in october if one["id"] == denial] == [False]
    assert [one["retracted"] for one in november if one["id"] == denial] == [True]
