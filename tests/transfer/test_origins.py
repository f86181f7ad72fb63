"""What came from another store is known by that, however often and by whatever way it comes, and is kept up to date."""

import json
from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.security.callers import make_key
from tests.storage.test_statements import counted
from tests.transfer.lines import NDJSON, Line, exported, imported, new_ids, said, written

Two = tuple[Newsroom, Newsroom]


def statuses(room: Newsroom, lines: list[Line]) -> list[str]:
    """Import lines, and list what became of them."""
    return [one["status"] for one in imported(room.client, lines)[0]]


def only(room: Newsroom, kind: str = "claims") -> dict[str, Any]:
    """Return the one record of a kind."""
    (record,) = room.ask(f"/v1/{kind}")["items"]
    return dict(record)


def whole(lines: list[Line]) -> list[Line]:
    """Leave out lines that leave something out: where a circle is opened is each store's own affair."""
    return [line for line in lines if line["kind"] != "attribution" or {"responds_to", "replaces"} <= line.keys()]


def story(room: Newsroom) -> None:
    """Record something of every kind, without keys of its own."""
    agency, other, claim = room.source("Agency"), room.source("Agency again"), room.claim("P.")
    room.unite(agency, other)
    outlet = room.source("Outlet", controlled_by=agency)
    first = room.say(claim, agency, document=room.release(agency), quote={"exact": "So it is."})
    second = room.say(claim, outlet)
    room.cite(second, first)
    room.edit(first, responds_to=second.ref)
    room.edit(second, replaces=first.ref)
    room.retract(second, "2026-03-01", reason="wrong")
    room.relate("contrary", claim, room.claim("Q."))
    room.rate(agency, "B", assessed_at="2026-03-01")
    room.depend(first, second)


def test_a_line_that_is_no_later_than_what_was_taken_changes_nothing(two: Two) -> None:
    here, there = two
    claim = here.claim("P.")
    first = exported(here.client)
    assert statuses(there, first) == ["created"]
    edited(there, place="Paris")

    assert statuses(there, first) == ["known"]
    assert only(there)["place"] == "Paris"
    here.edit(claim, place="Rome")
    later = exported(here.client)
    assert statuses(there, later) == ["updated"]
    assert (only(there)["place"], only(there)["origin"]["version"]) == ("Rome", 2)
    assert statuses(there, first) == statuses(there, later) == ["known"]
    assert only(there)["place"] == "Rome"


def test_an_origin_is_renewed_though_nothing_else_changed(two: Two) -> None:
    here, there = two
    claim = here.claim("P.")
    statuses(there, exported(here.client))
    here.edit(claim, place="Rome")
    here.edit(claim, place=None)

    assert statuses(there, exported(here.client)) == ["updated"]
    assert only(there)["origin"]["version"] == 3
    assert statuses(there, exported(here.client)) == ["known"]


def test_what_comes_back_is_recognised(two: Two) -> None:
    here, there = two
    story(here)
    lines = exported(here.client)
    statuses(there, lines)
    returning = exported(there.client)

    assert set(statuses(here, returning)) == {"known"}
    assert exported(here.client) == lines
    ours = {line["origin"]["id"]: line["origin"]["origin"]["id"] for line in returning if "origin" in line}
    assert said(whole(returning), ours) == said(whole(lines))


def test_what_is_changed_elsewhere_comes_back_unless_it_was_changed_here_too(two: Two) -> None:
    here, there = two
    claim = here.claim("P.", place="Paris")
    statuses(there, exported(here.client))
    edited(there, place="Lyon")
    returning = exported(there.client)

    assert statuses(here, returning) == ["updated"]
    assert statuses(here, returning) == ["known"]
    assert only(here)["place"] == "Lyon"
    assert statuses(there, exported(here.client)) == ["updated"], "it is a later version, though it says the same"
    edited(there, language="fr")
    here.edit(claim, place="Rome")
    assert statuses(here, exported(there.client)) == ["updated"]
    assert (only(here)["place"], only(here)["language"]) == ("Rome", "fr"), "each has changed something else"
    edited(there, place="Nice")
    here.edit(claim, place="Metz")
    assert statuses(here, exported(there.client)) == ["updated"]
    assert only(here)["place"] == "Nice", "both have changed it: what comes later is taken"


