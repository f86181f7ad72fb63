"""What speaks against a claim, and who stands behind that; nothing is resolved by machine."""

from collections.abc import Callable

import pytest

from tests.newsroom import Kept, Newsroom, ends

pytestmark = pytest.mark.dealt  # what is judged, and how, is worked out from values that either engine gives


def test_denials_are_listed_with_their_origins(newsroom: Newsroom) -> None:
    claim, ministry = newsroom.claim("P"), newsroom.source("Ministry", kind="government")
    newsroom.publish(claim, newsroom.source())
    denial = newsroom.publish(claim, ministry, stance="denies")
    relayed = newsroom.publish(claim, newsroom.source(kind="media_outlet"), stance="denies", cites=[denial])
    newsroom.publish(claim, newsroom.source(), stance="questions")
    found = newsroom.ask(claim, "contradictions")
    assert found["claim"]["text"] == "P"
    assert [one["id"] for one in found["denials"]] == [denial.id, relayed.id]
    assert [(one["attribution"], one["source"]["name"]) for one in ends(found)] == [(denial.id, "Ministry")]
    assert (found["claims"], found["refined_denials"], found["broader_denials"]) == ([], [], [])


@pytest.mark.parametrize("kind", ["contradicts", "contrary"])
def test_a_claim_that_contradicts_is_listed_from_either_side_with_who_affirms_it(newsroom: Newsroom, kind: str) -> None:
    claim, other = newsroom.claim("P"), newsroom.claim("Not P")
    relation = newsroom.relate(kind, other, claim, rationale="Not both")
    affirmed = newsroom.publish(other, newsroom.source(kind="person"))
    newsroom.publish(other, newsroom.source(), stance="denies")
    (against,) = newsroom.ask(claim, "contradictions")["claims"]
    assert (against["relation"], against["kind"], against["rationale"]) == (relation.ref, kind, "Not both")
    assert against["claim"]["text"] == "Not P"
    assert [one["id"] for one in against["attributions"]] == [affirmed.id]
    assert [one["attribution"] for one in ends(against)] == [affirmed.id]
    (back,) = newsroom.ask(other, "contradictions")["claims"]
    assert back["claim"]["text"] == "P"
    assert back["attributions"] == []


@pytest.mark.parametrize("status", ["proposed", "rejected"])
def test_only_what_is_confirmed_counts(newsroom: Newsroom, status: str) -> None:
    claim, other = newsroom.claim(), newsroom.claim()
    newsroom.relate("contradicts", claim, other, status=status)
    assert newsroom.ask(claim, "contradictions")["claims"] == []


def test_a_contradiction_is_one_of_the_whole_cluster_on_both_sides(newsroom: Newsroom) -> None:
    claim, same, other, other_same = (newsroom.claim() for _ in range(4))
    newsroom.relate("same_as", claim, same)
    newsroom.relate("same_as", other, other_same)
    newsroom.relate("contrary", same, other)
    said, denial = newsroom.say(other_same), newsroom.say(same, stance="denies")
    found = newsroom.ask(claim, "contradictions")
    assert [one["id"] for one in found["denials"]] == [denial.id]
    assert [one["id"] for one in found["claims"][0]["attributions"]] == [said.id]


def test_denials_of_narrower_and_of_broader_claims_are_listed_apart(newsroom: Newsroom) -> None:
    claim, narrow, narrower, broad, broader = (newsroom.claim() for _ in range(5))
    newsroom.relate("refines", narrow, claim)
    newsroom.relate("refines", narrower, narrow)
    newsroom.relate("refines", claim, broad)
    denials = [newsroom.say(one, stance="denies").id for one in (narrow, narrower)]
    newsroom.relate("refines", broad, broader)
    implied = [newsroom.say(one, stance="denies").id for one in (broad, broader)]
    newsroom.say(narrow)
    newsroom.say(broad)
    found = newsroom.ask(claim, "contradictions")
    assert ([one["id"] for one in found["refined_denials"]], found["denials"]) == (denials, [])
    assert ([one["id"] for one in found["broader_denials"]], found["broader_denials_total"]) == (implied, 2)
    assert newsroom.ask(broader, "contradictions")["broader_denials"] == []


def test_the_standing_of_each_side_is_what_its_own_confidence_says(newsroom: Newsroom) -> None:
    claim, others = newsroom.claim(), [newsroom.claim() for _ in range(2)]
    for other in others:
        newsroom.relate("contrary", claim, other)
    for one, rating in ((claim, "B"), (others[0], "C"), (others[0], "D")):
        source = newsroom.source(kind="person")
        newsroom.rate(source, rating)
        newsroom.publish(one, source, modality="stated")

    found = newsroom.ask(claim, "contradictions")

    beside = [found, *found["claims"]]
    assert [one["standing"]["status"] for one in beside] == [
        "contested_leaning_supported",
        "contested_leaning_denied",
        "denied_only",
    ]
    for one in beside:
        judged = newsroom.ask(f"/v1/claims/{one['claim']['id']}/confidence")
        for name in ("level", "label", "status", "support", "opposition", "policy", "computed"):
            assert one["standing"][name] == judged[name], name


def test_both_sides_of_the_dossier_are_told(newsroom: Newsroom, dossier: Callable[[str, str], Kept]) -> None:
    found = newsroom.ask(dossier("claims", "supplies"), "contradictions")
    assert "Ministry of National Defence of North Korea" in {one["source"]["name"] for one in found["denials"]}
    assert "Yevgeny Prigozhin" in {one["source"]["name"] for one in found["refined_denials"]}
    (contrary,) = found["claims"]
    assert contrary["claim"]["id"] == dossier("claims", "never-exported").id
    assert contrary["attributions"]
