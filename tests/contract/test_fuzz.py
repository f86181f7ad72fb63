"""Whatever is sent, the answer is one that the contract documents: Schemathesis makes the requests out of it."""

from typing import Any

import httpx
import pytest
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

from tests.contract.operations import Store, contract
from tests.keys import KEY

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def requests(examples: int, *, coverage: bool) -> Any:
    """Make requests out of the contract, the same ones in every run; `coverage` tries each bound of each value."""
    settings = {
        "seed": 1,
        "generation": {"max-examples": examples, "deterministic": True, "no-shrink": not coverage},
        "phases": {"coverage": {"enabled": coverage}},
    }
    return schemathesis.openapi.from_dict(contract(), config=schemathesis.Config.from_dict(settings))


SHORT, LONG = requests(5, coverage=False), requests(60, coverage=True)
patient = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


def check(client: TestClient, case: schemathesis.Case) -> None:
    """Send a request, and compare the answer with what is documented of it."""
    sent = case.as_transport_kwargs(base_url=str(client.base_url))
    del sent["cookies"]
    sent["content"] = sent.pop("data", None)
    sent["headers"] = {**(sent["headers"] or {}), **KEY}  # what keys do is another matter
    try:
        answer = client.request(**{name: value for name, value in sent.items() if value is not None})
    except (httpx.InvalidURL, UnicodeEncodeError):
        assume(False)
    case.validate_response(answer, checks=CHECKS)


def check_with_known(store: Store, case: schemathesis.Case) -> None:
    """Send a request as it was made, and once more about a record that there is."""
    check(store.client, case)
    if "id" in case.path_parameters:
        case.path_parameters["id"] = store.ids[case.operation.path.split("/")[2]]
        check(store.client, case)


@SHORT.parametrize()
@patient
def test_every_answer_is_documented(case: schemathesis.Case, store: Store) -> None:
    check_with_known(store, case)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@LONG.parametrize()
@patient
def test_every_answer_is_documented_in_a_long_campaign(case: schemathesis.Case, store: Store) -> None:
    check_with_known(store, case)
