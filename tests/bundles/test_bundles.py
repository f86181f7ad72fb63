"""Many records in one request: in whatever order they name each other, all of them or none."""

from typing import Any

import pytest

from tests.keys import CHANGES
from tests.newsroom import Kept, Newsroom
from tests.numbers import unnumbered
from tests.problems import pointers, problem

Entry = dict[str, Any]

CHAIN: list[Entry] = [
    {
        "kind": "attribution",
        "ref": "relay",
        "claim": {"$ref": "p"},
        "source": {"$ref": "paper"},
        "stance": "affirms",
        "cites": [{"kind": "quotes", "attribution": {"$ref": "release"}}],
        "document": {"$ref": "article"},
        "quote": {"exact": "KCNA says so"},
    },
    {
        "kind": "retraction",
        "attribution": {"$ref": "release"},
        "retracted_at": "2023-08",
        "document": {"$ref": "article"},
    },
    {"kind": "citation", "citation_kind": "credits", "citing": {"$ref": "denial-2"}, "cited": {"$ref": "denial"}},
    {
        "kind": "assessment",
        "target": {"kind": "source", "$ref": "kcna"},
        "scale": "admiralty_reliability",
        "value": "D",
    },
    {
        "kind": "dependency",
        "members": [{"kind": "source", "$ref": "kcna"}, {"kind": "attribution", "$ref": "relay"}],
        "reason": "one desk",
    },
    {
        "kind": "relation",
        "relation_kind": "contrary",
        "from": {"$ref": "p"},
        "to": {"$ref": "q"},
        "status": "confirmed",
    },
    {
        "kind": "attribution",
        "ref": "denial",
        "claim": {"$ref": "p"},
        "stance": "denies",
        "responds_to": {"$ref": "release"},
    },
    {"kind": "attribution", "ref": "denial-2", "claim": {"$ref": "p"}, "stance": "denies"},
    {"kind": "attribution", "ref": "release", "claim": {"$ref": "p"}, "source": {"$ref": "kcna"}, "stance": "affirms"},
    {
        "kind": "document",
        "ref": "article",
        "document_kind": "article",
        "publisher": {"$ref": "paper"},
        "text": "KCNA says so",
    },
    {"kind": "claim", "ref": "q", "text": "Q"},
    {"kind": "claim", "ref": "p", "text": "P"},
    {"kind": "source", "ref": "kcna", "name": "KCNA", "source_kind": "state_media", "controlled_by": {"$ref": "state"}},
    {"kind": "source", "ref": "paper", "name": "Paper"},
    {"kind": "source", "ref": "state", "name": "State", "source_kind": "government"},
]
KINDS = ("sources", "documents", "claims", "attributions", "relations", "dependencies", "assessments")


def keyed(records: list[Entry]) -> list[Entry]:
    """Give each record that can have one a key of its own."""
    keyless = ("citation", "retraction")
    return [one if one["kind"] in keyless else one | {"external_id": f"key {at}"} for at, one in enumerate(records)]


def stored(newsroom: Newsroom) -> int:
    """Count everything on record."""
    return sum(len(newsroom.ids(kind)) for kind in KINDS)


# All of them ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("records", [CHAIN, CHAIN[::-1]], ids=["forwards", "backwards"])
def test_records_name_each_other_in_any_order(newsroom: Newsroom, records: list[Entry]) -> None:
    results = newsroom.bundle(*records)
    assert [(one["ref"], one["kind"]) for one in results] == [(one.get("ref"), one["kind"]) for one in records]
    assert all(one["created"] for one in results)
    ids = {one["ref"]: one["id"] for one in results}
    relay = newsroom.ask(f"/v1/attributions/{ids['relay']}")
    assert relay["cites"][0]["attribution"] == {"id": ids["release"]}
    assert relay["on_file"]
    assert relay["anchor"] == "exact"
    assert newsroom.ask(f"/v1/attributions/{ids['release']}")["retracted_at"]["value"] == "2023-08"
    assert newsroom.ask(f"/v1/attributions/{ids['denial-2']}")["cites"][0]["attribution"] == {"id": ids["denial"]}
    assert newsroom.ask(f"/v1/sources/{ids['kcna']}")["reliability"]["value"] == "D"
    for one in results:
        if one["kind"] not in ("citation", "retraction"):
            path = {"dependency": "dependencies"}.get(one["kind"], f"{one['kind']}s")
            assert newsroom.ask(f"/v1/{path}/{one['id']}")["version"] == one["version"] == 1


