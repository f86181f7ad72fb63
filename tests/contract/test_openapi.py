"""What must hold of the published contract, for every operation."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate
from pydantic import BaseModel

from api.cli import CONTRACT
from api.main import create_app
from api.settings import Settings
from api.transfer.schemas import ExportEnd, ImportSummary, LineResult
from api.web.introduction import TAGS
from api.web.openapi import describe, written
from tests.problems import PROBLEM

METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}
Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """The contract as the application serves it."""
    return create_app(Settings.model_construct()).openapi()


@pytest.fixture(scope="module")
def operations(contract: dict[str, Any]) -> list[Operation]:
    """Every operation: path, method, and what is said of it."""
    return [(path, method, said) for path, methods in contract["paths"].items() for method, said in methods.items()]


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for name, inner in part.items():
            if name != "examples":  # there a "$ref" is what a bundle says
                yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def test_the_contract_is_valid_openapi(contract: dict[str, Any]) -> None:
    validate(contract)

    assert contract["openapi"].startswith("3.1")


def test_the_committed_contract_is_what_is_served(contract: dict[str, Any]) -> None:
    assert CONTRACT.read_text("utf-8") == written(contract), "run: python3 dev.py openapi"


def test_the_contract_is_made_the_same_each_time(contract: dict[str, Any]) -> None:
    assert written(describe(create_app(Settings.model_construct()))) == written(contract)
    assert written(contract).endswith("}\n")


def test_every_operation_is_described(operations: list[Operation]) -> None:
    for path, method, said in operations:
        assert method in METHODS, (path, method)
        assert said["summary"][0].isupper(), (path, method)
        assert not said["summary"].endswith("."), (path, method)
        assert len(said["tags"]) == 1, (path, method, said["tags"])
        assert said["tags"][0] in TAGS, (path, method)


def test_every_operation_has_a_name_of_its_own(operations: list[Operation]) -> None:
    names = [said["operationId"] for _, _, said in operations]

    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


def test_every_tag_is_used_and_explained(contract: dict[str, Any], operations: list[Operation]) -> None:
    used = {tag for _, _, said in operations for tag in said["tags"]}

    assert [tag["name"] for tag in contract["tags"]] == list(TAGS)
    assert used == set(TAGS)
    assert all(tag["description"].endswith(".") for tag in contract["tags"])


def test_every_failure_is_a_problem_document(operations: list[Operation]) -> None:
    for path, method, said in operations:
        failures = {status: answer for status, answer in said["responses"].items() if status >= "400"}
        assert "500" in failures, (path, method)
        for status, answer in failures.items():
            assert list(answer["content"]) == [PROBLEM], (path, method, status)
            shown = answer["content"][PROBLEM]
            assert shown["schema"] == {"$ref": "#/components/schemas/ProblemDocument"}, (path, method, status)
            assert all(str(one["value"]["status"]) == status for one in shown["examples"].values())


def test_every_answer_carries_the_request_id(operations: list[Operation]) -> None:
    for path, method, said in operations:
        for status, answer in said["responses"].items():
            assert "X-Request-Id" in answer["headers"], (path, method, status)
            assert answer["description"] != "Successful Response", (path, method, status)


def test_what_is_recorded_says_where_it_is(operations: list[Operation]) -> None:
    for path, method, said in operations:
        created = said["responses"].get("201")
        if created is not None and "$ref" in created["content"]["application/json"]["schema"]:
            assert {"Location", "ETag"} <= set(created["headers"]), (path, method)


def test_what_is_read_can_be_read_on_condition(operations: list[Operation]) -> None:
    condition = {"$ref": "#/components/parameters/If-None-Match"}
    for path, method, said in operations:
        if method == "get" and path.startswith("/v1/") and path != "/v1/export":  # which is never whole in one place
            assert "ETag" in said["responses"]["200"]["headers"], path
            assert said["responses"]["304"]["headers"] == said["responses"]["200"]["headers"], path
            assert condition in said["parameters"], path


def test_what_refuses_a_misspelt_parameter_says_so(operations: list[Operation]) -> None:
    strict = [said for _, _, said in operations if "security" in said]

    assert [said["operationId"] for said in strict if "422" not in said["responses"]] == []


def test_what_is_said_in_sentences_lets_the_reader_choose_the_language(operations: list[Operation]) -> None:
    chosen = [
        (said["operationId"], status)
        for _, _, said in operations
        for status, answer in said["responses"].items()
        if "Content-Language" in answer["headers"]
        and any(one.get("name") == "Accept-Language" for one in said["parameters"])
    ]

    assert chosen == [("get_confidence", "200"), ("get_confidence", "304")]


@pytest.mark.parametrize(
    ("path", "method", "lines"),
    [("/v1/export", "get", [ExportEnd]), ("/v1/import", "post", [LineResult, ImportSummary])],
)
def test_the_lines_that_no_schema_describes_are_described_in_words(
    contract: dict[str, Any], path: str, method: str, lines: list[type[BaseModel]]
) -> None:
    words = contract["paths"][path][method]["responses"]["200"]["description"]

    for line in lines:
        fields = line.model_json_schema()["properties"]
        assert [name for name in fields if name != "kind" and f"`{name}`" not in words] == []
        assert [value for value in fields.get("status", {}).get("enum", ()) if f"`{value}`" not in words] == []


def test_every_parameter_is_explained(contract: dict[str, Any], operations: list[Operation]) -> None:
    unexplained = [
        (path, method, parameter["name"])
        for path, method, said in operations
        for parameter in said.get("parameters", ())
        if "$ref" not in parameter and "description" not in parameter and "$ref" not in parameter["schema"]
    ]

    assert unexplained == []


def test_every_reference_leads_somewhere(contract: dict[str, Any]) -> None:
    for reference in set(references(contract)):
        part: Any = contract
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def test_no_example_has_what_a_generator_of_clients_would_follow(contract: dict[str, Any]) -> None:
    named = json.dumps([value for _, value, _ in bodies(contract)])

    assert '"$ref"' not in named  # some look for a file of that name, and make nothing at all


def test_what_is_refused_without_a_tag_says_that_it_requires_one(operations: list[Operation]) -> None:
    required = [
        (path, method)
        for path, method, said in operations
        if any(one.get("name") == "If-Match" and one["required"] for one in said.get("parameters", ()))
    ]

    assert required == [(path, method) for path, method, said in operations if "428" in said["responses"]]


def test_every_schema_has_a_title_of_its_own_and_a_name_that_is_no_path(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    titles = [schema["title"] for schema in schemas.values() if "title" in schema]

    assert len(titles) == len(set(titles))  # a generated client has one class for each
    assert [name for name in schemas if name.startswith("api__")] == []


def test_nothing_of_fastapis_own_errors_is_left(contract: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in written(contract)
    assert "ValidationError" not in contract["components"]["schemas"]


def test_a_patch_takes_what_its_draft_has_and_requires_nothing(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    patches = [name for name in schemas if name.endswith("Patch")]

    assert patches
    for name in patches:
        thing = name.removesuffix("Patch")
        draft = schemas.get(f"{thing}Draft") or schemas[thing]
        assert "required" not in schemas[name]
        assert list(schemas[name]["properties"]) == list(draft["properties"])
        assert '"default"' not in json.dumps(schemas[name])


def test_what_is_left_out_has_no_default_that_a_client_would_send(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    new, known = schemas["RelationDraft"]["properties"]["status"], schemas["KnownRelation"]["properties"]["status"]

    assert [name for name, schema in schemas.items() if '"default"' in json.dumps(schema)] == []
    assert new["description"].endswith("Left out of a new record, or null, it is `proposed`.")
    assert known["description"] == "Only `confirmed` counts."  # it stays what it is


def bodies(contract: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    for path, methods in contract["paths"].items():
        for method, said in methods.items():
            for content in said.get("requestBody", {}).get("content", {}).values():
                for name, example in content.get("examples", {}).items():
                    yield f"{method} {path} {name}", example["value"], content["schema"]


def test_every_example_body_fits_its_schema(contract: dict[str, Any]) -> None:
    found = list(bodies(contract))

    assert found
    for where, value, schema in found:
        whole = {**schema, "components": contract["components"]}
        wrong = list(jsonschema.Draft202012Validator(whole).iter_errors(value))
        assert not wrong, (where, wrong[0].json_path, wrong[0].message)


def test_every_body_has_an_example(contract: dict[str, Any], operations: list[Operation]) -> None:
    without = [
        said["operationId"]
        for _, _, said in operations
        for content in said.get("requestBody", {}).get("content", {}).values()
        if not content.get("examples")
    ]

    assert without == []
