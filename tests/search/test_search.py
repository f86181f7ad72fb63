"""Claims, quotes, sources and documents are found by words, the best first, in any script, on both databases."""

from typing import Any

import pytest

from api.custody.roles import Scope
from tests.newsroom import Newsroom
from tests.problems import problem
from tests.security.callers import make_key


def found(newsroom: Newsroom, q: str, **asked: Any) -> list[tuple[str, str]]:
    """Search, and name what was found by kind and id."""
    return [(one["record"]["kind"], one["record"]["id"]) for one in hits(newsroom, q, **asked)["items"]]


def hits(newsroom: Newsroom, q: str, **asked: Any) -> Any:
    return newsroom.ask("/v1/search", q=q, **asked)


def test_every_kind_is_found_by_its_words_and_the_claim_stands_first(newsroom: Newsroom) -> None:
    claim = newsroom.claim("Arms went north.")
    source = newsroom.source("The Desk", description="It writes of arms.")
    page = newsroom.release(source, "They said that the arms went north.", title="A letter")
    said = newsroom.say(claim, source, document=page, quote={"exact": "the arms went north"})

    assert found(newsroom, "arms") == [
        ("claim", claim.id), ("attribution", said.id), ("source", source.id), ("document", page.id),
    ]  # fmt: skip
    titles = [one["title"] for one in hits(newsroom, "arms")["items"]]
    assert titles == ["Arms went north.", "Arms went north.", "The Desk", "A letter"]
    assert found(newsroom, "arms", kind=["source", "document"]) == [("source", source.id), ("document", page.id)]


def test_of_a_statement_it_is_told_who_makes_it_on_which_side_and_whether_it_still_does(newsroom: Newsroom) -> None:
    claim, desk = newsroom.claim("Nothing."), newsroom.source("The Desk")
    secret = newsroom.source("Somebody", protected=True)
    newsroom.say(claim, None, cue="arms, one")
    newsroom.say(claim, desk, stance="denies", cue="arms, two")
    newsroom.retract(newsroom.say(claim, desk, cue="arms, three"))
    corrected = newsroom.say(claim, desk, cue="arms, four")
    newsroom.say(claim, desk, replaces=corrected.ref)
    newsroom.say(claim, secret, cue="arms, five")

    told = {one["snippets"][0]["text"][6:]: one["said"] for one in hits(newsroom, "arms")["items"]}

    name = {"id": desk.id, "name": "The Desk"}
    assert told == {
        "one": {"source": None, "stance": "affirms", "retracted": False},
        "two": {"source": name, "stance": "denies", "retracted": False},
        "three": {"source": name, "stance": "affirms", "retracted": True},
        "four": {"source": name, "stance": "affirms", "retracted": True},
    }
    assert hits(newsroom, "nothing")["items"][0]["said"] is None


def test_snippets_show_where_the_words_stand(newsroom: Newsroom) -> None:
    text = f"{'Before that. ' * 40}Das Geheimnis der Łódź-Lieferung. {'After that. ' * 40}"
    page = newsroom.document(text, title="Nothing")

    (hit,) = hits(newsroom, "lodz GEHEIMNIS")["items"]

    (snippet,) = hit["snippets"]
    assert hit["record"] == {"kind": "document", "id": page.id}
    assert snippet["field"] == "/text"
    assert text[snippet["start"] :].startswith(snippet["text"])
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["Geheimnis", "Łódź"]
    assert len(snippet["text"]) < 250


def test_a_form_of_a_word_is_found_by_what_it_begins_with(newsroom: Newsroom) -> None:
    claim = newsroom.claim("Снаряды попали в школу")

    assert found(newsroom, "снаряд школу") == []
    assert found(newsroom, "снаряд* школ") == [("claim", claim.id)]


def test_accents_and_case_do_not_matter(newsroom: Newsroom) -> None:
    claim = newsroom.claim("La Corée du Nord aurait envoyé des obus")

    for q in ("coree", "CORÉE", "Core\u0301e envoye", "envoy"):
        assert found(newsroom, q) == [("claim", claim.id)], q


@pytest.mark.parametrize(
    ("text", "parts", "others"),
    [
        (
            "북한이 러시아에 무기를 공급했다",
            ["북한", "시아", "공급", "북", "다", '"러시아에 무기"'],
            ["한북", "북러", "무공"],
        ),
        ("北朝鮮がロシアに武器を供給した", ["朝鮮", "ロシア", "武器を供給", "北"], ["鮮北", "シロ"]),
        ("朝鲜向俄罗斯提供武器", ["俄罗斯", "武器", "朝"], ["器武"]),
        ("เกาหลีเหนือส่งอาวุธ", ["เหนือ", "อาวุธ"], ["อาวุเ"]),
        ("उत्तर कोरिया ने हथियार भेजे", ["कोरिया", "हथि"], ["कोरय"]),
        ("КНДР поставляет оружие, ёлка", ["оружие", "елка", "поставл"], ["ружие"]),
        ("كوريا الشماليّة ترسل أسلحة", ["الشمالية", "ترسل"], ["شمالي"]),
    ],
)
def test_any_script_is_found(newsroom: Newsroom, text: str, parts: list[str], others: list[str]) -> None:
    claim = newsroom.claim(text)

    assert {part: found(newsroom, part) for part in parts} == {part: [("claim", claim.id)] for part in parts}
    assert {part: found(newsroom, part) for part in others} == {part: [] for part in others}


