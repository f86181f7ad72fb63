"""What is erased is gone for everybody and everywhere, and the log still says that it was there."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from api.assessments.models import Assessment
from api.custody.roles import Scope
from api.storage.history import table_of
from tests.newsroom import Kept, Newsroom
from tests.problems import PROBLEM, problem
from tests.security.callers import make_key, speaking_as
from tests.security.test_protection import SECRET, TEXT, leaked

ERASED = {"redacted": "erased"}


@pytest.fixture
def source(newsroom: Newsroom) -> Kept:
    return newsroom.source(SECRET, kind="person", wikidata="Q4242", external_id="people/odile", country="FR")


@pytest.fixture
def said(newsroom: Newsroom, source: Kept) -> Kept:
    page = newsroom.release(source, TEXT, title="My story")
    newsroom.client.patch(
        source.path, json={"description": "Third floor"}, headers={"If-Match": "*"}
    ).raise_for_status()
    return newsroom.say(newsroom.claim(), source, document=page, quote={"exact": "the order was given"})


def erase(newsroom: Newsroom, target: Kept, status: int = 201) -> Any:
    answer = newsroom.client.post("/v1/erasures", json={"target": target.open_ref, "reason": "Asked for it."})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_the_values_are_gone_from_every_answer_and_every_table(newsroom: Newsroom, source: Kept, said: Kept) -> None:
    erasure = erase(newsroom, source)

    answer = newsroom.client.get(source.path).json()
    assert (answer["name"], answer["wikidata"], answer["external_id"]) == (ERASED, ERASED, None)
    assert (answer["alias"], answer["country"], answer["version"]) == ("Erased source 1", "FR", 2)
    assert newsroom.client.get(said.path).json()["quote"] == ERASED
    seen = [newsroom.client.get(f"{one.path}/history").json() for one in (source, said)]
    assert not any(word in json.dumps(seen) for word in (SECRET, "order was given", "Third floor", "odile"))
    assert leaked(newsroom, SECRET, "Q4242", "third floor", "order was given", "My story", "odile") == []
    assert {one["kind"] for one in erasure["erased"]} == {"source", "document", "attribution"}


def test_what_was_erased_is_listed_from_the_target_on_in_the_order_of_recording(
    newsroom: Newsroom, source: Kept
) -> None:
    pages = [newsroom.release(source, TEXT) for _ in range(12)]

    erasure = erase(newsroom, source)

    assert [one["id"] for one in erasure["erased"]] == [source.id, *(page.id for page in pages)]


@pytest.mark.parametrize("protected", [False, True])
def test_the_key_of_a_protected_source_is_destroyed_and_its_alias_stays(
    newsroom: Newsroom, source: Kept, said: Kept, protected: bool
) -> None:
    newsroom.client.patch(source.path, json={"protected": protected}, headers={"If-Match": "*"}).raise_for_status()

    erase(newsroom, source)

    answer = newsroom.client.get(source.path).json()
    assert (answer["name"], answer["alias"]) == (ERASED, f"{'Protected' if protected else 'Erased'} source 1")
    with newsroom.client.app.state.database.reading() as reading:  # type: ignore[attr-defined]
        from api.storage.vault import SealingKey

        assert [key.wrapped for key in reading.session.exec(SealingKey.__table__.select())] == [None]  # type: ignore[attr-defined]


def test_the_answer_about_a_claim_is_what_it_was(newsroom: Newsroom, source: Kept, said: Kept) -> None:
    path = f"/v1/claims/{said['claim']['id']}/confidence"
    before = newsroom.client.get(path).json()

    erase(newsroom, source)

    after = newsroom.client.get(path).json()
    assert [after[name] for name in ("level", "status", "support")] == [
        before[name] for name in ("level", "status", "support")
    ]
    assert "Erased source 1" in after["explanation"]["sentence"]


def test_it_takes_a_scope_that_no_role_implies_and_a_reason(newsroom: Newsroom, source: Kept) -> None:
    body = {"target": source.open_ref, "reason": "Asked for it."}
    with speaking_as(newsroom.client, make_key(newsroom.client, "admin")) as client:
        assert client.post("/v1/erasures", json=body).status_code == 403
    with speaking_as(newsroom.client, make_key(newsroom.client, "editor", Scope.ERASE)) as client:
        assert client.post("/v1/erasures", json={"target": source.open_ref}).status_code == 422
        assert client.post("/v1/erasures", json=body).status_code == 201


def test_it_happens_once_and_says_so(newsroom: Newsroom, source: Kept) -> None:
    first = erase(newsroom, source)

    again = newsroom.client.post("/v1/erasures", json={"target": source.open_ref, "reason": "Again."})

    assert again.status_code == 409
    assert again.headers["content-type"] == PROBLEM
    kept = newsroom.client.get("/v1/erasures").json()["items"]
    assert [{**one, "log_index": None} for one in kept] == [{**first, "log_index": None}]
    alone = newsroom.client.get(f"/v1/erasures/{first['id']}").json()
    assert {**alone, "log_index": None} == {**first, "log_index": None}


def test_nothing_new_is_recorded_of_somebody_erased(newsroom: Newsroom, source: Kept) -> None:
    erase(newsroom, source)

    body = {"claim": newsroom.claim().ref, "source": source.ref, "stance": "affirms", "cue": "she says"}
    assert newsroom.client.post("/v1/attributions", json=body).status_code == 409
    renamed = newsroom.client.patch(source.path, json={"name": SECRET}, headers={"If-Match": "*"})
    assert renamed.status_code == 409


def test_nor_is_why_or_by_whom_anything_erased_is_rated_and_the_refusal_names_its_kind(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    said = newsroom.say(claim, newsroom.source())
    for target, scale, value in ((said, "admiralty_credibility", "2"), (claim, "icd203_likelihood", "likely")):
        erase(newsroom, target)

        body = {"target": target.open_ref, "scale": scale, "value": value, "rationale": SECRET}
        refused = problem(newsroom.client.post("/v1/assessments", json=body), 409)
        assert f"this {target.open_ref['kind']} was erased" in refused["detail"]


def test_a_rating_that_was_not_erased_with_its_source_can_be_deleted(newsroom: Newsroom, source: Kept) -> None:
    rating = newsroom.rate(newsroom.source(), "B", rationale="The third floor.")
    erase(newsroom, source)
    table = table_of(Assessment)
    moved = update(table).where(table.c.id == UUID(rating.id)).values(target_source_id=UUID(source.id))
    database = newsroom.client.app.state.database  # type: ignore[attr-defined]
    with database._opened.writer.begin() as connection:  # as an older version left it
        connection.execute(moved)

    gone = newsroom.client.delete(rating.path, params={"reason": "Of somebody erased."}, headers={"If-Match": "*"})

    assert gone.status_code == 204, gone.text


def test_what_does_not_tell_of_anybody_can_still_be_corrected(newsroom: Newsroom, source: Kept) -> None:
    erase(newsroom, source)

    changed = newsroom.client.patch(source.path, json={"country": "BE"}, headers={"If-Match": "*"})

    assert changed.status_code == 200, changed.text
    assert (changed.json()["country"], changed.json()["name"]) == ("BE", ERASED)


def test_of_an_erased_document_the_rest_can_be_corrected_and_nothing_is_said_anew(
    newsroom: Newsroom, source: Kept, said: Kept
) -> None:
    held = newsroom.release(source, TEXT, archive_url="https://archive.example/1")
    bare = newsroom.release(source, "Another text.")
    erase(newsroom, source)

    for page in (held, bare):
        changed = newsroom.edit(page, published_at="2020", kind="letter")

        assert (changed["published_at"]["value"], changed["kind"], changed["held"]) == ("2020", "letter", True)
        assert (changed["text"], changed["title"], changed["sha256"]) == (ERASED, ERASED, ERASED)
        for words in ({"text": "New."}, {"text": None}, {"archive_url": "https://archive.example/2"}, {"title": "A"}):
            assert newsroom.try_edit(page, **words).status_code == 409, words
    assert newsroom.client.get(held.path).json()["archive_url"] == ERASED
    assert newsroom.client.get(bare.path).json()["archive_url"] is None


def test_a_deleted_record_can_be_erased(newsroom: Newsroom, source: Kept) -> None:
    newsroom.client.delete(source.path, params={"reason": "a mistake"}, headers={"If-Match": "*"}).raise_for_status()

    erase(newsroom, source)

    assert leaked(newsroom, SECRET) == []


def test_another_record_of_the_same_source_is_erased_with_it_and_so_is_why_it_was_deleted(newsroom: Newsroom) -> None:
    source, twin = newsroom.source(SECRET), newsroom.source("O. Perrault-Twin")
    newsroom.add(f"sources/{source.id}/same_as", {"other": twin.ref, "reason": "One person."})
    query = {"reason": "Odile asked us", "cascade": True}
    newsroom.client.delete(source.path, params=query, headers={"If-Match": "*"}).raise_for_status()
    newsroom.client.post(f"{source.path}/restore", params={"cascade": True}).raise_for_status()

    erase(newsroom, source)

    assert leaked(newsroom, SECRET, "Perrault-Twin") == []


def test_what_only_another_protected_source_stands_in_is_not_erased(newsroom: Newsroom, source: Kept) -> None:
    outlet, claim = newsroom.source("The Gazette", kind="media_outlet"), newsroom.claim()
    other = newsroom.source("Another witness", protected=True)
    shared, alone = newsroom.release(outlet, TEXT), newsroom.release(outlet, "Another page.")
    newsroom.say(claim, source, document=shared, verbatim=True)
    newsroom.say(claim, other, document=shared, verbatim=True)
    newsroom.say(claim, other, document=alone, verbatim=True)

    erase(newsroom, source)

    assert newsroom.client.get(alone.path).json()["text"] == "Another page."


def test_a_source_that_was_held_for_the_erased_one_once_stays_sealed_and_is_not_lost(
    newsroom: Newsroom, source: Kept
) -> None:
    newsroom.edit(source, protected=True)
    other = newsroom.source("Mistaken for her", description="First floor")
    newsroom.edit(other, description="Second floor")
    page = newsroom.release(other, TEXT)
    said = newsroom.say(newsroom.claim(), other, document=page, quote={"exact": "the order was given"})
    newsroom.unite(source, other)
    newsroom.part(source, other)

    erasure = erase(newsroom, source)

    assert [one["id"] for one in erasure["erased"]] == [source.id]
    assert newsroom.client.get(page.path).json()["text"] == TEXT
    assert newsroom.client.get(said.path).json()["quote"]["exact"] == "the order was given"
    history = newsroom.client.get(f"{other.path}/history").json()["items"]
    assert [one["record"]["description"] for one in history] == ["First floor", "Second floor"]
    assert [one["name"] for one in newsroom.client.get("/v1/sources").json()["items"]] == [ERASED, "Mistaken for her"]
    with speaking_as(newsroom.client, make_key(newsroom.client, "editor")) as client:
        seen = [client.get(one.path).json() for one in (other, page, said)]
    assert {one["alias"] for one in seen} == {"Protected source 2"}
    assert [seen[0]["name"], seen[1]["text"], seen[2]["quote"]] == [{"redacted": "source-identity"}] * 3
    assert leaked(newsroom, "Mistaken", "floor", "order was given") == []


def test_what_was_erased_before_keeps_its_alias_when_the_rest_gets_another_key(
    newsroom: Newsroom, source: Kept
) -> None:
    newsroom.edit(source, protected=True)
    other = newsroom.source("Mistaken for her")
    page = newsroom.release(other, TEXT)
    said = newsroom.say(newsroom.claim(), other, document=page, quote={"exact": "the order was given"})
    newsroom.unite(source, other)
    erase(newsroom, said)
    newsroom.edit(said, language="en")
    newsroom.part(source, other)

    erase(newsroom, source)

    history = newsroom.client.get(f"{said.path}/history").json()["items"]
    assert [one["record"]["alias"] for one in history] == ["Protected source 1"] * 2
    assert newsroom.client.get(page.path).json()["alias"] == "Protected source 2"
