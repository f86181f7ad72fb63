"""A newsroom at its desk: records in one line each, over HTTP, and what was refused in one more."""

from collections.abc import Iterator
from typing import Any

import httpx
from starlette.testclient import TestClient

from tests.problems import problem


class Kept(dict[str, Any]):
    """A record as it was answered, and the path that it is at."""

    def __init__(self, path: str, answer: dict[str, Any], tag: str = "") -> None:
        super().__init__(answer)
        self.path = f"{path}/{answer['id']}"
        self.tag = tag

    @property
    def id(self) -> str:
        """Its id."""
        return str(self["id"])

    @property
    def ref(self) -> dict[str, str]:
        """What another record says to refer to it."""
        return {"id": self.id}

    @property
    def open_ref(self) -> dict[str, str]:
        """What another record says where it may refer to several kinds."""
        collection = self.path.split("/")[2]
        return {"kind": "dependency" if collection == "dependencies" else collection.removesuffix("s"), **self.ref}


def statement(claim: Any, source: Any = None, **fields: Any) -> dict[str, Any]:
    """Word an attribution: it affirms, and cites what `cites` holds (attributions or drafts) as paraphrase."""
    cites = [{"kind": "paraphrases", "attribution": _sent(one)} for one in fields.pop("cites", ())]
    body = {"claim": _sent(claim), "source": _sent(source), "stance": "affirms", **fields}
    return {name: _sent(value) for name, value in body.items()} | ({"cites": cites} if cites else {})


def _sent(value: Any) -> Any:
    return value.ref if isinstance(value, Kept) else value


