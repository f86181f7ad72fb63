"""Whatever was done to the record since, every question is answered as of a moment as it was answered then."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from tests.clerk import Clerk

LISTS = ("sources", "documents", "claims", "attributions", "relations", "dependencies", "assessments")
ABOUT = {
    "sources": ("", "/history", "/same_as", "/impact"),
    "documents": ("", "/history", "/same_as"),
    "claims": ("", "/history", "/provenance", "/chains", "/contradictions", "/confidence", "/timeline"),
    "attributions": ("", "/history", "/citations", "/upstream", "/downstream", "/impact"),
    "relations": ("", "/history"),
    "dependencies": ("", "/history"),
    "assessments": ("", "/history"),
    "citations": ("",),
}
CHANGES = 15
UNTIMELY = {"settled", "stale", "next", "instance"}  # what hangs on the question, not on the record
SEEDS = [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 30))]


def questions(clerk: Clerk) -> Iterator[str]:
    """Word every question about what a clerk has kept."""
    yield from (f"/v1/{kind}?limit=200" for kind in LISTS)
    for kind, kept in clerk.kept.items():
        yield from (f"/v1/{kind}/{each}{what}" for each in kept for what in ABOUT[kind])


def answered(client: httpx.Client, question: str, **when: str) -> tuple[int, dict[str, Any]]:
    """Ask, and leave out what hangs on how it was asked."""
    answer = client.get(question, params=when)
    return answer.status_code, {name: value for name, value in answer.json().items() if name not in UNTIMELY}


@pytest.mark.dealt
@pytest.mark.parametrize("seed", SEEDS)
def test_every_question_is_answered_as_of_a_moment_as_it_was_answered_then(client: TestClient, seed: int) -> None:
    clerk = Clerk(client, random.Random(seed))
    for _ in range(CHANGES):
        clerk.change()
    moment = datetime.now(UTC).isoformat()
    then = {each: answered(client, each) for each in questions(clerk)}
    for _ in range(CHANGES):
        clerk.change()

    for question, answer in then.items():
        assert answered(client, question, known_at=moment) == answer, question