def test_citations_may_run_in_a_circle(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    loop = [
        {
            "kind": "attribution",
            "ref": one,
            "claim": claim.ref,
            "stance": "affirms",
            "cites": [{"kind": "credits", "attribution": {"$ref": other}}],
        }
        for one, other in ("ab", "bc", "ca")
    ]
    newsroom.bundle(*loop)
    assert len(newsroom.ask(claim, "provenance")["edges"]) == 3


def test_a_relation_of_the_bundle_lets_its_claims_be_cited_across(newsroom: Newsroom) -> None:
    narrow = {"kind": "claim", "ref": "narrow", "text": "Rockets to Wagner"}
    broad = {"kind": "claim", "ref": "broad", "text": "Arms to Russia"}
    said = {"kind": "attribution", "ref": "said", "claim": {"$ref": "narrow"}, "stance": "affirms"}
    cites = [{"kind": "paraphrases", "attribution": {"$ref": "said"}}]
    relayed = {"kind": "attribution", "claim": {"$ref": "broad"}, "stance": "affirms", "cites": cites}
    refines = {"kind": "relation", "relation_kind": "refines", "from": {"$ref": "narrow"}, "to": {"$ref": "broad"}}
    records = [relayed, said, narrow, broad]
    assert pointers(newsroom.refused("bundles", {"records": records})) == ["/records/0/cites/0/attribution"]
    newsroom.bundle(*records, refines | {"status": "confirmed"})


def test_drafts_may_be_nested_in_a_bundle_and_refer_out_of_it(newsroom: Newsroom) -> None:
    paper = {"kind": "source", "ref": "paper", "name": "Paper"}
    cited = {"source": {"name": "Nested"}, "document": {"publisher": {"$ref": "paper"}}, "verbatim": True}
    cites = [{"kind": "quotes", "attribution": cited}]
    said = {"kind": "attribution", "claim": {"text": "P"}, "source": {"$ref": "paper"}, "stance": "affirms"}
    newsroom.bundle(said | {"cites": cites}, paper)
    assert len(newsroom.ids("attributions")) == len(newsroom.ids("sources")) == 2


# On record already ---------------------------------------------------------------------------------------------------


def test_a_bundle_can_be_sent_again_and_changes_nothing(newsroom: Newsroom) -> None:
    first = newsroom.bundle(*keyed(CHAIN))
    again = newsroom.bundle(*keyed(CHAIN))
    assert [(one["id"], one["version"]) for one in again] == [(one["id"], one["version"]) for one in first]
    assert not any(one["created"] for one in again)


def test_an_undated_retraction_can_be_sent_again(newsroom: Newsroom) -> None:
    said = {"kind": "attribution", "external_id": "said", "ref": "said", "claim": {"text": "P"}, "stance": "affirms"}
    withdrawn = {"kind": "retraction", "attribution": {"$ref": "said"}}
    first, again = (newsroom.bundle(said | {"claim": {"text": "P", "external_id": "p"}}, withdrawn) for _ in range(2))
    assert [one["created"] for one in (*first, *again)] == [True, True, False, False]
    assert newsroom.ask(f"/v1/attributions/{first[0]['id']}")["retracted_at"]


def test_a_known_key_is_merged_and_named_like_any_other(newsroom: Newsroom) -> None:
    kcna = newsroom.source("KCNA", external_id="kcna", country="KP")
    known = {"kind": "source", "ref": "k", "external_id": "kcna", "name": "KCNA", "source_kind": "state_media"}
    new = {"kind": "source", "name": "Reporter", "controlled_by": {"$ref": "k"}}
    merged, _ = newsroom.bundle(known, new)
    assert merged == {"ref": "k", "kind": "source", "id": kcna.id, "version": 2, "created": False}
    assert newsroom.ask(kcna)["country"] == "KP"


def test_of_a_known_record_what_changes_is_enough(newsroom: Newsroom) -> None:
    kcna = newsroom.source("KCNA", external_id="kcna")
    said = newsroom.say(newsroom.claim(), kcna, external_id="said", said_at="2023-07-26")
    bundle = [
        {"kind": "source", "external_id": "kcna", "source_kind": "state_media"},
        {"kind": "attribution", "external_id": "said", "modality": "stated"},
        {"kind": "source", "name": "KCNA", "if_named": "use"},
    ]
    assert [(one["version"], one["created"]) for one in newsroom.bundle(*bundle)] == [(2, False)] * 3
    assert (newsroom.ask(kcna)["name"], newsroom.ask(kcna)["kind"]) == ("KCNA", "state_media")
    assert (newsroom.ask(said)["said_at"]["value"], newsroom.ask(said)["modality"]) == ("2023-07-26", "stated")


def test_of_an_erased_record_what_the_erasure_left_can_change(newsroom: Newsroom) -> None:
    jane = newsroom.source("Jane", protected=True)
    newsroom.add("erasures", {"target": jane.open_ref, "reason": "She asked for it."})
    newsroom.edit(jane, external_id="erased")
    newsroom.bundle({"kind": "source", "external_id": "erased", "name": "Jane", "country": "KP"})
    assert (newsroom.ask(jane)["name"], newsroom.ask(jane)["country"]) == ({"redacted": "erased"}, "KP")


def test_a_record_that_the_bundle_makes_is_known_after_it(newsroom: Newsroom) -> None:
    made, known = newsroom.bundle(
        {"kind": "source", "external_id": "kcna", "name": "KCNA"},
        {"kind": "source", "external_id": "kcna", "country": "KP"},
    )
    assert (made["id"], made["created"], known["created"]) == (known["id"], True, False)
    assert newsroom.ask(f"/v1/sources/{made['id']}")["country"] == "KP"


def test_what_changes_of_a_record_comes_after_what_makes_it(newsroom: Newsroom) -> None:
    spokesman, made, known = newsroom.bundle(
        {"kind": "source", "name": "Spokesman", "controlled_by": {"$ref": "ministry"}},
        {"kind": "source", "external_id": "ministry", "name": "Ministry"},
        {"kind": "source", "external_id": "ministry", "country": "KP", "ref": "ministry"},
    )
    assert (made["id"], made["created"], known["created"]) == (known["id"], True, False)
    assert newsroom.ask(f"/v1/sources/{spokesman['id']}")["controlled_by"]["id"] == made["id"]


def test_a_new_record_needs_what_its_draft_requires(newsroom: Newsroom) -> None:
    def absent(**record: Any) -> list[str | None]:
        return pointers(newsroom.refused("bundles", {"records": [{"kind": "claim", "text": "P"}, record]}))

    assert absent(kind="attribution", external_id="x", cue="says") == ["/records/1/claim", "/records/1/stance"]
    assert absent(kind="relation", external_id="x") == ["/records/1/relation_kind", "/records/1/from", "/records/1/to"]
    assert absent(kind="source", external_id=None) == ["/records/1/name"]  # null is no key
    assert newsroom.ids("claims") == []


def test_what_is_wrong_with_a_kind_points_at_the_field_that_says_it(newsroom: Newsroom) -> None:
    p, q = newsroom.claim("P"), newsroom.claim("Q")
    newsroom.relate("supports", p, q, external_id="r")
    bundle = {"records": [{"kind": "relation", "external_id": "r", "relation_kind": "contrary"}]}
    assert pointers(newsroom.refused("bundles", bundle)) == ["/records/0/relation_kind"]


def test_a_known_record_may_come_to_refer_to_a_new_one(newsroom: Newsroom) -> None:
    kcna = newsroom.source("KCNA", external_id="kcna")
    said = newsroom.say(newsroom.claim(), external_id="said")
    _, state, _, claim = newsroom.bundle(
        {"kind": "source", "external_id": "kcna", "name": "KCNA", "controlled_by": {"$ref": "state"}},
        {"kind": "source", "ref": "state", "name": "State"},
        {"kind": "attribution", "external_id": "said", "claim": {"$ref": "new"}, "stance": "affirms"},
        {"kind": "claim", "ref": "new", "text": "New"},
    )
    assert newsroom.ask(kcna)["controlled_by"] == {"id": state["id"]}
    assert newsroom.ask(said)["claim"] == {"id": claim["id"]}


def test_a_key_that_comes_twice_is_one_record(newsroom: Newsroom) -> None:
    first, second = newsroom.bundle(
        {"kind": "claim", "external_id": "p", "text": "P"},
        {"kind": "claim", "external_id": "p", "text": "P", "place": "Here"},
    )
    assert first["id"] == second["id"]
    assert not second["created"]
    assert newsroom.ask(f"/v1/claims/{first['id']}")["place"] == "Here"


def test_a_key_of_a_deleted_record_stays_taken(newsroom: Newsroom) -> None:
    newsroom.delete(newsroom.claim(external_id="p"))
    newsroom.refused("bundles", {"records": [{"kind": "claim", "external_id": "p", "text": "P"}]}, 409)


# Or none -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"kind": "claim", "text": ""}, "/text"),
        ({"kind": "claim", "text": "x", "occurred": "2023-02-30"}, "/occurred"),
        ({"kind": "claim", "text": "x", "unknown": 1}, "/unknown"),
        ({"kind": "thing"}, ""),
        ({}, ""),
        ({"kind": "source", "name": "A", "controlled_by": {"$ref": "nobody"}}, "/controlled_by"),
        ({"kind": "source", "name": "A", "controlled_by": {"$ref": "p"}}, "/controlled_by"),
        ({"kind": "citation", "citation_kind": "quotes", "citing": {"$ref": "denial"}, "cited": {"$ref": "relay"}}, ""),
        (
            {"kind": "citation", "citation_kind": "quotes", "citing": {"$ref": "denial"}, "cited": {"$ref": "p"}},
            "/cited",
        ),
        ({"kind": "retraction", "attribution": {"$ref": "p"}}, "/attribution"),
        ({"kind": "claim", "ref": "p", "text": "Same ref"}, "/ref"),
        (
            {
                "kind": "assessment",
                "target": {"kind": "source", "$ref": "nobody"},
                "scale": "analytic_confidence",
                "value": "1",
            },
            "/target",
        ),
    ],
)
def test_one_wrong_record_stores_nothing_and_is_pointed_at(newsroom: Newsroom, wrong: Entry, pointer: str) -> None:
    refused = newsroom.refused("bundles", {"records": [*CHAIN, wrong]})
    assert pointers(refused)[0].startswith(f"/records/{len(CHAIN)}{pointer}")
    assert stored(newsroom) == 0


