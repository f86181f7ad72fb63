"""What is taken out of one store and brought into another is the same there, and is judged alike."""

import random
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.settings import Settings
from api.web.examples import example
from tests.clerk import Clerk
from tests.conftest import migrated
from tests.keys import Client
from tests.newsroom import Newsroom
from tests.transfer.lines import ending, exported, imported, new_ids, said

Two = tuple[Newsroom, Newsroom]
JUDGED = ("level", "status", "support", "opposition", "independent_lines", "echoes")


def judged(room: Newsroom, claim: str, **query: Any) -> dict[str, Any]:
    """Ask how a claim stands."""
    found = room.ask(f"/v1/claims/{claim}", "confidence", **query)
    return {
        "counts": room.ask(f"/v1/claims/{claim}", "provenance", **query)["counts"],
        **{name: found[name] for name in JUDGED},
    }


def assert_same(here: Newsroom, there: Newsroom) -> None:
    """Take everything out of the one store, bring it into the other, and compare what they have and how they judge."""
    lines = exported(here.client)
    results, summary = imported(there.client, [*lines, ending(lines)])

    assert [one for one in results if one["status"] != "created"] == []
    assert (summary["status"], summary["created"], summary["warnings"]) == ("complete", len(lines), [])
    ids = new_ids(lines, results)
    again = exported(there.client)
    assert said(again) == said(lines, ids)
    for claim in (line["origin"]["id"] for line in lines if line["kind"] == "claim"):
        assert judged(there, ids[claim]) == judged(here, claim)
        assert judged(there, ids[claim], said_by="2100") == judged(here, claim, said_by="2100")
    repeated, _ = imported(there.client, lines)
    assert {one["status"] for one in repeated} == {"known"}
    assert exported(there.client) == again


def test_the_dossier_is_the_same_in_another_store(two: Two) -> None:
    here, there = two
    here.bundle(*example("dossier")["records"])

    assert_same(here, there)


def test_statements_that_name_each_other_in_a_circle_go_out_and_come_in(two: Two) -> None:
    here, there = two
    claim, source = here.claim(external_id="c"), here.source("Ministry", external_id="s")
    first = here.say(claim, source)
    second = here.say(claim, source, replaces=first, external_id="second")
    here.edit(first, responds_to=second.ref)

    lines = exported(here.client)
    results, _ = imported(there.client, lines)
    alone = [imported(there.client, [line])[0][0]["status"] for line in lines]

    assert [one["status"] for one in results] == ["created"] * 4 + ["updated"]
    assert {one["status"] for one in imported(here.client, lines)[0]} == {"known"}
    assert set(alone) == {"known"}
    made = {one["id"]: there.ask(f"/v1/attributions/{one['id']}") for one in results[2:]}
    (answer,) = (one for one in made.values() if one["replaces"] is None)
    (correction,) = (one for one in made.values() if one["replaces"] is not None)
    assert (answer["responds_to"]["id"], correction["replaces"]["id"]) == (correction["id"], answer["id"])
    assert {one["status"] for one in imported(there.client, exported(there.client))[0]} == {"known"}


def test_lines_keep_their_order_where_none_needs_a_later_one(two: Two) -> None:
    here, there = two
    names = ["A", "B", "C", "D"]
    lines: list[Any] = [{"kind": "source", "name": name, "external_id": name} for name in names]
    for number, needed in ((0, "C"), (3, "A")):
        lines[number]["controlled_by"] = {"external_id": needed}
    imported(here.client, lines)

    out = exported(here.client)
    imported(there.client, out)

    assert [line["name"] for line in out] == ["C", "A", "B", "D"]
    assert [line["name"] for line in exported(there.client)] == ["C", "A", "B", "D"]


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), length=st.integers(10, 40))
def test_whatever_was_done_the_store_is_the_same_elsewhere(
    request: pytest.FixtureRequest, shared_app: Any, engine: str, seed: int, length: int
) -> None:
    with ExitStack() as stores:
        here, there = (Settings(database_url=stores.enter_context(migrated(request, engine))) for _ in range(2))
        shared_app.state.settings = here
        with Client(shared_app) as client:
            clerk = Clerk(client, random.Random(seed))
            for _ in range(length):
                clerk.change()
            lines = exported(client)
            verdicts = {
                line["origin"]["id"]: judged(Newsroom(client), line["origin"]["id"])
                for line in lines
                if line["kind"] == "claim"
            }
        shared_app.state.settings = there
        with Client(shared_app) as client:
            results, summary = imported(client, lines)
            ids = new_ids(lines, results)

            assert [one for one in results if one["status"] != "created"] == []
            assert summary["created"] == len(lines)
            assert said(exported(client)) == said(lines, ids)
            assert {ids[claim]: verdict for claim, verdict in verdicts.items()} == {
                ids[claim]: judged(Newsroom(client), ids[claim]) for claim in verdicts
            }