def test_what_refers_to_what_came_back_finds_it(two: Two) -> None:
    here, there = two
    here.claim("P.")
    statuses(there, exported(here.client))
    (claim,) = exported(there.client)
    there.say(Kept("/v1/claims", only(there)), there.source("Ministry"))
    *others, statement = (line for line in exported(there.client) if line["kind"] != "claim")

    assert statuses(here, [claim]) == ["known"]
    assert statuses(here, [*others, statement]) == ["created", "created"]
    assert only(here, "attributions")["claim"]["id"] == only(here)["id"]


def test_of_one_version_each_line_may_say_a_part(two: Two) -> None:
    here, there = two
    here.claim("P.", place="Paris", language="fr")
    (line,) = exported(here.client)
    parts = [{name: line[name] for name in ("kind", "text", "origin", said)} for said in ("place", "language")]

    assert [statuses(there, [part])[0] for part in parts] == ["created", "updated"]
    assert (only(there)["place"], only(there)["language"]) == ("Paris", "fr")
    edited(there, language="en")
    assert [statuses(there, [part])[0] for part in parts] == ["known", "known"]
    assert only(there)["language"] == "en"


def test_when_a_store_learned_of_it_first_is_never_said_anew(two: Two) -> None:
    here, there = two
    here.claim("P.")
    (line,) = exported(here.client)
    statuses(there, [line])
    later = {"version": 2, "recorded_at": "2020-01-01T00:00:00Z", "updated_at": "2021-01-01T00:00:00Z"}

    assert statuses(there, [{**line, "place": "Rome", "origin": {**line["origin"], **later}}]) == ["updated"]
    origin = only(there)["origin"]
    assert (origin["version"], origin["updated_at"]) == (2, "2021-01-01T00:00:00Z")
    assert origin["recorded_at"] == line["origin"]["recorded_at"]


CLAIM: Line = {"kind": "claim", "text": "P."}
LAST = 2**31 - 1


def came(number: int, version: int, first: Line | None = None) -> Line:
    """Say which version of which record of another store a line is, and where that store had it from."""
    known = {"recorded_at": "2026-01-01T00:00:00Z", "updated_at": f"2026-01-0{min(version, 9)}T00:00:00Z"}
    return {"id": f"01900000-0000-7000-8000-{number:012}", "version": version, **known, "origin": first}


def by_another(room: Newsroom, role: str, lines: list[Line]) -> list[str]:
    """Import lines with the key of somebody with a role, and list what became of them."""
    key = make_key(room.client, role)
    answer = room.client.post("/v1/import", content=written(lines), headers={**NDJSON, **key})
    return [json.loads(line)["status"] for line in answer.text.splitlines()[:-1]]


def test_a_contributor_keeps_no_later_version_out(newsroom: Newsroom) -> None:
    line = {**CLAIM, "origin": came(1, LAST)}
    assert by_another(newsroom, "contributor", [line]) == ["created"]
    assert statuses(newsroom, [{**CLAIM, "text": "True.", "origin": came(1, 3)}]) == ["updated"]

    assert by_another(newsroom, "contributor", [{**line, "text": "True."}]) == ["known"]
    assert only(newsroom)["origin"]["version"] == LAST, "it is what was said of it"
    assert statuses(newsroom, [{**CLAIM, "text": "True.", "place": "Rome", "origin": came(1, 4)}]) == ["updated"]


def test_a_contributor_gives_a_record_on_record_no_id_of_another_store(newsroom: Newsroom) -> None:
    newsroom.claim("P.", external_id="ours")
    line = {**CLAIM, "external_id": "ours", "origin": came(1, 1)}
    assert by_another(newsroom, "contributor", [line]) == ["known"]

    assert statuses(newsroom, [{**CLAIM, "text": "Q.", "origin": came(1, 2)}]) == ["created"]
    assert sorted(one["text"] for one in newsroom.ask("/v1/claims")["items"]) == ["P.", "Q."]


