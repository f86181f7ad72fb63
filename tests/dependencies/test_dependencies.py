"""What is known to share one origin, and why."""

import pytest

from tests.newsroom import Newsroom
from tests.numbers import unnumbered
from tests.problems import pointers, problem


def test_members_are_attributions_or_sources(newsroom: Newsroom) -> None:
    source, said = newsroom.source(), newsroom.say(newsroom.claim())
    kept = newsroom.depend(source, said, reason="One intelligence product")
    assert kept["members"] == [{"kind": "source", "id": source.id}, {"kind": "attribution", "id": said.id}]


def test_a_claim_is_no_member(newsroom: Newsroom) -> None:
    members = [{"kind": "claim", **newsroom.claim().ref}, {"kind": "source", **newsroom.source().ref}]
    newsroom.refused("dependencies", {"members": members, "reason": "x"})


def test_an_unknown_member_is_pointed_at(newsroom: Newsroom) -> None:
    source = newsroom.source()
    members = [{"kind": "source", **source.ref}, {"kind": "attribution", **source.ref}]
    assert pointers(newsroom.refused("dependencies", {"members": members, "reason": "x"})) == ["/members/1"]


@pytest.mark.parametrize("times", [1, 2])
def test_one_alone_depends_on_nobody(newsroom: Newsroom, times: int) -> None:
    members = [{"kind": "source", **newsroom.source().ref}] * times
    assert pointers(newsroom.refused("dependencies", {"members": members, "reason": "x"})) == ["/members"]


def test_a_dependency_has_a_reason(newsroom: Newsroom) -> None:
    members = [{"kind": "source", **newsroom.source().ref} for _ in range(2)]
    assert pointers(newsroom.refused("dependencies", {"members": members})) == ["/reason"]


def test_a_dependency_survives_the_retraction_of_its_members(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    members = [newsroom.say(claim), newsroom.say(claim)]
    kept = newsroom.depend(*members)
    for member in members:
        newsroom.retract(member)
    assert unnumbered(newsroom.ask(kept)) == unnumbered(kept)


def test_members_are_edited_and_found_as_they_were(newsroom: Newsroom) -> None:
    first, second, third = (newsroom.source() for _ in range(3))
    kept = newsroom.depend(first, second)
    newsroom.edit(kept, members=[{"kind": "source", **one.ref} for one in (second, third)])
    assert newsroom.ids("dependencies", member=first.id) == []
    assert newsroom.ids("dependencies", member=third.id) == [kept.id]
    assert newsroom.ids("dependencies", member=first.id, known_at=kept["recorded_at"]) == [kept.id]


def test_a_member_is_not_deleted_and_its_dependency_goes_and_comes_with_it(newsroom: Newsroom) -> None:
    one, other = newsroom.source(), newsroom.source()
    kept = newsroom.depend(one, other)
    listed = problem(newsroom.try_delete(one), 409)["referenced_by"]
    assert listed == [{"kind": "dependency", "id": kept.id}]
    newsroom.delete(one, cascade=True)
    problem(newsroom.client.get(kept.path), 410)
    problem(newsroom.post(f"{kept.path}/restore"), 409)
    newsroom.restore(one, cascade=True)
    assert newsroom.ask(kept)["members"] == kept["members"]


def test_a_former_member_is_free(newsroom: Newsroom) -> None:
    first, second, third = (newsroom.source() for _ in range(3))
    kept = newsroom.depend(first, second)
    newsroom.edit(kept, members=[{"kind": "source", **one.ref} for one in (second, third)])
    newsroom.delete(first)
