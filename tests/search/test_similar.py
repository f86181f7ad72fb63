"""The likely duplicates of a draft are told before it is recorded, and nothing is recorded or merged."""

from typing import Any

import pytest

from api.search import similar as module
from tests.newsroom import Newsroom
from tests.problems import pointers, problem

TEXT = "North Korea supplies Russia with arms for the war in Ukraine"


@pytest.fixture
def desk(newsroom: Newsroom) -> Newsroom:
    """A newsroom with many claims in which every word of ours is common."""
    words = TEXT.split()
    newsroom.bundle(
        *(
            {"kind": "claim", "text": f"{words[number % 11]} {words[number // 11 % 11]} and thing {number}"}
            for number in range(300)
        )
    )
    return newsroom


def likely(newsroom: Newsroom, text: str, **fields: Any) -> list[dict[str, Any]]:
    answer = newsroom.post("/v1/claims/similar", {"text": text, **fields})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "For the war in Ukraine, Russia is supplied with arms by North Korea",
        "North Corea suplies Rusia with arms for the war in Ukraine",
        "La Corée du Nord fournit à la Russie des armes pour la guerre en Ukraine",
        "북한은 우크라이나 전쟁을 위해 러시아에 무기를 공급하고 있다",
    ],
)
def test_a_claim_is_found_in_other_words(desk: Newsroom, text: str) -> None:
    claim = desk.claim(
        TEXT,
        language="en",
        translations={
            "fr": "La Corée du Nord fournit des armes à la Russie pour la guerre en Ukraine",
            "ko": "북한은 우크라이나 전쟁을 위해 러시아에 무기를 공급한다",
        },
    )

    first = likely(desk, text)[0]

    assert (first["claim"], first["text"], first["language"]) == (claim.id, TEXT, "en")
    assert first["score"] >= 70
    assert first["reasons"][0]["kind"] == "words"


@pytest.mark.parametrize(
    ("counted", "text"),
    [
        (100_000, "Attested: bleach dumped, mill poured, river stank"),
        (60, "Bleach, dye, mill: leak attested by oily river"),
    ],
)
def test_a_claim_is_found_though_the_draft_has_words_that_nobody_used_before(
    desk: Newsroom, monkeypatch: pytest.MonkeyPatch, counted: int, text: str
) -> None:
    monkeypatch.setattr(module, "SAMPLED", 50)
    monkeypatch.setattr(module, "COUNTED", counted)
    old = desk.claim("The mill let bleach and dye into the river")
    desk.bundle(*({"kind": "claim", "text": f"There is a thing {number}"} for number in range(60)))
    new = desk.claim("Rockets hit the hospital")

    assert likely(desk, text)[0]["claim"] == old.id
    assert likely(desk, "Attested: a hospital mutely pounded, rockets seen")[0]["claim"] == new.id


def test_a_draft_is_found_by_its_own_translation(desk: Newsroom) -> None:
    claim = desk.claim(TEXT)

    (first, *_) = likely(desk, "Nordkorea liefert Russland Waffen", translations={"en": TEXT})

    assert first["claim"] == claim.id
    assert {"kind": "translation", "values": ["en"]} in first["reasons"]


def test_what_makes_it_another_claim_is_told(desk: Newsroom) -> None:
    claim = desk.claim(TEXT, occurred="2023")

    (first, *_) = likely(desk, TEXT.replace("supplies", "never supplied"), occurred="2019")

    assert first["claim"] == claim.id
    assert {one["kind"] for one in first["differences"]} == {"negation", "occurred"}
    assert first["score"] < 50


def test_the_most_alike_stand_first(desk: Newsroom) -> None:
    for text in ("North Korea supplies arms", TEXT, "North Korea supplies Russia with arms"):
        desk.claim(text)

    scores = [one["score"] for one in likely(desk, TEXT)]

    assert scores[0] == 100
    assert scores == sorted(scores, reverse=True)
    assert len(scores) <= 10


def test_nothing_is_recorded(desk: Newsroom) -> None:
    before = desk.ids("claims", limit=200)

    assert likely(desk, "Something that nobody has said", external_id="mine") == []

    assert desk.ids("claims", limit=200) == before


def test_deleted_and_protected_claims_are_not_told(desk: Newsroom) -> None:
    desk.delete(desk.claim(TEXT))
    desk.claim(TEXT, protected=True)

    assert [one for one in likely(desk, TEXT) if one["score"] > 90] == []


def test_a_bad_draft_is_pointed_at(newsroom: Newsroom) -> None:
    answer = newsroom.post("/v1/claims/similar", {"text": " ", "colour": "red"})

    assert set(pointers(problem(answer, 422))) == {"/text", "/colour"}


def test_past_its_time_it_says_so(newsroom: Newsroom) -> None:
    newsroom.claim(TEXT)
    state: Any = newsroom.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"graph_seconds": 1e-9})

    found = problem(newsroom.post("/v1/claims/similar", {"text": TEXT}), 504)

    assert found["type"] == "/problems/out-of-time"


def test_long_drafts_are_compared_with_long_claims(newsroom: Newsroom) -> None:
    long = " ".join(f"{TEXT} {number}" for number in range(300))
    claims = [newsroom.claim(f"{long} {number}") for number in range(3)]

    found = likely(newsroom, long)

    assert {one["claim"] for one in found} == {claim.id for claim in claims}
    assert {one["score"] for one in found} == {100}
