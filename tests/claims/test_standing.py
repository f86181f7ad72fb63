"""How claims stand, in their list: worked out anew where something changed, and what it can be asked by."""

from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import problem

PAST_THE_LADDER = ["-1", "6", "2.5", "high", ""]


def standing(newsroom: Newsroom, claim: Kept, **asked: Any) -> dict[str, Any]:
    """Ask the list for one claim's standing."""
    (item,) = newsroom.ask("/v1/claims", id=claim.id, **asked)["items"]
    found: dict[str, Any] = item["standing"]
    return found


def rated(newsroom: Newsroom, value: str, **fields: Any) -> Kept:
    """Record a source with a rating."""
    source = newsroom.source(kind="organization", **fields)
    newsroom.rate(source, value)
    return source


def witnessed(newsroom: Newsroom, claim: Kept, *ratings: str, **fields: Any) -> list[Kept]:
    """Record a first-hand report on file for each rating, by a source of its own."""
    return [
        newsroom.publish(claim, rated(newsroom, value), evidentiality="witnessed", **{"modality": "stated"} | fields)
        for value in ratings
    ]


def test_nothing_recorded_is_no_evidence(newsroom: Newsroom) -> None:
    assert standing(newsroom, newsroom.claim()) == {
        "level": 0,
        "label": "NONE",
        "status": "no_evidence",
        "support": 0,
        "opposition": 0,
        "attributions": 0,
        "origins": 0,
        "independent_origins": 0,
        "unknown_origins": 0,
        "echoes": 0,
        "policy": "default-1",
        "stale": False,
        "computed": True,
    }


def test_the_list_tells_voices_from_echoes(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    first, _ = witnessed(newsroom, claim, "B", "B")
    for _ in range(3):
        newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[first])
    newsroom.publish(claim, newsroom.source(kind="media_outlet"))

    found = standing(newsroom, claim)

    assert (found["level"], found["label"], found["status"]) == (4, "HIGH", "uncontested")
    counted = {name: found[name] for name in ("attributions", "origins", "independent_origins", "unknown_origins")}
    assert counted == {"attributions": 6, "origins": 3, "independent_origins": 2, "unknown_origins": 1}
    assert found["echoes"] == 3


def test_a_claim_is_found_by_how_it_stands(newsroom: Newsroom) -> None:
    nothing, one, two, contested = (newsroom.claim() for _ in range(4))
    witnessed(newsroom, one, "B")
    witnessed(newsroom, two, "B", "B")
    witnessed(newsroom, contested, "B")
    witnessed(newsroom, contested, "D", stance="denies")
    expected: list[tuple[dict[str, Any], list[Kept]]] = [
        ({"level_min": 3}, [one, two]),
        ({"level_max": 2}, [nothing, contested]),
        ({"level_min": 2, "level_max": 3}, [one, contested]),
        ({"status": "no_evidence"}, [nothing]),
        ({"status": ["contested_leaning_supported", "no_evidence"]}, [nothing, contested]),
        ({"independent_origins_max": 1, "level_min": 1}, [one, contested]),
        ({"independent_origins_min": 2}, [two]),
        ({"independent_origins_min": 1, "independent_origins_max": 1}, [one, contested]),
        ({"level_min": 3, "text": one["text"]}, [one]),
    ]

    for filters, claims in expected:
        assert newsroom.ids("claims", **filters) == [claim.id for claim in claims], filters
        assert newsroom.ids("claims", **filters, limit=1) == [claim.id for claim in claims], filters


def test_a_change_elsewhere_shows_at_once_in_the_list_and_its_tag(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    source = rated(newsroom, "D")
    newsroom.publish(claim, source, evidentiality="witnessed", modality="stated")
    before = newsroom.client.get("/v1/claims")
    known = {"If-None-Match": before.headers["etag"]}
    assert newsroom.client.get("/v1/claims", headers=known).status_code == 304

    newsroom.rate(source, "A")
    after = newsroom.client.get("/v1/claims", headers=known)

    assert (before.json()["items"][0]["standing"]["level"], after.json()["items"][0]["standing"]["level"]) == (1, 4)
    assert before.json()["items"][0]["version"] == after.json()["items"][0]["version"]


def test_the_list_as_of_an_instant_says_how_claims_stood_then(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    first, second = witnessed(newsroom, claim, "B", "B")

    assert standing(newsroom, claim, known_at=first["recorded_at"])["level"] == 3
    assert standing(newsroom, claim, known_at=second["recorded_at"])["level"] == 4
    assert standing(newsroom, claim, known_at=claim["recorded_at"])["status"] == "no_evidence"


def test_a_deleted_claim_comes_back_with_its_standing(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    witnessed(newsroom, claim, "B")
    assert standing(newsroom, claim)["level"] == 3

    newsroom.delete(claim, cascade=True)
    assert newsroom.ask("/v1/claims", level_min=0)["items"] == []
    newsroom.restore(claim, cascade=True)

    assert standing(newsroom, claim)["level"] == 3


def test_only_a_list_answers_the_standing(newsroom: Newsroom) -> None:
    claim = newsroom.claim()

    assert "standing" not in claim
    assert "standing" not in newsroom.ask(claim)


@pytest.mark.parametrize("name", ["level", "independent_origins"])
def test_a_range_that_is_empty_is_refused(newsroom: Newsroom, name: str) -> None:
    asked = {f"{name}_min": 3, f"{name}_max": 2}

    refused = problem(newsroom.client.get("/v1/claims", params=asked), 422)

    assert refused["errors"][0]["parameter"] == f"{name}_min"
    assert "3 or more and 2 or less" in refused["detail"]


@pytest.mark.parametrize(
    "filters",
    [
        {"level_min": 0},
        {"level_max": 5},
        {"status": "no_evidence"},
        {"independent_origins_min": 0},
        {"independent_origins_max": 1},
    ],
)
def test_an_earlier_standing_is_nothing_to_filter_by(newsroom: Newsroom, filters: dict[str, Any]) -> None:
    asked = {**filters, "known_at": newsroom.claim()["recorded_at"]}

    refused = problem(newsroom.client.get("/v1/claims", params=asked), 422)

    assert refused["errors"][0]["parameter"] == "known_at"
    assert next(iter(filters)) in refused["detail"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("level_min", PAST_THE_LADDER),
        ("level_max", PAST_THE_LADDER),
        ("independent_origins_min", ["-1", "x", str(2**63)]),
        ("independent_origins_max", ["-1", "x", str(2**63)]),
        ("status", ["", "contested", "NO_EVIDENCE"]),
    ],
)
def test_what_no_standing_can_be_is_refused(newsroom: Newsroom, name: str, values: list[str]) -> None:
    for value in values:
        refused = problem(newsroom.client.get("/v1/claims", params={name: value}), 422)
        assert refused["errors"][0]["parameter"] == name, value
