"""Who may say what: fields that take a higher role than their record does, whichever way they are sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from api.custody.roles import Scope
from tests.contract.operations import Store
from tests.problems import problem
from tests.security.callers import make_key

ANONYMOUS = {"name": "An official", "kind": "anonymous", "if_named": "new"}
ATTESTED = {"by": "Ana Duarte", "reason": "I met them."}
DECISIONS = {"status": "confirmed", "decided_by": "Ana Duarte", "decided_at": "2026-03-05"}


@dataclass(frozen=True)
class Attempt:
    """One way to change one field: how it is prepared, and the request."""

    name: str
    field: str
    prepared: Callable[[Store], dict[str, Any]]

    def __str__(self) -> str:
        return self.name


def post(collection: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"method": "POST", "url": f"/v1/{collection}", "json": body}


def patch(record: dict[str, Any], collection: str, **fields: Any) -> dict[str, Any]:
    url = f"/v1/{collection}/{record['id']}"
    return {"method": "PATCH", "url": url, "json": fields, "headers": {"If-Match": "*"}}


def bundled(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send the same as a bundle."""
    own = {f"{kind}_kind": body["kind"]} if "kind" in body else {}
    return post("bundles", {"records": [{**body, **own, "kind": kind}]})


def relation(store: Store, **fields: Any) -> dict[str, Any]:
    ends = {name: {"id": store.fresh("claims")["id"]} for name in ("from", "to")}
    return {"external_id": f"new/{uuid4()}", "kind": "contrary", **ends, **fields}


def source(**fields: Any) -> dict[str, Any]:
    return {**ANONYMOUS, "external_id": f"new/{uuid4()}", **fields}


def made(store: Store, collection: str, body: dict[str, Any]) -> dict[str, Any]:
    """Record something as the admin, and return the body, so that it can be sent again, with its id."""
    answer = store.client.post(f"/v1/{collection}", json=body)
    assert answer.status_code == 201, answer.text
    return {**body, "id": answer.json()["id"]}


