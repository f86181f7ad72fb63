"""Whatever is wrong with a request, the answer is a problem document that tells what to do, and nothing is stored."""

from itertools import product

import pytest

from api.errors import every_failure
from api.web.problems import METHODS
from tests.contract.operations import (
    NOBODY,
    Operation,
    Store,
    contract,
    number_of_engine,
    operations,
    parameters,
    problem,
    strict,
)


def test_an_unknown_path_is_not_found(front: Store) -> None:
    for path in ("/nowhere", "/v1", "/v1/", "/v1/nothing", f"/v1/claims/{NOBODY}/nothing", "/v1/claims/", "/v2/claims"):
        problem(front.client.get(path), 404)


@pytest.mark.parametrize("path", contract()["paths"])
def test_a_wrong_method_is_told_every_right_one(front: Store, path: str) -> None:
    address = front.address(Operation("GET", path, {}))
    # Also where a template fits it too: what is spelt out, as /v1/documents/lookup is, is nobody's id.
    taken = {one.method for one in operations() if one.path == path}

    for method in {*METHODS, "OPTIONS", "TRACE", "BREW"} - taken:
        answer = front.client.request(method, address)
        problem(answer, 405)
        allowed = {one.strip() for one in answer.headers["allow"].split(",")}
        assert allowed == taken | ({"HEAD"} if "GET" in taken else set()), method


@pytest.mark.parametrize("path", contract()["paths"])
def test_an_address_with_a_line_break_is_another_one(front: Store, path: str) -> None:
    address = front.address(Operation("GET", path, {}))

    for method in (*METHODS, "OPTIONS"):
        problem(front.client.request(method, f"{address}%0A"), 404)


@pytest.mark.parametrize("operation", strict(), ids=str)
def test_an_unknown_query_parameter_is_named(front: Store, operation: Operation) -> None:
    answer = front.send(operation, query={"limmit": "1"}, json=operation.body() if operation.takes_body else None)

    assert parameters(answer) == {"limmit"}


@pytest.mark.parametrize("operation", strict(), ids=str)
def test_a_single_parameter_is_sent_once(front: Store, operation: Operation) -> None:
    for name, said in operation.parameters().items():
        answer = front.client.request(operation.method, f"{front.address(operation)}?{name}=x&{name}=x")
        if said["schema"].get("type") != "array":
            assert name in parameters(answer), name


@pytest.mark.parametrize("operation", strict(), ids=str)
def test_what_is_no_text_is_no_value(front: Store, operation: Operation) -> None:
    for name, value in product(operation.parameters(), ["%00", "a%00b", "%ff", "%ed%a0%80", "%C3%28", "%F4%90%80%80"]):
        answer = front.client.request(operation.method, f"{front.address(operation)}?{name}={value}")
        assert name in parameters(answer), name


ODD_VALUES = (
    "",
    " ",
    "-1",
    "1e400",
    "9" * 5000,
    "-9223372036854775809",
    "٣",
    "null",
    "%",
    "'\"\\",
    "😀a\u0301\u202e",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:60Z",
    "2023-02-30",
    "0000",
    "9999/..",
)


@pytest.mark.parametrize("operation", strict("GET"), ids=str)
def test_an_odd_value_of_a_parameter_does_not_break_the_answer(store: Store, operation: Operation) -> None:
    check_values(store, operation, list(product(operation.parameters(), ODD_VALUES))[number_of_engine(store) :: 2])


@pytest.mark.slow
@pytest.mark.parametrize("operation", strict("GET"), ids=str)
def test_no_value_of_a_parameter_breaks_the_answer(store: Store, operation: Operation) -> None:
    check_values(store, operation, list(product(operation.parameters(), ODD_VALUES)))


def check_values(store: Store, operation: Operation, values: list[tuple[str, str]]) -> None:
    for name, value in values:
        answer = store.send(operation, query={name: value})
        assert answer.status_code in (200, 404, 422), (name, value, answer.text)
        if answer.status_code == 422:
            assert parameters(answer) == {name}, value


@pytest.mark.parametrize("operation", [one for one in operations() if one.single], ids=str)
def test_an_unknown_id_is_not_found(store: Store, operation: Operation) -> None:
    body = operation.body() if operation.takes_body else None

    address = operation.path.replace("{id}", NOBODY)
    problem(store.send(operation, url=address, json=body, headers={"If-Match": "*"}), 404)
    assert "404" in operation.said["responses"]


@pytest.mark.parametrize("operation", operations(where=lambda one: one.single and str(one) != "get_policy"), ids=str)
def test_what_is_no_id_is_said_to_be_none(front: Store, operation: Operation) -> None:
    body = operation.body() if operation.takes_body else None

    for text in ("1", "x", "null", f"{NOBODY}0", "%E2%80%AE", "a" * 5000, "'--", "0"):
        address = operation.path.replace("{id}", text)
        assert parameters(front.send(operation, url=address, json=body, headers={"If-Match": "*"})) == {"id"}, text
    assert "422" in operation.said["responses"]


def test_every_type_of_problem_is_a_page(front: Store) -> None:
    for kind in every_failure():
        page = front.client.get(f"/problems/{kind.slug}")
        assert page.status_code == 200
        assert page.headers["content-type"].startswith("text/html")
        assert kind.title in page.text
