"""What is taken out of one store and brought into another is the same there, and is judged alike."""

from typing import Any

from api.web.examples import example
from tests.newsroom import Newsroom
from tests.transfer.lines import exported, imported, without_origins

Two = tuple[Newsroom, Newsroom]
ANSWERS = ("provenance", "confidence", "contradictions", "timeline")


def judged(room: Newsroom, external_id: str) -> dict[str, Any]:
    """Ask how a claim stands."""
    (claim,) = room.ask("/v1/claims", external_id=external_id)["items"]
    path = f"/v1/claims/{claim['id']}"
    counts, found = room.ask(path, "provenance")["counts"], room.ask(path, "confidence")
    return {"counts": counts, **{name: found[name] for name in ("level", "status", "support", "opposition")}}


def test_the_dossier_is_the_same_in_another_store(two: Two) -> None:
    here, there = two
    here.bundle(*example("dossier")["records"])
    lines = exported(here.client)

    results, summary = imported(there.client, lines)

    assert [one for one in results if one["status"] != "created"] == []
    assert summary["created"] == len(lines)
    assert without_origins(exported(there.client)) == without_origins(lines)
    for claim in here.ask("/v1/claims", limit=200)["items"]:
        assert judged(there, claim["external_id"]) == judged(here, claim["external_id"])
