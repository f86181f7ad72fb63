"""A source withdraws what it said: a fact in the world, not our deletion."""

import pytest

from tests.newsroom import Kept, Newsroom
from tests.numbers import unnumbered
from tests.problems import pointers, problem


@pytest.fixture
def said(newsroom: Newsroom) -> Kept:
    """A statement on file."""
    return newsroom.publish(newsroom.claim(), newsroom.source(kind="person"), said_at="2023-07-27")


def test_a_retraction_says_when_why_and_where(newsroom: Newsroom, said: Kept) -> None:
    notice = newsroom.document("We withdraw it.")
    newsroom.retract(said, "2023-08-01", reason="An error", document=notice.ref)
    now = newsroom.ask(said)
    assert now["version"] == 2
    assert now["retracted_at"]["value"] == "2023-08-01"
    assert (now["retraction_reason"], now["retraction_document"]) == ("An error", notice.ref)


def test_an_undated_retraction_was_some_time_up_to_now(newsroom: Newsroom, said: Kept) -> None:
    newsroom.retract(said)
    now = newsroom.ask(said)
    assert now["retracted_at"]["earliest"] is None
    assert now["retracted_at"]["latest"] == now["updated_at"]


def test_what_is_retracted_can_be_read_and_sent_back(newsroom: Newsroom, said: Kept) -> None:
    newsroom.retract(said)
    read = newsroom.ask(said)
    assert unnumbered(newsroom.edit(said, **read)) == unnumbered(read)
    assert newsroom.edit(said, **{**read, "modality": "stated"})["version"] == 3


def test_what_is_retracted_counts_no_more_but_stays_in_sight(newsroom: Newsroom, said: Kept) -> None:
    newsroom.retract(said, "2023-08-01")
    answer = newsroom.ask(f"/v1/claims/{said['claim']['id']}/provenance")
    assert answer["nodes"][0]["retracted"]
    assert answer["counts"]["supporting"]["attributions"] == 0
    assert answer["origins"] == []


def test_a_retraction_is_recorded_once(newsroom: Newsroom, said: Kept) -> None:
    newsroom.retract(said)
    problem(newsroom.post(f"{said.path}/retraction", {}), 409)


def test_nothing_is_withdrawn_before_it_was_said(newsroom: Newsroom, said: Kept) -> None:
    refused = problem(newsroom.post(f"{said.path}/retraction", {"retracted_at": "2023-07-26"}), 422)
    assert pointers(refused) == ["/retracted_at"]
    newsroom.retract(said, "2023-07")


def test_the_document_of_a_retraction_is_on_record(newsroom: Newsroom, said: Kept) -> None:
    unknown = {"document": {"external_id": "none"}}
    assert pointers(problem(newsroom.post(f"{said.path}/retraction", unknown), 422)) == ["/document"]


def test_a_statement_stands_again_with_the_tag_of_its_attribution(newsroom: Newsroom, said: Kept) -> None:
    newsroom.retract(said)
    path = f"{said.path}/retraction"
    problem(newsroom.client.delete(path), 428)
    problem(newsroom.client.delete(path, headers={"If-Match": said.tag}), 412)
    assert newsroom.client.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    now = newsroom.ask(said)
    assert now["version"] == 3
    assert {now[name] for name in ("retracted_at", "retraction_reason", "retraction_document")} == {None}
    problem(newsroom.client.delete(path, headers={"If-Match": "*"}), 409)


def test_what_stands_again_can_be_withdrawn_again(newsroom: Newsroom, said: Kept) -> None:
    for _ in range(2):
        newsroom.retract(said)
        newsroom.client.delete(f"{said.path}/retraction", headers={"If-Match": "*"})
    assert [one["action"] for one in newsroom.ask(said, "history")["items"]] == ["created", *["updated"] * 4]


def test_a_deleted_statement_is_not_retracted(newsroom: Newsroom, said: Kept) -> None:
    newsroom.delete(said)
    problem(newsroom.post(f"{said.path}/retraction", {}), 410)


def test_a_notice_that_retractions_rest_on_is_not_deleted(newsroom: Newsroom, said: Kept) -> None:
    notice = newsroom.document("We withdraw it.")
    newsroom.retract(said, document=notice.ref)
    assert problem(newsroom.try_delete(notice), 409)["referenced_by"] == [{"kind": "attribution", "id": said.id}]
