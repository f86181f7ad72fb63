"""What every kind of record looks like on the wire: what is sent, what is answered, what lists are asked with."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.errors import Invalid
from api.formats.edtf import Span, parse
from api.storage.reading import Reading
from api.storage.records import Portable, Recorded, Sealable
from api.web.making import Made
from api.web.paging import Asked
from api.web.values import ExternalId, Line, Moment, Settled, Value

Answer = TypeVar("Answer", bound="Record")


class Draft(Value):
    """What a client sends to have a record made."""

    external_id: ExternalId | None = None
    protected: bool = Field(
        False, strict=True, description="What it says must not leave the newsroom: sealed, and redacted in answers."
    )

    @model_validator(mode="before")
    @classmethod
    def _read_nulls(cls, sent: Any) -> Any:
        """Take null for what a new record has where a field is left out, as a patch does."""
        if not isinstance(sent, dict) or not any(value is None for value in sent.values()):
            return sent
        usual = _usual(cls)
        return {name: usual.get(name) if value is None else value for name, value in sent.items()}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        fields = handler.resolve_ref_schema(schema)["properties"]
        for name, value in _usual(cls).items():
            if value is not None:
                fields[name] = _nullable(fields[name])
        return schema


@cache
def _usual(draft: type[Draft]) -> Mapping[str, Any]:
    """Return what a new record has where a field is left out, by the field's name as it is written."""
    return {
        field.alias or name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in draft.model_fields.items()
        if not field.is_required()
    }


def _nullable(schema: JsonSchemaValue) -> JsonSchemaValue:
    """Return the schema of a value that may also be null."""
    plain = dict(schema)
    beside: JsonSchemaValue = {key: plain.pop(key) for key in ("title", "description", "default") if key in plain}
    return {"anyOf": [plain, {"type": "null"}], **beside}


class Origin(Value):
    """What another store said of a record that came from there."""

    id: UUID
    version: int = Field(ge=1, lt=2**31, strict=True)
    recorded_at: Moment = Field(description="When the other store first learned of it.")
    recorded_by: Line | None = None
    updated_at: Moment
    updated_by: Line | None = None
    origin: "Origin | None" = Field(None, description="Where that store had it from.")


class Record(Made):
    """What every record answers."""

    id: UUID = Field(description="UUIDv7, made here.")
    version: int = Field(description="1, 2, …: every change makes a new one; the ETag means it.")
    log_index: int | None = Field(
        description="Where the log has this version: GET /v1/log/entries/{index}. Null until it has one, for a second."
    )
    recorded_at: datetime = Field(description="When we first learned of it (UTC).")
    recorded_by: str | None = Field(description="Who recorded it; null where that is not known.")
    updated_at: datetime = Field(description="When this version was made (UTC).")
    updated_by: str | None
    external_id: str | None
    settled: Settled = None


class PortableRecord(Record):
    """What a record answers that can come from another store."""

    origin: Origin | None = Field(
        description="What the store that it was imported from said of it; null where it was not."
    )


class SealableRecord(PortableRecord):
    """What a record answers that can be protected."""

    protected: bool = Field(description="It is sealed: who may not see it gets redactions instead.")
    alias: str | None = Field(
        description="What whoever protects it is called for those who may not know: “Protected source 3”. Null: sealed"
        " by nobody."
    )


def sorted_by(*names: str) -> Any:
    """Declare what a list can be sorted by, as its keeper's `order` has it."""
    known = ", ".join(f"`{name}`" for name in names)
    return Field("recorded_at", description=f"{known}; with `-` before it, downward.", max_length=100)


class Filters(Asked):
    """The filters that every list of records has."""

    sort: str = sorted_by("recorded_at", "updated_at")
    id: list[UUID] = Field(default_factory=list, description="Only these ids; repeat the parameter.", max_length=200)
    external_id: list[str] = Field(default_factory=list, description="Only these; repeat it.", max_length=200)


class HistoryEntry(Made, Generic[Answer]):
    """One version of a record, and what was done to make it."""

    version: int
    action: str = Field(description="created, updated, deleted or restored.")
    recorded_at: datetime = Field(description="When this version was made (UTC).")
    recorded_by: str | None
    reason: str | None = Field(description="Why it was deleted, in the version that says so.")
    record: Answer


def recorded(reading: Reading, row: Recorded) -> dict[str, Any]:
    """Give the fields that every answer begins with."""
    sealable = {"protected": row.protected, "alias": row.alias} if isinstance(row, Sealable) else {}
    portable = {"origin": row.origin and Origin.model_validate(row.origin)} if isinstance(row, Portable) else {}
    return {
        **sealable,
        **portable,
        "id": row.id,
        "version": row.version,
        "log_index": reading.log_index(row),
        "recorded_at": row.recorded_at,
        "recorded_by": row.recorded_by,
        "updated_at": row.updated_at,
        "updated_by": row.updated_by,
        "external_id": row.external_id,
        "settled": None,
    }


def date_range(name: str, view: type[Recorded], filters: Any) -> Iterator[ColumnElement[bool]]:
    """Keep what can have been between two dates: `{name}_from` and `{name}_to`, both included. Raises `Invalid`."""
    begin = _read_date(f"{name}_from", getattr(filters, f"{name}_from"))
    end = _read_date(f"{name}_to", getattr(filters, f"{name}_to"))
    given, earliest, latest = (col(getattr(view, name + part)) for part in ("", "_earliest", "_latest"))
    if begin is not None or end is not None:
        yield given.is_not(None)
    if begin and end and begin.earliest and end.latest and end.latest < begin.earliest:
        raise Invalid("This is before the other end: send the earlier date as `from`.", parameter=f"{name}_to")
    if begin is not None and begin.earliest is not None:
        yield or_(latest.is_(None), latest >= begin.earliest)
    if end is not None and end.latest is not None:
        yield or_(earliest.is_(None), earliest <= end.latest)


def _read_date(parameter: str, text: str | None) -> Span | None:
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError as wrong:
        raise Invalid(str(wrong), parameter=parameter) from None
