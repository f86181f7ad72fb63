"""What came from another store is known by that, however often and by whatever way it comes, and is kept up to date."""

import json
from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom
from tests.security.callers import make_key
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
    edited(there, place="Nice")
    here.edit(claim, place="Rome")
    assert statuses(here, exported(there.client)) == ["known"], "what was changed there is not the newest of ours"
    assert only(here)["place"] == "Rome"


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


def test_who_may_not_correct_a_record_says_nothing_of_where_it_comes_from(two: Two) -> None:
    here, there = two
    here.rate(here.source("Agency"), "B", assessed_at="2026-03-01")
    lines = exported(here.client)
    statuses(there, lines)
    rating = next(line for line in lines if line["kind"] == "assessment")
    contributor = make_key(there.client, "contributor")
    last = {**rating, "origin": {**rating["origin"], "version": 10**6}}

    answer = there.client.post("/v1/import", content=written([last]), headers={**NDJSON, **contributor})

    assert json.loads(answer.text.splitlines()[0])["status"] == "known"
    assert only(there, "assessments")["origin"]["version"] == 1
    assert statuses(there, [{**rating, "rationale": "Another.", "origin": {**rating["origin"], "version": 2}}]) == [
        "refused"
    ], "a later version is looked at still, and an assessment is never edited"


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
