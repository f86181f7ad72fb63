"""Whatever is done to the record, claims stand as DESIGN says: a model of it, in `tests/model.py`, says the same."""

import random
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.clerk import Clerk
from tests.model import Model

CHANGES = 18
EACH = 3  # changes between two looks
SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 60))]


def answered(client: httpx.Client, claim: str) -> dict[str, Any]:
    """Ask how a claim stands, and what the supporting side counts."""
    confidence = client.get(f"/v1/claims/{claim}/confidence").json()
    counts: dict[str, Any] = client.get(f"/v1/claims/{claim}/provenance").json()["counts"]["supporting"]
    return counts | {name: confidence[name] for name in ("level", "status", "support", "opposition")}


@pytest.mark.dealt
@pytest.mark.parametrize("seed", SEEDS)
def test_claims_stand_as_the_model_says(client: TestClient, seed: int) -> None:
    clerk = Clerk(client, random.Random(seed))
    for number in range(CHANGES):
        clerk.change()
        if number % EACH == 0:
            model = Model(client)
            assert {each: answered(client, each) for each in model.claims} == {
                each: model.standing(each) for each in model.claims
            }
