"""What was taken from what: which statement may cite which, and what a citation does to its attribution."""

import pytest

from tests.newsroom import Kept, Newsroom, ends, statement
from tests.problems import pointers, problem


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim()


def citing(cited: Kept, kind: str = "paraphrases") -> dict[str, object]:
    """Word a citation."""
    return {"kind": kind, "attribution": cited.ref}


def refuse(newsroom: Newsroom, newer: Kept, older: Kept, status: int = 422) -> dict[str, object]:
    """Try to cite, and return why not."""
    return problem(newsroom.post(f"{newer.path}/citations", citing(older)), status)


# The same claim ------------------------------------------------------------------------------------------------------


def test_a_citation_joins_statements_of_one_claim(newsroom: Newsroom, claim: Kept) -> None:
    said, other = newsroom.say(claim), newsroom.say(newsroom.claim())
    assert pointers(refuse(newsroom, said, other)) == ["/attribution"]  # type: ignore[arg-type]
    assert pointers(newsroom.refused("attributions", statement(claim, cites=[other]))) == ["/cites/0/attribution"]


def test_only_a_confirmed_relation_lets_claims_be_cited_across(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim()
    said, specific = newsroom.say(claim), newsroom.say(narrow)
    relation = newsroom.relate("refines", narrow, claim, status="proposed")
    refuse(newsroom, said, specific)
    newsroom.edit(relation, status="rejected")
    refuse(newsroom, said, specific)
    newsroom.edit(relation, status="confirmed")
    assert newsroom.cite(said, specific)


def test_a_broad_statement_is_never_behind_a_specific_one(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim()
    newsroom.relate("refines", narrow, claim)
    refused = refuse(newsroom, newsroom.say(narrow), newsroom.say(claim))
    assert "about a broader claim" in refused["detail"]


@pytest.mark.parametrize("kind", ["supports", "contrary", "contradicts"])
def test_other_relations_let_nobody_cite(newsroom: Newsroom, claim: Kept, kind: str) -> None:
    other = newsroom.claim()
    newsroom.relate(kind, other, claim)
    refuse(newsroom, newsroom.say(claim), newsroom.say(other))


def test_a_claim_is_refined_at_any_remove_and_across_what_is_the_same(newsroom: Newsroom, claim: Kept) -> None:
    same, narrow, narrow_too, narrower = (newsroom.claim() for _ in range(4))
    newsroom.relate("same_as", claim, same)
    newsroom.relate("refines", narrow, same)
    newsroom.relate("same_as", narrow, narrow_too)
    newsroom.relate("refines", narrower, narrow_too)
    said = newsroom.say(claim)
    for other in (same, narrow, narrow_too, narrower):
        assert newsroom.cite(said, newsroom.say(other))
    refuse(newsroom, newsroom.say(narrow), newsroom.say(same))


# The same stance -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stance", ["denies", "questions", "declines_comment"])
def test_a_citation_passes_on_the_same_stance(newsroom: Newsroom, claim: Kept, stance: str) -> None:
    affirming, other = newsroom.say(claim), newsroom.say(claim, stance=stance)
    refuse(newsroom, affirming, other)
    refuse(newsroom, other, affirming)


def test_a_denial_cites_a_denial(newsroom: Newsroom, claim: Kept) -> None:
    denials = [newsroom.say(claim, stance="denies") for _ in range(2)]
    assert newsroom.cite(*denials)


@pytest.mark.parametrize("stance", ["questions", "declines_comment"])
def test_who_stands_on_no_side_cites_nobody(newsroom: Newsroom, claim: Kept, stance: str) -> None:
    both = [newsroom.say(claim, stance=stance) for _ in range(2)]
    assert "responds_to" in str(refuse(newsroom, *both)["detail"])
    newsroom.refused("attributions", statement(claim, stance=stance, cites=[{"cue": "x"}]))


def test_a_cited_draft_that_says_otherwise_is_refused(newsroom: Newsroom, claim: Kept) -> None:
    for draft in ({"stance": "denies"}, {"claim": {"text": "Another"}}):
        refused = newsroom.refused("attributions", statement(claim, cites=[draft]))
        assert pointers(refused) == ["/cites/0/attribution"]
    assert newsroom.ids("attributions") == []


# Itself, loops, twice ------------------------------------------------------------------------------------------------


def test_an_attribution_is_not_taken_from_itself(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim)
    assert pointers(refuse(newsroom, said, said)) == ["/attribution"]  # type: ignore[arg-type]


def test_a_source_may_cite_its_earlier_statement(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source()
    assert newsroom.say(claim, source, cites=[newsroom.say(claim, source)])["relay"]


def test_circular_reporting_is_recorded(newsroom: Newsroom, claim: Kept) -> None:
    loop = [newsroom.say(claim) for _ in range(3)]
    for place, said in enumerate(loop):
        newsroom.cite(said, loop[place - 1])
    answer = newsroom.ask(claim, "provenance")
    assert len(answer["edges"]) == 3
    assert answer["origins"] == []


def test_the_same_citation_twice_is_a_conflict_and_another_kind_is_not(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim)
    said = newsroom.say(claim, cites=[origin])
    refuse(newsroom, said, origin, 409)
    assert newsroom.cite(said, origin, "quotes")
    newsroom.refused("attributions", statement(claim, cites=[origin, origin]), 409)


def test_a_deleted_citation_can_be_recorded_again(newsroom: Newsroom, claim: Kept) -> None:
    origin, said = newsroom.say(claim), newsroom.say(claim)
    newsroom.delete(newsroom.cite(said, origin))
    assert newsroom.cite(said, origin)


@pytest.mark.dealt
@pytest.mark.parametrize("kind", ["quotes", "paraphrases", "translates", "reprints", "relies_on", "credits"])
def test_every_way_of_taking_over_is_kept(newsroom: Newsroom, claim: Kept, kind: str) -> None:
    assert newsroom.cite(newsroom.say(claim), newsroom.say(claim), kind)["kind"] == kind


def test_a_way_of_taking_over_that_is_none_of_ours_is_refused(newsroom: Newsroom, claim: Kept) -> None:
    said, origin = newsroom.say(claim), newsroom.say(claim)
    assert pointers(problem(newsroom.post(f"{said.path}/citations", citing(origin, "steals")), 422)) == ["/kind"]


# By their own paths --------------------------------------------------------------------------------------------------


def test_a_citation_found_later_makes_a_version_of_its_attribution_alone(newsroom: Newsroom, claim: Kept) -> None:
    said, origin = newsroom.say(claim), newsroom.say(claim)
    link = newsroom.cite(said, origin)
    assert newsroom.ask(said)["version"] == 2
    assert newsroom.ask(origin)["version"] == 1
    assert (link["citing"], link["cited"]) == (said.ref, origin.ref)
    assert link.tag.startswith('"2')
    assert newsroom.ask(said, "citations")["items"] == [newsroom.ask(link)]


def test_a_citation_found_later_may_be_a_whole_draft(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, stance="denies")
    draft = {"kind": "credits", "attribution": {"source": {"name": "Spokesman"}}}
    answer = newsroom.post(f"{said.path}/citations", draft).json()
    origin = newsroom.ask(f"/v1/attributions/{answer['cited']['id']}")
    assert (origin["claim"], origin["stance"]) == (claim.ref, "denies")


def test_a_citation_is_deleted_with_the_tag_of_its_attribution(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim)
    link = newsroom.cite(said, newsroom.say(claim))
    reason = {"reason": "misread"}
    problem(newsroom.client.delete(link.path, params=reason), 428)
    problem(newsroom.client.delete(link.path, params=reason, headers={"If-Match": said.tag}), 412)
    assert newsroom.client.delete(link.path, params=reason, headers={"If-Match": link.tag}).status_code == 204
    assert (newsroom.ask(said)["version"], newsroom.ask(said)["cites"]) == (3, [])
    problem(newsroom.client.get(link.path), 410)
    problem(newsroom.client.delete(link.path, params=reason, headers={"If-Match": "*"}), 410)


def test_a_deletion_of_a_citation_says_why(newsroom: Newsroom, claim: Kept) -> None:
    link = newsroom.cite(newsroom.say(claim), newsroom.say(claim))
    problem(newsroom.client.delete(link.path, headers={"If-Match": "*"}), 422)


def test_citations_are_as_they_stood(newsroom: Newsroom, claim: Kept) -> None:
    said, origin = newsroom.say(claim), newsroom.say(claim)
    link = newsroom.cite(said, origin)
    newsroom.delete(link)
    then = link["recorded_at"]
    assert newsroom.ask(said, known_at=then)["cites"][0]["id"] == link.id
    assert newsroom.ask(said, "citations", known_at=then)["items"][0]["id"] == link.id
    assert newsroom.ask(link, known_at=then)["kind"] == "paraphrases"
    assert newsroom.ask(said, known_at=origin["recorded_at"])["cites"] == []


def test_the_history_tells_what_each_version_cited(newsroom: Newsroom, claim: Kept) -> None:
    said, origin = newsroom.say(claim), newsroom.say(claim)
    newsroom.delete(newsroom.cite(said, origin))
    versions = newsroom.ask(said, "history")["items"]
    assert [len(one["record"]["cites"]) for one in versions] == [0, 1, 0]


# When a relation ends ------------------------------------------------------------------------------------------------


def test_a_citation_across_an_ended_same_as_stays_on_record_and_leads_nowhere(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim()
    same = newsroom.relate("same_as", claim, other)
    source = newsroom.source(kind="person")
    origin = newsroom.publish(other, source)
    said = newsroom.publish(claim, newsroom.source(), cites=[origin])
    newsroom.edit(same, status="rejected")
    assert newsroom.ask(said)["cites"][0]["attribution"] == origin.ref
    assert newsroom.ask(said)["relay"]
    answer = newsroom.ask(claim, "provenance")
    assert ([one["id"] for one in answer["nodes"]], answer["edges"], answer["origins"]) == ([said.id], [], [])
    newsroom.edit(same, status="confirmed")
    assert [one["attribution"] for one in ends(newsroom.ask(claim, "provenance"))] == [origin.id]


def test_an_inert_citation_bars_no_edit_of_other_fields(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim()
    same = newsroom.relate("same_as", claim, other)
    said = newsroom.say(claim, cites=[newsroom.say(other)])
    newsroom.delete(same)
    assert newsroom.edit(said, cue="selon")["version"] == 2
