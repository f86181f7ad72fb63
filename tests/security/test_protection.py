"""A protected source must not be found by whoever may not know it, and counts as before for everybody."""

import json
import time
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from api.assessments.models import Assessment
from api.custody.roles import Scope
from api.storage.history import table_of
from api.storage.records import new_id
from tests.newsroom import Kept, Newsroom, statement
from tests.security.callers import make_key, speaking_as

REDACTED = {"redacted": "source-identity"}
SECRET = "Odile Perrault"
TEXT = "I was in the room when the order was given, on the third floor."


@pytest.fixture
def reader(newsroom: Newsroom) -> dict[str, str]:
    return make_key(newsroom.client, "reader")


@pytest.fixture
def source(newsroom: Newsroom) -> Kept:
    return newsroom.source(
        SECRET,
        aliases=["Aunt Odile"],
        kind="person",
        homepage="https://odile.example.org/",
        wikidata="Q4242",
        description="Works on the third floor.",
        protected=True,
    )


def as_reader(newsroom: Newsroom, reader: dict[str, str], path: str, **query: Any) -> Any:
    with speaking_as(newsroom.client, reader) as client:
        answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_reader_gets_a_redaction_for_each_field_under_a_stable_alias(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    answer = as_reader(newsroom, reader, source.path)

    for field in ("name", "aliases", "homepage", "wikidata", "description"):
        assert answer[field] == REDACTED
    assert answer["alias"] == "Protected source 1"
    assert answer["kind"] == "person"
    assert newsroom.source("Another", protected=True)["alias"] == "Protected source 2"


def test_whoever_may_reveal_sees_all_of_it_and_that_is_recorded_before_the_answer(
    newsroom: Newsroom, source: Kept
) -> None:
    revealing = make_key(newsroom.client, "reader", Scope.REVEAL, holder="Desk 7")
    with speaking_as(newsroom.client, revealing) as client:
        answer = client.get(source.path).json()

    assert (answer["name"], answer["aliases"], answer["wikidata"]) == (SECRET, ["Aunt Odile"], "Q4242")
    (event,) = [one for one in newsroom.client.get("/v1/reveals").json()["items"] if one["recorded_by"] == "Desk 7"]
    assert event["records"] == [{"kind": "source", "id": source.id}]
    assert event["request"] == f"GET {source.path}"
    while "reveal" not in {one["kind"] for one in newsroom.client.get("/v1/changes?limit=200").json()["items"]}:
        time.sleep(0.05)  # it is in the log within a second


def test_who_saw_what_takes_a_scope_that_no_role_implies(newsroom: Newsroom) -> None:
    with speaking_as(newsroom.client, make_key(newsroom.client, "admin")) as client:
        assert client.get("/v1/reveals").status_code == 403


def test_its_quotes_and_the_documents_it_stands_in_are_sealed_with_it(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    outlet = newsroom.source("The Gazette", kind="media_outlet")
    page = newsroom.release(outlet, TEXT, title="Third floor", url="https://gazette.example.org/third-floor")
    quote = {"exact": "I was in the room"}
    said = newsroom.say(newsroom.claim(), source, document=page, verbatim=True, quote=quote, cue="in the room")

    statement = as_reader(newsroom, reader, said.path)
    document = as_reader(newsroom, reader, page.path)

    assert (statement["quote"], statement["cue"], statement["alias"]) == (REDACTED, REDACTED, "Protected source 1")
    assert {document[name] == REDACTED for name in ("title", "url", "text", "sha256")} == {True}
    assert document["held"] is True
    assert statement["on_file"] is True


def test_protecting_a_source_later_seals_what_is_there_already(newsroom: Newsroom, reader: dict[str, str]) -> None:
    plain = newsroom.source(SECRET, kind="person", description="The third floor.")
    page = newsroom.release(plain, TEXT, title="My story")
    said = newsroom.say(newsroom.claim(), plain, document=page, quote={"exact": "the order was given"})
    changed = newsroom.client.patch(plain.path, json={"protected": True}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text

    seen = [
        as_reader(newsroom, reader, path) for one in (plain, page, said) for path in (one.path, f"{one.path}/history")
    ]

    for words in (SECRET, "third floor", "My story", "order was given"):
        assert words not in json.dumps(seen)


def test_why_and_by_whom_it_was_rated_is_sealed_with_it_and_its_ratings_are_not(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    said = newsroom.say(newsroom.claim(), source)
    why = {"rationale": "She has worked on the third floor since 2019.", "assessor": "Aunt Odile's own desk"}
    ratings = [newsroom.rate(source, "B", **why), newsroom.rate(said, "2", scale="admiralty_credibility", **why)]

    seen = [as_reader(newsroom, reader, rating.path) for rating in ratings]

    assert [(one["value"], one["rationale"], one["assessor"]) for one in seen] == [
        ("B", REDACTED, REDACTED),
        ("2", REDACTED, REDACTED),
    ]
    assert as_reader(newsroom, reader, source.path)["reliability"]["value"] == "B"
    assert newsroom.ask(ratings[0])["rationale"] == why["rationale"]
    protect(newsroom, source, protected=False)
    assert as_reader(newsroom, reader, ratings[1].path)["assessor"] == why["assessor"]


def test_what_was_not_sealed_with_it_before_is_when_the_server_starts(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    plain = newsroom.source()
    rating = newsroom.rate(plain, "B", rationale="The third floor.")
    database = newsroom.client.app.state.database  # type: ignore[attr-defined]
    table = table_of(Assessment)
    moved = update(table).where(table.c.id == UUID(rating.id)).values(target_source_id=UUID(source.id))
    with database._opened.writer.begin() as connection:  # as an older version left it
        connection.execute(moved)

    database.take_custody()

    assert as_reader(newsroom, reader, rating.path)["rationale"] == REDACTED


def test_the_protection_ends_only_for_whoever_may_reveal_and_gives_back_all(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    page = newsroom.release(source, TEXT, title="My story")
    said = newsroom.say(newsroom.claim(), source, document=page, quote={"exact": "the order was given"})
    with speaking_as(newsroom.client, make_key(newsroom.client, "admin")) as client:
        refused = client.patch(source.path, json={"protected": False}, headers={"If-Match": "*"})
    assert refused.status_code == 403
    ended = newsroom.client.patch(source.path, json={"protected": False}, headers={"If-Match": "*"})
    assert ended.status_code == 200, ended.text

    assert as_reader(newsroom, reader, source.path)["name"] == SECRET
    assert as_reader(newsroom, reader, page.path)["text"] == TEXT
    statement = as_reader(newsroom, reader, said.path)
    assert (statement["quote"]["exact"], statement["anchor"]) == ("the order was given", "exact")
    (found,) = as_reader(newsroom, reader, "/v1/sources", name=SECRET)["items"]
    assert found["id"] == source.id


def test_independence_confidence_and_impact_are_the_same_with_the_redacted_graph(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    sources = [newsroom.source(f"Witness {number}", kind="person") for number in range(3)]
    said = [newsroom.publish(claim, one, evidentiality="witnessed", modality="stated") for one in sources]
    newsroom.say(claim, newsroom.source("Echo", kind="media_outlet"), cites=[said[0]])
    paths = [f"{claim.path}/confidence", f"{claim.path}/provenance", f"{said[0].path}/impact"]

    def weighed() -> list[Any]:
        answers = [newsroom.client.get(path).json() for path in paths]
        return [
            answers[0]["level"], answers[0]["support"], answers[1]["counts"], answers[1]["independent_lines"],
            [(one["independent"], one["origins_total"]) for one in answers[1]["origins"]],
            [(one["before"], one["after"]) for one in answers[2]["items"]],
        ]  # fmt: skip

    before = weighed()
    for one in sources:
        newsroom.client.patch(one.path, json={"protected": True}, headers={"If-Match": "*"}).raise_for_status()
    for key in (make_key(newsroom.client, "reader"), make_key(newsroom.client, "reader", Scope.REVEAL)):
        with speaking_as(newsroom.client, key):
            assert weighed() == before


def test_a_sentence_calls_a_protected_source_by_its_alias(newsroom: Newsroom, reader: dict[str, str]) -> None:
    claim = newsroom.claim()
    source = newsroom.source(SECRET, kind="person", protected=True)
    newsroom.publish(claim, source, evidentiality="witnessed")

    sentence = as_reader(newsroom, reader, f"{claim.path}/confidence")["explanation"]["sentence"]

    assert "Protected source 1" in sentence
    assert SECRET not in sentence


def test_no_key_that_may_not_reveal_changes_what_is_sealed_or_learns_whether_a_guess_is_right(
    newsroom: Newsroom, source: Kept
) -> None:
    editor = make_key(newsroom.client, "editor")
    newsroom.client.patch(source.path, json={"external_id": "src/1"}, headers={"If-Match": "*"}).raise_for_status()
    with speaking_as(newsroom.client, editor) as client:
        patched = [
            client.patch(source.path, json={"name": guess}, headers={"If-Match": "*"}).status_code
            for guess in (SECRET, "Somebody Else")
        ]
        merged = [
            client.post("/v1/sources", json={"external_id": "src/1", "name": guess}).json()
            for guess in (SECRET, "Somebody Else")
        ]

    assert patched == [403, 403]
    assert merged[0] == merged[1]
    assert newsroom.client.get(source.path).json()["name"] == SECRET


def test_what_was_read_redacted_can_be_sent_back_with_an_edit(newsroom: Newsroom, source: Kept) -> None:
    with speaking_as(newsroom.client, make_key(newsroom.client, "editor")) as client:
        read = client.get(source.path)
        changed = client.patch(
            source.path, json={**read.json(), "country": "FR"}, headers={"If-Match": read.headers["etag"]}
        )

    assert changed.status_code == 200, changed.text
    answer = newsroom.client.get(source.path).json()
    assert (answer["country"], answer["name"], answer["version"]) == ("FR", SECRET, 2)


def test_a_protected_source_is_a_candidate_only_for_whoever_may_reveal(newsroom: Newsroom, source: Kept) -> None:
    draft = {"name": SECRET, "if_named": "use"}
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor")) as client:
        blind = client.post("/v1/sources", json=draft)
        by_alias = client.post("/v1/sources", json={"name": "Protected source 1"})
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor", Scope.REVEAL)) as client:
        seeing = client.post("/v1/sources", json={"name": "Aunt Odile", "if_named": "use"})

    assert blind.status_code == 201
    assert blind.json()["id"] != source.id
    assert by_alias.status_code == 201
    assert seeing.json()["id"] == source.id


def test_what_used_a_source_by_its_name_before_it_was_protected_can_be_sent_again(newsroom: Newsroom) -> None:
    source = newsroom.source(SECRET, kind="person")
    draft = {"name": SECRET, "if_named": "use"}
    body = statement(newsroom.claim(), draft) | {"external_id": "said"}
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor")) as client:
        made = client.post("/v1/attributions", json=body)
    newsroom.edit(source, protected=True)
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor")) as client:
        again = client.post("/v1/attributions", json=body)
        guessed = client.post("/v1/attributions", json={**body, "source": {**draft, "name": "Somebody Else"}})
        of_another_kind = client.post("/v1/attributions", json={**body, "source": {**draft, "kind": "government"}})

    assert made.json()["source"] == source.ref
    assert (again.status_code, again.json()["source"]) == (200, source.ref)
    assert guessed.json() == again.json()
    assert of_another_kind.status_code == 422


def test_a_quote_is_not_checked_against_a_sealed_text_for_whoever_may_not_read_it(
    newsroom: Newsroom, source: Kept
) -> None:
    page, claim = newsroom.release(source, TEXT), newsroom.claim()
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor")) as client:
        answers = [
            client.post(
                "/v1/attributions",
                json={
                    "claim": claim.ref, "source": source.ref, "stance": "affirms",
                    "document": page.ref, "quote": {"exact": words},
                },
            )
            for words in ("the order was given", "no such words")
        ]  # fmt: skip

    assert [one.status_code for one in answers] == [201, 201]
    assert {one.json()["anchor"] for one in answers} == {"unchecked"}


def test_a_record_of_the_same_source_is_protected_with_it(newsroom: Newsroom, reader: dict[str, str]) -> None:
    source, twin = newsroom.source(SECRET, protected=True), newsroom.source("O. Perrault")
    newsroom.add(f"sources/{source.id}/same_as", {"other": twin.ref, "reason": "One person."})

    assert as_reader(newsroom, reader, twin.path)["name"] == REDACTED


def test_any_record_can_be_protected_by_itself(newsroom: Newsroom, reader: dict[str, str]) -> None:
    claim = newsroom.claim(SECRET, place="Third floor", protected=True)
    page = newsroom.document(TEXT, title="A letter", protected=True)

    assert as_reader(newsroom, reader, claim.path)["text"] == {"redacted": "protected"}
    assert as_reader(newsroom, reader, claim.path)["alias"] == "Protected claim 1"
    assert as_reader(newsroom, reader, page.path)["text"] == {"redacted": "protected"}
    assert newsroom.client.get(claim.path).json()["text"] == SECRET


def test_what_is_sealed_is_in_no_table(newsroom: Newsroom, source: Kept) -> None:
    newsroom.say(newsroom.claim(), source, document=newsroom.release(source, TEXT), quote={"exact": "in the room"})
    plain = newsroom.source("Later " + SECRET)
    newsroom.client.patch(plain.path, json={"protected": True}, headers={"If-Match": "*"}).raise_for_status()

    assert leaked(newsroom, SECRET, "Aunt Odile", "odile.example", "Q4242", "third floor", "in the room") == []


def leaked(newsroom: Newsroom, *words: str) -> list[tuple[str, str]]:
    """Look for words in every column of every row of the database, whatever their case."""
    from api.storage.records import metadata

    found = []
    with newsroom.client.app.state.database.reading() as reading:  # type: ignore[attr-defined]
        for table in metadata().sorted_tables:
            for row in reading.rows(table.select()):
                text = " ".join(str(value) for value in row).lower()
                found += [(table.name, word) for word in words if word.lower() in text]
    return found


def protect(newsroom: Newsroom, record: Kept, *, protected: bool = True) -> None:
    """Set or end the protection of a record."""
    patch = {"protected": protected}
    answer = newsroom.client.patch(record.path, json=patch, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_a_document_that_a_protected_source_turns_out_to_have_written_is_sealed(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    page = newsroom.document(TEXT, title="A letter")
    body = {"authors": [source.ref]}
    newsroom.client.patch(page.path, json=body, headers={"If-Match": "*"}).raise_for_status()

    assert as_reader(newsroom, reader, page.path)["text"] == REDACTED


def test_a_relay_recorded_in_one_request_with_what_it_relays_is_sealed_with_it(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    page = newsroom.release(newsroom.source("The Gazette", kind="media_outlet"), TEXT)
    said = {"source": source.ref, "document": page.ref, "verbatim": True, "quote": {"exact": "I was in the room"}}
    relay = newsroom.add(
        "attributions",
        {
            "claim": newsroom.claim().ref,
            "source": page["publisher"],
            "stance": "affirms",
            "document": page.ref,
            "quote": {"exact": "the order was given"},
            "cites": [{"kind": "quotes", "attribution": said}],
        },
    )

    assert as_reader(newsroom, reader, relay.path)["quote"] == REDACTED


def test_a_text_may_be_another_document_s_too_though_one_that_has_it_is_sealed(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    page = newsroom.release(source, TEXT, external_id="sealed")
    claim, quote = newsroom.claim(), {"exact": "the order was given"}
    sealed = newsroom.say(claim, source, document=page, quote=quote)

    _, bundled = newsroom.bundle(
        {"kind": "document", "external_id": "sealed", "title": "My story"}, {"kind": "document", "text": TEXT}
    )
    other = {"document": {"text": TEXT}, "quote": quote}
    said = newsroom.say(claim, source, document=page, quote=quote, cites=[other])

    cited = newsroom.ask(f"/v1/attributions/{said['cites'][0]['attribution']['id']}")
    for open_one in (bundled["id"], cited["document"]["id"]):
        assert newsroom.ask(f"/v1/documents/{open_one}")["text"] == TEXT
    assert as_reader(newsroom, reader, f"/v1/documents/{bundled['id']}")["text"] == TEXT
    assert as_reader(newsroom, reader, page.path)["text"] == REDACTED
    assert (newsroom.ask(sealed)["anchor"], cited["anchor"]) == ("exact", "exact")


def test_a_text_that_is_sealed_in_a_request_may_be_another_document_s_in_it(newsroom: Newsroom, source: Kept) -> None:
    sealed = {"kind": "document", "external_id": "sealed", "publisher": source.ref, "text": TEXT}

    *_, other = newsroom.bundle(
        sealed, {"kind": "document", "external_id": "sealed", "title": "My story"}, {"kind": "document", "text": TEXT}
    )

    assert newsroom.ask(f"/v1/documents/{other['id']}")["text"] == TEXT


@pytest.mark.parametrize("first", [0, 1], ids=["once it is open", "before it is open"])
def test_a_text_that_is_opened_in_a_request_may_be_another_document_s_in_it(newsroom: Newsroom, first: int) -> None:
    page = newsroom.document(TEXT, protected=True, external_id="sealed")
    opened = {"kind": "document", "external_id": "sealed", "protected": False, "text": TEXT}
    other = {"kind": "document", "external_id": "other", "text": TEXT}

    newsroom.bundle(*[opened, other][:: -1 if first else 1])

    assert [one["text"] for one in newsroom.ask("/v1/documents")["items"]] == [TEXT, TEXT]
    assert newsroom.ask(page)["protected"] is False


@pytest.mark.parametrize("other", ["a protected source that stands in it too", "its own protection"])
def test_what_something_else_protects_stays_sealed_when_one_protection_ends(
    newsroom: Newsroom, reader: dict[str, str], source: Kept, other: str
) -> None:
    page = newsroom.release(newsroom.source("The Gazette", kind="media_outlet"), TEXT)
    claim = newsroom.claim()
    ending = newsroom.source("Another witness", protected=True)
    for one in (ending, source) if other.startswith("a protected") else (ending,):
        newsroom.say(claim, one, document=page, verbatim=True)
    if other == "its own protection":
        protect(newsroom, page)
    protect(newsroom, ending, protected=False)

    assert "redacted" in as_reader(newsroom, reader, page.path)["text"]


def test_ending_the_protection_of_a_document_leaves_it_sealed_for_a_source_that_stands_in_it(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    page = newsroom.document(TEXT, protected=True)
    newsroom.say(newsroom.claim(), source, document=page, verbatim=True)
    protect(newsroom, page, protected=False)

    assert as_reader(newsroom, reader, page.path)["text"] == REDACTED


def test_no_edit_tells_a_key_that_may_not_reveal_what_is_sealed(newsroom: Newsroom, source: Kept) -> None:
    page = newsroom.release(source, TEXT)
    said = newsroom.say(newsroom.claim(), source, document=page, quote={"exact": "I was in the room"})
    body = {"reason": "She was not."}
    newsroom.client.post(f"{said.path}/retraction", json=body).raise_for_status()
    mine = newsroom.document("I was in the room next door.", authors=[source])
    guesses = [
        (said.path, {"document": mine.ref}),
        (said.path, {"retraction_reason": "She was not."}),
        (said.path, {"retraction_reason": "Another."}),
        (page.path, {"sha256": newsroom.client.get(page.path).json()["sha256"]}),
        (page.path, {"sha256": "0" * 64}),
    ]
    with speaking_as(newsroom.client, make_key(newsroom.client, "editor")) as client:
        answers = [client.patch(path, json=patch, headers={"If-Match": "*"}) for path, patch in guesses]

    assert {one.status_code for one in answers} == {403}
    assert not any("in the room" in one.text for one in answers)


def test_no_line_tells_a_key_that_may_not_reveal_what_was_sealed_and_taken_out(
    newsroom: Newsroom, source: Kept
) -> None:
    secret = {"archive_url": "https://example.org/odile", "quote": {"exact": "I was in the room"}}
    page = newsroom.document(publisher=source, archive_url=secret["archive_url"])
    said = newsroom.say(newsroom.claim(), source, document=page, quote=secret["quote"])
    newsroom.edit(page, archive_url=None)
    newsroom.edit(said, quote=None)

    def told(record: Kept, guess: dict[str, Any]) -> Any:
        kind = record.open_ref["kind"]
        needed = {name: record[name] for name in ("claim", "stance") if kind == "attribution"}
        return rehearsed(newsroom, {"kind": kind, **needed, "origin": made_from(record, 1), **guess})

    nothing_taken = [False], 2
    assert told(page, {"archive_url": secret["archive_url"]}) == nothing_taken
    assert told(page, {"archive_url": "https://example.org/"}) == nothing_taken
    assert told(said, {"quote": secret["quote"]}) == nothing_taken
    assert told(said, {"quote": {"exact": "I was at home"}}) == nothing_taken


@pytest.mark.parametrize("now", ["She was right.", "It was a misunderstanding."])
def test_no_line_tells_a_key_that_may_not_reveal_why_a_source_once_took_it_back(
    newsroom: Newsroom, source: Kept, now: str
) -> None:
    said = newsroom.say(newsroom.claim(), source)
    newsroom.retract(said, "2026-01-05", reason="She was right.")
    newsroom.client.delete(f"{said.path}/retraction", headers={"If-Match": "*"}).raise_for_status()
    newsroom.retract(said, "2026-01-06", reason=now)
    stated = {"kind": "attribution", "claim": said["claim"], "stance": "affirms", "origin": made_from(said, 2)}

    def told(reason: str) -> Any:
        line = {"kind": "retraction", "attribution": said.ref, "retracted_at": "2026-01-05", "reason": reason}
        return rehearsed(newsroom, stated, line)

    assert told("She was right.") == told("She was afraid.") == ([False, False], 4)


def made_from(record: Kept, version: int) -> dict[str, Any]:
    """Say that a store has changed a record since it took a version of it from here."""
    moment = "2026-01-01T00:00:00Z"
    ours = {"id": record.id, "version": version, "recorded_at": moment, "updated_at": moment}
    return {"id": str(new_id()), "version": 9, "recorded_at": moment, "updated_at": moment, "origin": ours}


def rehearsed(newsroom: Newsroom, *records: Any) -> tuple[list[bool], int]:
    """Say what a contributor who may not reveal is told that lines would make of a record: what is new, its version."""
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor")) as client:
        answer = client.post("/v1/bundles?dry_run=true", json={"records": records})
    assert answer.status_code == 200, answer.text
    return [one["created"] for one in answer.json()], answer.json()[-1]["version"]


def test_an_editor_who_may_not_reveal_can_still_record_and_end_a_retraction(newsroom: Newsroom, source: Kept) -> None:
    said = newsroom.say(newsroom.claim(), source, document=newsroom.release(source, TEXT), cue="in the room")
    with speaking_as(newsroom.client, make_key(newsroom.client, "editor")) as client:
        withdrawn = client.post(f"{said.path}/retraction", json={"reason": "She took it back."})
        ended = client.delete(f"{said.path}/retraction", headers={"If-Match": "*"})

    assert (withdrawn.status_code, ended.status_code) == (201, 204)
    assert withdrawn.json()["retraction_reason"] == REDACTED


def test_a_sealed_statement_as_it_was_read_can_be_sent_back_with_an_edit(newsroom: Newsroom, source: Kept) -> None:
    page = newsroom.release(source, TEXT)
    said = newsroom.say(newsroom.claim(), source, document=page, quote={"exact": "I was in the room"})
    with speaking_as(newsroom.client, make_key(newsroom.client, "editor")) as client:
        read = client.get(said.path)
        body = {**read.json(), "language": "en"}
        changed = client.patch(said.path, json=body, headers={"If-Match": read.headers["etag"]})

    assert changed.status_code == 200, changed.text


def test_every_record_of_one_source_is_sealed_with_it_however_they_are_joined(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    first, second, third = (newsroom.source(f"O. Perrault {number}") for number in range(3))
    reason = {"reason": "One person."}
    newsroom.add(f"sources/{first.id}/same_as", {"other": second.ref, **reason})
    newsroom.add(f"sources/{second.id}/same_as", {"other": third.ref, **reason})
    newsroom.client.delete(
        third.path, params={"reason": "a trial", "cascade": True}, headers={"If-Match": "*"}
    ).raise_for_status()
    newsroom.add(f"sources/{source.id}/same_as", {"other": first.ref, **reason})
    newsroom.client.post(f"{third.path}/restore", params={"cascade": True}).raise_for_status()

    for one in (first, second, third):
        assert as_reader(newsroom, reader, one.path)["name"] == REDACTED


def test_another_record_of_a_sealed_document_is_sealed_with_it(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    page, twin = newsroom.release(source, TEXT), newsroom.document(TEXT, url="https://example.org/her-letter")
    newsroom.add(f"documents/{page.id}/same_as", {"other": twin.ref, "reason": "One letter."})

    assert as_reader(newsroom, reader, twin.path)["url"] == REDACTED


@pytest.mark.parametrize("wish", [{}, {"if_named": "use", "external_id": "other"}], ids=["refuse", "use"])
def test_being_told_that_a_name_is_a_protected_source_s_is_recorded(
    newsroom: Newsroom, source: Kept, wish: dict[str, str]
) -> None:
    newsroom.edit(source, external_id="hers")
    with speaking_as(
        newsroom.client, make_key(newsroom.client, "contributor", Scope.REVEAL, holder="Desk 9")
    ) as client:
        refused = client.post("/v1/sources", json={"name": SECRET, **wish})

    assert refused.status_code == 409
    (event,) = [one for one in newsroom.client.get("/v1/reveals").json()["items"] if one["recorded_by"] == "Desk 9"]
    assert event["records"] == [{"kind": "source", "id": source.id}]


@pytest.mark.parametrize("path", ["/v1/attributions", "/v1/bundles", "/v1/bundles?dry_run=true", "/v1/import"])
def test_being_told_the_nearest_passage_of_a_sealed_text_is_recorded(
    newsroom: Newsroom, source: Kept, path: str
) -> None:
    page, claim = newsroom.release(source, TEXT), newsroom.claim()
    body = statement(claim, source, document=page, quote={"exact": "the order was never given"})
    line = {"kind": "attribution", **body}
    sent = {"/v1/attributions": body, "/v1/import": line}.get(path, {"records": [line]})
    kind = "application/x-ndjson" if path == "/v1/import" else "application/json"

    refused = newsroom.client.post(path, content=json.dumps(sent), headers={"Content-Type": kind})

    assert "the order was given" in refused.text
    event = newsroom.client.get("/v1/reveals").json()["items"][-1]
    assert event["records"] == [{"kind": "document", "id": page.id}]
    assert event["request"] == f"POST {path.partition('?')[0]}"


def test_the_log_does_not_tell_which_sealed_fields_are_empty(
    newsroom: Newsroom, reader: dict[str, str], source: Kept
) -> None:
    bare = newsroom.source("Nobody else", protected=True)

    def withheld(one: Kept) -> Any:
        while (index := newsroom.client.get(one.path).json()["log_index"]) is None:
            time.sleep(0.05)
        return as_reader(newsroom, reader, f"/v1/log/entries/{index}/disclosure")["withheld"]

    assert withheld(bare) == withheld(source)


def test_a_record_already_there_is_protected_by_an_editor_only(newsroom: Newsroom) -> None:
    agency = newsroom.source("An agency")
    with speaking_as(newsroom.client, make_key(newsroom.client, "contributor")) as client:
        existing = client.patch(agency.path, json={"protected": True}, headers={"If-Match": "*"})
        new = client.post("/v1/sources", json={"name": "A new one", "protected": True})

    assert (existing.status_code, new.status_code) == (403, 201)


def test_a_redaction_sent_for_what_is_not_sealed_is_refused(newsroom: Newsroom) -> None:
    patch = {"name": {"redacted": "source-identity"}}

    answer = newsroom.client.patch(newsroom.source().path, json=patch, headers={"If-Match": "*"})

    assert answer.status_code == 422
