"""How claims stand to each other: what an editor confirmed, and nothing that contradicts itself."""

from collections.abc import Collection

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.newsroom import Kept, Newsroom
from tests.problems import pointers, problem
from tests.transfer.lines import imported

SYMMETRIC = ["contradicts", "contrary", "same_as"]


def body(kind: str, one: dict[str, str], other: dict[str, str], status: str = "confirmed") -> dict[str, object]:
    """Word a relation."""
    return {"kind": kind, "from": one, "to": other, "status": status}


def test_a_relation_is_proposed_until_somebody_decides(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    proposed = newsroom.add("relations", {"kind": "supports", "from": one.ref, "to": other.ref})
    assert (proposed["status"], proposed["decided_by"], proposed["decided_at"]) == ("proposed", None, None)
    decided = newsroom.edit(proposed, status="rejected", decided_by="Desk", decided_at="2023-07-28")
    assert (decided["status"], decided["decided_at"]["value"]) == ("rejected", "2023-07-28")


def test_a_claim_has_no_relation_to_itself(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    assert pointers(newsroom.refused("relations", body("supports", claim.ref, claim.ref))) == ["/to"]


def test_from_is_called_so_and_nothing_else(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    sent = {"kind": "supports", "from_": one.ref, "to": other.ref}
    assert pointers(newsroom.refused("relations", sent)) == ["/from", "/from_"]


@pytest.mark.parametrize("side", ["from", "to"])
def test_both_claims_are_on_record(newsroom: Newsroom, side: str) -> None:
    claim = newsroom.claim()
    sent = body("supports", claim.ref, claim.ref) | {side: {"external_id": "none"}}
    assert pointers(newsroom.refused("relations", sent)) == [f"/{side}"]


@pytest.mark.parametrize("kind", SYMMETRIC)
def test_a_symmetric_relation_is_one_row_whichever_way_it_is_sent(newsroom: Newsroom, kind: str) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    kept = newsroom.relate(kind, one, other, external_id="key")
    back = newsroom.add("relations", body(kind, other.ref, one.ref) | {"external_id": "key"}, status=200)
    assert (back.id, back["version"]) == (kept.id, 1)
    assert {kept["from"]["id"], kept["to"]["id"]} == {one.id, other.id}
    for first, second in ((one, other), (other, one)):
        assert newsroom.refused("relations", body(kind, first.ref, second.ref), 409)["relation"] == kept.id


def test_a_directed_relation_keeps_its_direction(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    kept = newsroom.relate("refines", other, one)
    assert (kept["from"], kept["to"]) == (other.ref, one.ref)
    assert newsroom.refused("relations", body("refines", other.ref, one.ref), 409)["relation"] == kept.id


def test_an_edit_makes_no_second_row_either(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    newsroom.relate("contrary", one, other)
    contradicts = newsroom.relate("contradicts", other, one)
    problem(newsroom.try_edit(contradicts, kind="contrary"), 409)


def test_an_edit_does_not_give_or_take_a_direction(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    contrary, supports = newsroom.relate("contrary", one, other), newsroom.relate("supports", other, one)
    assert pointers(problem(newsroom.try_edit(contrary, kind="refines"), 422)) == ["/kind"]
    assert pointers(problem(newsroom.try_edit(supports, kind="same_as"), 422)) == ["/kind"]


def test_a_deleted_relation_leaves_its_place_free_and_then_stays_away(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    first = newsroom.relate("contrary", one, other)
    newsroom.delete(first)
    second = newsroom.relate("contrary", other, one)
    problem(newsroom.post(f"{first.path}/restore"), 409)
    newsroom.delete(second)
    assert newsroom.restore(first)["version"] == 3


# Contradictions inside a cluster -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["contradicts", "contrary"])
def test_what_is_the_same_does_not_contradict_itself(newsroom: Newsroom, kind: str) -> None:
    first, middle, last = (newsroom.claim() for _ in range(3))
    newsroom.relate("same_as", first, middle)
    newsroom.relate("same_as", last, middle)
    newsroom.refused("relations", body(kind, first.ref, last.ref), 409)
    proposed = newsroom.relate(kind, first, last, status="proposed")
    problem(newsroom.try_edit(proposed, status="confirmed"), 409)
    newsroom.edit(proposed, status="rejected")


@pytest.mark.parametrize("kind", ["contradicts", "contrary"])
def test_what_contradicts_does_not_become_the_same_at_any_remove(newsroom: Newsroom, kind: str) -> None:
    first, second, third, fourth = (newsroom.claim() for _ in range(4))
    against = newsroom.relate(kind, first, fourth)
    newsroom.relate("same_as", first, second)
    newsroom.relate("same_as", third, fourth)
    refused = newsroom.refused("relations", body("same_as", second.ref, third.ref), 409)
    assert refused["relation"] == against.id
    assert "cannot both be true" in refused["detail"]
    proposed = newsroom.relate("same_as", second, third, status="proposed")
    problem(newsroom.try_edit(proposed, status="confirmed"), 409)
    newsroom.edit(against, status="rejected")
    newsroom.edit(proposed, status="confirmed")
    problem(newsroom.try_edit(against, status="confirmed"), 409)


@pytest.mark.parametrize("kind", ["contradicts", "contrary"])
def test_a_relation_does_not_stand_in_its_own_way(newsroom: Newsroom, kind: str) -> None:
    mistaken = newsroom.relate("same_as", newsroom.claim(), newsroom.claim())
    turned = newsroom.edit(mistaken, kind=kind)
    assert newsroom.edit(turned, kind="same_as")["kind"] == "same_as"


def test_a_restored_relation_meets_the_rule_as_the_record_stands_now(newsroom: Newsroom) -> None:
    one, other = newsroom.claim(), newsroom.claim()
    against = newsroom.relate("contradicts", one, other)
    newsroom.delete(against)
    same = newsroom.relate("same_as", one, other)
    problem(newsroom.post(f"{against.path}/restore"), 409)
    assert problem(newsroom.client.get(against.path), 410)
    newsroom.delete(same)
    assert newsroom.restore(against)["kind"] == "contradicts"


def test_a_bundle_cannot_bring_both(newsroom: Newsroom) -> None:
    claims = [{"kind": "claim", "ref": name, "text": name} for name in "abc"]
    pairs = [("same_as", "a", "b"), ("same_as", "b", "c"), ("contrary", "c", "a")]
    relations = [
        {
            "kind": "relation",
            "relation_kind": kind,
            "from": {"$ref": one},
            "to": {"$ref": other},
            "status": "confirmed",
        }
        for kind, one, other in pairs
    ]
    for some in (relations, relations[::-1]):
        assert "relation" not in newsroom.refused("bundles", {"records": [*some, *claims]}, 409)
    assert newsroom.ids("claims") == []


# Lists ---------------------------------------------------------------------------------------------------------------


def test_relations_are_found_by_either_claim_kind_and_status(newsroom: Newsroom) -> None:
    one, other, third = (newsroom.claim() for _ in range(3))
    refines = newsroom.relate("refines", one, other)
    contrary = newsroom.relate("contrary", other, third, status="proposed")
    assert newsroom.ids("relations", claim=other.id) == [refines.id, contrary.id]
    assert newsroom.ids("relations", claim=one.id) == newsroom.ids("relations", kind="refines") == [refines.id]
    assert newsroom.ids("relations", status="proposed") == [contrary.id]
    assert newsroom.ids("relations", sort="kind") == [contrary.id, refines.id]
    newsroom.edit(contrary, status="confirmed")
    assert newsroom.ids("relations", status="proposed", known_at=contrary["recorded_at"]) == [contrary.id]


# Any order -----------------------------------------------------------------------------------------------------------

Decision = tuple[str, frozenset[int]]  # of which kind, about which claims

DECISIONS = st.lists(
    st.tuples(st.sampled_from(["same_as", "contradicts", "contrary", "undo"]), st.integers(0, 4), st.integers(0, 4)),
    max_size=15,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(decisions=DECISIONS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_order_of_decisions_makes_a_claim_contradict_itself(
    newsroom: Newsroom, decisions: list[tuple[str, int, int]]
) -> None:
    claims = [newsroom.claim() for _ in range(5)]
    standing: dict[str, Decision] = {}
    for kind, first, second in decisions:
        pair = frozenset({first, second})
        if kind == "undo":
            for one in [one for one, (_, other) in standing.items() if other == pair]:
                newsroom.delete(Kept("/v1/relations", {"id": one}))
                del standing[one]
            continue
        answer = newsroom.post("/v1/relations", body(kind, claims[first].ref, claims[second].ref))
        allowed = may_stand(standing.values(), (kind, pair))
        assert (answer.status_code == 201) is allowed
        if allowed:
            standing[answer.json()["id"]] = (kind, pair)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(decisions=DECISIONS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_write_decides_as_many_would_in_its_order(
    newsroom: Newsroom, decisions: list[tuple[str, int, int]]
) -> None:
    claims = [newsroom.claim() for _ in range(5)]
    wanted = [one for one in decisions if one[0] != "undo"] or [("same_as", 0, 1)]
    standing: list[Decision] = []
    expected: list[str] = []
    for kind, first, second in wanted:
        decision = (kind, frozenset({first, second}))
        allowed = may_stand(standing, decision)
        standing += [decision] if allowed else []
        expected.append("created" if allowed else "refused")
    lines = [
        {**body(kind, claims[first].ref, claims[second].ref), "kind": "relation", "relation_kind": kind}
        for kind, first, second in wanted
    ]
    results, _ = imported(newsroom.client, lines)
    assert [one["status"] for one in results] == expected


def may_stand(beside: Collection[Decision], decision: Decision) -> bool:
    """Say whether a decision about two claims can be taken where others stand."""
    _, pair = decision
    return len(pair) == 2 and decision not in beside and not contradicts_itself([*beside, decision])


def contradicts_itself(decisions: list[Decision]) -> bool:
    """Say whether two claims that are the same also oppose each other: the rule in its plainest words."""
    together = [{claim} for claim in range(5)]
    for kind, pair in decisions:
        if kind == "same_as":
            joined = set().union(*(group for group in together if group & pair))
            together = [group for group in together if not group & pair] + [joined]
    return any(kind != "same_as" and any(pair <= group for group in together) for kind, pair in decisions)
