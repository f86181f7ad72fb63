"""How well supported a claim is, with every step shown, over HTTP."""

from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.problems import problem

pytestmark = pytest.mark.dealt  # what is judged, and how, is worked out from values that either engine gives


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim("P", language="en")


def person(newsroom: Newsroom, name: str | None = None, rating: str = "", **fields: Any) -> Kept:
    """Record a person, rated where a rating is given."""
    source = newsroom.source(name, kind="person", **fields)
    if rating:
        newsroom.rate(source, rating)
    return source


def state(newsroom: Newsroom, claim: Kept, rating: str = "B", **fields: Any) -> Kept:
    """Record that somebody rated like this states it, on file."""
    return newsroom.publish(claim, person(newsroom, rating=rating), **{"modality": "stated", **fields})


def outcome(newsroom: Newsroom, claim: Kept, **asked: Any) -> tuple[int, str]:
    """Ask for level and status."""
    found = newsroom.ask(claim, "confidence", **asked)
    return found["level"], found["status"]


def leaves(found: dict[str, Any], side: str = "support") -> list[dict[str, Any]]:
    """Return every origin of one side's tree."""
    weight = found["explanation"][side]
    return [*(leaf for each in weight["classes"] for leaf in each["origins"]), *weight["unknown"]]


def caps(leaf: dict[str, Any]) -> dict[str, tuple[str | None, int, bool]]:
    """Return what bounds an origin, by factor."""
    return {one["factor"]: (one["value"], one["limit"], one["binds"]) for one in leaf["caps"]}


def reliability(newsroom: Newsroom, claim: Kept) -> dict[str, Any]:
    """Return the cap by reliability of the only origin."""
    (leaf,) = leaves(newsroom.ask(claim, "confidence"))
    (cap,) = (one for one in leaf["caps"] if one["factor"] == "reliability")
    return cap  # type: ignore[no-any-return]


# The tree ------------------------------------------------------------------------------------------------------------


def test_the_explanation_is_a_tree_of_rules(newsroom: Newsroom, claim: Kept) -> None:
    for _ in range(2):
        state(newsroom, claim)
    newsroom.publish(claim, person(newsroom, "Ministry", "D"), stance="denies", modality="stated")

    found = newsroom.ask(claim, "confidence")

    tree = found["explanation"]
    assert (tree["rule"], tree["level"], tree["label"], tree["penalty"]) == ("R4", 3, "MODERATE", 1)
    assert tree["status"] == found["status"] == "contested_leaning_supported"
    support, against = tree["support"], tree["opposition"]
    assert (support["rule"], support["side"], support["level"]) == ("R2", "supporting", 4)
    rung = {"level": 3, "label": "MODERATE", "classes": 2, "lift": 1, "reaches": 4}
    assert (support["rung"], against["rung"]["reaches"], against["side"]) == (rung, 1, "opposing")
    assert [each["rule"] for each in support["classes"]] == ["R3", "R3"]
    assert [(leaf["rule"], leaf["strength"], leaf["kind"], leaf["distance"]) for leaf in leaves(found)] == [
        ("R1", 3, "named", 0)
    ] * 2
    assert (found["support"], found["opposition"], found["level"], found["label"]) == (4, 1, 3, "MODERATE")
    assert tree["sentence"] == (
        "2 independent origins at MODERATE or better: support HIGH; 1 step off for VERY_LOW opposition (Ministry):"
        " MODERATE, contested."
    )


def test_nothing_on_file_has_a_tree_too(newsroom: Newsroom, claim: Kept) -> None:
    tree = newsroom.ask(claim, "confidence")["explanation"]

    assert (tree["level"], tree["support"]["rung"], tree["support"]["classes"]) == (0, None, [])
    assert tree["sentence"].startswith("Nothing on file")


def test_what_was_withdrawn_is_still_on_file(newsroom: Newsroom, claim: Kept) -> None:
    said = state(newsroom, claim)
    newsroom.retract(said)

    tree = newsroom.ask(claim, "confidence")["explanation"]

    assert tree["sentence"] == (
        "1 statement on file, which was withdrawn: support NONE; no opposition: NONE, no evidence."
    )
    assert tree["opposition"]["sentence"] == "In opposition, nothing on file: NONE."


