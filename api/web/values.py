"""The types of single values that requests and answers are made of: bad input is refused by type, once."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from api.formats.addresses import normal_form
from api.formats.edtf import latest_of, parse, read_instant
from api.formats.json import pointer
from api.web.making import Made

LANGUAGE = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$"
COUNTRY = "^[A-Z]{2}$"
WIKIDATA = "^Q[1-9][0-9]{0,14}$"

# Names of the branches of a union: they tell the validator where it is, and never reach a caller.
REFERENCE, DRAFT = "‹reference›", "‹draft›"
BESIDE = "beside_reference"  # the kind of error where a reference has a field that it does not take


def pointer_to(path: Sequence[str | int], error: str) -> str:
    """Turn a validator's path into a JSON Pointer: without the branches of unions, and without its mark for a key."""
    own = path[-1:] if error in ("extra_forbidden", BESIDE) else ()  # the caller's own word, whatever it looks like
    steps = path[: len(path) - len(own)]
    return pointer(*(step for step in steps if step != "[key]" and not str(step).startswith("‹")), *own)


def _worded(text: str) -> str:
    if not text.strip():
        raise ValueError("This is blank: send words, or null where nothing is known.")
    return text


def _like(pattern: str, otherwise: str) -> AfterValidator:
    """Refuse what is written otherwise, in words: a pattern says nothing to whoever has to send something else."""
    known = re.compile(pattern)

    def look(text: str) -> str:
        if known.fullmatch(text) is None:
            raise ValueError(otherwise)
        return text

    return AfterValidator(look)


def _address(url: str) -> str:
    normal_form(url)
    return url


Line = Annotated[str, StringConstraints(min_length=1, max_length=1_000, strict=True), AfterValidator(_worded)]
Sought = Line  # what a filter looks for: a blank one would find everything
Paragraph = Annotated[str, StringConstraints(min_length=1, max_length=20_000, strict=True), AfterValidator(_worded)]
Body = Annotated[str, StringConstraints(min_length=1, max_length=1_000_000, strict=True)]
ExternalId = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strict=True),
    AfterValidator(_worded),
    Field(description="Your own key for the record, unique among its kind: sending it again updates, never doubles."),
]
Url = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2048, strict=True),
    AfterValidator(_address),
    Field(description="An http or https address, kept as sent.", examples=["https://example.org/article"]),
]
Language = Annotated[
    str,
    StringConstraints(max_length=64, strict=True),
    _like(LANGUAGE, "This is no language tag: send one of BCP 47, such as fr, pt-BR or zh-Hant."),
    Field(description="BCP 47 tag, such as `fr` or `pt-BR`.", examples=["fr"], json_schema_extra={"pattern": LANGUAGE}),
]
Country = Annotated[
    str,
    StringConstraints(strict=True),
    _like(COUNTRY, "This is no country code: send the two capitals of ISO 3166-1, such as KP."),
    Field(description="ISO 3166-1 alpha-2, capitals.", examples=["KP"], json_schema_extra={"pattern": COUNTRY}),
]
Wikidata = Annotated[
    str,
    StringConstraints(strict=True),
    _like(WIKIDATA, "This is no Wikidata id: send it without the address, such as Q423."),
    Field(description="Wikidata item id.", examples=["Q423"], json_schema_extra={"pattern": WIKIDATA}),
]