def test_an_id_is_one_of_a_kind(newsroom: Newsroom) -> None:
    assert by_another(newsroom, "contributor", [{**CLAIM, "origin": came(1, 1)}]) == ["created"]
    source = {"kind": "source", "name": "Agency", "if_named": "new", "origin": came(1, 1)}

    assert [statuses(newsroom, [source])[0] for _ in range(2)] == ["created", "known"]


def test_a_line_that_means_two_records_is_refused(newsroom: Newsroom) -> None:
    statuses(newsroom, [{**CLAIM, "origin": came(1, 1)}])
    newsroom.claim("Q.", external_id="q")

    results, _ = imported(newsroom.client, [{**CLAIM, "external_id": "q", "origin": came(1, 2)}])

    assert "which is meant?" in results[0]["problem"]["detail"]


def test_what_refers_to_a_record_that_was_changed_here_finds_it(two: Two) -> None:
    here, there = two
    claim = here.claim("P.", place="Paris")
    statuses(there, exported(here.client))
    here.edit(claim, place="Rome")
    there.say(Kept("/v1/claims", only(there)), there.source("Ministry"))

    assert statuses(here, exported(there.client)) == ["created", "known", "created"]
    assert (only(here)["place"], only(here, "attributions")["claim"]["id"]) == ("Rome", claim.id)


def test_what_was_taken_out_here_is_not_put_back(two: Two) -> None:
    here, there = two
    claim, source = here.claim("P."), here.source("Ministry")
    first = here.say(claim, source)
    here.say(claim, source, replaces=first)
    lines = exported(here.client)
    statuses(there, lines)
    correction = next(one for one in there.ask("/v1/attributions")["items"] if one["replaces"])
    there.edit(Kept("/v1/attributions", correction), replaces=None)

    assert set(statuses(there, lines)) == {"known"}
    assert [one["replaces"] for one in there.ask("/v1/attributions")["items"]] == [None, None]


def test_a_retraction_that_was_lifted_here_stays_lifted_and_a_new_one_comes(two: Two) -> None:
    here, there = two
    statement = here.say(here.claim("P."), here.source("Ministry"))
    here.retract(statement, "2026-03-01")
    lines = exported(here.client)
    statuses(there, lines)
    lift(there)
    assert set(statuses(there, lines)) == {"known"}
    assert only(there, "attributions")["retracted_at"] is None

    lift(here)
    assert set(statuses(here, exported(there.client))) <= {"known", "updated"}
    assert only(here, "attributions")["retracted_at"] is None
    here.retract(statement, "2026-03-02", reason="Wrong.")
    assert statuses(there, exported(here.client))[-1] == "created"
    assert only(there, "attributions")["retraction_reason"] == "Wrong."


def lift(room: Newsroom) -> None:
    """Take the retraction of the one statement of a store back."""
    path = f"/v1/attributions/{only(room, 'attributions')['id']}/retraction"
    assert room.client.delete(path, headers={"If-Match": "*"}).status_code == 204


@pytest.mark.parametrize("touch", ["cite", "restore"])
def test_a_version_that_says_nothing_else_is_no_change(two: Two, touch: str) -> None:
    here, there = two
    claim, source = here.claim("P."), here.source("Ministry")
    first, second = here.say(claim, source, cue="selon"), here.say(claim, source)
    lines = exported(here.client)
    without = [{name: value for name, value in line.items() if name != "cue"} for line in lines]
    statuses(there, without)
    ids = {one["origin"]["id"]: Kept("/v1/attributions", one) for one in there.ask("/v1/attributions")["items"]}
    if touch == "cite":
        there.cite(ids[first.id], ids[second.id])
    else:
        there.delete(ids[first.id], reason="a slip")
        there.client.post(f"{ids[first.id].path}/restore").raise_for_status()

    assert statuses(there, lines).count("updated") == 1
    assert there.ask(ids[first.id].path)["cue"] == "selon"


def test_what_was_redacted_comes_in_once_it_is_revealed_though_something_else_was_changed(two: Two) -> None:
    here, there = two
    here.source("Jane", protected=True)
    reader = make_key(here.client, "reader")
    hidden = [json.loads(line) for line in here.client.get("/v1/export", headers=reader).text.splitlines()[:-1]]
    statuses(there, hidden)
    there.edit(Kept("/v1/sources", only(there, "sources")), country="FR")

    assert statuses(there, exported(here.client)) == ["updated"]
    source = only(there, "sources")
    assert (source["name"], source["country"]) == ("Jane", "FR")