def test_who_only_affirms_a_contradicting_claim_is_not_said_to_deny_this_one(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim()
    newsroom.relate("contradicts", other, claim)
    newsroom.say(other, newsroom.source())
    state(newsroom, claim)

    sentence = newsroom.ask(claim, "confidence")["explanation"]["sentence"]

    assert "what stands against it is not on file" in sentence


def test_every_cap_is_shown_and_which_of_them_binds(newsroom: Newsroom, claim: Kept) -> None:
    said = state(newsroom, claim, rating="D")
    newsroom.rate(said, "3", scale="admiralty_credibility")

    (leaf,) = leaves(newsroom.ask(claim, "confidence"))

    assert caps(leaf) == {
        "reliability": ("D", 1, True),
        "modality": ("stated", 4, False),
        "credibility": ("3", 3, False),
        "origin_kind": ("named", 5, False),
        "distance": ("0", 5, False),
    }


def test_several_caps_may_bind_at_once(newsroom: Newsroom, claim: Kept) -> None:
    state(newsroom, claim, rating="C", modality="possible")

    (leaf,) = leaves(newsroom.ask(claim, "confidence"))

    assert [factor for factor, (_, _, binds) in caps(leaf).items() if binds] == ["reliability", "modality"]


def test_a_rating_of_the_statement_goes_before_its_sources_and_that_before_the_controllers(
    newsroom: Newsroom, claim: Kept
) -> None:
    government = newsroom.source("Government", kind="government")
    ministry = newsroom.source("Ministry", kind="government", controlled_by=government)
    speaker = person(newsroom, controlled_by=ministry)
    said = newsroom.publish(claim, speaker, modality="stated")
    assert reliability(newsroom, claim)["rating"] is None

    for target, value, limit in ((government, "B", 3), (ministry, "C", 2), (speaker, "A", 4), (said, "E", 0)):
        rating = newsroom.rate(target, value)

        cap = reliability(newsroom, claim)

        assert (cap["value"], cap["limit"]) == (value, limit)
        assert cap["rating"] == {"value": value, "assessment": rating.id, "target": target.open_ref}


def test_not_judged_stands_where_it_was_given(newsroom: Newsroom, claim: Kept) -> None:
    government = newsroom.source("Government", kind="government")
    newsroom.rate(government, "A")
    speaker = person(newsroom, controlled_by=government)
    newsroom.publish(claim, speaker, modality="stated")
    newsroom.rate(speaker, "F")

    cap = reliability(newsroom, claim)

    assert (cap["value"], cap["limit"], cap["rating"]["target"]["id"]) == ("F", 1, speaker.id)


def test_credibility_that_cannot_be_judged_bounds_nothing(newsroom: Newsroom, claim: Kept) -> None:
    said = state(newsroom, claim)
    newsroom.rate(said, "6", scale="admiralty_credibility")

    (leaf,) = leaves(newsroom.ask(claim, "confidence"))

    assert (caps(leaf)["credibility"], leaf["strength"]) == (("6", 5, False), 3)


def test_a_leaf_tells_the_chain_from_what_is_on_file_to_the_origin(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim, person(newsroom, rating="A"), modality="stated")
    wire = newsroom.say(claim, newsroom.source(kind="news_agency"), cites=[origin])
    paper = newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[wire])

    (leaf,) = leaves(newsroom.ask(claim, "confidence"))

    assert (leaf["attribution"], leaf["chain"]) == (origin.id, [paper.id, wire.id, origin.id])
    assert caps(leaf)["distance"] == ("2", 1, True)


def test_origins_that_are_one_are_one_class_and_as_strong_as_the_strongest(newsroom: Newsroom, claim: Kept) -> None:
    first, second = state(newsroom, claim, rating="D"), state(newsroom, claim)
    bound = newsroom.depend(first, second)

    found = newsroom.ask(claim, "confidence")

    (each,) = found["explanation"]["support"]["classes"]
    assert each["joined_by"] == [{"kind": "dependency", "by": bound.open_ref}]
    assert [leaf["attribution"] for leaf in each["origins"]] == [second.id, first.id]
    assert (each["strength"], found["level"]) == (3, 3)


def test_unknown_origins_are_in_no_class(newsroom: Newsroom, claim: Kept) -> None:
    newsroom.publish(claim, newsroom.source("Paper", kind="media_outlet"), modality="stated")

    found = newsroom.ask(claim, "confidence")

    support = found["explanation"]["support"]
    assert (support["classes"], support["rung"], support["unknown"][0]["kind"]) == ([], None, "unknown")
    assert (found["level"], support["unknown"][0]["source"]["name"]) == (1, "Paper")


# What it is, and by which rules --------------------------------------------------------------------------------------


def test_it_is_marked_as_computed_and_names_its_policy(newsroom: Newsroom, claim: Kept) -> None:
    found = newsroom.ask(claim, "confidence")

    assert (found["computed"], found["policy"]) == (True, "default-1")
    assert newsroom.ask(f"/v1/policies/{found['policy']}")["id"] == "default-1"


