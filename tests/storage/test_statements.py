"""How many statements an answer takes: as many for a crowd as for a few, and few for a large bundle."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

FEW, MANY = 50, 500  # the few are enough for every kind of record and both sides to be there
TEXT = "The ministry said that the arms went north. "


class Counted(list[str]):
    """The statements that were carried out."""


@contextmanager
def heard_by(note: Callable[..., None]) -> Iterator[None]:
    """Have somebody hear of every statement, whatever the database, before it is carried out."""
    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@contextmanager
def counted(*, keys: bool = False) -> Iterator[Counted]:
    """Collect the statements of requests, without the sequencer's own; with `keys`, those that ask whose key it is too.

    Whoever was asked for is known until their key is touched, or so much that it may be.
    """
    found = Counted()

    def note(connection: Any, _: Any, statement: str, *rest: Any) -> None:
        if current_thread().name != "sequencer" and (keys or "access_key.public_id =" not in statement):
            found.append(statement)

    with heard_by(note):
        yield found


def story(name: str, attributions: int) -> list[dict[str, Any]]:
    """Word a claim with this many attributions, each with a source and a document of its own, chained in fives."""
    claims = [
        {"kind": "claim", "ref": f"{name}/{one}", "external_id": f"{name}/{one}", "text": f"{name} {one}."}
        for one in ("claim", "other", "narrow")
    ]
    records: list[dict[str, Any]] = [*claims]
    for kind, first, second in (("contradicts", "claim", "other"), ("refines", "narrow", "claim")):
        ends = {"from": {"$ref": f"{name}/{first}"}, "to": {"$ref": f"{name}/{second}"}}
        key = {"external_id": f"{name}/{kind}"}
        records.append({"kind": "relation", "relation_kind": kind, "status": "confirmed", **ends, **key})
    for number in range(attributions):
        ref = f"{name}/{number}"
        source = {"external_id": f"source {ref}", "name": f"Source {ref}", "aliases": [f"S {ref}"]}
        records.append(
            {
                "kind": "attribution",
                "ref": ref,
                "external_id": ref,
                "claim": {"$ref": f"{name}/{('claim', 'claim', 'claim', 'other', 'narrow')[number // 5 % 5]}"},
                "source": source,
                "document": {"external_id": f"page {ref}", "title": ref, "text": TEXT + ref},
                "stance": "affirms" if number // 25 % 2 == 0 else "denies",
                "quote": {"exact": "the arms went north"},
            }
        )
        if number % 5:
            records.append(
                {
                    "kind": "citation",
                    "citation_kind": "paraphrases",
                    "citing": {"$ref": ref},
                    "cited": {"$ref": f"{name}/{number - 1}"},
                }
            )
    return records


def record(client: httpx.Client, records: list[dict[str, Any]]) -> dict[str, str]:
    """Record a bundle, and return the ids by ref."""
    answer = client.post("/v1/bundles", json={"records": records})
    assert answer.status_code == 201, answer.text
    return {one["ref"]: one["id"] for one in answer.json()}


@pytest.fixture
def asked(client: TestClient) -> Callable[[str], tuple[int, int]]:
    """Ask the same of a small story and of a large one, and return how many statements each took."""
    stories = [(name, record(client, story(name, size))) for name, size in (("few", FEW), ("many", MANY))]

    def ask(path: str) -> tuple[int, int]:
        numbers = []
        for name, ids in stories:
            address = path.format(claim=ids[f"{name}/claim"], attribution=ids[f"{name}/{FEW - 1}"])
            client.get(address)  # a new connection has statements of its own
            with counted() as statements:
                assert client.get(address).status_code == 200
            numbers.append(len(statements))
        return numbers[0], numbers[1]

    return ask


def test_an_answer_takes_as_many_statements_for_a_crowd(asked: Callable[[str], tuple[int, int]]) -> None:
    for path in (
        "/v1/claims/{claim}/provenance",
        "/v1/claims/{claim}/chains",
        "/v1/claims/{claim}",
        "/v1/attributions/{attribution}",
        "/v1/attributions/{attribution}/upstream",
        "/v1/attributions/{attribution}/history",
        "/v1/attributions?claim={claim}&limit=200",
    ):
        few, many = asked(path)

        assert few == many <= 60, path


def test_what_is_recorded_is_answered_with_one_statement(client: TestClient) -> None:
    def record_one() -> list[str]:
        with counted() as statements:
            assert client.post("/v1/claims", json={"text": "It is so."}).status_code == 201
        return statements

    record_one()  # a new connection has statements of its own
    asked = [one for one in record_one() if one.startswith("SELECT claim.")]
    assert len(asked) == 1, asked
    assert "change.sequence" in asked[0], asked


def test_contradictions_take_as_many_statements_for_a_crowd(asked: Callable[[str], tuple[int, int]]) -> None:
    few, many = asked("/v1/claims/{claim}/contradictions")

    assert few == many <= 90


def test_contradictions_take_as_many_statements_for_many_claims(client: TestClient) -> None:
    numbers = []
    for count in (2, 20):
        name = f"of {count}"
        records = [one | {"external_id": None} for one in story(name, FEW) if one["kind"] == "claim"]
        for number in range(count):
            ref = f"{name}/against {number}"
            ends = {"from": {"$ref": f"{name}/claim"}, "to": {"$ref": ref}}
            records += [
                {"kind": "claim", "ref": ref, "text": f"Not so, {number}."},
                {"kind": "relation", "relation_kind": "contrary", "status": "confirmed", **ends},
                {"kind": "attribution", "claim": {"$ref": ref}, "stance": "affirms"},
            ]
        claim = record(client, records)[f"{name}/claim"]
        with counted() as statements:
            answer = client.get(f"/v1/claims/{claim}/contradictions")
        assert [len(one["attributions"]) for one in answer.json()["claims"]] == [1] * count
        numbers.append(len(statements))

    assert numbers[1] <= numbers[0]


def test_a_page_takes_few_statements(client: TestClient) -> None:
    record(client, story("many", MANY))
    for path in ("sources", "documents", "claims", "attributions", "relations", "dependencies", "assessments"):
        numbers = []
        client.get(f"/v1/{path}", params={"limit": 200})  # how claims stand is settled once
        for limit in (1, 200):
            with counted() as statements:
                assert client.get(f"/v1/{path}", params={"limit": limit}).status_code == 200
            numbers.append(len(statements))

        assert numbers[1] <= numbers[0] + 2 <= 20, path


def test_settling_takes_as_many_statements_for_many_changes(client: TestClient) -> None:
    numbers = []
    for name, size in (("few", FEW), ("many", MANY)):
        record(client, story(name, size))
        with counted() as statements:
            assert "stale" not in client.get("/v1/claims", params={"level_min": 0, "text": name}).json()
        numbers.append(len(statements))

    assert numbers[1] <= numbers[0] + 2 <= 120


def test_what_goes_and_comes_back_together_takes_as_many_statements_for_a_crowd(client: TestClient) -> None:
    numbers = []
    for name, size in (("few", FEW), ("many", MANY)):
        claim = f"/v1/claims/{record(client, story(name, size))[f'{name}/claim']}"
        with counted() as statements:
            gone = client.delete(claim, params={"reason": "in error", "cascade": True}, headers={"If-Match": "*"})
            back = client.post(f"{claim}/restore", params={"cascade": True})
        assert (gone.status_code, back.status_code) == (204, 200)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1] <= 100


def test_what_relations_and_refinements_join_comes_back_with_as_many_statements_for_a_crowd(
    client: TestClient,
) -> None:
    numbers = []
    for name, size in (("few", 5), ("many", FEW)):
        hub = {"kind": "claim", "ref": name, "external_id": name, "text": f"{name}."}
        said = {"kind": "attribution", "ref": f"{name}/said", "claim": {"$ref": name}, "stance": "affirms"}
        records: list[dict[str, Any]] = [hub, said]
        for number in range(size):
            for kind in ("contradicts", "same_as", "refines"):
                other = f"{name}/{kind}/{number}"
                records.append({"kind": "claim", "ref": other, "text": f"{other}."})
                ends = {"from": {"$ref": name}, "to": {"$ref": other}}
                records.append({"kind": "relation", "relation_kind": kind, "status": "confirmed", **ends})
            relay = {"kind": "attribution", "ref": f"{other}/said", "claim": {"$ref": other}, "stance": "affirms"}
            ends = {"citing": {"$ref": f"{other}/said"}, "cited": {"$ref": f"{name}/said"}}
            records += [relay, {"kind": "citation", "citation_kind": "quotes", **ends}]
        claim = f"/v1/claims/{record(client, records)[name]}"
        gone = client.delete(claim, params={"reason": "in error", "cascade": True}, headers={"If-Match": "*"})
        with counted() as statements:
            back = client.post(f"{claim}/restore", params={"cascade": True})
        assert (gone.status_code, back.status_code) == (204, 200)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1] <= 60


def test_a_large_bundle_takes_few_statements(client: TestClient) -> None:
    records = story("large", 1000)
    for _ in ("new", "on record already"):
        with counted() as statements:
            record(client, records)

        assert len(statements) <= 60