def test_each_store_on_the_way_says_which_version_of_it_was_taken(two: Two) -> None:
    here, there = two
    statuses(there, [{**CLAIM, "origin": came(2, 1, came(1, 1))}])
    statuses(there, [{**CLAIM, "place": "Rome", "origin": came(1, 2)}])
    assert [only(there)["origin"]["version"], only(there)["origin"]["origin"]["version"]] == [1, 2]

    statuses(here, [{**CLAIM, "place": "Rome", "origin": came(1, 2)}])
    edited(there, language="fr")
    assert statuses(here, exported(there.client)) == ["updated"]
    assert (only(here)["place"], only(here)["language"]) == ("Rome", "fr")


def test_a_store_that_only_passes_a_version_on_takes_nothing_back(newsroom: Newsroom) -> None:
    statuses(newsroom, [{**CLAIM, "place": "Paris", "origin": came(2, 1, came(1, 1))}])
    statuses(newsroom, [{**CLAIM, "place": "Rome", "origin": came(1, 2)}])
    edited(newsroom, place="Nice")

    statuses(newsroom, [{**CLAIM, "place": "Rome", "origin": came(2, 2, came(1, 2))}])

    assert only(newsroom)["place"] == "Nice"


def test_a_double_that_was_deleted_is_not_what_is_meant(newsroom: Newsroom) -> None:
    statuses(newsroom, [{**CLAIM, "origin": came(1, 1)}, {**CLAIM, "origin": came(2, 1)}])
    double = next(one for one in newsroom.ask("/v1/claims")["items"] if one["origin"]["id"] == came(2, 1)["id"])
    newsroom.delete(Kept("/v1/claims", double), reason="a double")

    assert statuses(newsroom, [{**CLAIM, "place": "Rome", "origin": came(2, 2, came(1, 1))}]) == ["updated"]


def test_a_namesake_that_is_used_is_known_by_the_id_too(newsroom: Newsroom) -> None:
    agency = newsroom.source("Agency")
    lines = [
        {"kind": "source", "name": "Agency", "if_named": "use", "origin": came(1, 1)},
        {"kind": "source", "name": "Branch", "controlled_by": {"id": came(1, 1)["id"]}, "origin": came(2, 1)},
    ]

    assert [statuses(newsroom, [line])[0] for line in lines] == ["known", "created"]
    branch = next(one for one in newsroom.ask("/v1/sources")["items"] if one["name"] == "Branch")
    assert branch["controlled_by"]["id"] == agency.id


def test_a_key_that_was_given_here_makes_no_double(two: Two) -> None:
    here, there = two
    claim = here.claim("P.")
    statuses(there, exported(here.client))
    here.edit(claim, external_id="k")
    edited(there, external_id="k")

    for _ in range(3):
        assert "refused" not in statuses(here, exported(there.client))
    assert only(here)["id"] == claim.id


def test_what_is_sealed_may_be_spoken_of_twice_in_one_import(two: Two) -> None:
    here, there = two
    claim, source = here.claim("P."), here.source("Jane", protected=True)
    first = here.say(claim, source)
    second = here.say(claim, source, replaces=first)
    here.edit(first, responds_to=second.ref)
    statuses(there, exported(here.client))
    here.edit(first, cue="selon")
    here.edit(second, cue="d'après")

    assert "refused" not in statuses(there, exported(here.client))
    assert sorted(one["cue"] for one in there.ask("/v1/attributions")["items"]) == ["d'après", "selon"]


