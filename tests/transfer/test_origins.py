"""What came from another store is known by that, however often and by whatever way it comes, and is kept up to date."""

from typing import Any

import pytest

from tests.newsroom import Newsroom
from tests.transfer.lines import Line, exported, imported, said

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
    mine = only(there)
    there.client.patch(f"/v1/claims/{mine['id']}", json={"place": "Paris"}, headers={"If-Match": "*"})

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
    assert said(whole(returning)) == said(whole(lines))


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
    assert "refused" not in statuses(there, lines)
    assert said(whole(exported(there.client))) == said(whole(lines))
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
