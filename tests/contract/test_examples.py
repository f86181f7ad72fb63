"""The examples are requests that work, in the order that their README gives, and so are those of the guide."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.web.examples import FOLDER, example
from tests.contract.operations import Store, at, pointed_at
from tests.problems import problem

ROW = re.compile(r"^\| (?P<files>`[^|]+) \| (?P<where>[^|]+) \|[^|]*\|$", re.MULTILINE)
RECORDS = ("sources", "documents", "claims", "attributions", "relations", "dependencies", "assessments")
ADDRESS = re.compile(r"`(?:(POST|PATCH) /v1|…)(/[^`]*)`")
GUIDE = Path(FOLDER).parents[1] / "api" / "web" / "docs" / "recording.md"
BLOCK = re.compile(r"^```json (POST|PATCH) (\S+)( refused (\d+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Sent:
    """One example, and where it goes."""

    name: str
    method: str
    path: str
    of: str


def examples() -> Iterator[Sent]:
    """Read the README's table."""
    for row in ROW.finditer((FOLDER / "README.md").read_text("utf-8")):
        names = re.findall(r"`([^`]+)\.json`", row["files"])
        method = "POST"
        of = re.search(r" of `([^`]+)`", row["where"])
        for name, (verb, rest) in zip(names, ADDRESS.findall(row["where"]), strict=True):
            method = verb or method
            yield Sent(name, method, f"/v1{rest}", of[1] if of else "")


EXAMPLES = list(examples())


def post(store: Store, sent: Sent) -> Any:
    address = sent.path
    if "{id}" in address:
        collection = address.split("/")[2]
        (one,) = store.client.get(f"/v1/{collection}", params={"external_id": sent.of}).json()["items"]
        address = address.replace("{id}", one["id"])
    headers = {"If-Match": "*"} if sent.method == "PATCH" else {}
    return store.client.request(sent.method, address, json=example(sent.name), headers=headers)


def test_the_readme_knows_every_example() -> None:
    assert sorted(one.name for one in EXAMPLES) == sorted(file.stem for file in FOLDER.glob("*.json"))


def test_every_example_can_be_sent_as_the_readme_says(own: Store) -> None:
    for sent in EXAMPLES:
        answer = post(own, sent)
        assert answer.status_code == (200 if sent.method == "PATCH" else 201), (sent, answer.text)
        if sent.method == "PATCH":
            assert answer.json()["version"] == 2


def test_an_operation_shows_only_what_the_readme_sends_to_it(own: Store) -> None:
    sent = {(one.path, one.method.lower(), one.name) for one in EXAMPLES}
    shown = {
        (path, method, name)
        for path, methods in own.client.get("/openapi.json").json()["paths"].items()
        for method, said in methods.items()
        for kind, content in said.get("requestBody", {}).get("content", {}).items()
        for name in content.get("examples", {})
        if "json" in kind and path not in ("/v1/import", "/v1/claims/similar")  # which takes a draft that is none yet
    }

    assert shown <= sent


def test_sending_the_dossier_again_changes_nothing(own: Store) -> None:
    before = versions(own)

    again = own.client.post("/v1/bundles", json=example("dossier"))

    assert again.status_code == 201
    assert {(one["created"], one["version"]) for one in again.json()} <= {(False, 1), (False, 2)}
    assert versions(own) == before


def test_rehearsing_a_bundle_stores_nothing(own: Store) -> None:
    before = versions(own)

    rehearsed = own.client.post("/v1/bundles", json=own.new("bundles"), params={"dry_run": "true"})

    assert rehearsed.status_code == 200, rehearsed.text
    assert any(one["created"] for one in rehearsed.json())
    assert versions(own) == before


def versions(store: Store) -> list[tuple[str, int]]:
    return [
        (one["id"], one["version"])
        for kind in RECORDS
        for one in store.client.get(f"/v1/{kind}", params={"limit": 200}).json()["items"]
    ]


def test_an_example_of_records_sent_again_makes_no_second_one(own: Store) -> None:
    records = [one for one in EXAMPLES if one.path.removeprefix("/v1/") in {*RECORDS, "bundles"}]
    for sent in records:
        post(own, sent)
    before = versions(own)

    for sent in records:
        answer = post(own, sent)
        assert answer.status_code == (201 if sent.path == "/v1/bundles" else 200), (sent, answer.text)
    assert versions(own) == before


def test_every_request_of_the_guide_works_in_its_order_and_again(own: Store) -> None:
    blocks = BLOCK.findall(GUIDE.read_text("utf-8"))
    assert len(blocks) == GUIDE.read_text("utf-8").count("```json")

    for method, path, refused, status, body in blocks:
        answer = own.client.request(method, path, json=json.loads(body))
        if refused:
            problem(answer, int(status))
            assert all(at(json.loads(body), pointer) is not None for pointer in pointed_at(answer))
        else:
            assert answer.status_code == 201, (body[:300], answer.text)
    before = versions(own)

    for method, path, refused, _, body in blocks:
        answer = own.client.request(method, path, json=json.loads(body))
        assert refused or answer.status_code == (201 if path == "/v1/bundles" else 200), (body[:300], answer.text)
    assert versions(own) == before