class Newsroom:
    """What a newsroom does, one method each; what it records is asserted to be kept."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self._numbers = iter(range(1, 1_000_000))

    # Recording -----------------------------------------------------------------------------------------------------

    def add(self, path: str, body: dict[str, Any], status: int = 201, **parameters: Any) -> Kept:
        """Post a record, and return it as it was kept."""
        answer = self.client.post(f"/v1/{path}", json=body, params=parameters)
        assert answer.status_code == status, answer.text
        return Kept(f"/v1/{path}", answer.json(), answer.headers["etag"])

    def source(self, name: str | None = None, **fields: Any) -> Kept:
        """Record a source."""
        body = {"name": name or f"Source {next(self._numbers)}", **fields}
        return self.add("sources", {name: _sent(value) for name, value in body.items()})

    def document(self, text: str | None = None, **fields: Any) -> Kept:
        """Record a document; `authors` and `publisher` may be sources."""
        authors = [_sent(one) for one in fields.pop("authors", ())]
        body = {name: _sent(value) for name, value in fields.items()}
        return self.add("documents", {"text": text, "authors": authors, **body})

    def release(self, publisher: Kept, text: str = "So it is.", **fields: Any) -> Kept:
        """Record a document that we hold, published by a source."""
        return self.document(text, publisher=publisher, **fields)

    def claim(self, text: str | None = None, **fields: Any) -> Kept:
        """Record a claim."""
        return self.add("claims", {"text": text or f"Claim {next(self._numbers)}", **fields})

    def say(self, claim: Any, source: Any = None, **fields: Any) -> Kept:
        """Record an attribution."""
        return self.add("attributions", statement(claim, source, **fields))

    def publish(self, claim: Any, source: Kept, **fields: Any) -> Kept:
        """Record an attribution that is on file: it stands in a document of the source's own."""
        return self.say(claim, source, document=self.release(source), **fields)

    def cite(self, citing: Kept, cited: Kept, kind: str = "paraphrases") -> Kept:
        """Record a citation found later."""
        answer = self.post(f"{citing.path}/citations", {"kind": kind, "attribution": cited.ref})
        assert answer.status_code == 201, answer.text
        return Kept("/v1/citations", answer.json(), answer.headers["etag"])

    def relate(self, kind: str, one: Kept, other: Kept, status: str = "confirmed", **fields: Any) -> Kept:
        """Record a relation between two claims."""
        return self.add("relations", {"kind": kind, "from": one.ref, "to": other.ref, "status": status, **fields})

    def rate(self, target: Kept, value: str, **fields: Any) -> Kept:
        """Rate a source, an attribution or a claim; on the scale of reliability, unless another one is given."""
        body = {"target": target.open_ref, "scale": "admiralty_reliability", "value": value}
        return self.add("assessments", body | fields)

    def depend(self, *members: Kept, **fields: Any) -> Kept:
        """Record that sources or attributions share one origin."""
        named = [one.open_ref for one in members]
        return self.add("dependencies", {"members": named, "reason": "one origin", **fields})

    def retract(self, attribution: Kept, retracted_at: str | None = None, **fields: Any) -> None:
        """Record that the source withdrew what it said."""
        answer = self.post(f"{attribution.path}/retraction", {"retracted_at": retracted_at, **fields})
        assert answer.status_code == 201, answer.text

    def unite(self, one: Kept, other: Kept) -> None:
        """Say that two records are one."""
        answer = self.post(f"{one.path}/same_as", {"other": other.ref, "reason": "the same"})
        assert answer.status_code == 201, answer.text

    def part(self, one: Kept, other: Kept) -> None:
        """Say that two records are not one after all."""
        answer = self.client.delete(f"{one.path}/same_as", params={"other": other.id})
        assert answer.status_code == 204, answer.text

    def bundle(self, *records: dict[str, Any]) -> list[dict[str, Any]]:
        """Record many things at once."""
        answer = self.post("/v1/bundles", {"records": records})
        assert answer.status_code == 201, answer.text
        results: list[dict[str, Any]] = answer.json()
        return results

    # Changing ------------------------------------------------------------------------------------------------------

    def edit(self, record: Kept, **patch: Any) -> Kept:
        """Change a record."""
        answer = self.try_edit(record, **patch)
        assert answer.status_code == 200, answer.text
        return Kept(record.path.rpartition("/")[0], answer.json(), answer.headers["etag"])

    def try_edit(self, record: Kept, **patch: Any) -> httpx.Response:
        """Ask for a change, whatever comes of it."""
        body = {name: _sent(value) for name, value in patch.items()}
        return self.client.patch(record.path, json=body, headers={"If-Match": "*"})

    def delete(self, record: Kept, **parameters: Any) -> None:
        """Delete a record made in error."""
        answer = self.try_delete(record, **parameters)
        assert answer.status_code == 204, answer.text

    def try_delete(self, record: Kept, **parameters: Any) -> httpx.Response:
        """Ask for a deletion, whatever comes of it."""
        return self.client.delete(
            record.path, params={"reason": "made in error", **parameters}, headers={"If-Match": "*"}
        )

    def restore(self, record: Kept, **parameters: Any) -> dict[str, Any]:
        """Bring a deleted record back."""
        answer = self.client.post(f"{record.path}/restore", params=parameters)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    # Asking --------------------------------------------------------------------------------------------------------

    def post(self, path: str, body: Any = None, **parameters: Any) -> httpx.Response:
        """Post, whatever comes of it."""
        return self.client.post(path, json=body, params=parameters)

    def ask(self, where: Kept | str, what: str = "", **parameters: Any) -> Any:
        """Get a record, or a question about it."""
        path = where.path if isinstance(where, Kept) else where
        answer = self.client.get(f"{path}/{what}" if what else path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ids(self, kind: str, /, **filters: Any) -> list[str]:
        """Get the ids of every record that a list has, page after page."""
        return [one["id"] for page in self.pages(f"/v1/{kind}", **filters) for one in page]

    def pages(self, path: str, /, **parameters: Any) -> Iterator[list[Any]]:
        """Get every page of a list."""
        following: str | None = ""
        while following is not None:
            more = {"cursor": following} if following else {}
            page = self.ask(path, **parameters, **more)
            yield page["items"]
            following = page["next"]

    def refused(self, path: str, body: Any, status: int = 422, **parameters: Any) -> dict[str, Any]:
        """Post what must not be kept, and return the problem."""
        return problem(self.post(f"/v1/{path}", body, **parameters), status)


def ends(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the origins of every class of an answer, class after class."""
    return [origin for each in found["origins"] for origin in each["origins"]]
