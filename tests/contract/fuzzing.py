"""Requests that Schemathesis makes out of the contract, sent by whomever, and whether the answers are documented."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from api.custody.roles import Scope
from api.web.examples import example
from tests.contract.operations import Store, contract
from tests.security.callers import make_key

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def requests(count: int, *, thorough: bool) -> Any:
    """Make requests out of the contract, the same ones in every run; thoroughly, each bound of each value as well."""
    settings = {
        "seed": 1,
        "generation": {"max-examples": count, "deterministic": True, "no-shrink": not thorough},
        "phases": {"coverage": {"enabled": thorough}, "examples": {"enabled": thorough}},
    }
    return schemathesis.openapi.from_dict(contract(), config=schemathesis.Config.from_dict(settings))


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_it_is(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send lines and rows as they were made up."""
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


patient = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)

WHO: dict[str, tuple[str, list[Scope]] | None] = {
    "reader": ("reader", []),
    "contributor": ("contributor", []),
    "editor": ("editor", []),
    "admin": ("admin", []),
    "every scope": ("admin", list(Scope)),
    "nobody": None,
}
EVERYBODY, WHOEVER_MAY_MOST = tuple(WHO), ("every scope",)


@dataclass(frozen=True)
class Guarded:
    """A store where reading is closed, a key of it for each who has one, and records that it can do without."""

    client: TestClient
    engine: str
    keys: dict[str, str]
    ids: dict[str, str]


def guard(store: Store) -> Guarded:
    """Close reading, and make keys."""
    state = store.client.app.state  # type: ignore[attr-defined]
    state.settings = state.settings.model_copy(update={"open_reading": False})
    keys = {
        name: make_key(store.client, who[0], *who[1])["Authorization"] for name, who in WHO.items() if who is not None
    }
    spare = store.client.post("/v1/keys", json=example("key")).json()["id"]
    erasure = {"target": {"kind": "source", "id": store.fresh("sources")["id"]}, "reason": "a trial"}
    erased = store.client.post("/v1/erasures", json=erasure).json()["id"]
    ids = {**store.ids, "keys": spare, "erasures": erased}
    return Guarded(store.client, state.database.engine_name, keys, ids)


def check(guarded: Guarded, who: str, case: schemathesis.Case) -> None:
    """Send a request as somebody, and compare the answer with what is documented of it."""
    sent = case.as_transport_kwargs(base_url=str(guarded.client.base_url))
    del sent["cookies"]
    sent["content"] = sent.pop("data", None)
    try:
        request = guarded.client.build_request(**{name: value for name, value in sent.items() if value is not None})
    except (httpx.InvalidURL, UnicodeEncodeError):
        assume(False)
    del request.headers["authorization"]
    if who in guarded.keys:
        request.headers["authorization"] = guarded.keys[who]
    answer = guarded.client.send(request)
    assert answer.status_code != 401 or who not in guarded.keys, "The key was revoked on the way."
    case.validate_response(answer, checks=CHECKS)


def check_for(everybody: Iterable[str], guarded: Guarded, case: schemathesis.Case) -> None:
    """Send a request as it was made, and once more about a record that there is, as each of them."""
    for who in everybody:
        check(guarded, who, case)
    if "id" in case.path_parameters:
        case.path_parameters["id"] = guarded.ids[case.operation.path.split("/")[2]]
        for who in everybody:
            check(guarded, who, case)
