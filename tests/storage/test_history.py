"""Nothing is overwritten: every version stays readable, and every instant can be asked about."""

from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.bundles.service import KEEPERS
from api.storage.history import history_of, table_of
from tests.newsroom import Kept, Newsroom
from tests.numbers import unnumbered
from tests.problems import problem


def test_every_version_is_listed_with_what_was_done(newsroom: Newsroom) -> None:
    claim = newsroom.claim("one")
    newsroom.edit(claim, text="two")
    newsroom.delete(claim, reason="a mistake")
    newsroom.restore(claim)
    versions = newsroom.ask(claim, "history")["items"]
    assert [one["version"] for one in versions] == [1, 2, 3, 4]
    assert [one["action"] for one in versions] == ["created", "updated", "deleted", "restored"]
    assert [one["record"]["text"] for one in versions] == ["one", "two", "two", "two"]
    assert [one["reason"] for one in versions] == [None, None, "a mistake", None]
    assert unnumbered(versions[0]["record"]) == unnumbered(claim)


def test_the_history_of_a_deleted_record_stays_readable(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    newsroom.delete(claim)
    assert [one["action"] for one in newsroom.ask(claim, "history")["items"]] == ["created", "deleted"]


def test_the_history_is_as_it_stood(newsroom: Newsroom) -> None:
    claim = newsroom.claim("one")
    edited = newsroom.edit(claim, text="two")
    newsroom.edit(claim, text="three")
    then = newsroom.ask(claim, "history", known_at=edited["updated_at"])
    assert [one["record"]["text"] for one in then["items"]] == ["one", "two"]


def test_an_unknown_record_has_no_history(newsroom: Newsroom) -> None:
    problem(newsroom.client.get("/v1/claims/01890000-0000-7000-8000-000000000000/history"), 404)


def test_an_edit_that_changes_nothing_makes_no_version(newsroom: Newsroom) -> None:
    claim = newsroom.claim("one", topics=["a"])
    assert newsroom.edit(claim, text="one", topics=["a"], place=None)["version"] == 1


def test_who_recorded_it_first_and_when_never_changes(newsroom: Newsroom) -> None:
    claim = newsroom.claim("one")
    edited = newsroom.edit(claim, text="two")
    assert edited["recorded_at"] == claim["recorded_at"]
    assert edited["updated_at"] > claim["updated_at"]


def test_earlier_versions_are_found_by_what_they_refer_to_and_what_seals_them() -> None:
    for model in (keeper.model for keeper in KEEPERS.values()):
        current, earlier = table_of(model), history_of(model)
        indexed = {column.name for index in earlier.indexes for column in index.columns}

        assert indexed == {column.name for column in current.columns if column.foreign_keys} | {"sealed_under"}, model


# known_at ------------------------------------------------------------------------------------------------------------


def test_a_record_was_not_known_before_it_was_recorded(newsroom: Newsroom) -> None:
    before, claim = newsroom.claim(), newsroom.claim()
    problem(newsroom.client.get(claim.path, params={"known_at": before["recorded_at"]}), 404)
    assert newsroom.ids("claims", known_at=before["recorded_at"]) == [before.id]


def test_what_was_known_is_settled_once_the_writes_are_done(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    for path in (claim.path, "/v1/claims", f"{claim.path}/history", f"{claim.path}/provenance"):
        assert newsroom.ask(path, known_at=claim["recorded_at"])["settled"] is True
        assert newsroom.ask(path, known_at="2999-01-01T00:00:00Z")["settled"] is False
        assert "settled" not in newsroom.ask(path)


@pytest.mark.parametrize("instant", ["2023-07-26", "yesterday", "2023-07-26T10:00:00", ""])
def test_what_is_no_instant_is_refused(newsroom: Newsroom, instant: str) -> None:
    claim = newsroom.claim()
    for path in (claim.path, "/v1/claims", f"{claim.path}/provenance"):
        problem(newsroom.client.get(path, params={"known_at": instant}), 422)


def test_every_kind_of_record_answers_as_it_stood(newsroom: Newsroom) -> None:
    source, claim = newsroom.source(), newsroom.claim()
    said = newsroom.publish(claim, source)
    document = Kept("/v1/documents", newsroom.ask(f"/v1/documents/{said['document']['id']}"))
    relation = newsroom.relate("supports", claim, newsroom.claim())
    dependency = newsroom.depend(source, said)
    rating = newsroom.rate(source, "B")
    kept = [source, claim, said, document, relation, dependency, rating]
    then = rating["recorded_at"]
    before = unnumbered([newsroom.ask(one, known_at=then) for one in kept])
    for one, change in ((said, {"cue": "So it is"}), (document, {"title": "x"}), (relation, {"rationale": "x"})):
        newsroom.edit(one, **change)
    for one in (source, claim):
        newsroom.delete(one, cascade=True)
    assert unnumbered([newsroom.ask(one, known_at=then) for one in kept]) == before
    for one in kept:
        problem(newsroom.client.get(one.path), 410)


# Any history ---------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.sampled_from(["edit", "relabel", "delete", "restore", "cite", "uncite", "retract", "reinstate", "reassign"]),
    max_size=8,
)


class Story:
    """A claim, an attribution with its document and its origin, and what happens to them."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.source, self.other = newsroom.source(), newsroom.source()
        self.claim = newsroom.claim("0")
        self.origin = newsroom.publish(self.claim, self.other)
        self.said = newsroom.publish(self.claim, self.source)
        self.number = 0

    def live(self) -> bool:
        """Say whether the attribution is on record."""
        return self.newsroom.client.get(self.said.path).status_code == 200

    def do(self, step: str) -> None:
        """Take a step, where it can be taken."""
        self.number += 1
        desk, free = self.newsroom, {"If-Match": "*"}
        match step:
            case "edit":
                desk.try_edit(self.said, cue=str(self.number))
            case "relabel":
                desk.try_edit(self.claim, text=str(self.number), topics=[str(self.number)])
            case "delete":
                desk.try_delete(self.said)
            case "restore":
                desk.post(f"{self.said.path}/restore")
            case "cite":
                desk.post(f"{self.said.path}/citations", {"kind": "quotes", "attribution": self.origin.ref})
            case "uncite" if self.live():
                for link in desk.ask(self.said)["cites"]:
                    desk.client.delete(f"/v1/citations/{link['id']}", params={"reason": "x"}, headers=free)
            case "retract":
                desk.post(f"{self.said.path}/retraction", {})
            case "reinstate":
                desk.client.delete(f"{self.said.path}/retraction", headers=free)
            case "reassign":
                desk.try_edit(self.said, source=self.other if self.number % 2 else self.source, document=None)

    def look(self, known_at: str | None = None) -> list[Any]:
        """Ask everything that there is to ask."""
        asked = {} if known_at is None else {"known_at": known_at}
        paths = [
            self.claim.path,
            self.said.path,
            f"{self.said.path}/citations",
            f"{self.said.path}/history",
            f"/v1/attributions?claim={self.claim.id}",
            f"{self.source.path}",
            f"{self.claim.path}/provenance",
            f"{self.claim.path}/chains",
            f"{self.origin.path}/downstream",
        ]
        return [self._seen(self.newsroom.client.get(httpx.URL(path).copy_merge_params(asked))) for path in paths]

    def _seen(self, answer: Any) -> Any:
        body = answer.json()
        body.pop("settled", None)
        body.pop("instance", None)
        return answer.status_code, body


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_at_every_instant_is_known_what_was_answered_then(newsroom: Newsroom, steps: list[str]) -> None:
    story = Story(newsroom)
    seen: dict[str, tuple[int, list[Any]]] = {}
    for step in steps:
        story.do(step)
        seen[last_change(newsroom)["recorded_at"]] = (story.number, story.look())
    for instant, (number, answers) in seen.items():
        story.number = number
        assert story.look(instant) == answers


def last_change(newsroom: Newsroom) -> dict[str, Any]:
    """Return the last entry of the change log."""
    last: dict[str, Any] = {}
    page = newsroom.ask("/v1/changes", limit=1000)
    while page["items"]:
        last = page["items"][-1]
        page = newsroom.ask("/v1/changes", after=page["next"], limit=1000)
    return last
