"""What goes out: all of it or one claim's graph, as of an instant, what is referred to first."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.custody.callers import COMMAND_LINE
from api.provenance.loading import EVERYTHING
from api.transfer.exporting import KINDS, Export
from api.web.desk import Desk
from tests.contract.operations import NOBODY
from tests.newsroom import Newsroom
from tests.transfer.lines import exported, imported


def kinds(newsroom: Newsroom, **query: str) -> list[str]:
    """List the kinds of what goes out."""
    return [line["kind"] for line in exported(newsroom.client, **query)]


def test_what_is_referred_to_comes_first_though_it_was_recorded_later(newsroom: Newsroom) -> None:
    agency = newsroom.source("Agency")
    newsroom.edit(agency, controlled_by=newsroom.source("Government").ref)
    claim = newsroom.claim()
    first, second = newsroom.say(claim, agency), newsroom.say(claim, agency)
    newsroom.cite(first, second)
    newsroom.cite(second, first)
    newsroom.retract(second, "2026-03-01")

    lines = exported(newsroom.client)

    assert [line.get("name") for line in lines[:2]] == ["Government", "Agency"]
    assert [line["kind"] for line in lines[2:]] == [
        *("claim", "attribution", "attribution", "retraction", "citation", "citation")
    ]


@pytest.mark.parametrize("batch", [1, 2, 3, 500])
def test_whatever_the_batches_every_line_finds_what_it_names_in_those_before(newsroom: Newsroom, batch: int) -> None:
    claim = newsroom.claim()
    said = [newsroom.say(claim) for _ in range(7)]
    newsroom.edit(said[0], responds_to=said[6].ref)
    newsroom.edit(said[3], responds_to=said[5].ref)
    for citing, cited in ((3, 4), (4, 3), (6, 0), (1, 6), (5, 2), (2, 5)):
        newsroom.cite(said[citing], said[cited])
    desk = Desk(newsroom.client.app.state.database, COMMAND_LINE, "")  # type: ignore[attr-defined]

    lines = [line for some in Export(desk, datetime.now(UTC), batch=batch).batches() for line in some]

    known: set[str] = set()
    for line in lines:
        named = {line[name]["id"] for name in ("claim", "responds_to", "citing", "cited") if line.get(name)}
        assert named <= known
        known.add(line["origin"]["id"])
    assert sum(line["kind"] == "citation" for line in lines) == 6


@pytest.mark.parametrize("kinds", [KINDS, ["source"]])
def test_how_far_it_is_is_told_by_the_records_of_what_goes_out(newsroom: Newsroom, kinds: list[str]) -> None:
    claim = newsroom.claim("P.")
    first, second = newsroom.publish(claim, newsroom.source("A")), newsroom.publish(claim, newsroom.source("B"))
    newsroom.cite(second, first)
    newsroom.retract(first, "2026-03-01")
    newsroom.delete(newsroom.source("Deleted"))
    desk = Desk(newsroom.client.app.state.database, COMMAND_LINE, "")  # type: ignore[attr-defined]

    for about in (None, UUID(claim.id)):
        export = Export.begin(desk, None, about, EVERYTHING)
        lines = [line for some in export.batches(kinds) for line in some]
        assert export.records == export.size(kinds)
        assert export.lines == len(lines)


def test_what_came_before_its_turn_is_forgotten_after_it(newsroom: Newsroom) -> None:
    claim = newsroom.claim()
    said = [newsroom.say(claim) for _ in range(6)]
    for early, late in ((0, 3), (1, 4), (2, 5)):
        newsroom.edit(said[early], responds_to=said[late].ref)
    desk = Desk(newsroom.client.app.state.database, COMMAND_LINE, "")  # type: ignore[attr-defined]

    export = Export(desk, datetime.now(UTC), batch=1)
    ahead = [len(export.ahead) for _ in export.batches(["attribution"])]

    assert ahead == [1, 2, 3, 2, 1, 0]


def test_references_are_by_external_id_where_there_is_one(newsroom: Newsroom) -> None:
    named, unnamed = newsroom.source("A", external_id="a"), newsroom.source("B")
    claim = newsroom.claim(external_id="c")
    newsroom.say(claim, named)
    newsroom.say(claim, unnamed)

    *_, first, second = exported(newsroom.client)

    assert (first["source"], first["claim"]) == ({"external_id": "a"}, {"external_id": "c"})
    assert second["source"] == {"id": unnamed.id}


def test_it_is_as_of_an_instant(newsroom: Newsroom) -> None:
    claim = newsroom.claim("One.")
    then = datetime.now(UTC).isoformat()
    newsroom.edit(claim, text="Two.")
    newsroom.source("Later")
    newsroom.delete(claim)

    before = exported(newsroom.client, known_at=then)

    assert [(line["kind"], line["text"], line["origin"]["version"]) for line in before] == [("claim", "One.", 1)]
    assert kinds(newsroom) == ["source"]


def test_one_claims_graph_is_whole_and_has_nothing_else(newsroom: Newsroom, client: TestClient) -> None:
    claim, other = newsroom.claim("P.", external_id="p"), newsroom.claim("Q.")
    agency, outlet = newsroom.source("Agency"), newsroom.source("Outlet")
    newsroom.rate(agency, "B")
    said = newsroom.publish(claim, agency)
    newsroom.publish(claim, outlet, cites=[said])
    newsroom.publish(other, newsroom.source("Stranger"))
    newsroom.depend(agency, newsroom.source("Beside"))

    lines = exported(newsroom.client, claim=claim.id)

    assert sorted(line["kind"] for line in lines) == sorted(
        ["source"] * 3 + ["document"] * 2 + ["claim"] + ["attribution"] * 2 + ["citation", "dependency", "assessment"]
    )
    assert "Stranger" not in json.dumps(lines)


def test_one_claims_graph_has_no_citation_that_leads_out_of_it(newsroom: Newsroom, client: TestClient) -> None:
    broad, narrow = newsroom.claim("Weapons to Russia."), newsroom.claim("Rockets to Russia.")
    refined = newsroom.relate("refines", narrow, broad)
    source, citing = newsroom.say(narrow), newsroom.say(broad)
    newsroom.cite(citing, source)
    newsroom.client.patch(refined.path, json={"status": "rejected"}, headers={"If-Match": "*"})

    for claim in (broad, narrow):
        lines = exported(client, claim=claim.id)
        known = {line["origin"]["id"] for line in lines}
        ends = [line[end]["id"] for line in lines if line["kind"] == "citation" for end in ("citing", "cited")]
        assert known.issuperset(ends)


@pytest.mark.dealt
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"claim": NOBODY}, 404),
        ({"claim": "x"}, 422),
        ({"known_at": "yesterday"}, 422),
        ({"format": "csv"}, 422),
        ({"format": "xml"}, 422),
        ({"kind": "source"}, 422),
        ({"limmit": 1}, 422),
    ],
)
def test_what_is_no_export_is_refused(client: TestClient, query: dict[str, str], status: int) -> None:
    assert client.get("/v1/export", params=query).status_code == status


def test_head_makes_nothing_and_so_reveals_nothing(newsroom: Newsroom) -> None:
    newsroom.source("Jane Doe", protected=True)
    before = newsroom.ask("/v1/reveals")["items"]

    answer = newsroom.client.head("/v1/export")

    assert (answer.status_code, answer.content) == (200, b"")
    assert newsroom.ask("/v1/reveals")["items"] == before


def test_our_own_export_is_known_to_us(newsroom: Newsroom) -> None:
    claim = newsroom.claim("P.")
    newsroom.cite(newsroom.say(claim), newsroom.say(claim))
    lines = exported(newsroom.client)

    results, _ = imported(newsroom.client, lines)

    assert {one["status"] for one in results} == {"known"}
    assert exported(newsroom.client) == lines
