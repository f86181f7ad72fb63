"""Every operation of the contract, and how to ask each for something that it can answer."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from httpx import Response
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from api.web.examples import example
from tests.keys import Client
from tests.numbers import wait_until_numbered
from tests.problems import problem

JSON = {"Content-Type": "application/json"}
WITHOUT_KEY = ("citations", "erasures", "keys", "retractions")  # no external_id tells whether they are on record
NOBODY = "0190b5a2-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    method: str
    path: str
    said: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.said["operationId"])

    @property
    def collection(self) -> str:
        """Name what its address begins with: `claims` in /v1/claims/{id}/chains."""
        return self.path.removeprefix("/v1/").partition("/")[0]

    @property
    def single(self) -> bool:
        """Say whether it is about one record."""
        return "{id}" in self.path

    @property
    def streamed(self) -> bool:
        """Say whether it answers line by line, so that it is no one JSON document; tests/transfer looks at those."""
        return "application/x-ndjson" in self.said["responses"].get("200", {}).get("content", {})

    @property
    def takes_body(self) -> bool:
        return "requestBody" in self.said

    def parameters(self, where: str = "query") -> dict[str, Any]:
        """List its parameters of one place, by name."""
        return {one["name"]: one for one in self.said.get("parameters", ()) if one.get("in") == where}

    def needed(self) -> dict[str, str]:
        """Give the query parameters that it cannot do without."""
        known = {"url": "https://example.org/", "reason": "a trial", "q": "arms"}
        known |= {"index": "0", "size": "2", "first": "1", "second": "2"}
        return {name: known[name] for name, one in self.parameters().items() if one.get("required")}

    @property
    def asks(self) -> bool:
        """Say whether it is a POST that records nothing."""
        return str(self) == "find_similar_claims"

    def body(self) -> Any:
        """Give a body that it takes, where the dossier is loaded."""
        if self.method == "PATCH":
            return example(f"{str(self).removeprefix('edit_')}-patch")
        shown = self.said["requestBody"]["content"]["application/json"]["examples"]
        return next(iter(shown.values()))["value"]


@cache
def contract() -> dict[str, Any]:
    """Give the contract as it is served."""
    return create_app(Settings.model_construct()).openapi()


def operations(*methods: str, where: Callable[[Operation], bool] = lambda one: True) -> list[Operation]:
    """List the operations that meet a condition; a test of none of them would be void."""
    paths = contract()["paths"].items()
    every = [Operation(method.upper(), path, said) for path, ways in paths for method, said in ways.items()]
    found = [one for one in every if (not methods or one.method in methods) and where(one)]
    assert found
    return found


def recording(where: Callable[[Operation], bool] = lambda one: True) -> list[Operation]:
    """List the POSTs that record something."""
    return strict("POST", where=lambda one: not one.asks and where(one))


def strict(*methods: str, where: Callable[[Operation], bool] = lambda one: True) -> list[Operation]:
    """List operations under /v1 that take and answer JSON documents."""
    return operations(*methods, where=lambda one: one.path.startswith("/v1/") and not one.streamed and where(one))


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a `$ref`."""
    while "$ref" in schema:
        schema = contract()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


