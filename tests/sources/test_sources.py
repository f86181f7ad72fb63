"""Who can say something: whose line they speak, what they are called, how far they are relied on."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.pool import NullPool

from api.formats.json import DEEPEST
from api.sources.models import Source
from api.storage.history import table_of
from tests.newsroom import Newsroom, statement
from tests.numbers import unnumbered
from tests.problems import pointers, problem

# What is recorded ----------------------------------------------------------------------------------------------------


def test_what_is_unknown_is_null(newsroom: Newsroom) -> None:
    source = newsroom.source("KCNA")
    unknown = ("kind", "country", "controlled_by", "homepage", "wikidata", "description", "attested_distinct")
    assert {source[name] for name in unknown} == {None}
    assert source["reliability"] is None
    assert (source["version"], source["aliases"], source["same_as"], source["protected"]) == (1, [], [], False)


def test_only_an_unnamed_source_is_attested_as_distinct(newsroom: Newsroom) -> None:
    attested = {"by": "Desk", "at": "2023-07", "reason": "Met in person"}
    official = newsroom.source("An official", kind="anonymous", attested_distinct=attested)
    assert official["attested_distinct"]["by"] == "Desk"
    assert official["attested_distinct"]["at"]["earliest"] == "2023-07-01T00:00:00Z"
    newsroom.refused("sources", {"name": "Kirby", "kind": "person", "attested_distinct": attested})


def test_a_part_of_an_attestation_is_patched_by_itself(newsroom: Newsroom) -> None:
    attested = {"by": "Desk", "at": "2023-07", "reason": "Met in person"}
    official = newsroom.source("An official", kind="anonymous", attested_distinct=attested)
    now = newsroom.edit(official, attested_distinct={"reason": "Met twice", "at": None})["attested_distinct"]
    assert now == {"by": "Desk", "at": None, "reason": "Met twice"}
    assert newsroom.edit(official, attested_distinct={"at": "2023"})["attested_distinct"]["at"]["value"] == "2023"
    assert newsroom.edit(official, attested_distinct=None)["attested_distinct"] is None


@pytest.mark.parametrize(
    "field",
    [{"country": "kp"}, {"country": "PRK"}, {"kind": "spy"}, {"wikidata": "423"}, {"homepage": "kcna"}, {"name": " "}],
)
def test_a_value_that_means_nothing_is_refused(newsroom: Newsroom, field: dict[str, str]) -> None:
    (name,) = field
    assert pointers(newsroom.refused("sources", {"name": "KCNA", **field})) == [f"/{name}"]


# Whose line it speaks ------------------------------------------------------------------------------------------------


def test_a_source_cannot_speak_for_itself(newsroom: Newsroom) -> None:
    kcna = newsroom.source()
    refused = problem(newsroom.try_edit(kcna, controlled_by=kcna), 422)
    assert pointers(refused) == ["/controlled_by"]
    assert "already" not in refused["detail"]


def test_control_never_leads_back_at_any_remove(newsroom: Newsroom) -> None:
    state = newsroom.source()
    ministry = newsroom.source(controlled_by=state)
    spokesman = newsroom.source(controlled_by=ministry)
    problem(newsroom.try_edit(state, controlled_by=spokesman), 422)
    assert newsroom.ask(state)["controlled_by"] is None


def test_control_never_leads_back_through_a_record_whose_other_record_speaks_for_somebody_else(
    newsroom: Newsroom,
) -> None:
    state, firm = newsroom.source(), newsroom.source()
    one, other = newsroom.source(controlled_by=state), newsroom.source(controlled_by=firm)
    newsroom.unite(one, other)
    for record in (one, other):
        problem(newsroom.try_edit(firm, controlled_by=record), 422)
        problem(newsroom.try_edit(state, controlled_by=record), 422)


def test_records_are_not_joined_where_any_record_of_the_one_speaks_for_the_other_through_a_third(
    newsroom: Newsroom,
) -> None:
    top = newsroom.source()
    one, other = newsroom.source(controlled_by=newsroom.source()), newsroom.source()
    newsroom.unite(one, other)
    newsroom.edit(other, controlled_by=newsroom.source(controlled_by=top))
    for record in (one, other):
        newsroom.refused(f"sources/{top.id}/same_as", {"other": record.ref, "reason": "the same"}, 409)
        newsroom.refused(f"sources/{record.id}/same_as", {"other": top.ref, "reason": "the same"}, 409)


def test_what_comes_back_never_leads_control_back(newsroom: Newsroom) -> None:
    state = newsroom.source()
    record, twin = newsroom.source(controlled_by=newsroom.source(controlled_by=state)), newsroom.source()
    newsroom.unite(record, twin)
    newsroom.delete(record, cascade=True)
    now = newsroom.edit(state, controlled_by=twin)
    refused = newsroom.refused(f"sources/{record.id}/restore", None, 409, cascade=True)
    assert "would speak for itself" in refused["detail"]
    newsroom.edit(now, controlled_by=None)
    newsroom.restore(record, cascade=True)
    assert newsroom.ask(twin)["same_as"] == [record.ref]


def test_control_that_leads_back_all_the_same_is_followed_once_round(newsroom: Newsroom, database_url: str) -> None:
    state, firm = newsroom.source(), newsroom.source()
    newsroom.edit(firm, controlled_by=state)
    by_hand = create_engine(database_url, poolclass=NullPool)
    with by_hand.begin() as connection:  # as an older version could record it
        source = table_of(Source)
        connection.execute(update(source).where(source.c.id == UUID(state.id)).values(controlled_by_id=UUID(firm.id)))
    page = newsroom.document("So it is.", publisher=newsroom.source())
    refused = newsroom.refused("attributions", statement({"text": "P"}, firm, document=page))
    assert pointers(refused) == ["/document"]


def test_control_never_leads_back_within_a_bundle(newsroom: Newsroom) -> None:
    beside, *pair = [
        {"kind": "source", "ref": one, "name": one, "controlled_by": {"$ref": other}}
        for one, other in ("ca", "ab", "ba")
    ]
    refused = newsroom.refused("bundles", {"records": [beside, *pair]})
    assert pointers(refused)[0] in ("/records/1/controlled_by", "/records/2/controlled_by")
    assert newsroom.ids("sources") == []


def test_a_bundle_cannot_close_a_loop_over_what_is_on_record(newsroom: Newsroom) -> None:
    state = newsroom.source(external_id="state")
    ministry = newsroom.source(external_id="ministry", controlled_by=state)
    closing = {"kind": "source", "name": state["name"], "external_id": "state", "controlled_by": ministry.ref}
    refused = newsroom.refused("bundles", {"records": [closing]})
    assert pointers(refused) == ["/records/0/controlled_by"]


def test_a_bundle_may_turn_control_round(newsroom: Newsroom) -> None:
    state = newsroom.source("State", external_id="state")
    ministry = newsroom.source("Ministry", external_id="ministry", controlled_by=state)
    newsroom.bundle(
        {"kind": "source", "name": "State", "external_id": "state", "controlled_by": {"external_id": "ministry"}},
        {"kind": "source", "name": "Ministry", "external_id": "ministry", "controlled_by": None},
    )
    assert newsroom.ask(state)["controlled_by"] == ministry.ref


def test_a_controller_must_be_on_record(newsroom: Newsroom) -> None:
    nobody = {"id": "01890000-0000-7000-8000-000000000000"}
    assert pointers(newsroom.refused("sources", {"name": "A", "controlled_by": nobody})) == ["/controlled_by"]
    deleted = newsroom.source()
    newsroom.delete(deleted)
    assert pointers(newsroom.refused("sources", {"name": "A", "controlled_by": deleted.ref})) == ["/controlled_by"]


def test_a_draft_may_nest_controllers_as_deep_as_a_body_nests(newsroom: Newsroom) -> None:
    body: dict[str, Any] = {"name": "Level 1"}
    for level in range(2, DEEPEST + 1):
        body = {"name": f"Level {level}", "controlled_by": body}
    lowest = newsroom.add("sources", body)
    assert len(newsroom.ids("sources")) == DEEPEST
    assert lowest["name"] == f"Level {DEEPEST}"


# Names ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Korean Central News Agency", "KCNA", "kcna", "조선중앙통신"])
def test_a_name_on_record_is_refused_with_the_candidates(newsroom: Newsroom, name: str) -> None:
    kcna = newsroom.source("Korean Central News Agency", aliases=["KCNA", "조선중앙통신"], kind="state_media")
    refused = newsroom.refused("sources", {"name": name}, 409)
    assert refused["candidates"] == [{"id": kcna.id, "name": kcna["name"], "kind": "state_media"}]
    assert refused["pointer"] == "/name"
    assert refused["detail"] == (
        f"A source on record has the name “{name}” already: refer to the one that you mean by id, or say `use` or `new`"
        " in if_named."
    )


def test_of_a_candidate_whose_kind_is_not_known_none_is_said(newsroom: Newsroom) -> None:
    somebody = newsroom.source("Somebody")
    refused = newsroom.refused("sources", {"name": "Somebody"}, 409)
    assert refused["candidates"] == [{"id": somebody.id, "name": "Somebody", "kind": None}]


def test_a_refused_name_points_into_the_nested_draft(newsroom: Newsroom) -> None:
    newsroom.source("KCNA")
    nested = {"claim": {"text": "P"}, "source": {"name": "kcna"}, "stance": "affirms"}
    assert newsroom.refused("attributions", nested, 409)["pointer"] == "/source/name"
    assert newsroom.ids("claims") == []


def test_the_only_source_of_a_name_is_used_where_asked(newsroom: Newsroom) -> None:
    kcna = newsroom.source("Korean Central News Agency", aliases=["KCNA"], kind="state_media")
    used = newsroom.add("sources", {"name": "kcna", "if_named": "use"}, status=200)
    assert used.id == kcna.id
    assert newsroom.ids("sources") == [kcna.id]


@pytest.mark.parametrize("where", ["source", "publisher"])
def test_what_used_a_source_by_its_name_can_be_sent_again(newsroom: Newsroom, where: str) -> None:
    kcna = newsroom.source("Korean Central News Agency", aliases=["KCNA"])
    said = {"name": "kcna", "country": "KP", "if_named": "use"}
    page = {"text": "So it is.", "publisher": said} if where == "publisher" else None
    body = statement({"text": "P"}, said if where == "source" else None, document=page) | {"external_id": "said"}
    made = newsroom.add("attributions", body)
    newsroom.source("KCNA", if_named="new")
    again = newsroom.add("attributions", body, status=200)
    assert (again.id, again["version"]) == (made.id, 1)
    assert newsroom.ask(kcna)["country"] is None
    said["name"] = "Somebody else"
    newsroom.refused("attributions", body)


def test_the_kind_tells_namesakes_apart(newsroom: Newsroom) -> None:
    newsroom.source("Politico", kind="media_outlet")
    person = newsroom.source("Politico", kind="person", if_named="new")
    used = newsroom.add("sources", {"name": "Politico", "kind": "person", "if_named": "use"}, status=200)
    assert used.id == person.id


def test_several_namesakes_are_never_chosen_between(newsroom: Newsroom) -> None:
    twins = [newsroom.source("A. Smith", if_named="new").id for _ in range(2)]
    refused = newsroom.refused("sources", {"name": "A. Smith", "if_named": "use"}, 409)
    assert [one["id"] for one in refused["candidates"]] == twins
    assert refused["detail"] == (
        "2 sources on record have the name “A. Smith” already: refer to the one that you mean by id, or say `new` in"
        " if_named."
    )


def test_a_namesake_of_the_same_request_is_referred_to_by_a_key(newsroom: Newsroom) -> None:
    twice = [{"kind": "source", "name": "Reuters"}, {"kind": "source", "name": "REUTERS"}]
    refused = newsroom.refused("bundles", {"records": twice}, 409)
    assert refused["detail"] == (
        "A source recorded just now has the name “REUTERS” already: give it an external_id, and refer to the one that"
        " you mean by that, or say `use` or `new` in if_named."
    )
    twice[1]["if_named"] = "use"
    assert newsroom.post("/v1/bundles", {"records": twice}).status_code == 201


def test_namesakes_that_are_one_source_are_used_as_one(newsroom: Newsroom) -> None:
    older, newer = (newsroom.source("A. Smith", if_named="new") for _ in range(2))
    newsroom.unite(older, newer)
    used = newsroom.add("sources", {"name": "A. Smith", "if_named": "use"}, status=200)
    assert used.id == older.id
    newsroom.source("A. Smith", if_named="new")
    newsroom.refused("sources", {"name": "A. Smith", "if_named": "use"}, 409)


def test_a_namesake_of_another_kind_is_not_used(newsroom: Newsroom) -> None:
    newsroom.source("Politico", kind="media_outlet")
    newsroom.refused("sources", {"name": "Politico", "kind": "person", "if_named": "use"}, 409)


def test_a_name_that_nobody_has_is_recorded_whatever_is_asked(newsroom: Newsroom) -> None:
    for number, wish in enumerate(("use", "new", "refuse")):
        assert newsroom.source(f"Nobody {number}", if_named=wish)["version"] == 1


def test_a_deleted_source_leaves_its_name_free(newsroom: Newsroom) -> None:
    newsroom.delete(newsroom.source("KCNA"))
    assert newsroom.source("KCNA")["version"] == 1


def test_a_former_name_is_free(newsroom: Newsroom) -> None:
    newsroom.edit(newsroom.source("Old", aliases=["Older"]), name="New", aliases=[])
    for name in ("Old", "Older"):
        assert newsroom.source(name)["version"] == 1
    newsroom.refused("sources", {"name": "new"}, 409)


def test_two_of_one_name_in_one_bundle_are_refused_and_one_may_use_the_other(newsroom: Newsroom) -> None:
    first = {"kind": "source", "ref": "a", "name": "KCNA"}
    newsroom.refused("bundles", {"records": [first, {"kind": "source", "name": "kcna"}]}, 409)
    made, used = newsroom.bundle(first, {"kind": "source", "name": "kcna", "if_named": "use"})
    assert (made["created"], used["created"], used["id"]) == (True, False, made["id"])


# Standing reliability ------------------------------------------------------------------------------------------------


def test_nobody_rated_is_no_rating(newsroom: Newsroom) -> None:
    assert newsroom.source(controlled_by=newsroom.source())["reliability"] is None


def test_a_rated_source_can_be_read_and_sent_back(newsroom: Newsroom) -> None:
    source = newsroom.source()
    newsroom.rate(source, "B")
    read = newsroom.ask(source)
    assert read["reliability"]["assessed_at"] is None
    assert unnumbered(newsroom.edit(source, **read)) == unnumbered(read)
    assert newsroom.edit(source, **{**read, "country": "KP"})["version"] == 2


def test_the_own_rating_stands_before_the_controllers(newsroom: Newsroom) -> None:
    state = newsroom.source()
    ministry = newsroom.source(controlled_by=state)
    newsroom.rate(state, "B")
    rating = newsroom.rate(ministry, "D")
    standing = newsroom.ask(ministry)["reliability"]
    assert (standing["value"], standing["source"], standing["assessment"]) == ("D", ministry.ref, rating.ref)


def test_the_nearest_rated_controller_lends_its_rating_and_is_named(newsroom: Newsroom) -> None:
    state = newsroom.source()
    ministry = newsroom.source(controlled_by=state)
    spokesman = newsroom.source(controlled_by=ministry)
    newsroom.rate(state, "B")
    assert newsroom.ask(spokesman)["reliability"]["source"] == state.ref
    newsroom.rate(ministry, "C")
    assert newsroom.ask(spokesman)["reliability"]["source"] == ministry.ref


def test_an_f_stands_where_it_was_given(newsroom: Newsroom) -> None:
    state = newsroom.source()
    ministry = newsroom.source(controlled_by=state)
    newsroom.rate(state, "A")
    newsroom.rate(ministry, "F")
    assert newsroom.ask(ministry)["reliability"]["value"] == "F"


def test_the_newest_rating_stands_whenever_it_was_recorded(newsroom: Newsroom) -> None:
    source = newsroom.source()
    newsroom.rate(source, "A", assessed_at="2023-05-01")
    newsroom.rate(source, "D", assessed_at="2022-05-01")
    assert newsroom.ask(source)["reliability"]["value"] == "A"


def test_of_equally_new_ratings_the_later_recorded_stands(newsroom: Newsroom) -> None:
    source = newsroom.source()
    for value in "AD":
        newsroom.rate(source, value, assessed_at="2023-05-01")
    assert newsroom.ask(source)["reliability"]["value"] == "D"


def test_a_deleted_rating_never_was(newsroom: Newsroom) -> None:
    source = newsroom.source()
    newsroom.rate(source, "B", assessed_at="2022-05-01")
    wrong = newsroom.rate(source, "E", assessed_at="2023-05-01")
    newsroom.delete(wrong)
    assert newsroom.ask(source)["reliability"]["value"] == "B"
    newsroom.restore(wrong)
    assert newsroom.ask(source)["reliability"]["value"] == "E"


def test_ratings_on_other_scales_and_targets_do_not_rate_the_source(newsroom: Newsroom) -> None:
    source, claim = newsroom.source(), newsroom.claim()
    said = newsroom.say(claim, source)
    target = {"kind": "source", **source.ref}
    newsroom.add("assessments", {"target": target, "scale": "analytic_confidence", "value": "A"})
    of_statement = {"kind": "attribution", **said.ref}
    newsroom.add("assessments", {"target": of_statement, "scale": "admiralty_reliability", "value": "A"})
    assert newsroom.ask(source)["reliability"] is None


def test_two_records_of_one_source_share_the_newest_rating(newsroom: Newsroom) -> None:
    one, other = newsroom.source(), newsroom.source()
    newsroom.rate(one, "B", assessed_at="2022")
    newsroom.unite(one, other)
    assert newsroom.ask(other)["reliability"]["source"] == one.ref
    newsroom.rate(other, "C", assessed_at="2023")
    assert newsroom.ask(one)["reliability"]["value"] == "C"
    newsroom.part(one, other)
    assert newsroom.ask(one)["reliability"]["value"] == "B"


def test_a_controller_lends_the_rating_of_its_other_record(newsroom: Newsroom) -> None:
    state, again = newsroom.source(), newsroom.source()
    ministry = newsroom.source(controlled_by=state)
    newsroom.unite(state, again)
    newsroom.rate(again, "C")
    assert newsroom.ask(ministry)["reliability"]["source"] == again.ref


def test_a_source_that_is_one_with_its_controller_still_has_that_ones_controller(newsroom: Newsroom) -> None:
    twice, state = newsroom.source(), newsroom.source()
    ministry = newsroom.source(controlled_by=state)
    newsroom.edit(twice, controlled_by=ministry)
    newsroom.rate(state, "C")
    newsroom.unite(ministry, twice)
    assert newsroom.ask(twice)["reliability"]["source"] == state.ref


def test_a_rating_is_as_it_stood(newsroom: Newsroom) -> None:
    source = newsroom.source()
    first = newsroom.rate(source, "B", assessed_at="2022")
    newsroom.rate(source, "C", assessed_at="2023")
    then = newsroom.ask(source, known_at=first["recorded_at"])
    assert then["reliability"]["value"] == "B"


# Lists ---------------------------------------------------------------------------------------------------------------


def test_sources_are_found_by_kind_country_name_alias_and_controller(newsroom: Newsroom) -> None:
    state = newsroom.source("Government of North Korea", kind="government", country="KP")
    kcna = newsroom.source("KCNA", aliases=["조선중앙통신"], kind="state_media", country="KP", controlled_by=state)
    newsroom.source("Politico", kind="media_outlet", country="US")
    assert newsroom.ids("sources", kind="state_media") == [kcna.id]
    assert newsroom.ids("sources", country="KP") == [state.id, kcna.id]
    assert newsroom.ids("sources", name="kcna") == newsroom.ids("sources", name="조선중앙통신") == [kcna.id]
    assert newsroom.ids("sources", name="KCN") == []
    assert newsroom.ids("sources", controlled_by=state.id) == [kcna.id]
    assert newsroom.ids("sources", country="KP", kind="media_outlet") == []


def test_a_list_is_asked_for_many_ids_at_once(newsroom: Newsroom) -> None:
    first, second, _ = (newsroom.source(external_id=f"key {number}") for number in range(3))
    assert newsroom.ids("sources", id=[second.id, first.id]) == [first.id, second.id]
    assert newsroom.ids("sources", external_id=["key 1", "key 7"]) == [second.id]


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_a_sorted_list_goes_through_every_page_once(newsroom: Newsroom, sort: str) -> None:
    names = ["Émile", "a", "b", "z" * 1000, "z" * 999 + "y", "é" * 900, "é" * 901]
    kept = {newsroom.source(name).id: name for name in names}
    seen = [kept[one] for one in newsroom.ids("sources", sort=sort, limit=1)]
    assert sorted(seen) == sorted(names)
    assert [name[:50] for name in seen] == sorted((name[:50] for name in names), reverse=sort == "-name")


def test_a_name_is_found_as_it_was_then(newsroom: Newsroom) -> None:
    source = newsroom.source("Old")
    newsroom.edit(source, name="New")
    then = source["recorded_at"]
    assert newsroom.ids("sources", name="old", known_at=then) == [source.id]
    assert newsroom.ids("sources", name="old") == newsroom.ids("sources", name="new", known_at=then) == []


def test_an_id_that_is_none_is_refused_as_a_controller_to_look_for(newsroom: Newsroom) -> None:
    refused = problem(newsroom.client.get("/v1/sources", params={"controlled_by": "nobody"}), 422)
    assert refused["errors"][0]["parameter"] == "controlled_by"
