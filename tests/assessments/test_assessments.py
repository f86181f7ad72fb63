"""Somebody's ratings: many side by side, each on its scale, none ever edited."""

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import problem

pytestmark = pytest.mark.dealt  # what a scale has is checked before any engine is asked


def rating(target: Kept, scale: str, value: object, kind: str | None = None) -> dict[str, object]:
    """Word a rating."""
    kind = kind or target.path.split("/")[2][:-1]
    return {"target": {"kind": kind, **target.ref}, "scale": scale, "value": value}


@pytest.fixture
def targets(newsroom: Newsroom) -> dict[str, Kept]:
    """One record of each kind that can be rated."""
    claim, source = newsroom.claim(), newsroom.source()
    return {"claim": claim, "source": source, "attribution": newsroom.say(claim, source)}


@pytest.mark.parametrize("value", list("ABCDEF"))
def test_reliability_is_a_letter(newsroom: Newsroom, targets: dict[str, Kept], value: str) -> None:
    for kind in ("source", "attribution"):
        assert newsroom.add("assessments", rating(targets[kind], "admiralty_reliability", value))["value"] == value


@pytest.mark.parametrize("value", list("123456"))
def test_credibility_is_a_figure(newsroom: Newsroom, targets: dict[str, Kept], value: str) -> None:
    kept = newsroom.add("assessments", rating(targets["attribution"], "admiralty_credibility", value))
    assert kept["value"] == value


@pytest.mark.parametrize(
    ("kind", "scale", "value"),
    [
        ("source", "admiralty_reliability", "G"),
        ("source", "admiralty_reliability", "b"),
        ("source", "admiralty_reliability", "AB"),
        ("source", "admiralty_reliability", "1"),
        ("claim", "admiralty_reliability", "A"),
        ("attribution", "admiralty_credibility", "0"),
        ("attribution", "admiralty_credibility", "7"),
        ("attribution", "admiralty_credibility", "A"),
        ("attribution", "admiralty_credibility", 2),
        ("source", "admiralty_credibility", "2"),
        ("claim", "admiralty_credibility", "2"),
        ("claim", "gut_feeling", "good"),
        ("claim", "stix_confidence", ""),
    ],
)
def test_what_a_scale_does_not_have_is_refused(
    newsroom: Newsroom, targets: dict[str, Kept], kind: str, scale: str, value: object
) -> None:
    newsroom.refused("assessments", rating(targets[kind], scale, value))


@pytest.mark.parametrize("scale", ["stix_confidence", "icd203_likelihood", "analytic_confidence"])
@pytest.mark.parametrize("kind", ["source", "attribution", "claim"])
def test_other_scales_are_kept_word_for_word(
    newsroom: Newsroom, targets: dict[str, Kept], kind: str, scale: str
) -> None:
    kept = newsroom.add("assessments", rating(targets[kind], scale, "  rather likely (55–80 %)"))
    assert kept["value"] == "  rather likely (55–80 %)"
    assert kept["target"] == {"kind": kind, "id": targets[kind].id}


def test_other_kinds_are_not_rated(newsroom: Newsroom) -> None:
    newsroom.refused("assessments", rating(newsroom.document(), "analytic_confidence", "high"))


def test_a_target_is_of_the_kind_that_is_said(newsroom: Newsroom, targets: dict[str, Kept]) -> None:
    newsroom.refused("assessments", rating(targets["source"], "analytic_confidence", "high", kind="claim"))


def test_many_ratings_stand_side_by_side(newsroom: Newsroom, targets: dict[str, Kept]) -> None:
    source = targets["source"]
    kept = [newsroom.rate(source, value, assessor=f"Desk {value}") for value in "AB"]
    assert newsroom.ids("assessments", target=source.id) == [one.id for one in kept]


def test_a_rating_is_never_edited(newsroom: Newsroom, targets: dict[str, Kept]) -> None:
    kept = newsroom.rate(targets["source"], "B", external_id="key")
    refused = problem(newsroom.try_edit(kept, value="C"), 405)
    assert "PATCH" not in refused["detail"].partition(":")[2]
    same = rating(targets["source"], "admiralty_reliability", "B") | {"external_id": "key"}
    assert newsroom.add("assessments", same, status=200)["version"] == 1
    refused = newsroom.refused("assessments", same | {"value": "C"}, 409)
    assert refused["detail"] == "Assessments are never edited: delete this one, with the reason, and add another."
    assert newsroom.ask(kept)["value"] == "B"


def test_a_rating_is_deleted_with_a_reason(newsroom: Newsroom, targets: dict[str, Kept]) -> None:
    kept = newsroom.rate(targets["source"], "B")
    newsroom.delete(kept)
    assert problem(newsroom.client.get(kept.path), 410)["reason"] == "made in error"
    assert newsroom.ids("assessments") == []


def test_ratings_are_found_by_target_and_scale(newsroom: Newsroom, targets: dict[str, Kept]) -> None:
    kept = {
        kind: newsroom.add("assessments", rating(target, "analytic_confidence", kind)).id
        for kind, target in targets.items()
    }
    reliability = newsroom.rate(targets["source"], "B").id
    for kind in ("claim", "attribution"):
        assert newsroom.ids("assessments", target=targets[kind].id) == [kept[kind]]
    assert newsroom.ids("assessments", target=targets["source"].id) == [kept["source"], reliability]
    assert newsroom.ids("assessments", scale="admiralty_reliability") == [reliability]
