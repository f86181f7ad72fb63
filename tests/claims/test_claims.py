"""What is claimed, apart from who says it."""

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import pointers, problem


def test_a_claim_is_kept_as_it_was_worded(newsroom: Newsroom) -> None:
    body = {
        "text": "La Corée du Nord a livré des armes",
        "language": "fr",
        "translations": {"en": "North Korea delivered arms"},
        "about": [{"label": "North Korea", "wikidata": "Q423"}, {"label": "arms", "wikidata": None}],
        "place": "Pyongyang",
        "topics": ["arms", "Russia"],
    }
    kept = newsroom.add("claims", body | {"occurred": "2022-09-05/2022-09-06"})
    assert {name: kept[name] for name in body} == body
    assert kept["occurred"] == {
        "value": "2022-09-05/2022-09-06",
        "earliest": "2022-09-05T00:00:00Z",
        "latest": "2022-09-06T23:59:59.999999Z",
    }


@pytest.mark.parametrize("date", ["2006-10-14/..", "../2006", "2023-07", "2023-07-26T10:00:00Z"])
def test_a_date_is_accepted_back_in_the_form_it_was_answered(newsroom: Newsroom, date: str) -> None:
    claim = newsroom.claim(occurred=date)
    assert claim["occurred"]["value"] == date
    assert newsroom.edit(claim, occurred=claim["occurred"])["version"] == 1


@pytest.mark.parametrize("date", ["2023-02-30", "yesterday", "2023-13", "2023-07-02/2023-07-01", 2023, ""])
def test_an_impossible_date_is_refused(newsroom: Newsroom, date: object) -> None:
    assert pointers(newsroom.refused("claims", {"text": "P", "occurred": date})) == ["/occurred"]


def test_the_same_words_may_be_two_claims(newsroom: Newsroom) -> None:
    assert newsroom.claim("P").id != newsroom.claim("P").id


def test_a_translation_is_added_and_taken_away_by_its_language(newsroom: Newsroom) -> None:
    claim = newsroom.claim("P", translations={"fr": "F", "de": "D"})
    edited = newsroom.edit(claim, translations={"de": None, "es": "E"})
    assert edited["translations"] == {"fr": "F", "es": "E"}


@pytest.fixture
def arms(newsroom: Newsroom) -> Kept:
    """A claim among others."""
    newsroom.claim("Iran supplied drones", language="en", topics=["drones"], occurred="2022-07", about=[])
    return newsroom.claim(
        "Pyongyang liefert 50 % der Waffen_",
        language="de",
        translations={"fr": "L’État livre des armes"},
        topics=["Arms Transfers"],
        about=[{"label": "North Korea", "wikidata": "Q423"}],
        occurred="2023-07-26",
    )


@pytest.mark.parametrize(
    "filters",
    [
        {"topic": "arms transfers"},
        {"language": "de"},
        {"about": "north korea"},
        {"about": "Q423"},
        {"text": "WAFFEN"},
        {"text": "l’état livre"},
        {"text": "50 %"},
        {"text": "waffen_"},
        {"occurred_from": "2023"},
        {"occurred_from": "2023-07-26", "occurred_to": "2023-07-26"},
        {"occurred_from": "2022-08"},
        {"topic": "Arms Transfers", "language": "de", "text": "liefert"},
    ],
)
def test_a_claim_is_found_by(newsroom: Newsroom, arms: Kept, filters: dict[str, str]) -> None:
    assert newsroom.ids("claims", **filters) == [arms.id]


@pytest.mark.parametrize(
    "filters",
    [
        {"topic": "arms"},
        {"about": "Korea"},
        {"text": "%waffen"},
        {"text": "waffen."},
        {"occurred_from": "2023-07-27"},
        {"occurred_to": "2022-06"},
        {"language": "d"},
    ],
)
def test_no_claim_is_found_by(newsroom: Newsroom, arms: Kept, filters: dict[str, str]) -> None:
    assert newsroom.ids("claims", **filters) == []


def test_a_claim_without_a_date_is_in_no_range(newsroom: Newsroom) -> None:
    newsroom.claim()
    assert newsroom.ids("claims", occurred_from="0001") == []


def test_an_open_interval_reaches_as_far_as_it_is_open(newsroom: Newsroom) -> None:
    since = newsroom.claim(occurred="2006-10-14/..")
    assert newsroom.ids("claims", occurred_from="2100") == [since.id]
    assert newsroom.ids("claims", occurred_to="2006-10-13") == []


def test_a_range_that_is_no_date_is_refused(newsroom: Newsroom) -> None:
    refused = problem(newsroom.client.get("/v1/claims", params={"occurred_from": "soon"}), 422)
    assert refused["errors"][0]["parameter"] == "occurred_from"


def test_a_range_that_ends_before_it_begins_is_refused(newsroom: Newsroom) -> None:
    range_ = {"occurred_from": "2024", "occurred_to": "2023"}
    refused = problem(newsroom.client.get("/v1/claims", params=range_), 422)
    assert refused["errors"][0]["parameter"] == "occurred_to"


def test_a_claim_is_found_by_what_it_said_then(newsroom: Newsroom) -> None:
    claim = newsroom.claim("before", topics=["old"], about=[{"label": "A"}])
    newsroom.edit(claim, text="after", topics=["new"], about=[])
    for filters in ({"text": "before"}, {"topic": "old"}, {"about": "a"}):
        assert newsroom.ids("claims", **filters) == []
        assert newsroom.ids("claims", **filters, known_at=claim["recorded_at"]) == [claim.id]


@pytest.mark.parametrize("sort", ["text", "-text", "occurred", "-occurred", "updated_at", "recorded_at"])
def test_a_sorted_list_goes_through_every_page_once(newsroom: Newsroom, sort: str) -> None:
    dates = ["2023", None, "../2020", "2021-02"]
    claims = [newsroom.claim("é" * 10_000 + str(number), occurred=date) for number, date in enumerate(dates)]
    assert sorted(newsroom.ids("claims", sort=sort, limit=1)) == sorted(claim.id for claim in claims)