def again(known: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Word a known record anew, by its external_id."""
    return {name: value for name, value in known.items() if name != "id"} | fields


def decisions() -> list[Attempt]:
    """List the ways to decide on a relation."""
    return [
        Attempt(f"{field} in {way}", field, prepared)
        for field, value in DECISIONS.items()
        for way, prepared in {
            "POST": lambda store, new={field: value}: post("relations", relation(store, **new)),
            "PATCH": lambda store, new={field: value}: patch(
                made(store, "relations", relation(store)), "relations", **new
            ),
            "POST of a known one": lambda store, new={field: value}: post(
                "relations", again(made(store, "relations", relation(store)), **new)
            ),
            "a bundle": lambda store, new={field: value}: bundled("relation", relation(store, **new)),
            "a bundle with a known one": lambda store, new={field: value}: bundled(
                "relation", again(made(store, "relations", relation(store)), **new)
            ),
        }.items()
    ]


def what_was_decided() -> list[Attempt]:
    """List the ways to make a decision one about something else."""

    def decided(store: Store) -> dict[str, Any]:
        return made(store, "relations", relation(store, **DECISIONS))

    def claim(store: Store) -> dict[str, str]:
        return {"id": store.fresh("claims")["id"]}

    return [
        Attempt("kind once decided", "kind", lambda store: patch(decided(store), "relations", kind="contradicts")),
        Attempt(
            "from once decided", "from", lambda store: patch(decided(store), "relations", **{"from": claim(store)})
        ),
        Attempt("to once decided", "to", lambda store: patch(decided(store), "relations", to=claim(store))),
        Attempt("status taken back", "status", lambda store: patch(decided(store), "relations", status="proposed")),
    ]


def attestations() -> list[Attempt]:
    """List the ways to attest that an unnamed source is another one than the rest."""

    def attested() -> dict[str, Any]:
        return source(attested_distinct=ATTESTED)

    def nested(store: Store, **fields: Any) -> dict[str, Any]:
        return post("attributions", {"claim": {"id": store.fresh("claims")["id"]}, "stance": "affirms", **fields})

    ways: dict[str, Callable[[Store], dict[str, Any]]] = {
        "POST": lambda store: post("sources", attested()),
        "PATCH": lambda store: patch(made(store, "sources", source()), "sources", attested_distinct=ATTESTED),
        "POST of a known one": lambda store: post(
            "sources", again(made(store, "sources", source()), attested_distinct=ATTESTED)
        ),
        "a bundle": lambda store: bundled("source", attested()),
        "a draft in an attribution": lambda store: nested(store, source=attested()),
        "a draft in a draft in an attribution": lambda store: nested(
            store, source={"name": f"Outlet {uuid4()}", "controlled_by": attested()}
        ),
        "a draft in a source": lambda store: post("sources", {"name": str(uuid4()), "controlled_by": attested()}),
        "a draft in a document": lambda store: post("documents", {"text": str(uuid4()), "publisher": attested()}),
        "a draft in a bundle": lambda store: bundled("document", {"text": str(uuid4()), "publisher": attested()}),
        "a draft that is cited": lambda store: nested(
            store,
            source={"name": f"Outlet {uuid4()}"},
            cites=[{"kind": "quotes", "attribution": {"source": attested()}}],
        ),
    }
    return [Attempt(f"attested_distinct in {way}", "attested_distinct", prepared) for way, prepared in ways.items()]


def protections() -> list[Attempt]:
    """List the ways to protect a record that is there, and to take its protection off."""
    kinds = ("sources", "documents", "claims", "attributions", "relations")

    def with_protection(store: Store, collection: str, protected: bool) -> dict[str, Any]:
        return made(store, collection, {**store.new(collection), "protected": protected})

    return [
        Attempt(
            f"protected: {str(wanted).lower()} of {collection}",
            "protected",
            lambda store, of=collection, wanted=wanted: patch(
                with_protection(store, of, not wanted), of, protected=wanted
            ),
        )
        for collection in kinds
        for wanted in (True, False)
    ]


def judgements() -> list[Attempt]:
    """List the records of a bundle that are an editor's as a whole."""
    return [
        Attempt(
            f"{kind} in a bundle",
            many,
            lambda store, of=kind, many=many: bundled(of, store.new(many)),
        )
        for kind, many in (("dependency", "dependencies"), ("assessment", "assessments"))
    ]


ATTEMPTS = [*decisions(), *what_was_decided(), *attestations(), *protections(), *judgements()]


@pytest.fixture(scope="module")
def contributor(store: Store) -> dict[str, str]:
    """A contributor's key; revealing, so that nothing is refused for what it does not show."""
    return make_key(store.client, "contributor", Scope.REVEAL)


@pytest.fixture(scope="module")
def editor(store: Store) -> dict[str, str]:
    """An editor's key, likewise."""
    return make_key(store.client, "editor", Scope.REVEAL)


def send(store: Store, key: dict[str, str], request: dict[str, Any]) -> Response:
    return store.client.request(**{**request, "headers": {**request.get("headers", {}), **key}})


def changes(store: Store) -> int:
    """Count the changes of the store's records: to look at one that is protected is an event too."""
    items = store.client.get("/v1/changes", params={"after": "0", "limit": "200"}).json()
    found = 0
    while items["items"]:
        found += sum(one["kind"] != "reveal" for one in items["items"])
        items = store.client.get("/v1/changes", params={"after": items["next"], "limit": "200"}).json()
    return found


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_a_field_takes_its_role_whichever_way_it_is_sent(
    store: Store, contributor: dict[str, str], editor: dict[str, str], attempt: Attempt
) -> None:
    request = attempt.prepared(store)
    before = changes(store)

    refused = problem(send(store, contributor, request), 403)
    assert attempt.field in refused["detail"]
    assert changes(store) == before

    granted = send(store, editor, request)
    assert granted.status_code in (200, 201), granted.text
    assert changes(store) > before


def test_what_is_sent_back_as_it_is_takes_no_higher_role(store: Store, contributor: dict[str, str]) -> None:
    for collection, body in (
        ("relations", relation(store, **DECISIONS)),
        ("sources", source(attested_distinct=ATTESTED)),
        ("claims", {**store.new("claims"), "protected": True}),
    ):
        known = made(store, collection, body)
        address = f"/v1/{collection}/{known['id']}"
        whole = send(store, contributor, {"method": "GET", "url": address}).json()

        back = send(store, contributor, patch(known, collection, **whole))
        same = send(store, contributor, post(collection, again(known)))
        in_a_bundle = send(store, contributor, bundled(collection.removesuffix("s"), again(known)))

        assert (back.status_code, back.json()["version"]) == (200, 1), back.text
        assert (same.status_code, same.json()["version"]) == (200, 1), same.text
        assert [one["created"] for one in in_a_bundle.json()] == [False], in_a_bundle.text


def test_what_no_rule_names_a_contributor_may(store: Store, contributor: dict[str, str]) -> None:
    decided = made(store, "relations", relation(store, **DECISIONS))
    for request in (
        patch(decided, "relations", rationale="Both cannot be."),
        post("relations", relation(store, status="proposed", decided_by=None)),
        post("sources", source(protected=True)),
    ):
        answer = send(store, contributor, request)
        assert answer.status_code in (200, 201), answer.text


def test_the_fields_have_as_many_cells_as_we_say() -> None:
    assert len({one.name for one in ATTEMPTS}) == len(ATTEMPTS) == 41