def test_policies_are_data(newsroom: Newsroom) -> None:
    (policy,) = newsroom.ask("/v1/policies")["items"]

    assert policy == newsroom.ask("/v1/policies/default-1")
    assert policy["reliability"] == {"A": 4, "B": 3, "C": 2, "D": 1, "E": 0, "F": 1}
    assert policy["credibility"] == {"1": 5, "2": 4, "3": 3, "4": 1, "5": 0, "6": 5}
    assert policy["modality"]["accused"] == 3
    assert (policy["distance"], policy["penalty"], policy["labels"]["5"]) == (
        [5, 2, 1],
        [0, 1, 1, 2, 2, 3],
        "VERY_HIGH",
    )
    assert policy["bonus"] == [{"classes": 1, "steps": 0}, {"classes": 2, "steps": 1}, {"classes": 4, "steps": 2}]
    assert "default-1" in problem(newsroom.client.get("/v1/policies/default-2"), 404)["detail"]


def test_ratings_on_other_scales_are_kept_word_for_word_and_change_nothing(newsroom: Newsroom, claim: Kept) -> None:
    said = state(newsroom, claim)
    before = newsroom.ask(claim, "confidence")
    given = [("stix_confidence", "95"), ("icd203_likelihood", "almost no chance"), ("analytic_confidence", "high")]

    for scale, value in given:
        newsroom.rate(claim, value, scale=scale, rationale="Our own desk.")
    newsroom.rate(said, "0", scale="stix_confidence")

    found = newsroom.ask(claim, "confidence")
    assert sorted((one["scale"], one["value"]) for one in found["assessments"]) == sorted(given)
    assert found | {"assessments": []} == before


def test_only_the_newest_rating_of_each_scale_is_listed(newsroom: Newsroom, claim: Kept) -> None:
    newsroom.rate(claim, "high", scale="analytic_confidence", assessed_at="2023-02-01")
    newsroom.rate(claim, "low", scale="analytic_confidence", assessed_at="2023-01-01")

    assert [one["value"] for one in newsroom.ask(claim, "confidence")["assessments"]] == ["high"]


@pytest.mark.parametrize(
    ("asked", "given", "word"),
    [("fr-CA", "fr", "soutien"), ("en", "en", "support"), ("fr;q=0.3, en", "en", "support"), ("de", "en", "support")],
)
def test_sentences_are_in_the_readers_language(
    newsroom: Newsroom, claim: Kept, asked: str, given: str, word: str
) -> None:
    answer = newsroom.client.get(f"{claim.path}/confidence", headers={"Accept-Language": asked})

    tree = answer.json()["explanation"]
    assert (answer.headers["content-language"], tree["language"]) == (given, given)
    assert "Accept-Language" in answer.headers["vary"]
    assert word in tree["sentence"]
    assert answer.json()["label"] == "NONE"


def test_a_language_has_a_tag_of_its_own_and_nothing_new_is_not_sent_again(newsroom: Newsroom, claim: Kept) -> None:
    path = f"{claim.path}/confidence"
    first, french = newsroom.client.get(path), newsroom.client.get(path, headers={"Accept-Language": "fr"})
    known = {"If-None-Match": first.headers["etag"]}

    again = newsroom.client.get(path, headers=known)
    state(newsroom, claim)
    changed = newsroom.client.get(path, headers=known)

    assert first.headers["etag"] != french.headers["etag"]
    assert (again.status_code, again.content, again.headers["vary"]) == (304, b"", first.headers["vary"])
    assert changed.status_code == 200


@pytest.mark.parametrize("question", ["confidence", "timeline"])
def test_an_unknown_or_deleted_claim_has_none(newsroom: Newsroom, claim: Kept, question: str) -> None:
    problem(newsroom.client.get(f"/v1/claims/01890000-0000-7000-8000-000000000000/{question}"), 404)

    newsroom.delete(claim)

    problem(newsroom.client.get(f"{claim.path}/{question}"), 410)
    newsroom.ask(claim, question, known_at=claim["recorded_at"])


# When ----------------------------------------------------------------------------------------------------------------


def test_it_can_be_asked_as_the_record_stood(newsroom: Newsroom, claim: Kept) -> None:
    source = person(newsroom)
    said = newsroom.publish(claim, source, modality="stated")
    rating = newsroom.rate(source, "B")
    denial = newsroom.publish(claim, person(newsroom), stance="denies")

    stood = [outcome(newsroom, claim, known_at=one["recorded_at"]) for one in (claim, said, rating, denial)]

    assert stood == [(0, "no_evidence"), (1, "uncontested"), (3, "uncontested"), (2, "contested_leaning_supported")]
    assert newsroom.ask(claim, "confidence", known_at=said["recorded_at"])["settled"] is True


