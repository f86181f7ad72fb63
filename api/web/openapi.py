"""The published contract: what FastAPI derives from the code, with what it cannot know, and in our words."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import Forbidden, HeadersTooLarge, Invalid, Malformed, Misdirected, TooMany, Unauthorized
from api.web.callers import SCHEME
from api.web.introduction import DESCRIPTION, HEADERS, KEY, TAGS
from api.web.problems import ProblemDocument, responses

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
SCHEMAS = "#/components/schemas/"
FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")

WITH_HEADER = {"401": "WWW-Authenticate", "405": "Allow", "429": "Retry-After", "503": "Retry-After"}
GUARDED = responses(Unauthorized, Forbidden, TooMany)
EVERYWHERE = responses(Malformed, Misdirected, HeadersTooLarge)
WRITTEN = {name.lower(): name for name in ("Idempotency-Key", "If-Match")}

IN_WORDS = {"200": "The answer.", "201": "Recorded.", "204": "Done."}


def project() -> dict[str, Any]:
    """Return what pyproject.toml says of Whence: its version, what it is, under which license."""
    told: dict[str, Any] = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    return told


def describe(app: FastAPI) -> dict[str, Any]:
    """Make the contract of an application: the same document each time."""
    told = project()
    contract = get_openapi(
        title="Whence",
        version=told["version"],
        summary=told["description"],
        description=DESCRIPTION,
        license_info={"name": "Apache License 2.0", "identifier": told["license"]},
        routes=app.routes,
        tags=[{"name": name, "description": sentence} for name, sentence in TAGS.items()],
    )
    schemas = contract["components"]["schemas"]
    _add_problem_document(schemas)
    for operation in _operations(contract):
        _use_problem_documents(operation)
        _use_plain_references(operation)
        _add_patches(schemas, operation)
        _use_plain_parameters(operation)
        _say_what_succeeded(operation)
    for name in FASTAPIS_OWN:
        schemas.pop(name, None)
    _allow_both([schemas, contract["paths"]])
    _put_defaults_into_words(schemas)
    _tell_apart(schemas)
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            _add_conventions(schemas, path, method, operation)
    contract["components"] = {
        "schemas": dict(sorted(schemas.items())),
        "headers": {name: _header(sentence) for name, sentence in HEADERS.items()},
        "parameters": {"If-None-Match": _if_none_match()},
        "securitySchemes": {
            SCHEME: {"type": "http", "scheme": "bearer", "bearerFormat": "whn_…", "description": KEY},
        },
    }
    return contract


def written(contract: dict[str, Any]) -> str:
    """Write the contract as the file that is committed."""
    return json.dumps(contract, ensure_ascii=False, indent=2) + "\n"


def serve_described(app: FastAPI) -> None:
    """Make the application serve this contract at /openapi.json, made when it is first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _tell_apart(schemas: dict[str, Any]) -> None:
    """Give no two schemas one title: generators of clients name classes by it, and leave out what uses the second."""
    times = Counter(schema.get("title") for schema in schemas.values())
    for name, schema in schemas.items():
        if times[schema.get("title")] > 1:
            schema["title"] = name.replace("-", "")


def _operations(contract: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in contract["paths"].values():
        yield from methods.values()


def _add_problem_document(schemas: dict[str, Any]) -> None:
    document = ProblemDocument.model_json_schema(ref_template=SCHEMAS + "{model}")
    schemas |= document.pop("$defs", {})
    schemas["ProblemDocument"] = document


def _use_problem_documents(operation: dict[str, Any]) -> None:
    """Answer wrong values with our document where FastAPI would describe its own."""
    refused = operation["responses"].get("422", {}).get("content", {})
    if "application/json" in refused:
        operation["responses"]["422"] = responses(Invalid)[422]


def _allow_both(part: Any) -> None:
    """Let what fits two forms of a body be either: code tells them apart, where `oneOf` would refuse both."""
    if isinstance(part, dict):
        if "oneOf" in part and "discriminator" not in part:
            part["anyOf"] = part.pop("oneOf")
        for inner in part.values():
            _allow_both(inner)
    elif isinstance(part, list):
        for inner in part:
            _allow_both(inner)


def _put_defaults_into_words(schemas: dict[str, Any]) -> None:
    """Say what a field of a new record is by default: a generated client would send it, and change known ones."""
    for name, schema in schemas.items():
        for field in schema.get("properties", {}).values():
            value = field.pop("default", None)
            if value is not None and not name.startswith("Known"):
                usual = value if isinstance(value, str) else json.dumps(value)
                said = f"Left out of a new record, or null, it is `{usual}`."
                field["description"] = f"{field['description']} {said}" if "description" in field else said


def _use_plain_references(operation: dict[str, Any]) -> None:
    """Leave nothing beside a `$ref`, and no title of a choice: FastAPI merges what it derives with what we wrote."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "oneOf" in content["schema"]:
            del content["schema"]["title"]
        if "$ref" in content["schema"]:
            content["schema"] = {"$ref": content["schema"]["$ref"]}


def _add_patches(schemas: dict[str, Any], operation: dict[str, Any]) -> None:
    """Make the schema of a patch from the schema of the draft that it changes."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").removeprefix(SCHEMAS)
        if name.endswith("Patch") and name not in schemas:
            draft = name.removesuffix("Patch") + "Draft"
            schemas[name] = _patch_of(schemas, schemas.get(draft) or schemas[f"{draft}-Input"], name)