@dataclass(frozen=True)
class Store:
    """A loaded store, and one record of each collection in it."""

    client: TestClient
    ids: Mapping[str, str]

    def address(self, operation: Operation) -> str:
        """Fill a record's id, or the index of the log's first entry, into an operation's address."""
        return operation.path.replace("{id}", self.ids.get(operation.collection, NOBODY)).replace("{index}", "0")

    def send(self, operation: Operation, **request: Any) -> Response:
        """Send a request to an operation, its required query included."""
        query = operation.needed() | request.pop("query", {})
        request.setdefault("url", self.address(operation))
        return self.client.request(operation.method, params=query, **request)

    def fresh(self, collection: str) -> dict[str, Any]:
        """Record a new one of a collection, like its example; the log has it."""
        if collection == "reveals":
            return self._reveal()
        address = f"/v1/{collection}"
        if collection == "citations":
            address = f"/v1/attributions/{self.fresh('attributions')['id']}/citations"
        answer = self.client.post(address, json=self.new(collection))
        assert answer.status_code == 201, answer.text
        wait_until_numbered(self.client)
        made: dict[str, Any] = self.client.get(answer.headers["location"]).json()
        return made

    def new(self, collection: str) -> dict[str, Any]:
        """Make the body of a record that is like the example of its collection, and is not on record."""
        if collection == "citations":
            return self._citation()
        (post,) = strict("POST", where=lambda one: one.path == f"/v1/{collection}")
        body = post.body()
        if collection == "bundles":
            records = _under_other_keys(body["records"])
            return {"records": [{**self._unlike(one["kind"] + "s", one), **one} for one in records]}
        return {**body, **self._unlike(collection, body)}

    def prepared(self, operation: Operation) -> tuple[str, Any]:
        """Give the address and the body of a POST that will be taken."""
        if operation.asks:
            return operation.path, operation.body()
        if not operation.single:
            return operation.path, self.new(operation.collection)
        made = self.fresh(operation.collection)
        address = operation.path.replace("{id}", made["id"])
        match operation.path.rpartition("/")[2]:
            case "restore":
                self._withdraw(address.removesuffix("/restore"))
                return address, None
            case "same_as":
                return address, {"other": {"id": self.fresh(operation.collection)["id"]}, "reason": "One and the same."}
            case "citations":
                return address, self._citation()
            case _:
                return address, operation.body()

    def _citation(self) -> dict[str, Any]:
        cited = self.new("attributions")
        return {"kind": "quotes", "attribution": {**cited, "document": None, "quote": None}}

    def _reveal(self) -> dict[str, Any]:
        """See what a protected record says, once: it is withdrawn, so that nobody who reads a list sees it too."""
        answer = self.client.post("/v1/sources", json={"name": f"Somebody {uuid4()}", "protected": True})
        assert answer.status_code == 201, answer.text
        self._withdraw(f"/v1/sources/{answer.json()['id']}")
        newest = {"sort": "-recorded_at", "limit": 1}
        made: dict[str, Any] = self.client.get("/v1/reveals", params=newest).json()["items"][0]
        return made

    def _withdraw(self, address: str) -> None:
        self.client.delete(address, params={"reason": "a trial"}, headers={"If-Match": "*"}).raise_for_status()

    def _unlike(self, collection: str, body: Mapping[str, Any]) -> dict[str, Any]:
        key = {} if collection in WITHOUT_KEY else {"external_id": f"new/{uuid4()}"}
        match collection:
            case "sources":
                return {**key, "if_named": "new"}
            case "erasures":  # of what was withdrawn before, so that the lists stay as they are
                target = self.fresh("sources")["id"]
                self._withdraw(f"/v1/sources/{target}")
                return {"target": {"kind": "source", "id": target}}
            case "relations" if "$ref" not in body["from"]:
                return {**key, "from": {"id": self.fresh("claims")["id"]}}
            case _:
                return key


def _under_other_keys(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give records keys that are not on record, also where they name each other."""
    text = json.dumps(records)
    for one in records:
        text = text.replace(json.dumps(one["external_id"]), json.dumps(f"new/{uuid4()}"))
    renamed: list[dict[str, Any]] = json.loads(text)
    return renamed


@contextmanager
def opened(url: str, ids: Mapping[str, str], app: Any = None) -> Iterator[Store]:
    """Open a store that the dossier is in, in an application of its own unless one is lent."""
    lent = app or create_app(Settings())
    lent.state.settings = Settings(database_url=url)
    with Client(lent, raise_server_exceptions=False) as client:
        yield Store(client, ids)


def load(url: str) -> dict[str, str]:
    """Put the dossier into an empty store, erase and reveal something beside it; return one id of each collection."""
    with Client(create_app(Settings(database_url=url))) as client:
        answer = client.post("/v1/bundles", json=example("dossier"))
        assert answer.status_code == 201, answer.text
        store = Store(client, {})
        for collection in ("erasures", "reveals"):
            store.fresh(collection)
        ids = dict(_one_of_each(client))
        wait_until_numbered(client)
        return ids


def _one_of_each(client: TestClient) -> Iterator[tuple[str, str]]:
    for collection in ("sources", "documents", "claims", "relations", "dependencies", "assessments", "erasures"):
        yield collection, client.get(f"/v1/{collection}", params={"limit": 1}).json()["items"][0]["id"]
    citing = next(one for one in client.get("/v1/attributions").json()["items"] if one["cites"])
    yield "attributions", citing["id"]
    yield "citations", citing["cites"][0]["id"]
    yield "policies", client.get("/v1/policies").json()["items"][0]["id"]
    yield "keys", client.post("/v1/keys", json=example("key")).json()["id"]  # not the one that the tests send


def number_of_engine(store: Store) -> int:
    """Number the engines, so that one gets the values that the other does not."""
    return int(store.client.app.state.database.engine_name == "postgresql")  # type: ignore[attr-defined]


def pointed_at(answer: Response) -> set[str]:
    """List where in the body a 422 points."""
    return {one["pointer"] for one in problem(answer, 422)["errors"] if "pointer" in one}


def parameters(answer: Response) -> set[str]:
    """List the parameters that a 422 names."""
    return {one["parameter"] for one in problem(answer, 422)["errors"] if "parameter" in one}


def at(body: Any, pointer: str) -> Any:
    """Resolve a JSON Pointer (RFC 6901). Raises `LookupError`."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        body = body[int(key) if isinstance(body, list) else key]
    return body


def walked(client: TestClient, address: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Follow a list from page to page, as its Link header says."""
    answer = client.get(address, params=query)
    while True:
        assert answer.status_code == 200, answer.text
        yield from answer.json()["items"]
        if "next" not in answer.links:
            assert answer.json().get("next") is None
            return
        answer = client.get(answer.links["next"]["url"])
