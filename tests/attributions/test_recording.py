"""Who says what: the core record, whole drafts within it, and what may change afterwards."""

from typing import Any

import pytest

from api.formats.json import DEEPEST
from tests.newsroom import Kept, Newsroom, statement
from tests.problems import pointers, problem


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim that statements are about."""
    return newsroom.claim("North Korea supplies Russia with arms")


# What is recorded ----------------------------------------------------------------------------------------------------


def test_what_is_not_said_is_unknown(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim)
    assert (said["source"], said["modality"], said["evidentiality"]) == (None, "unclassified", "unknown")
    assert {said[name] for name in ("document", "quote", "anchor", "said_at", "retracted_at", "language")} == {None}
    assert (said["on_file"], said["relay"], said["forecast"], said["cites"]) == (False, False, False, [])


@pytest.mark.parametrize("missing", ["claim", "stance"])
def test_a_statement_has_a_claim_and_a_stance(newsroom: Newsroom, claim: Kept, missing: str) -> None:
    body = statement(claim)
    del body[missing]
    assert pointers(newsroom.refused("attributions", body)) == [f"/{missing}"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("stance", "supports"), ("modality", "true"), ("evidentiality", "heard"), ("said_at", "2023-02-30")],
)
def test_a_word_that_is_none_of_ours_is_refused(newsroom: Newsroom, claim: Kept, field: str, value: str) -> None:
    assert pointers(newsroom.refused("attributions", statement(claim) | {field: value})) == [f"/{field}"]


@pytest.mark.dealt
@pytest.mark.parametrize(
    "reference", [{"id": "01890000-0000-7000-8000-000000000000"}, {"external_id": "none"}, {"$ref": "none"}]
)
@pytest.mark.parametrize("field", ["claim", "source", "document", "responds_to", "replaces"])
def test_a_reference_to_nothing_is_refused_where_it_stands(
    newsroom: Newsroom, claim: Kept, field: str, reference: dict[str, str]
) -> None:
    body = statement(claim) | {field: reference}
    assert pointers(newsroom.refused("attributions", body)) == [f"/{field}"]


def test_a_ref_is_for_bundles(newsroom: Newsroom) -> None:
    refused = newsroom.refused("attributions", {"claim": {"$ref": "p"}, "stance": "affirms"})

    assert pointers(refused) == ["/claim"]
    assert refused["detail"].startswith('A "$ref" is for bundles, in which another record has the ref “p”')


def test_a_record_is_referred_to_by_its_key(newsroom: Newsroom, claim: Kept) -> None:
    kcna = newsroom.source(external_id="kcna")
    assert newsroom.say(claim, {"external_id": "kcna"})["source"] == kcna.ref


def test_an_id_of_another_kind_is_no_reference(newsroom: Newsroom, claim: Kept) -> None:
    assert pointers(newsroom.refused("attributions", statement(claim, claim.ref))) == ["/source"]


# Whole drafts --------------------------------------------------------------------------------------------------------


def test_one_articles_accusation_is_one_request(newsroom: Newsroom) -> None:
    text = "Les États-Unis accusent Pyongyang de livrer des armes à Moscou."
    article = {
        "claim": {"text": "North Korea supplies Russia with arms", "language": "en"},
        "source": {"name": "Le Journal", "kind": "media_outlet"},
        "stance": "affirms",
        "modality": "accused",
        "cue": "accusent",
        "document": {"title": "Article", "text": text},
        "quote": {"exact": "accusent Pyongyang"},
        "cites": [
            {
                "kind": "paraphrases",
                "attribution": {
                    "source": {"name": "Government of the United States", "kind": "government"},
                    "modality": "accused",
                    "cites": [{"kind": "relies_on", "attribution": {"evidentiality": "documented"}}],
                },
            }
        ],
    }
    said = newsroom.add("attributions", article)
    accusation = newsroom.ask(f"/v1/attributions/{said['cites'][0]['attribution']['id']}")
    report = newsroom.ask(f"/v1/attributions/{accusation['cites'][0]['attribution']['id']}")
    assert said["on_file"]
    assert said["relay"]
    assert accusation["relay"]
    assert not report["relay"]
    assert accusation["claim"] == report["claim"] == said["claim"]
    assert {accusation["stance"], report["stance"]} == {"affirms"}
    assert accusation["modality"] == "accused"
    assert (report["source"], report["evidentiality"]) == (None, "documented")


def test_a_mistake_deep_in_a_draft_is_pointed_at_and_stores_nothing(newsroom: Newsroom) -> None:
    deep = {"source": {"name": "C"}, "stance": "denies"}
    cites = [{"kind": "quotes", "attribution": deep}]
    middle = {"source": {"name": "B"}, "cites": cites}
    body = {"claim": {"text": "P"}, "source": {"name": "A"}, "stance": "affirms"}
    body |= {"cites": [{"kind": "quotes", "attribution": middle}]}
    refused = newsroom.refused("attributions", body)
    assert pointers(refused) == ["/cites/0/attribution/cites/0/attribution"]
    assert [newsroom.ids(kind) for kind in ("claims", "sources", "attributions")] == [[], [], []]


def test_a_draft_may_cite_drafts_as_deep_as_a_body_nests(newsroom: Newsroom, claim: Kept) -> None:
    hops = (DEEPEST - 2) // 3  # each an attribution in a citation in a list; the last one's source is a draft too
    body: dict[str, Any] = {"source": {"name": "The first who said so"}}
    for _ in range(hops):
        body = {"source": None, "cites": [{"kind": "quotes", "attribution": body}]}
    newest = newsroom.add("attributions", {**body, "claim": claim.ref, "stance": "affirms"})
    (chain,) = newsroom.ask(claim, "chains")["items"]
    assert len(chain["hops"]) == len(newsroom.ids("attributions")) == hops + 1
    assert chain["hops"][-1]["attribution"] == newest.id


def test_a_nested_draft_of_a_known_key_is_a_reference(newsroom: Newsroom) -> None:
    claim, source = newsroom.claim("P", external_id="p"), newsroom.source("A", external_id="a")
    document = newsroom.document("x", external_id="d")
    said = newsroom.say(
        {"external_id": "p", "text": "another wording"},
        {"external_id": "a", "name": "Another name"},
        document={"external_id": "d", "text": "another text"},
    )
    assert (said["claim"], said["source"], said["document"]) == (claim.ref, source.ref, document.ref)
    for kept in (claim, source, document):
        assert newsroom.ask(kept)["version"] == 1


def test_a_nested_draft_of_a_known_key_need_not_be_whole(newsroom: Newsroom) -> None:
    claim, source = newsroom.claim("P", external_id="p"), newsroom.source("A", external_id="a")
    said = newsroom.say(
        {"external_id": "p", "language": "en"},
        {"external_id": "a", "kind": "person", "controlled_by": {"external_id": "nobody's", "country": "KP"}},
        document={"title": "x", "publisher": {"external_id": "a", "country": "KP"}},
    )
    assert (said["claim"], said["source"]) == (claim.ref, source.ref)
    assert newsroom.ask(source)["version"] == 1
    body = {"claim": claim.ref, "source": {"external_id": "b", "kind": "person"}, "stance": "affirms"}
    refused = newsroom.refused("attributions", body)
    assert pointers(refused) == ["/source"]
    assert "“b”" in refused["detail"]
    body["source"] = {"external_id": "a", "kind": "nobody knows"}
    assert pointers(newsroom.refused("attributions", body)) == ["/source/kind"]
    new = {"kind": "source", "name": "B", "controlled_by": {"external_id": "c", "country": "KP"}}
    bundle = {"records": [new, {"kind": "source", "external_id": "c", "name": "C"}]}
    assert newsroom.post("/v1/bundles", bundle).status_code == 201


def test_a_cited_draft_of_a_known_key_is_a_reference(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim, external_id="origin", modality="stated")
    said = newsroom.say(claim, cites=[{"external_id": "origin", "modality": "rumour"}])
    assert said["cites"][0]["attribution"] == origin.ref
    assert newsroom.ask(origin)["modality"] == "stated"


def test_a_key_of_a_deleted_record_is_no_reference(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source("A", external_id="a")
    newsroom.delete(source)
    refused = newsroom.refused("attributions", statement(claim, {"external_id": "a", "name": "A"}), 409)
    assert refused["pointer"] == "/source"
    assert pointers(newsroom.refused("attributions", statement(claim, {"external_id": "a"}))) == ["/source"]


# The same key again --------------------------------------------------------------------------------------------------


def test_a_known_key_is_merged_into_its_record(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, external_id="key", cue="selon")
    again = newsroom.add("attributions", statement(claim, external_id="key", modality="rumour"), status=200)
    assert (again.id, again["version"], again["modality"], again["cue"]) == (said.id, 2, "rumour", "selon")


def test_the_same_draft_again_makes_no_version(newsroom: Newsroom, claim: Kept) -> None:
    source, origin = newsroom.source(), newsroom.say(claim)
    body = statement(claim, source, external_id="key", said_at="2023-07", cites=[origin], document={"text": "T"})
    newsroom.add("attributions", body | {"document": None})
    again = newsroom.add("attributions", body | {"document": None}, status=200)
    assert again["version"] == 1


def test_a_known_key_cannot_bring_other_citations(newsroom: Newsroom, claim: Kept) -> None:
    newsroom.say(claim, external_id="key", cites=[newsroom.say(claim)])
    other = statement(claim, external_id="key", cites=[newsroom.say(claim)])
    refused = newsroom.refused("attributions", other)
    assert pointers(refused) == ["/cites/0"]
    assert "/citations" in refused["detail"]


def test_whole_drafts_sent_again_are_the_records_that_they_made(newsroom: Newsroom) -> None:
    cited = {"source": {"name": "Kirby"}, "cue": "accuses"}
    body = statement({"text": "P"}, {"name": "Paper"}, document={"text": "T"}, external_id="key", cites=[cited])
    said = newsroom.add("attributions", body)
    again = newsroom.add("attributions", body, status=200)
    assert (again.id, again["version"]) == (said.id, 1)
    assert [len(newsroom.ids(kind)) for kind in ("claims", "sources", "documents", "attributions")] == [1, 2, 1, 2]


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"claim": {"text": "Q"}}, "/claim"),
        ({"source": {"name": "Another"}}, "/source"),
        ({"document": {"text": "U"}}, "/document"),
    ],
)
def test_a_known_key_cannot_bring_another_whole_record(
    newsroom: Newsroom, other: dict[str, object], pointer: str
) -> None:
    body = statement({"text": "P"}, {"name": "Paper"}, document={"text": "T"}, external_id="key")
    newsroom.add("attributions", body)
    assert pointers(newsroom.refused("attributions", body | other)) == [pointer]


# Whose document ------------------------------------------------------------------------------------------------------


def test_a_foreign_document_is_refused_and_the_caller_told_what_to_do(newsroom: Newsroom, claim: Kept) -> None:
    kirby, outlet = newsroom.source("Kirby"), newsroom.source()
    refused = newsroom.refused("attributions", statement(claim, kirby, document=newsroom.release(outlet)))
    assert pointers(refused) == ["/document"]
    assert all(words in refused["detail"] for words in ("Kirby", "relay", "citing", "verbatim"))


def test_a_source_publishes_its_own_document(newsroom: Newsroom, claim: Kept) -> None:
    outlet = newsroom.source()
    assert newsroom.say(claim, outlet, document=newsroom.release(outlet))["on_file"]


def test_an_authors_document_is_its_own(newsroom: Newsroom, claim: Kept) -> None:
    agency, ministry = newsroom.source(), newsroom.source()
    release = newsroom.document("x", publisher=agency, authors=[newsroom.source(), ministry])
    assert newsroom.say(claim, ministry, document=release)["on_file"]


def test_a_document_of_the_same_ultimate_controller_is_its_own(newsroom: Newsroom, claim: Kept) -> None:
    state = newsroom.source()
    ministry, agency = newsroom.source(controlled_by=state), newsroom.source(controlled_by=state)
    spokesman = newsroom.source(controlled_by=ministry)
    assert newsroom.say(claim, spokesman, document=newsroom.release(agency))["on_file"]
    assert newsroom.say(claim, state, document=newsroom.release(agency))["on_file"]


def test_whom_one_of_its_authors_speaks_for_is_enough(newsroom: Newsroom, claim: Kept) -> None:
    ministry = newsroom.source()
    release = newsroom.document("x", publisher=newsroom.source(), authors=[newsroom.source(), ministry])
    assert newsroom.say(claim, newsroom.source(controlled_by=ministry), document=release)["on_file"]


def test_a_document_under_another_controller_is_foreign(newsroom: Newsroom, claim: Kept) -> None:
    first, second = newsroom.source(), newsroom.source()
    one, other = newsroom.source(controlled_by=first), newsroom.source(controlled_by=second)
    newsroom.refused("attributions", statement(claim, one, document=newsroom.release(other)))


def test_a_document_of_its_other_record_is_its_own(newsroom: Newsroom, claim: Kept) -> None:
    one, other = newsroom.source(), newsroom.source()
    release = newsroom.release(newsroom.source(controlled_by=other))
    newsroom.refused("attributions", statement(claim, one, document=release))
    newsroom.unite(one, other)
    assert newsroom.say(claim, one, document=release)["on_file"]


@pytest.mark.parametrize("fields", [{"verbatim": True}, {"source": None}])
def test_words_in_full_or_of_nobody_may_stand_anywhere(
    newsroom: Newsroom, claim: Kept, fields: dict[str, object]
) -> None:
    source = newsroom.source()
    body = statement(claim, source, document=newsroom.release(newsroom.source())) | fields
    assert newsroom.add("attributions", body)["on_file"]


def test_a_document_that_names_nobody_is_anybodys(newsroom: Newsroom, claim: Kept) -> None:
    assert newsroom.say(claim, newsroom.source(), document=newsroom.document("x"))["on_file"]


@pytest.mark.parametrize("stance", ["questions", "declines_comment"])
def test_a_foreign_document_of_what_stands_on_no_side_is_refused_with_what_can_be_done(
    newsroom: Newsroom, claim: Kept, stance: str
) -> None:
    source = newsroom.source()
    body = statement(claim, source, stance=stance, document=newsroom.release(newsroom.source()))
    refused = newsroom.refused("attributions", body)
    assert "Leave the document out" in refused["detail"]
    assert "citing" not in refused["detail"]
    assert newsroom.add("attributions", body | {"document": None})["stance"] == stance
    assert newsroom.add("attributions", body | {"verbatim": True})["on_file"]


def test_a_change_cannot_bring_a_foreign_document(newsroom: Newsroom, claim: Kept) -> None:
    outlet = newsroom.source()
    said = newsroom.publish(claim, outlet, cites=[])
    foreign = newsroom.release(newsroom.source())
    assert pointers(problem(newsroom.try_edit(said, document=foreign), 422)) == ["/document"]
    quoted = newsroom.say(claim, outlet, document=foreign, verbatim=True)
    assert pointers(problem(newsroom.try_edit(quoted, verbatim=False), 422)) == ["/document"]


# What may change -----------------------------------------------------------------------------------------------------


@pytest.mark.dealt
@pytest.mark.parametrize("field", ["claim", "source", "stance"])
@pytest.mark.parametrize("touch", ["cites", "cited", "answers", "answered"])
def test_what_others_build_on_does_not_change(newsroom: Newsroom, claim: Kept, field: str, touch: str) -> None:
    said = newsroom.say(claim, newsroom.source(), external_id="key")
    match touch:
        case "cites":
            newsroom.cite(said, newsroom.say(claim))
        case "cited":
            newsroom.say(claim, cites=[said])
        case "answers":
            newsroom.edit(said, responds_to=newsroom.say(claim))
        case "answered":
            newsroom.say(claim, stance="denies", responds_to=said)
    other = {"claim": newsroom.claim().ref, "source": newsroom.source().ref, "stance": "denies"}[field]
    problem(newsroom.try_edit(said, **{field: other}), 409)
    problem(
        newsroom.post("/v1/attributions", statement(claim, said["source"], external_id="key") | {field: other}), 409
    )
    assert newsroom.edit(said, cue="selon", modality="stated")["cue"] == "selon"


def test_what_nobody_builds_on_any_more_changes(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim)
    link = newsroom.cite(newsroom.say(claim), said)
    newsroom.delete(link)
    other = newsroom.claim()
    assert newsroom.edit(said, claim=other, stance="denies", source=newsroom.source())["claim"] == other.ref


@pytest.mark.dealt
@pytest.mark.parametrize(
    "patch",
    [
        {"cites": []},
        {"retracted_at": "2023-07"},
        {"retraction_reason": "x"},
        {"on_file": True},
        {"version": 7},
        {"id": "01890000-0000-7000-8000-000000000000"},
        {"recorded_at": "2023-07-01T00:00:00Z"},
        {"relay": False},
        {"stance": None},
        {"unknown": 1},
        {"version": None},
    ],
)
def test_what_has_a_path_of_its_own_or_is_derived_is_not_patched(
    newsroom: Newsroom, claim: Kept, patch: dict[str, object]
) -> None:
    said = newsroom.say(claim, cites=[newsroom.say(claim)])
    assert pointers(problem(newsroom.try_edit(said, **patch), 422)) == [f"/{name}" for name in patch]
    assert newsroom.ask(said)["version"] == 1


@pytest.mark.parametrize(
    ("field", "value", "path"),
    [
        ("cites", [], "citations"),
        ("retracted_at", "2023-07", "retraction"),
        ("retraction_reason", "x", "retraction"),
        ("retraction_document", {"id": "01890000-0000-7000-8000-000000000000"}, "retraction"),
    ],
)
def test_what_has_a_path_of_its_own_is_refused_with_it(
    newsroom: Newsroom, claim: Kept, field: str, value: object, path: str
) -> None:
    said = newsroom.say(claim, cites=[newsroom.say(claim)])
    (refused,) = problem(newsroom.try_edit(said, **{field: value}), 422)["errors"]
    assert refused["pointer"] == f"/{field}"
    assert f"POST /v1/attributions/{said.id}/{path}" in refused["detail"].replace("POST or DELETE", "POST")


def test_what_was_read_can_be_sent_back_with_the_edit_in_it(newsroom: Newsroom, claim: Kept) -> None:
    outlet, origin = newsroom.source(), newsroom.say(claim)
    article = newsroom.release(outlet, "Selon Kirby, oui.")
    said = newsroom.say(claim, outlet, cites=[origin], document=article, cue="Selon", said_at="2023-07")
    newsroom.retract(said, "2023-08")
    whole = newsroom.ask(said)
    assert newsroom.edit(said, **whole)["version"] == whole["version"]
    edited = newsroom.edit(said, **{**whole, "modality": "accused"})
    assert (edited["version"], edited["modality"], edited["cites"]) == (3, "accused", whole["cites"])


# Answers and corrections ---------------------------------------------------------------------------------------------


def test_a_denial_answers_an_attribution(newsroom: Newsroom, claim: Kept) -> None:
    accusation = newsroom.say(claim)
    denial = newsroom.say(claim, stance="denies", responds_to=accusation)
    assert denial["responds_to"] == accusation.ref


@pytest.mark.parametrize("field", ["responds_to", "replaces"])
def test_answers_and_corrections_never_lead_back(newsroom: Newsroom, claim: Kept, field: str) -> None:
    source = newsroom.source()
    first = newsroom.say(claim, source)
    second = newsroom.say(claim, source, **{field: first})
    assert pointers(problem(newsroom.try_edit(first, **{field: second}), 422)) == [f"/{field}"]
    assert pointers(problem(newsroom.try_edit(first, **{field: first}), 422)) == [f"/{field}"]


def test_answers_never_lead_back_within_a_bundle(newsroom: Newsroom, claim: Kept) -> None:
    pair = [
        {"kind": "attribution", "ref": one, "claim": claim.ref, "stance": "denies", "responds_to": {"$ref": other}}
        for one, other in ("ab", "ba")
    ]
    newsroom.refused("bundles", {"records": pair})


def test_admitting_what_one_denied_replaces_the_denial(newsroom: Newsroom, claim: Kept) -> None:
    state = newsroom.source()
    ministry, minister = newsroom.source(controlled_by=state), newsroom.source(controlled_by=state)
    denial = newsroom.say(claim, ministry, stance="denies", said_at="2022-10")
    admission = newsroom.say(claim, minister, said_at="2022-11-05", replaces=denial)
    assert newsroom.ask(denial)["replaced_by"] == [admission.ref]
    (denied,) = newsroom.ask(claim, "contradictions")["denials"]
    assert denied["retracted"]


def test_only_the_same_voice_corrects_a_statement(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source()
    earlier, unnamed = newsroom.say(claim, source), newsroom.say(claim)
    for corrected, by in ((earlier, newsroom.source()), (earlier, None), (unnamed, source), (unnamed, None)):
        refused = newsroom.refused("attributions", statement(claim, by, replaces=corrected))
        assert pointers(refused) == ["/replaces"]
    twin = newsroom.source()
    newsroom.unite(source, twin)
    assert newsroom.say(claim, twin, replaces=earlier)["replaces"] == earlier.ref


def test_a_correction_is_about_the_same_claim_and_comes_later(newsroom: Newsroom, claim: Kept) -> None:
    source, other = newsroom.source(), newsroom.claim()
    earlier = newsroom.say(claim, source, said_at="2023-07-27")
    elsewhere = newsroom.refused("attributions", statement(other, source, replaces=earlier))
    assert pointers(elsewhere) == ["/replaces"]
    assert "/v1/attributions/{id}/retraction" in elsewhere["detail"]
    before = statement(claim, source, said_at="2023-07-26", replaces=earlier)
    assert pointers(newsroom.refused("attributions", before)) == ["/replaces"]
    assert newsroom.say(claim, source, said_at="2023-07", replaces=earlier)
    newsroom.relate("same_as", claim, other)
    assert newsroom.say(other, source, replaces=earlier)


# Lists ---------------------------------------------------------------------------------------------------------------


def test_attributions_are_found_by_what_they_say(newsroom: Newsroom, claim: Kept) -> None:
    state = newsroom.source()
    ministry = newsroom.source(controlled_by=newsroom.source(controlled_by=state))
    release = newsroom.release(ministry)
    said = newsroom.say(
        claim,
        ministry,
        stance="denies",
        modality="stated",
        evidentiality="told",
        document=release,
        said_at="2022-11-08",
    )
    from_state = newsroom.say(newsroom.claim(), state, said_at="2023", document={"title": "Not held"})
    undated = newsroom.say(newsroom.claim())
    for filters in (
        {"claim": claim.id},
        {"source": ministry.id},
        {"stance": "denies"},
        {"modality": "stated"},
        {"evidentiality": "told"},
        {"document": release.id},
        {"on_file": True},
        {"said_at_from": "2022-11-08", "said_at_to": "2022-11"},
        {"said_at_to": "2022"},
        {"claim": claim.id, "on_file": True, "source": state.id, "include_controlled": True},
    ):
        assert newsroom.ids("attributions", **filters) == [said.id], filters
    assert newsroom.ids("attributions", source=state.id) == [from_state.id]
    assert newsroom.ids("attributions", source=state.id, include_controlled=True) == [said.id, from_state.id]
    assert newsroom.ids("attributions", on_file=False) == [from_state.id, undated.id]
    assert newsroom.ids("attributions", said_at_from="2023-05") == [from_state.id]
    assert newsroom.ids("attributions", sort="said_at") == [undated.id, said.id, from_state.id]
    assert newsroom.ids("attributions", sort="-said_at", limit=1) == [from_state.id, said.id, undated.id]
    assert newsroom.ids("attributions", id=[undated.id, said.id]) == [said.id, undated.id]


def test_what_is_on_file_fills_every_page(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source()
    on_file = []
    for _ in range(5):
        on_file.append(newsroom.publish(claim, source).id)
        newsroom.say(claim, source, document={"title": "not held"})
    pages = list(newsroom.pages("/v1/attributions", on_file=True, limit=2))
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one["id"] for page in pages for one in page] == on_file


def test_who_is_controlled_is_as_it_was_then(newsroom: Newsroom, claim: Kept) -> None:
    state = newsroom.source()
    agency = newsroom.source(controlled_by=state)
    said = newsroom.say(claim, agency)
    newsroom.edit(agency, controlled_by=None)
    asked = {"source": state.id, "include_controlled": True}
    assert newsroom.ids("attributions", **asked) == []
    assert newsroom.ids("attributions", **asked, known_at=said["recorded_at"]) == [said.id]