def _patch_of(schemas: dict[str, Any], whole: dict[str, Any], name: str) -> dict[str, Any]:
    fields = {
        field: _part_of(schemas, {key: value for key, value in schema.items() if key != "default"})
        for field, schema in whole["properties"].items()
    }
    rest = {key: value for key, value in whole.items() if key not in ("required", "properties")}
    return {**rest, "title": name, "description": "The fields to change; null removes one.", "properties": fields}


def _part_of(schemas: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return what a patch holds of a field's value: of one that is an object, what changes."""
    match schema.get("anyOf"):
        case [{"$ref": reference}, {"type": "null"} as null]:
            name = reference.removeprefix(SCHEMAS)
            if "required" in schemas[name]:
                part = f"{name}Patch"
                schemas[part] = _patch_of(schemas, schemas[name], part)
                return {**schema, "anyOf": [{"$ref": SCHEMAS + part}, null]}
    return schema


def _say_what_succeeded(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if response["description"] == "Successful Response":
            response["description"] = IN_WORDS[status]


def _use_plain_parameters(operation: dict[str, Any]) -> None:
    """Say once what a parameter is for, and not that it may be null: it can be left out."""
    for parameter in operation.get("parameters", ()):
        schema = parameter["schema"]
        parameter["name"] = WRITTEN.get(parameter["name"], parameter["name"])
        parameter["required"] |= parameter["name"] == "If-Match"  # which code asks for, with an answer of its own
        kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
        if len(kinds) == 1:
            del schema["anyOf"]
            schema |= kinds[0]
        if parameter.get("description") == schema.get("description"):
            schema.pop("description", None)
        schema.pop("title", None)


def _add_conventions(schemas: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> None:
    """Document what the conventions add to every operation, so that none forgets it."""
    answers = operation["responses"]
    parameters = operation.setdefault("parameters", [])
    guarded = "security" in operation
    for status, answer in {**EVERYWHERE, **(GUARDED if guarded else {})}.items():
        answers[str(status)] = dict(answer)  # each with headers of its own
    whole = "application/x-ndjson" not in answers.get("200", {}).get("content", {})  # what is streamed has no tag
    if method == "get" and path.startswith("/v1") and whole:
        answers["304"] = {"description": "Nothing has changed since that ETag."}
        parameters.append({"$ref": "#/components/parameters/If-None-Match"})
    sent = {one.get("name") for one in parameters}
    for status, response in answers.items():
        left_out = answers["200"] if status == "304" else response  # whose headers a 304 has
        named = set(_headers(schemas, status, left_out, sent, tagged=path.startswith("/v1")))
        named |= {"Accept-Encoding", "Accept-Patch" if method == "patch" else "Accept"} if status == "415" else set()
        named |= {"RateLimit", "RateLimit-Policy"} if guarded else set()
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(named)}
    operation["responses"] = dict(sorted(answers.items()))
    if not parameters:
        del operation["parameters"]


def _headers(
    schemas: dict[str, Any], status: str, response: dict[str, Any], sent: set[str | None], *, tagged: bool
) -> Iterator[str]:
    """List the headers that a response can have, to a request that can have those that are `sent`."""
    repeatable = "Idempotency-Key" in sent
    yield "X-Request-Id"
    if status in WITH_HEADER:
        yield WITH_HEADER[status]
    if repeatable and status == "409":
        yield "Retry-After"
    if repeatable and status in ("200", "201"):
        yield "Idempotency-Replayed"
    if "Accept-Language" in sent and status in ("200", "304"):
        yield "Content-Language"
    answer = response.get("content", {}).get("application/json", {}).get("schema", {})
    fields = _properties(schemas, answer)
    in_words = "text/plain" in response.get("content", {})
    if status == "304" or (tagged and (fields or in_words)):
        yield "ETag"
    if "next" in fields:
        yield "Link"
    if status == "201" and fields:
        yield "Location"


def _properties(schemas: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas.get(schema.get("$ref", "").removeprefix(SCHEMAS), {}).get("properties", {})
    return found


def _header(sentence: str) -> dict[str, Any]:
    return {"description": sentence, "schema": {"type": "string"}}


def _if_none_match() -> dict[str, Any]:
    return {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The ETag that you have: where it is still right, the answer is 304, without a body.",
        "schema": {"type": "string"},
    }
