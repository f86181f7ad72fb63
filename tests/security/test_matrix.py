"""Who may do what: every operation of the contract, asked by everybody that there is, with the outcome known before.

The rows are written by hand, so that a new operation without one fails here, whatever its route says of itself.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from api.custody.roles import Role, Scope
from api.custody.tokens import make
from api.web.examples import example
from tests.contract.operations import NOBODY, Operation, Store, operations
from tests.keys import ADMIN
from tests.problems import problem
from tests.security.callers import make_key

ROWS = {
    "nothing": "get_health get_readiness",
    "reader": (
        "search find_similar_claims"
        " get_provenance list_chains get_contradictions get_upstream get_downstream lookup_document get_confidence"
        " get_timeline get_attribution_impact get_source_impact list_policies get_policy list_attributions"
        " get_attribution get_attribution_history list_citations get_citation list_claims get_claim get_claim_history"
        " list_sources get_source get_source_history list_joined_sources list_documents get_document"
        " get_document_history list_joined_documents list_relations get_relation get_relation_history"
        " list_dependencies get_dependency get_dependency_history list_assessments get_assessment"
        " get_assessment_history list_changes get_checkpoint get_log_key get_log_entry disclose_log_entry"
        " prove_inclusion prove_consistency list_erasures get_erasure get_metrics export_records"
    ),
    "reader audit:read": "list_reveals",
    "contributor": (
        "record_source record_document record_claim record_attribution record_relation record_bundle record_citation"
        " retract_attribution edit_source edit_document edit_claim edit_attribution edit_relation import_records"
    ),
    "editor": (
        "record_dependency edit_dependency record_assessment join_sources part_sources join_documents part_documents"
        " delete_source delete_document delete_claim delete_attribution delete_relation delete_dependency"
        " delete_assessment delete_citation reinstate_attribution restore_source restore_document restore_claim"
        " restore_attribution restore_relation restore_dependency restore_assessment"
    ),
    "editor erase": "erase",
    "admin": "list_keys get_key create_key revoke_key",
}
NEEDS = {name: needs for needs, names in ROWS.items() for name in names.split()}
OPERATIONS = operations()
KINDS = {401: "/problems/unauthorized", 403: "/problems/forbidden"}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, with a header or without, and what that is worth."""

    name: str
    header: str | None
    role: Role | None = None
    scopes: frozenset[Scope] = frozenset()
    reading_is_open: bool = True

    def outcome(self, needs: str) -> int:
        """Return 200 where the request is to be granted, else the status that refuses it."""
        role, *scopes = needs.split()
        if role == "nothing":
            return 200
        if self.header is None:
            return 200 if needs == "reader" and self.reading_is_open else 401
        if self.role is None:
            return 401
        return 200 if self.role >= Role.named(role) and self.scopes.issuperset(map(Scope, scopes)) else 403


@pytest.fixture(scope="module")
def askers(store: Store) -> list[Asker]:
    """Everybody that there is."""
    admin = store.client
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    expired = make_key(admin, "admin", *Scope, expires_at=soon)["Authorization"]
    revoked = make_key(admin, "admin", *Scope)["Authorization"]
    (kept,) = (
        one
        for one in admin.get("/v1/keys", params={"limit": 200}).json()["items"]
        if one["public_id"] == public_id_in(revoked)
    )
    admin.delete(f"/v1/keys/{kept['id']}", params={"reason": "a trial"}).raise_for_status()
    time.sleep(1.1)
    unknown, genuine = make(), ADMIN.written
    wrong = {
        "expired": expired,
        "revoked": revoked,
        "unknown": f"Bearer {unknown.written}",
        "another secret under a known id": f"Bearer {type(ADMIN)(ADMIN.public_id, unknown.secret).written}",
        "wrong checksum": f"Bearer {genuine[:-1]}{'0' if genuine[-1] != '0' else '1'}",
        "cut short": f"Bearer {genuine[:-1]}",
        "malformed": "Bearer nonsense",
        "empty": "Bearer ",
        "another scheme": f"Basic {genuine}",
        "sent twice": f"Bearer {genuine}, Bearer {genuine}",
    }
    some = [(role, scopes) for role in Role for scopes in ((), tuple(Scope))]
    some += [(Role.ADMIN, (scope,)) for scope in Scope]  # the highest role has no scope but its own either
    return [
        Asker("without key, reading open", None),
        Asker("without key, reading closed", None, reading_is_open=False),
        *(Asker(name, header) for name, header in wrong.items()),
        *(Asker(f"{name}, reading closed", wrong[name], reading_is_open=False) for name in ("expired", "revoked")),
        *(
            Asker(" ".join([role.label, *scopes]), header_of(admin, role, scopes), role, frozenset(scopes))
            for role, scopes in some
        ),
    ]


def header_of(admin: TestClient, role: Role, scopes: Iterable[Scope]) -> str:
    return make_key(admin, role.label, *scopes)["Authorization"]


def public_id_in(header: str) -> str:
    return header.split("_")[1]