def test_it_can_be_asked_as_of_what_had_been_said(newsroom: Newsroom, claim: Kept) -> None:
    state(newsroom, claim, said_at="2022-11-02")
    state(newsroom, claim, "D", stance="denies", said_at="2022-11-08")
    state(newsroom, claim, said_at="2023-01-05")

    stood = [outcome(newsroom, claim, said_by=day) for day in ("2022-11-01", "2022-11-02", "2022-11-08", "2023-01-05")]

    leaning = "contested_leaning_supported"
    assert stood == [(0, "no_evidence"), (3, "uncontested"), (2, leaning), (3, leaning)]


# What opposes, what cancels ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["contradicts", "contrary"])
def test_who_affirms_a_contradicting_claim_opposes_it(newsroom: Newsroom, claim: Kept, kind: str) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate(kind, other, claim)
    state(newsroom, claim)
    state(newsroom, other, "D")

    assert outcome(newsroom, claim) == (2, "contested_leaning_supported")
    assert outcome(newsroom, other) == (0, "contested_leaning_denied")


def test_nobody_is_said_to_deny_who_only_says_something_else(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate("contradicts", other, claim)
    state(newsroom, other)

    answer = newsroom.ask(claim, "confidence")
    assert answer["status"] == "denied_only"
    assert "denied" not in answer["explanation"]["sentence"]


def test_a_denial_of_a_contradicting_claim_supports_nothing(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate("contradicts", other, claim)
    state(newsroom, other, stance="denies")

    assert outcome(newsroom, claim) == (0, "no_evidence")


@pytest.mark.parametrize("status", ["proposed", "rejected"])
def test_a_contradiction_that_is_not_confirmed_opposes_nothing(newsroom: Newsroom, claim: Kept, status: str) -> None:
    other = newsroom.claim("Not P")
    newsroom.relate("contradicts", other, claim, status=status)
    state(newsroom, claim)
    state(newsroom, other)

    assert outcome(newsroom, claim) == (3, "uncontested")


def test_claims_that_are_the_same_are_judged_as_one(newsroom: Newsroom, claim: Kept) -> None:
    same, other, other_same = (newsroom.claim() for _ in range(3))
    state(newsroom, claim)
    state(newsroom, same)
    state(newsroom, other_same, "D")
    alone = outcome(newsroom, claim)

    newsroom.relate("same_as", claim, same)
    newsroom.relate("same_as", other, other_same)
    newsroom.relate("contrary", other, same)

    assert alone == (3, "uncontested")
    assert outcome(newsroom, claim) == outcome(newsroom, same) == (3, "contested_leaning_supported")
    assert newsroom.ask(claim, "confidence")["support"] == 4


def test_who_stands_on_both_sides_counts_on_neither(newsroom: Newsroom, claim: Kept) -> None:
    other, speaker = newsroom.claim("Not P"), person(newsroom, "Fickle", "A")
    newsroom.relate("contrary", claim, other)
    said = [newsroom.publish(one, speaker, modality="stated") for one in (claim, other)]

    found = newsroom.ask(claim, "confidence")

    assert (found["level"], found["status"]) == (0, "denied_unweighed")
    ((voice,),) = (found["cancelled"],)
    assert (voice["cancelled"], voice["independent"], voice["joined_by"][0]["kind"]) == (True, True, "same_source")
    assert {(one["attribution"], one["side"]) for one in voice["origins"]} == {
        (said[0].id, "supporting"),
        (said[1].id, "opposing"),
    }
    assert found["explanation"]["support"]["classes"][0]["cancelled"]


def test_two_who_speak_for_one_are_both_named_where_one_affirms_and_one_denies(newsroom: Newsroom, claim: Kept) -> None:
    state = newsroom.source("The state", kind="government")
    one, other = (newsroom.source(name, kind="person", controlled_by=state) for name in ("Ay", "Bee"))
    newsroom.depend(one, newsroom.source())
    newsroom.publish(claim, one)
    newsroom.publish(claim, other, stance="denies")

    told = newsroom.ask(claim, "confidence")["explanation"]

    why = "because the controller is the same (The state), and count on neither."
    assert told["support"]["classes"][0]["sentence"] == f"Ay and Bee stand on both sides, {why}"
    assert told["opposition"]["classes"][0]["sentence"] == f"Bee and Ay stand on both sides, {why}"
    assert told["sentence"].startswith("1 origin, which stands on both sides and counts on neither (Ay and Bee):")


def test_a_correction_is_no_contradiction_of_oneself(newsroom: Newsroom, claim: Kept) -> None:
    speaker = person(newsroom, rating="B")
    denial = newsroom.publish(claim, speaker, stance="denies", modality="stated")

    newsroom.publish(claim, speaker, modality="confirmed", replaces=denial)

    assert outcome(newsroom, claim) == (3, "uncontested")
    assert newsroom.ask(claim, "confidence")["cancelled"] == []


def test_a_denial_without_weight_is_told_all_the_same(newsroom: Newsroom, claim: Kept) -> None:
    state(newsroom, claim)
    not_on_file = newsroom.say(claim, person(newsroom), stance="denies")

    assert outcome(newsroom, claim) == (3, "denied_unweighed")
    newsroom.retract(not_on_file)
    assert outcome(newsroom, claim) == (3, "uncontested")
    state(newsroom, claim, "E", stance="denies")
    assert outcome(newsroom, claim) == (3, "denied_unweighed")


# What changes it back ------------------------------------------------------------------------------------------------


def test_two_records_of_one_source_count_once(newsroom: Newsroom, claim: Kept) -> None:
    one, other = person(newsroom, rating="B"), person(newsroom, rating="B")
    for source in (one, other):
        newsroom.publish(claim, source, modality="stated")
    assert outcome(newsroom, claim) == (4, "uncontested")

    newsroom.unite(one, other)
    assert outcome(newsroom, claim) == (3, "uncontested")
    newsroom.part(one, other)
    assert outcome(newsroom, claim) == (4, "uncontested")


def test_a_deleted_rating_counts_no_more_until_it_is_restored(newsroom: Newsroom, claim: Kept) -> None:
    speaker = person(newsroom, rating="C")
    newsroom.publish(claim, speaker, modality="stated")
    rating = newsroom.rate(speaker, "A")
    before = newsroom.ask(claim, "confidence")

    newsroom.delete(rating)
    assert outcome(newsroom, claim) == (2, "uncontested")
    newsroom.restore(rating)
    assert newsroom.ask(claim, "confidence") == before


def test_a_deleted_dependency_counts_no_more_until_it_is_restored(newsroom: Newsroom, claim: Kept) -> None:
    bound = newsroom.depend(state(newsroom, claim), state(newsroom, claim))
    before = newsroom.ask(claim, "confidence")
    assert before["level"] == 3

    newsroom.delete(bound)
    assert outcome(newsroom, claim) == (4, "uncontested")
    newsroom.restore(bound)
    assert newsroom.ask(claim, "confidence") == before


def test_whoever_comes_to_speak_for_another_is_no_second_voice(newsroom: Newsroom, claim: Kept) -> None:
    government = newsroom.source("Government", kind="government")
    newsroom.rate(government, "B")
    speakers = [person(newsroom, rating="B") for _ in range(2)]
    for speaker in speakers:
        newsroom.publish(claim, speaker, modality="stated")
    assert outcome(newsroom, claim) == (4, "uncontested")

    for speaker in speakers:
        newsroom.edit(speaker, controlled_by=government)
    assert outcome(newsroom, claim) == (3, "uncontested")
    newsroom.edit(speakers[0], controlled_by=None)
    assert outcome(newsroom, claim) == (4, "uncontested")


def test_a_deleted_statement_counts_as_if_never_recorded_and_a_retracted_one_does_not(
    newsroom: Newsroom, claim: Kept
) -> None:
    origin = state(newsroom, claim)
    relay = newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=[origin], modality="stated")

    newsroom.retract(origin)
    assert newsroom.ask(claim, "confidence")["orphaned"] == [relay.id]
    newsroom.delete(Kept("/v1/citations", newsroom.ask(relay)["cites"][0]))
    newsroom.delete(origin)
    assert (outcome(newsroom, claim), newsroom.ask(claim, "confidence")["orphaned"]) == ((1, "uncontested"), [])


def test_a_sentence_counts_everybody_also_those_whose_leaves_are_not_shown(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    page = newsroom.document("So it is.")
    said = {"claim": claim.ref, "document": page.ref, "stance": "affirms", "modality": "stated"}
    newsroom.bundle(
        *({"kind": "source", "ref": f"{number}", "name": f"Ministry {number:03}"} for number in range(105)),
        *({"kind": "attribution", "source": {"$ref": f"{number}"}, **said} for number in range(105)),
    )

    support = newsroom.ask(claim, "confidence")["explanation"]["support"]

    assert support["sentence"].startswith("In support, 105 independent origins at VERY_LOW or better (Ministry 000,")
    assert "and 103 others" in support["sentence"]
    assert (len(support["classes"]), support["omitted"]) == (100, 5)