def test_a_later_version_takes_back_nothing_that_it_does_not_change(two: Two) -> None:
    here, there = two
    source, other = here.source("Agency"), here.source("Owner", external_id="owner")
    here.edit(source, controlled_by=other.ref)
    subject = {"label": "Rome", "wikidata": None}
    claim = here.claim("P.", about=[subject], topics=["war"])
    statement = here.say(claim, source, document=here.release(source), quote={"exact": "So it is."})
    statuses(there, exported(here.client))
    agency = next(one for one in there.ask("/v1/sources")["items"] if one["name"] == "Agency")
    there.edit(Kept("/v1/sources", agency), controlled_by=None)
    edited(there, about=[], topics=["peace"])
    there.edit(Kept("/v1/attributions", only(there, "attributions")), quote=None)
    here.edit(source, country="IT")
    here.edit(claim, place="Rome")
    here.edit(statement, language="it")

    assert "refused" not in statuses(there, exported(here.client))
    agency = next(one for one in there.ask("/v1/sources")["items"] if one["name"] == "Agency")
    assert (agency["controlled_by"], agency["country"]) == (None, "IT")
    assert (only(there)["about"], only(there)["topics"], only(there)["place"]) == ([], ["peace"], "Rome")
    assert (only(there, "attributions")["quote"], only(there, "attributions")["language"]) == (None, "it")


def test_what_was_changed_here_after_a_merge_stays_too(newsroom: Newsroom) -> None:
    statuses(newsroom, [{**CLAIM, "place": "Paris", "language": "en", "origin": came(1, 1)}])
    edited(newsroom, language="fr")
    later = {**CLAIM, "place": "Rome", "language": "en"}
    statuses(newsroom, [{**later, "origin": came(1, 2)}])

    for place in ("Paris", "Nice"):
        edited(newsroom, place=place)
        assert statuses(newsroom, [{**later, "origin": came(1, 2)}]) == ["known"]
        assert only(newsroom)["place"] == place
    assert statuses(newsroom, [{**later, "topics": ["war"], "origin": came(1, 3)}]) == ["updated"]
    assert (only(newsroom)["place"], only(newsroom)["language"], only(newsroom)["topics"]) == ("Nice", "fr", ["war"])


def test_two_stores_that_have_both_changed_it_come_to_rest(newsroom: Newsroom) -> None:
    statuses(newsroom, [{**CLAIM, "place": "Paris", "origin": came(1, 1)}])
    lines = [
        {**CLAIM, "place": place, "origin": came(store, 1, came(1, 1))} for store, place in ((2, "Rome"), (3, "Metz"))
    ]

    first = [statuses(newsroom, [line])[0] for line in lines]
    assert (first, only(newsroom)["place"]) == (["updated", "updated"], "Metz")
    assert [statuses(newsroom, [line])[0] for line in lines] == ["known", "known"]
    assert only(newsroom)["place"] == "Metz"


def test_a_version_that_is_known_is_never_forgotten(newsroom: Newsroom) -> None:
    statuses(newsroom, [{**CLAIM, "origin": came(2, 1, came(1, 1))}])
    statuses(newsroom, [{**CLAIM, "place": "Rome", "origin": came(1, 2)}])
    edited(newsroom, place="Nice")
    statuses(newsroom, [{**CLAIM, "language": "fr", "origin": came(2, 2, came(1, 1))}])

    assert statuses(newsroom, [{**CLAIM, "place": "Rome", "origin": came(1, 2)}]) == ["known"]
    assert only(newsroom)["place"] == "Nice"


def test_a_reason_that_was_corrected_here_stays(two: Two) -> None:
    here, there = two
    statement = here.say(here.claim("P."), here.source("Ministry"))
    here.retract(statement, "2026-03-01", reason="Wrong.")
    statuses(there, exported(here.client))
    lift(there)
    there.retract(Kept("/v1/attributions", only(there, "attributions")), "2026-03-01", reason="A slip.")
    here.edit(statement, cue="says")

    assert "refused" not in statuses(there, exported(here.client))
    said = only(there, "attributions")
    assert (said["retraction_reason"], said["cue"]) == ("A slip.", "says")


def test_a_namesake_that_is_used_is_left_as_it_is(newsroom: Newsroom) -> None:
    newsroom.source("Agency", country="US")
    line = {"kind": "source", "name": "Agency", "country": "FR", "if_named": "use", "origin": came(1, 1)}

    assert [statuses(newsroom, [line])[0] for _ in range(2)] == ["known", "known"]
    assert only(newsroom, "sources")["country"] == "US"