def ask(store: Store, asker: Asker, operation: Operation, request: Mapping[str, Any], method: str = "") -> Response:
    """Send a request as somebody."""
    settings = store.client.app.state.settings  # type: ignore[attr-defined]
    store.client.app.state.settings = settings.model_copy(  # type: ignore[attr-defined]
        update={"open_reading": asker.reading_is_open}
    )
    built = store.client.build_request(method or operation.method, **request)
    del built.headers["authorization"]
    if asker.header is not None:
        built.headers["authorization"] = asker.header
    try:
        return store.client.send(built)
    finally:
        store.client.app.state.settings = settings  # type: ignore[attr-defined]


def good(store: Store, operation: Operation) -> dict[str, Any]:
    """Make a request that is carried out for whoever may ask."""
    query = operation.needed()
    if operation.method == "GET":
        return {"url": store.address(operation), "params": query}
    if operation.streamed:
        line = b'{"kind": "claim", "text": "A line of an import."}'
        return {"url": operation.path, "content": line, "headers": {"Content-Type": "application/x-ndjson"}}
    if operation.method == "POST":
        address, body = store.prepared(operation)
        return {"url": address, "params": query, "headers": {"Idempotency-Key": str(uuid4())}} | (
            {} if body is None else {"json": body}
        )
    made = store.fresh(operation.collection)["id"]
    address = operation.path.replace("{id}", made)
    if operation.path.endswith("/retraction"):
        store.client.post(address, json=example("retraction")).raise_for_status()
    if operation.path.endswith("/same_as"):
        same = {"other": {"id": store.fresh(operation.collection)["id"]}, "reason": "One and the same."}
        store.client.post(address, json=same).raise_for_status()
    body = {"json": {"external_id": f"changed/{uuid4()}"}} if operation.method == "PATCH" else {}
    return {"url": address, "params": query, "headers": {"If-Match": "*"}, **body}


def hopeless(operation: Operation) -> dict[str, Any]:
    """Make a request that nobody could have carried out: whoever may not ask is not told why."""
    address = operation.path.replace("{id}", NOBODY).replace("{index}", "none")
    return {"url": address, "params": {"no": "such"}, "content": b"{", "headers": {"If-Match": '"0"'}}


def stored(store: Store) -> list[tuple[Any, ...]]:
    """Tell what the store holds from what it held before."""
    counted = "SELECT (SELECT max(sequence) FROM change), (SELECT count(*) FROM remembered_answer)"
    with store.client.app.state.database.reading() as reading:  # type: ignore[attr-defined]
        return [tuple(row) for row in reading.rows(text(counted))]


def test_every_operation_has_its_row_and_every_row_its_operation() -> None:
    assert sorted(map(str, OPERATIONS)) == sorted(NEEDS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_the_contract_says_what_the_row_says(operation: Operation) -> None:
    needs = NEEDS[str(operation)]
    expected = {"nothing": None, "reader": [{"key": ["reader"]}, {}]}

    assert operation.said.get("security") == expected.get(needs, [{"key": needs.split()}])
    if needs != "nothing":
        assert {"401", "403"} <= set(operation.said["responses"])


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_whoever_may_not_is_refused_and_nothing_is_stored(
    store: Store, askers: list[Asker], operation: Operation
) -> None:
    refused = [one for one in askers if one.outcome(NEEDS[str(operation)]) != 200]
    assert refused or NEEDS[str(operation)] == "nothing"
    request = good(store, operation)
    before = stored(store)

    for asker in refused:
        for sent in (request, hopeless(operation)):
            answer = ask(store, asker, operation, sent)
            status = asker.outcome(NEEDS[str(operation)])
            assert problem(answer, status)["type"] == KINDS[status], asker.name
            assert ("www-authenticate" in answer.headers) is (status == 401)

    assert stored(store) == before


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_whoever_may_is_answered(store: Store, askers: list[Asker], operation: Operation) -> None:
    granted = [one for one in askers if one.outcome(NEEDS[str(operation)]) == 200]
    assert granted

    request = good(store, operation)
    for asker in granted:
        answer = ask(store, asker, operation, request)
        assert answer.status_code in (200, 201, 204), (asker.name, answer.status_code, answer.text)
        assert ask(store, asker, operation, hopeless(operation)).status_code not in (401, 403), asker.name
        if operation.method != "GET":
            request = good(store, operation)


@pytest.mark.parametrize("operation", operations("GET"), ids=str)
def test_head_is_guarded_as_get_is(store: Store, askers: list[Asker], operation: Operation) -> None:
    request = good(store, operation)
    for asker in askers[:3]:  # without key, reading open and closed; with one that has expired
        answer = ask(store, asker, operation, request, "HEAD")
        assert (answer.status_code, answer.content) == (asker.outcome(NEEDS[str(operation)]), b""), asker.name


def test_the_matrix_has_as_many_cells_as_we_say(askers: list[Asker]) -> None:
    assert len({one.name for one in askers}) == len(askers) == 25
    told = Path(__file__).parents[2] / "SECURITY.md"
    assert f"{len(OPERATIONS) * len(askers):,} cells" in told.read_text("utf-8")
