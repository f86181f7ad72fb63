"""Two records for one thing: one in every count, and both ids stay valid."""

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import pointers, problem

KINDS = ["source", "document"]


def three(newsroom: Newsroom, kind: str) -> list[Kept]:
    """Record three of a kind."""
    return [newsroom.source() if kind == "source" else newsroom.document("x") for _ in range(3)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_the_same_is_the_same_at_any_remove_until_undone(newsroom: Newsroom, kind: str) -> None:
    first, second, third = three(newsroom, kind)
    newsroom.unite(first, second)
    newsroom.unite(third, second)
    for one, others in ((first, [second, third]), (second, [first, third]), (third, [first, second])):
        assert newsroom.ask(one)["same_as"] == [other.ref for other in others]
    newsroom.part(second, third)
    assert newsroom.ask(first)["same_as"] == [second.ref]
    assert newsroom.ask(third)["same_as"] == []
    assert {newsroom.ask(one)["version"] for one in (first, second, third)} == {1}


@pytest.mark.parametrize("kind", KINDS)
def test_both_say_why(newsroom: Newsroom, kind: str) -> None:
    first, second, _ = three(newsroom, kind)
    refused = problem(newsroom.post(f"{first.path}/same_as", {"other": second.ref}), 422)
    assert pointers(refused) == ["/reason"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_correction_is_told_what_joins(newsroom: Newsroom, kind: str) -> None:
    first, second, _ = three(newsroom, kind)
    (refused,) = problem(newsroom.try_edit(first, same_as=[second.ref]), 422)["errors"]
    assert refused["pointer"] == "/same_as"
    assert f"POST or DELETE {first.path}/same_as" in refused["detail"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_other_is_another_record_of_the_kind(newsroom: Newsroom, kind: str) -> None:
    first, second, _ = three(newsroom, kind)
    for other in (first.ref, newsroom.claim().ref, {"external_id": "none"}):
        refused = problem(newsroom.post(f"{first.path}/same_as", {"other": other, "reason": "x"}), 422)
        assert pointers(refused) == ["/other"]
    newsroom.unite(first, second)
    problem(newsroom.post(f"{second.path}/same_as", {"other": first.ref, "reason": "x"}), 409)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_joined_cannot_be_parted(newsroom: Newsroom, kind: str) -> None:
    first, second, third = three(newsroom, kind)
    newsroom.unite(first, second)
    newsroom.unite(second, third)
    problem(newsroom.client.delete(f"{first.path}/same_as", params={"other": third.id}), 404)
    problem(newsroom.client.delete(f"{newsroom.source().path}/same_as"), 404)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_the_same_is_as_it_stood(newsroom: Newsroom, kind: str) -> None:
    first, second, _ = three(newsroom, kind)
    answer = newsroom.post(f"{first.path}/same_as", {"other": second.ref, "reason": "x"}).json()
    newsroom.part(first, second)
    assert newsroom.ask(first, known_at=answer["recorded_at"])["same_as"] == [second.ref]
    assert newsroom.ask(first)["same_as"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_joined_again_is_joined(newsroom: Newsroom, kind: str) -> None:
    first, second, _ = three(newsroom, kind)
    for _ in range(2):
        newsroom.unite(first, second)
        newsroom.part(second, first)
    newsroom.unite(second, first)
    assert newsroom.ask(first)["same_as"] == [second.ref]


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_that_is_one_with_another_is_not_deleted_alone(newsroom: Newsroom, kind: str) -> None:
    first, second, _ = three(newsroom, kind)
    newsroom.unite(first, second)
    problem(newsroom.try_delete(first), 409)
    newsroom.delete(first, cascade=True)
    assert newsroom.ask(second)["same_as"] == []
    newsroom.restore(first, cascade=True)
    assert newsroom.ask(second)["same_as"] == [first.ref]


def test_two_records_of_one_source_count_as_one(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    one, other = newsroom.source(), newsroom.source()
    said = [newsroom.publish(claim, source) for source in (one, other)]
    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["sources"] == 2
    newsroom.unite(one, other)
    answer = newsroom.ask(claim, "provenance")
    assert answer["counts"]["supporting"]["sources"] == 1
    assert [node["source"]["id"] for node in answer["nodes"]] == [one.id, other.id]
    assert newsroom.ids("attributions", source=other.id) == [said[1].id]


@pytest.mark.parametrize("first", [0, 1])
def test_a_source_speaks_for_all_whom_its_records_name_whichever_came_first(newsroom: Newsroom, first: int) -> None:
    claim, states = newsroom.claim(), [newsroom.source(), newsroom.source()]
    ways = {at: newsroom.source(controlled_by=states[at]) for at in (first, 1 - first)}
    newsroom.rate(states[0], "C", assessed_at="2022")
    newsroom.rate(states[1], "B", assessed_at="2023")
    newsroom.unite(*ways.values())
    assert [newsroom.ask(one)["reliability"]["value"] for one in ways.values()] == ["B", "B"]
    for state in states:
        assert newsroom.say(claim, ways[0], document=newsroom.release(state))["on_file"]
        newsroom.publish(claim, state)
    answer = newsroom.ask(claim, "provenance")
    assert answer["counts"]["supporting"]["independent_origins"] == 1
    shared = {join["by"]["id"] for join in answer["origins"][0]["joined_by"] if join["kind"] == "same_controller"}
    assert shared == {state.id for state in states}


def test_two_records_of_one_document_count_as_one(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    said = [newsroom.publish(claim, newsroom.source())["document"]["id"] for _ in range(2)]
    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["documents"] == 2
    newsroom.post(f"/v1/documents/{said[0]}/same_as", {"other": {"id": said[1]}, "reason": "x"})
    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["documents"] == 1