def test_what_was_erased_stays_erased(newsroom: Newsroom) -> None:
    line = {"kind": "source", "external_id": "jane", "name": "Jane", "protected": True, "origin": came(1, 1)}
    statuses(newsroom, [line])
    source = Kept("/v1/sources", only(newsroom, "sources"))
    newsroom.client.post(
        "/v1/erasures", json={"target": {"kind": "source", "id": source.id}, "reason": "A court."}
    ).raise_for_status()

    statuses(newsroom, [line])

    assert only(newsroom, "sources")["external_id"] is None


def test_to_send_what_is_known_writes_nothing(two: Two) -> None:
    here, there = two
    story(here)
    lines = exported(here.client)
    statuses(there, lines)

    with counted() as statements:
        assert set(statuses(there, lines)) == {"known"}
    assert [one for one in statements if one.startswith(("INSERT", "UPDATE", "DELETE"))] == []


def edited(room: Newsroom, **values: Any) -> None:
    """Change the one claim of a store."""
    answer = room.client.patch(f"/v1/claims/{only(room)['id']}", json=values, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_what_comes_by_two_ways_is_one(two: Two) -> None:
    here, there = two
    story(here)
    lines = exported(here.client)
    statuses(there, lines)
    by_another = [_through(line) for line in lines]

    assert set(statuses(there, by_another)) == {"known"}


def _through(line: Line) -> Line:
    """Have a line come by way of another store, which gave its records other ids."""
    if "origin" not in line:
        return line
    other = f"0{int(line['origin']['id'][:8], 16) + 1:07x}{line['origin']['id'][8:]}"
    return {**line, "origin": {**line["origin"], "id": other, "version": 1, "origin": line["origin"]}}


def test_an_earlier_version_of_our_own_takes_nothing_back(two: Two) -> None:
    here, there = two
    claim = here.claim("P.", place="Paris")
    statuses(there, exported(here.client))
    here.edit(claim, place="Rome")

    assert statuses(here, exported(there.client)) == ["known"]
    assert only(here)["place"] == "Rome"


def test_a_circle_that_changes_is_closed_elsewhere_too(two: Two) -> None:
    here, there = two
    claim, source = here.claim("P."), here.source("Ministry")
    first = here.say(claim, source)
    second, third = (here.say(claim, source, replaces=first) for _ in range(2))
    here.edit(first, responds_to=second.ref)
    statuses(there, exported(here.client))
    here.edit(first, responds_to=third.ref)

    lines = exported(here.client)
    results, _ = imported(there.client, lines)
    assert "refused" not in [one["status"] for one in results]
    assert said(whole(exported(there.client))) == said(whole(lines), new_ids(lines, results))
    assert set(statuses(there, lines)) == {"known"}


@pytest.mark.parametrize(
    "change", [{"reason": "Another."}, {"retracted_at": "2026-03-02"}, {"document": {"external_id": "d"}}]
)
def test_a_retraction_that_says_something_else_is_not_the_same(newsroom: Newsroom, change: Any) -> None:
    newsroom.document("Other.", external_id="d")
    statement = newsroom.say(newsroom.claim("P."), external_id="a")
    newsroom.retract(statement, "2026-03-01", reason="Wrong.")
    line = {"kind": "retraction", "attribution": {"external_id": "a"}, "retracted_at": "2026-03-01", "reason": "Wrong."}

    assert statuses(newsroom, [line]) == ["known"]
    assert statuses(newsroom, [{**line, "reason": None}]) == ["known"], "nothing is said of why"
    assert statuses(newsroom, [{**line, **change}]) == ["refused"]


def test_a_sealed_reason_is_told_to_nobody_who_guesses_it(newsroom: Newsroom) -> None:
    statement = newsroom.say(newsroom.claim("P."), newsroom.source("Jane Doe", protected=True), external_id="a")
    newsroom.retract(statement, "2026-03-01", reason="Wrong.")
    line = {"kind": "retraction", "attribution": {"external_id": "a"}, "retracted_at": "2026-03-01"}

    assert statuses(newsroom, [{**line, "reason": guess} for guess in ("Wrong.", "Guess.")]) == ["known", "known"]