def test_a_conflict_in_the_last_record_stores_nothing(newsroom: Newsroom) -> None:
    again = {"kind": "relation", "relation_kind": "contrary", "from": {"$ref": "q"}, "to": {"$ref": "p"}}
    refused = newsroom.refused("bundles", {"records": [*CHAIN, again]}, 409)
    assert refused["pointer"] == f"/records/{len(CHAIN)}"
    assert refused["detail"].startswith("Another relation in this request says already")
    assert "relation" not in refused  # nothing has its id: it was not stored either
    assert stored(newsroom) == 0


def test_a_name_outside_a_bundle_is_no_reference(newsroom: Newsroom) -> None:
    newsroom.bundle({"kind": "source", "ref": "kcna", "name": "KCNA"})
    body = {"kind": "source", "name": "Other", "controlled_by": {"$ref": "kcna"}}
    assert pointers(newsroom.refused("bundles", {"records": [body]})) == ["/records/0/controlled_by"]


@pytest.mark.parametrize("count", [0, 10_001])
def test_a_bundle_has_one_to_ten_thousand_records(newsroom: Newsroom, count: int) -> None:
    records = [{"kind": "claim", "text": "P"}] * count
    assert pointers(newsroom.refused("bundles", {"records": records})) == ["/records"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_records_are_taken(newsroom: Newsroom) -> None:
    claim: Entry = {"kind": "claim", "ref": "p", "text": "P"}
    sources = [{"kind": "source", "ref": f"s{at}", "name": f"Source {at}"} for at in range(3333)]
    said = [
        {
            "kind": "attribution",
            "ref": f"a{at}",
            "claim": {"$ref": "p"},
            "source": {"$ref": f"s{at}"},
            "stance": "affirms",
            "cites": [{"kind": "credits", "attribution": {"$ref": f"a{at - 1}"}}] if at else [],
        }
        for at in range(3333)
    ]
    links = [
        {"kind": "citation", "citation_kind": "quotes", "citing": {"$ref": f"a{at}"}, "cited": {"$ref": "a0"}}
        for at in range(1, 3334)
    ]
    results = newsroom.bundle(*links[:-1], *said, *sources, claim)
    assert len(results) == 9_999


# Only tried ----------------------------------------------------------------------------------------------------------


def test_a_dry_run_answers_the_same_and_stores_nothing(newsroom: Newsroom) -> None:
    answer = newsroom.post("/v1/bundles", {"records": CHAIN}, dry_run=True)
    assert answer.status_code == 200
    assert stored(newsroom) == 0
    done = newsroom.bundle(*CHAIN)
    without_id = [{name: value for name, value in one.items() if name != "id"} for one in done]
    assert [{name: value for name, value in one.items() if name != "id"} for one in answer.json()] == without_id


def test_a_dry_run_finds_the_same_faults(newsroom: Newsroom) -> None:
    wrong = {"records": [*CHAIN, {"kind": "claim", "text": ""}]}
    assert pointers(newsroom.refused("bundles", wrong, dry_run=True)) == [f"/records/{len(CHAIN)}/text"]


def test_a_dry_run_leaves_what_is_on_record_as_it_is(newsroom: Newsroom) -> None:
    kcna: Kept = newsroom.source("KCNA", external_id="kcna")
    change = {"records": [{"kind": "source", "external_id": "kcna", "name": "Other"}]}
    tried = newsroom.post("/v1/bundles", change, dry_run=True)
    assert tried.json()[0]["version"] == 2
    assert unnumbered(newsroom.ask(kcna)) == unnumbered(kcna)
    assert len(newsroom.ask("/v1/changes")["items"]) <= CHANGES + 1


def test_a_citation_in_a_bundle_makes_a_version_of_a_known_attribution(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    old, older = newsroom.say(claim), newsroom.say(claim)
    link = {"kind": "citation", "citation_kind": "quotes", "citing": old.ref, "cited": older.ref}
    made, *_ = newsroom.bundle(link, {"kind": "retraction", "attribution": old.ref})
    now = newsroom.ask(old)
    assert (now["version"], now["cites"][0]["id"]) == (2, made["id"])
    problem(newsroom.client.delete(f"/v1/citations/{made['id']}", params={"reason": "x"}), 428)