class Value(Made):
    """A frozen value that takes no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SpokenDate(Value):
    """A date people speak of, with the instants that it can mean: sent as a string or as it was answered."""

    value: str = Field(description="EDTF: a year, month, day, time, or an interval of them.", examples=["2022-11-02"])
    earliest: datetime | None = Field(None, description="The first instant that it can mean; null where it is open.")
    latest: datetime | None = Field(None, description="The last instant that it can mean; null where it is open.")

    @model_validator(mode="before")
    @classmethod
    def _read(cls, sent: Any) -> Any:
        if isinstance(sent, dict) and set(sent) <= {"value", "earliest", "latest"}:
            sent = sent.get("value")
        if not isinstance(sent, str):
            raise ValueError('Send a date as a string, such as "2022-11-02".')
        span = parse(sent)
        return {"value": span.value, "earliest": span.earliest, "latest": span.latest}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        if handler.mode == "serialization":
            return schema
        return {
            "title": "SpokenDate",
            "description": "An EDTF string: a year, month, day, time, or an interval of them; each means all its"
            " instants, in UTC unless it names a zone. The object of an answer is accepted back.",
            "anyOf": [
                {"type": "string", "maxLength": 100, "examples": ["2022-11-02", "2022-09-05/2022-09-06"]},
                {
                    "type": "object",
                    "required": ["value"],
                    "additionalProperties": False,
                    "properties": {"value": {"type": "string"}, "earliest": {}, "latest": {}},
                },
            ],
        }

    @classmethod
    def of(cls, value: str | None, earliest: datetime | None, latest: datetime | None) -> Self | None:
        """Make it from the columns that it is kept in."""
        if value is None:
            return None
        return cls.model_construct(value=value, earliest=earliest, latest=latest)


def columns_of(name: str, date: SpokenDate | None) -> dict[str, Any]:
    """Spread a date over the three columns that it is kept in."""
    return {
        name: date.value if date else None,
        f"{name}_earliest": date.earliest if date else None,
        f"{name}_latest": date.latest if date else None,
    }


REFERRING = frozenset({"id", "external_id", "ref"})


class Reference(Value):
    """Another record: by its `id`, or by your own `external_id`."""

    id: UUID | None = Field(None, description="The record's id.")
    external_id: ExternalId | None = None
    ref: str | None = Field(
        None, alias="$ref", max_length=200, description="In a bundle: the `ref` of another record of the bundle."
    )

    @classmethod
    def to(cls, record_id: UUID) -> Self:
        """Refer to a record by its id."""
        return cls.model_validate({"id": record_id})

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, sent: Any) -> Any:
        """Refuse every other field by what a reference takes: to call it misspelt would mislead."""
        if not isinstance(sent, dict) or not (others := [name for name in sent if name not in cls._taken()]):
            return sent
        kind = "kind and its " if "kind" in cls.model_fields else ""
        told = f"A reference takes nothing beside its {kind}id or external_id: leave this out."
        error = PydanticCustomError(BESIDE, told)
        lines = [InitErrorDetails(type=error, loc=(name,), input=sent[name]) for name in others]
        raise ValidationError.from_exception_data(cls.__name__, lines)

    @classmethod
    @cache
    def _taken(cls) -> frozenset[str]:
        return frozenset(field.alias or name for name, field in cls.model_fields.items())

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(given is not None for given in (self.id, self.external_id, self.ref)) != 1:
            raise ValueError('Refer to a record by exactly one of "id" and "external_id" (in a bundle also "$ref").')
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        resolved = handler.resolve_ref_schema(schema)
        # What a subclass adds, such as the kind where it is open, stands beside the one that says which.
        resolved["minProperties"] = resolved["maxProperties"] = 1 + len(set(cls.model_fields) - REFERRING)
        return schema


class Id(Value):
    """A reference in an answer."""

    id: UUID

    @classmethod
    def of(cls, record_id: UUID | None) -> Self | None:
        """Make it from a column that may be empty."""
        return None if record_id is None else cls.model_construct(id=record_id)


class KindId(Value):
    """A reference in an answer, where the kind is open."""

    kind: str
    id: UUID


NESTED = ("source", "document", "claim", "attribution")  # the kinds of record that a draft may hold whole


def looks_like(sent: Any) -> str:
    """Tell a reference from a draft: no draft has an id or a `$ref`, and none has an external_id alone.

    Nor is it a draft where only the kind of record stands beside, as references have it where the kind is open.
    """
    if isinstance(sent, Reference):
        return REFERENCE
    if not isinstance(sent, dict):
        return DRAFT
    named = sent.keys() - {"kind"} if sent.get("kind") in NESTED else sent.keys()
    return REFERENCE if "id" in sent or "$ref" in sent or named == {"external_id"} else DRAFT


def _instant(sent: Any) -> Any:
    return read_instant(sent) if isinstance(sent, str) else sent


def _last_instant(sent: Any) -> Any:
    return latest_of(sent) if isinstance(sent, str) else sent


Moment = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2023-07-27T12:00:00Z"]}),
]
Settled = Annotated[
    bool | None,
    Field(
        default=None,
        exclude_if=lambda settled: settled is None,
        description="Only with known_at: false while a write still under way could change this answer.",
    ),
]
Latest = Annotated[
    datetime,
    BeforeValidator(_last_instant),
    WithJsonSchema({"type": "string", "maxLength": 100, "examples": ["2022-11-02"]}),
]