def test_a_phrase_must_stand_as_such(newsroom: Newsroom) -> None:
    one = newsroom.claim("It sent arms to Russia")
    other = newsroom.claim("To Russia it sent arms")

    assert {place for _, place in found(newsroom, "arms to russia")} == {one.id, other.id}
    assert found(newsroom, '"arms to Russia"') == [("claim", one.id)]


def test_a_language_is_asked_for_with_its_varieties(newsroom: Newsroom) -> None:
    brazilian = newsroom.claim("Armas aqui", language="pt-BR")
    translated = newsroom.claim("Armas there", language="en", translations={"pt": "Armas ali"})
    newsroom.claim("Armas ahí", language="es")
    newsroom.source("Armas")

    assert {one for _, one in found(newsroom, "armas", language="pt")} == {brazilian.id, translated.id}
    assert found(newsroom, "armas", language="pt-BR") == [("claim", brazilian.id)]


def test_every_page_comes_once_in_the_order_of_the_score(newsroom: Newsroom) -> None:
    newsroom.bundle(*({"kind": "claim", "text": f"Arms {'and more ' * (number % 7)}{number}"} for number in range(40)))

    seen = [one for page in newsroom.pages("/v1/search", q="arms", limit=7) for one in page]

    assert len({one["record"]["id"] for one in seen}) == len(seen) == 40
    places = [(one["score"], one["record"]["id"]) for one in seen]
    assert places == sorted(places, reverse=True)


def test_of_a_common_word_the_newest_are_ranked_and_the_answer_says_so(newsroom: Newsroom) -> None:
    newsroom.bundle(*({"kind": "claim", "text": f"Arms {number}"} for number in range(101)))
    oldest = newsroom.ids("claims", limit=1)[0]

    common, rare = hits(newsroom, "arms", limit=200), hits(newsroom, "arms 100 ")

    assert (common["complete"], len(common["items"])) == (False, 100)
    assert oldest not in {one["record"]["id"] for one in common["items"]}
    assert (rare["complete"], len(rare["items"])) == (True, 1)


def test_a_source_of_that_very_name_stands_first_however_many_newer_ones_have_its_words(newsroom: Newsroom) -> None:
    agency = newsroom.source("Réuters", aliases=["The Agency"])
    newsroom.bundle(*({"kind": "source", "name": f"Réuters correspondent {number}"} for number in range(120)))

    for q in ("réuters", '"RÉUTERS"'):
        answer = hits(newsroom, q, kind="source", limit=1)
        assert [(one["record"]["id"], one["score"]) for one in answer["items"]] == [(agency.id, 100)]
    assert found(newsroom, "the agency") == [("source", agency.id)]


def test_past_its_time_it_says_so(newsroom: Newsroom) -> None:
    newsroom.claim("Arms went north.")
    state: Any = newsroom.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"graph_seconds": 1e-9})

    found = problem(newsroom.client.get("/v1/search", params={"q": "arms"}), 504)

    assert found["type"] == "/problems/out-of-time"


def test_a_long_document_is_found_past_what_is_read(newsroom: Newsroom) -> None:
    page = newsroom.document("Something else. " * 2_000 + "Zebra crossing.")

    plain, phrase = hits(newsroom, "zebra"), hits(newsroom, '"zebra crossing"')

    assert [(one["record"]["id"], one["snippets"]) for one in plain["items"]] == [(page.id, [])]
    assert (phrase["items"], phrase["complete"]) == ([], False)


def test_what_changes_is_found_as_it_is_now(newsroom: Newsroom) -> None:
    claim = newsroom.claim("Arms went north.")
    newsroom.edit(claim, text="Arms went south.")

    assert found(newsroom, "north") == []
    assert found(newsroom, "south") == [("claim", claim.id)]
    newsroom.delete(claim)
    assert found(newsroom, "south") == []
    newsroom.restore(claim)
    assert found(newsroom, "south") == [("claim", claim.id)]


def test_what_is_sealed_is_found_by_its_alias_alone_whoever_asks(newsroom: Newsroom) -> None:
    source = newsroom.source("Zebra", protected=True)
    newsroom.say(newsroom.claim("Arms went north."), source, cue="Zebra says")
    revealing, auditing = (make_key(newsroom.client, "reader", scope) for scope in (Scope.REVEAL, Scope.AUDIT))
    before = newsroom.client.get("/v1/reveals", headers=auditing).json()["items"]

    for key in ({}, revealing):
        by_name = newsroom.client.get("/v1/search", params={"q": "zebra"}, headers=key).json()
        by_alias = newsroom.client.get("/v1/search", params={"q": "protected source 1"}, headers=key).json()
        assert by_name["items"] == []
        assert [one["title"] for one in by_alias["items"]] == ["Protected source 1"]
        assert [one["record"]["id"] for one in by_alias["items"]] == [source.id]
    assert newsroom.client.get("/v1/reveals", headers=auditing).json()["items"] == before


@pytest.mark.parametrize("q", ["", " ", "!", "👍", "a " * 21, "x" * 1_001])
def test_what_cannot_be_searched_for_is_refused(newsroom: Newsroom, q: str) -> None:
    told = problem(newsroom.client.get("/v1/search", params={"q": q}), 422)

    assert {one["parameter"] for one in told["errors"]} == {"q"}


@pytest.mark.parametrize("q", ["' OR 1=1", 'a" AND "b', "NEAR(a b)", "a* -b", "a:b", "\\'", "& | !", "AND", "terms:x"])
def test_no_query_means_anything_to_the_database(newsroom: Newsroom, q: str) -> None:
    answer = newsroom.client.get("/v1/search", params={"q": q})

    assert answer.status_code in (200, 422), answer.text
    assert answer.json().get("items", []) == []
