"""Large claims over HTTP: astronomically many chains are paged at once, and a crowd is answered in bounds."""

import time
from typing import Any

import pytest
from starlette.testclient import TestClient

LAYERS = 40
CROWD = 20_000
BUNDLE = 5_000


def attribution(number: int | str) -> dict[str, Any]:
    """Word one attribution of the claim."""
    return {"kind": "attribution", "ref": f"{number}", "claim": {"external_id": "claim"}, "stance": "affirms"}


def citation(citing: int | str, cited: int | str) -> dict[str, Any]:
    """Word the link between two of them."""
    ends = {"citing": {"$ref": f"{citing}"}, "cited": {"$ref": f"{cited}"}}
    return {"kind": "citation", "citation_kind": "paraphrases", **ends}


def record(client: TestClient, records: list[dict[str, Any]]) -> None:
    """Record a bundle."""
    answer = client.post("/v1/bundles", json={"records": records})
    assert answer.status_code == 201, answer.text


def test_more_chains_than_can_be_counted_are_paged_at_once(client: TestClient) -> None:
    claim = client.post("/v1/claims", json={"text": "A claim.", "external_id": "claim"}).json()["id"]
    names = [f"{layer}/{side}" for layer in range(LAYERS) for side in (0, 1)]
    links = [
        citation(f"{layer + 1}/{citing}", f"{layer}/{cited}")
        for layer in range(LAYERS - 1)
        for citing in (0, 1)
        for cited in (0, 1)
    ]
    record(client, [*map(attribution, names), *links])

    first = client.get(f"/v1/claims/{claim}/chains", params={"limit": 50})
    second = client.get(f"/v1/claims/{claim}/chains", params={"limit": 50, "cursor": first.json()["next"]})

    chains = [
        tuple(hop["attribution"] for hop in one["hops"]) for page in (first, second) for one in page.json()["items"]
    ]
    assert len(set(chains)) == 100
    assert {len(chain) for chain in chains} == {LAYERS}
    assert second.json()["next"] is not None


@pytest.mark.slow
def test_a_crowd_is_answered_in_bounds(client: TestClient) -> None:
    claim = client.post("/v1/claims", json={"text": "A claim.", "external_id": "claim"}).json()["id"]
    record(client, [attribution("origin") | {"external_id": "origin"}])
    for begin in range(0, CROWD - 1, BUNDLE):
        crowd = range(begin, min(begin + BUNDLE, CROWD - 1))
        cites = [{"kind": "paraphrases", "attribution": {"external_id": "origin"}}]
        record(client, [attribution(number) | {"cites": cites} for number in crowd])

    for path in ("provenance", "chains", "contradictions"):
        began = time.monotonic()
        answer = client.get(f"/v1/claims/{claim}/{path}")
        print(f"{path}: {time.monotonic() - began:.1f} seconds, {len(answer.content):,} bytes")

        assert answer.status_code == 200
    counts = client.get(f"/v1/claims/{claim}/provenance", params={"max_nodes": 10}).json()["counts"]
    assert counts["supporting"]["attributions"] == CROWD
