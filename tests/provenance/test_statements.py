"""What a judgement takes: as many statements for a crowd as for a few, and no memory once it is answered."""

import gc
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.storage.reading import Reading
from tests.newsroom import Newsroom
from tests.storage.test_statements import FEW, MANY, counted, record, story

QUESTIONS = (
    "/v1/claims/{claim}/confidence",
    "/v1/claims/{claim}/provenance",
    "/v1/claims/{claim}/provenance?max_nodes=10000",
    "/v1/claims/{claim}/contradictions",
    "/v1/claims/{claim}/timeline",
    "/v1/claims/{claim}/timeline?limit=200",
    "/v1/attributions/{attribution}/impact",
    "/v1/sources/{source}/impact",
)


def judged(name: str, attributions: int) -> list[dict[str, Any]]:
    """Word a story in which all that a judgement looks at is on record, as often as there are attributions."""
    records = story(name, attributions)
    records += [
        {"kind": "source", "ref": f"{name}/{one}", "external_id": f"{name}/{one}", "name": f"{name} {one}"}
        for one in ("speaker", "state")
    ]
    said = [one for one in records if one["kind"] == "attribution"]
    for number, each in enumerate(said):
        each["said_at"] = f"2022-{number % 12 + 1:02}-{number % 28 + 1:02}"
        each["source"]["controlled_by"] = {"$ref": f"{name}/state"} if number % 7 == 0 else None
        each["source"]["kind"] = ("person", "media_outlet", "anonymous")[number % 3]
        if number % 10 == 9:
            each["source"] = {"$ref": f"{name}/speaker"}
        target = {"kind": "attribution", "$ref": each["ref"]}
        scale = {"scale": "admiralty_reliability", "value": "ABCDEF"[number % 6]}
        records.append({"kind": "assessment", "target": target, **scale})
        if number % 8 == 7:
            members = [{"kind": "attribution", "$ref": f"{name}/{one}"} for one in (number, number - 7)]
            records.append({"kind": "dependency", "members": members, "reason": "One origin."})
    return records


@pytest.fixture
def stories(client: TestClient) -> list[dict[str, str]]:
    """A small story and a large one: the ids of a claim, an attribution and a source of each."""
    found = []
    for name, size in (("few", FEW), ("many", MANY)):
        ids = record(client, judged(name, size))
        named = {"claim": ids[f"{name}/claim"], "attribution": ids[f"{name}/0"], "source": ids[f"{name}/speaker"]}
        found.append(named)
    return found


def test_a_judgement_takes_as_many_statements_for_a_crowd(client: TestClient, stories: list[dict[str, str]]) -> None:
    for question in QUESTIONS:
        numbers = []
        for ids in stories:
            address = question.format(**ids)
            client.get(address)  # a new connection has statements of its own
            with counted() as statements:
                answer = client.get(address)
            assert answer.status_code == 200, answer.text
            numbers.append(len(statements))
        print(question, numbers)

        assert numbers[1] <= numbers[0] + 2 <= 90, question


def test_the_keys_of_protected_claims_are_read_at_once_for_whoever_may_see_them(newsroom: Newsroom) -> None:
    claims = newsroom.claim(), newsroom.claim()
    for claim, several in zip(claims, (2, 12), strict=True):
        for number in range(several):
            other, narrow = (newsroom.claim(f"{word} {number}.", protected=True) for word in ("Not", "Here"))
            newsroom.relate("contrary", other, claim)
            newsroom.relate("refines", narrow, claim)
            newsroom.say(other, said_at=f"2022-01-{number + 1:02}")
            newsroom.cite(newsroom.say(claim), newsroom.say(narrow))

    for question in (one for one in QUESTIONS if "{claim}" in one):
        numbers = []
        for claim in claims:
            with counted() as statements:
                newsroom.client.get(question.format(claim=claim.id)).raise_for_status()
            numbers.append(sum("FROM sealing_key" in one for one in statements))
        assert numbers[0] == numbers[1], question


def test_all_that_a_judgement_was_made_of_is_let_go_of_at_once(
    client: TestClient, stories: list[dict[str, str]]
) -> None:
    for question in QUESTIONS:
        address = question.format(**stories[0])
        client.get(address)
        gc.collect()
        gc.disable()  # what waits for it is kept in circles, and of a large claim that is much
        try:
            answer = client.get(address, headers={"Accept-Language": "fr"})  # which is not remembered
            left = [one for one in gc.get_objects() if type(one) is Reading]
        finally:
            gc.enable()

        assert answer.status_code == 200, answer.text
        assert not left, question
