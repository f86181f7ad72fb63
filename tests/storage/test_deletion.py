"""Our own act of withdrawing a record made in error, and of bringing it back: never half."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.newsroom import Kept, Newsroom, ends, statement
from tests.problems import problem


def named(problem: dict[str, Any]) -> set[tuple[str, str]]:
    """Return who refers to a record, as a refused deletion lists them."""
    return {(one["kind"], one["id"]) for one in problem["referenced_by"]}


def is_gone(newsroom: Newsroom, *records: Kept) -> bool:
    """Say whether these are all deleted."""
    return {newsroom.client.get(one.path).status_code for one in records} == {410}


# Deleting ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_deletion_says_why(newsroom: Newsroom, reason: str | None) -> None:
    claim = newsroom.claim()
    asked = {} if reason is None else {"reason": reason}
    problem(newsroom.client.delete(claim.path, params=asked, headers={"If-Match": "*"}), 422)
    assert newsroom.ask(claim)["version"] == 1


def test_a_deleted_record_says_when_why_and_where_its_history_is(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    newsroom.delete(claim, reason="Recorded twice")
    gone = problem(newsroom.client.get(claim.path), 410)
    assert gone["reason"] == "Recorded twice"
    last = newsroom.ask(gone["history"])["items"][-1]
    assert (last["action"], last["recorded_at"]) == ("deleted", gone["deleted_at"])
    for path in (f"{claim.path}/provenance", f"{claim.path}/chains", f"{claim.path}/contradictions"):
        problem(newsroom.client.get(path), 410)
    problem(newsroom.try_edit(claim, text="x"), 410)
    problem(newsroom.try_delete(claim), 410)


def test_a_deleted_record_is_still_known_before(newsroom: Newsroom) -> None:
    claim = newsroom.claim("P")
    newsroom.delete(claim)
    then = claim["recorded_at"]
    assert newsroom.ask(claim, known_at=then)["text"] == "P"
    assert newsroom.ids("claims", known_at=then) == [claim.id]
    assert newsroom.ask(claim, "provenance", known_at=then)["claim"]["id"] == claim.id


@pytest.mark.parametrize("kind", ["sources", "documents", "claims", "attributions", "relations", "dependencies"])
def test_a_deleted_key_stays_taken(newsroom: Newsroom, kind: str) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    members = [{"kind": "source", **newsroom.source().ref} for _ in range(2)]
    body: dict[str, Any] = {
        "sources": {"name": "A"},
        "documents": {"title": "A"},
        "claims": {"text": "A"},
        "attributions": statement(one),
        "relations": {"kind": "supports", "from": one.ref, "to": other.ref},
        "dependencies": {"members": members, "reason": "x"},
    }[kind]
    kept = newsroom.add(kind, body | {"external_id": "key"})
    newsroom.delete(kept)
    assert newsroom.refused(kind, body | {"external_id": "key"}, 409)["deleted"][0]["id"] == kept.id
    if kind != "relations":
        other = newsroom.add(kind, body | {"external_id": "other"})
        problem(newsroom.try_edit(other, external_id="key"), 409)


def test_a_key_belongs_to_one_record(newsroom: Newsroom) -> None:
    newsroom.claim(external_id="taken")
    claim = newsroom.claim(external_id="own")
    problem(newsroom.try_edit(claim, external_id="taken"), 409)
    assert newsroom.edit(claim, external_id=None)["external_id"] is None
    assert newsroom.claim(external_id="own")["version"] == 1


# What refers to it ---------------------------------------------------------------------------------------------------


def test_what_is_referred_to_is_not_deleted_and_says_by_whom(newsroom: Newsroom) -> None:
    state = newsroom.source()
    agency = newsroom.source(controlled_by=state)
    release = newsroom.document(authors=[state], text="x")
    claim, other = newsroom.claim(), newsroom.claim()
    said = newsroom.say(claim, state, document=release)
    relayed = newsroom.say(claim, cites=[said])
    denial = newsroom.say(claim, stance="denies", responds_to=said)
    rating = newsroom.rate(state, "B")
    relation = newsroom.relate("supports", other, claim)
    link = newsroom.ask(relayed)["cites"][0]["id"]
    referring = [
        (state, {("source", agency.id), ("document", release.id), ("attribution", said.id), ("assessment", rating.id)}),
        (release, {("attribution", said.id)}),
        (claim, {("attribution", one.id) for one in (said, relayed, denial)} | {("relation", relation.id)}),
        (said, {("citation", link), ("attribution", denial.id)}),
    ]
    for record, by in referring:
        refused = problem(newsroom.try_delete(record), 409)
        assert named(refused) == by
        assert refused["total"] == len(by)
        many = f"{len(by)} live records refer" if len(by) > 1 else "1 live record refers"
        assert refused["detail"].startswith(f"{many} to this ")
        assert "cascade" in str(refused)


def test_deleted_records_refer_to_nothing(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    newsroom.delete(newsroom.say(claim))
    newsroom.delete(claim)


def test_what_an_attribution_cites_goes_with_it_and_does_not_hold_it(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    said = newsroom.say(claim, cites=[origin])
    link = Kept("/v1/citations", newsroom.ask(said, "citations")["items"][0])
    newsroom.delete(said)
    assert is_gone(newsroom, said, link)
    newsroom.delete(origin)


def test_a_cascade_takes_everything_along_and_nothing_else(newsroom: Newsroom) -> None:
    claim, narrow = newsroom.claim(), newsroom.claim()
    relation = newsroom.relate("refines", narrow, claim)
    origin = newsroom.say(narrow)
    said = newsroom.say(claim, cites=[origin])
    denial = newsroom.say(claim, stance="denies", responds_to=said)
    newsroom.delete(claim, cascade=True, reason="A muddle")
    assert is_gone(newsroom, claim, relation, said, denial)
    assert newsroom.ask(narrow)["version"] == newsroom.ask(origin)["version"] == 1
    whens = {newsroom.client.get(one.path).json()["deleted_at"] for one in (claim, relation, said, denial)}
    assert len(whens) == 1
    assert newsroom.client.get(denial.path).json()["reason"] == "A muddle"


def test_a_cascade_from_what_is_cited_leaves_the_citing_statement_without_it(newsroom: Newsroom) -> None:
    claim, source = newsroom.claim(), newsroom.source(kind="person")
    origin = newsroom.say(claim)
    said = newsroom.publish(claim, source, cites=[origin])
    newsroom.delete(origin, cascade=True)
    now = newsroom.ask(said)
    assert (now["version"], now["cites"], now["relay"]) == (2, [], False)
    assert [one["attribution"] for one in ends(newsroom.ask(claim, "provenance"))] == [said.id]


def test_a_deleted_record_counts_nowhere(newsroom: Newsroom) -> None:
    claim, other = newsroom.claim(), newsroom.claim()
    source = newsroom.source(kind="person")
    said = newsroom.publish(claim, source)
    denial = newsroom.publish(claim, source, stance="denies", replaces=said)
    contrary = newsroom.relate("contrary", claim, other)
    for record in (denial, contrary):
        newsroom.delete(record)
    answer = newsroom.ask(claim, "provenance")
    assert [one["id"] for one in answer["nodes"]] == [said.id]
    assert not answer["nodes"][0]["retracted"]
    assert answer["counts"]["opposing"]["attributions"] == 0
    found = newsroom.ask(claim, "contradictions")
    assert (found["denials"], found["claims"]) == ([], [])
    assert newsroom.ids("attributions", claim=claim.id) == [said.id]
    assert newsroom.ids("relations") == []


# Restoring -----------------------------------------------------------------------------------------------------------


def test_a_restored_record_is_as_it_was(newsroom: Newsroom) -> None:
    claim = newsroom.claim("P", topics=["a"], external_id="p")
    newsroom.delete(claim)
    back = newsroom.restore(claim)
    assert (back["version"], back["text"], back["recorded_at"]) == (3, "P", claim["recorded_at"])
    assert newsroom.ids("claims", topic="a") == [claim.id]
    assert newsroom.add("claims", {"external_id": "p", "text": "P"}, status=200).id == claim.id


def test_only_what_is_deleted_is_restored(newsroom: Newsroom) -> None:
    problem(newsroom.post(f"{newsroom.claim().path}/restore"), 409)
    problem(newsroom.post("/v1/claims/01890000-0000-7000-8000-000000000000/restore"), 404)


def test_an_attribution_comes_back_with_what_it_cited(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    said = newsroom.say(claim, cites=[newsroom.say(claim), newsroom.say(claim)])
    first, second = newsroom.ask(said, "citations")["items"]
    newsroom.delete(Kept("/v1/citations", first))
    newsroom.delete(said)
    back = newsroom.restore(said)
    assert [one["id"] for one in back["cites"]] == [second["id"]]


@pytest.mark.parametrize("what", ["claim", "source", "document", "cited", "answered", "author", "controller"])
def test_nothing_comes_back_to_what_is_gone(newsroom: Newsroom, what: str) -> None:
    claim, source = newsroom.claim(), newsroom.source()
    release, origin, denied = newsroom.release(source), newsroom.say(claim), newsroom.say(claim)
    said = newsroom.say(claim, source, document=release, cites=[origin], responds_to=denied)
    signed = newsroom.document(authors=[newsroom.source(), source])
    agent = newsroom.source(controlled_by=source)
    gone, back = {
        "claim": (claim, said),
        "source": (source, said),
        "document": (release, said),
        "cited": (origin, said),
        "answered": (denied, said),
        "author": (source, signed),
        "controller": (source, agent),
    }[what]
    newsroom.delete(back)
    newsroom.delete(gone, cascade=True)
    assert problem(newsroom.post(f"{back.path}/restore"), 409)["deleted"][0]["id"] == gone.id
    assert is_gone(newsroom, back)
    newsroom.restore(gone, cascade=True)
    assert newsroom.restore(back)["version"] == 3


def test_a_cascade_is_undone_as_one(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    said = newsroom.say(claim, cites=[origin])
    before = newsroom.say(claim)
    newsroom.delete(before)
    newsroom.delete(claim, cascade=True)
    problem(newsroom.post(f"{said.path}/restore"), 409)
    newsroom.restore(said, cascade=True)
    assert newsroom.ask(claim)["text"] == claim["text"]
    assert newsroom.ask(said)["cites"][0]["attribution"] == origin.ref
    assert is_gone(newsroom, before)


def test_a_citation_that_fits_no_more_does_not_come_back(newsroom: Newsroom) -> None:
    claim, narrow = newsroom.claim(), newsroom.claim()
    refines = newsroom.relate("refines", narrow, claim)
    origin = newsroom.say(narrow)
    said = newsroom.say(claim, cites=[origin])
    newsroom.delete(said)
    newsroom.delete(refines)
    problem(newsroom.post(f"{said.path}/restore"), 409)
    newsroom.restore(refines)
    newsroom.edit(origin, stance="denies")
    problem(newsroom.post(f"{said.path}/restore"), 409)
    newsroom.edit(origin, stance="affirms")
    assert len(newsroom.restore(said)["cites"]) == 1


def test_a_citation_comes_back_with_what_it_cites_only_where_it_fits(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    origin = newsroom.say(claim)
    said = newsroom.say(claim, cites=[origin])
    newsroom.delete(origin, cascade=True)
    newsroom.edit(said, stance="denies")
    problem(newsroom.post(f"{origin.path}/restore", cascade=True), 409)
    assert newsroom.restore(origin)["version"] == 3
    assert newsroom.ask(said)["cites"] == []


# Any order -----------------------------------------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(st.sampled_from(["delete", "cascade", "restore", "restore all"]), st.integers(0, 6)), max_size=12
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_order_of_deleting_and_restoring_leaves_a_loose_end(newsroom: Newsroom, acts: list[tuple[str, int]]) -> None:
    state, claim = newsroom.source(), newsroom.claim()
    agency = newsroom.source(controlled_by=state)
    release = newsroom.document("x", publisher=agency, authors=[state])
    origin = newsroom.say(claim, state, document=release)
    relay = newsroom.say(claim, agency, cites=[origin])
    shared = newsroom.depend(agency, relay)
    kept = [state, claim, agency, release, origin, relay, shared]
    for act, which in acts:
        match act:
            case "delete" | "cascade":
                answer = newsroom.try_delete(kept[which], cascade=act == "cascade")
            case _:
                answer = newsroom.post(f"{kept[which].path}/restore", cascade=act == "restore all")
        assert answer.status_code in (200, 204, 409, 410), answer.text
        live = {one.id: answer.json() for one in kept if (answer := newsroom.client.get(one.path)).status_code == 200}
        assert references(live.values()) <= set(live)


def references(answers: Any) -> set[str]:
    """Return the ids of every record that these refer to, citations aside."""
    found: set[str] = set()
    waiting: list[Any] = [[value for name, value in one.items() if name != "id"] for one in answers]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [inner for name, inner in value.items() if name != "id" or "attribution" not in value]
            found |= {value["id"]} if "id" in value and "attribution" not in value else set()
        elif isinstance(value, list):
            waiting += value
    return found
