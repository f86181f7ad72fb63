"""Turn records into lines and lines into records of a bundle: the same words, with the kind and the origin beside."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from api.attributions.models import Attribution, Citation
from api.bundles.schemas import Entry
from api.errors import Invalid, Malformed
from api.formats.json import read
from api.storage.reading import Reading
from api.storage.references import models
from api.storage.sameness import SameAs
from api.transfer import repository
from api.transfer.schemas import ExportEnd
from api.web.keeping import Keeper
from api.web.records import PortableRecord, Record, recorded
from api.web.references import FIELDS
from api.web.validation import validating

Line = dict[str, Any]
# Fields of a record that say what it was in the store that it comes from.
ORIGIN = ("id", "version", "recorded_at", "recorded_by", "updated_at", "updated_by", "origin")
DATE = {"value", "earliest", "latest"}
# What must be said of a record, though it was redacted, so that what refers to it can be recorded.
REQUIRED = {"source": ("name",), "claim": ("text",), "dependency": ("reason",), "same_as": ("reason",)}
REDACTED = "Redacted"
_BUNDLE = re.compile(rb'\s*\{\s*(?:\Z|"records"\s*:)')


@dataclass(frozen=True, slots=True)
class Ending:
    """The last line of an export, and how many lines it says there were before."""

    records: int


# Out ----------------------------------------------------------------------------------------------------------------


def line_of(keeper: Keeper[Any, Any, Any], answer: Record) -> Line:
    """Write a record as it would be sent in a bundle, with all that a draft of its kind can say."""
    said = answer.model_dump(mode="json", by_alias=True)
    line: Line = {"kind": keeper.kind}
    for name, field in keeper.draft.model_fields.items():
        named = field.alias or name
        if named in said and name not in keeper.elsewhere:
            line[f"{keeper.kind}_kind" if named == "kind" else named] = _plain(said[named])
    if "if_named" in keeper.steering:
        line["if_named"] = "new"  # two of one name are two: whoever recorded them knew
    return {**line, "origin": _origin(said)}


def retraction_of(answer: Any) -> Line | None:
    """Write when and why a source withdrew what it said, None where it did not."""
    if answer.retracted_at is None:
        return None
    said = answer.model_dump(mode="json", include={"id", "retracted_at", "retraction_reason", "retraction_document"})
    return {
        "kind": "retraction",
        "attribution": {"id": said["id"]},
        "retracted_at": _plain(said["retracted_at"]),
        "reason": said["retraction_reason"],
        "document": said["retraction_document"],
    }


def citation_of(reading: Reading, row: Citation) -> Line:
    """Write a citation."""
    ends = {"citing": {"id": str(row.citing_id)}, "cited": {"id": str(row.cited_id)}}
    return {"kind": "citation", "citation_kind": row.kind, **ends, "origin": _origin_of(reading, row)}


def same_as_of(reading: Reading, kind: str, row: SameAs) -> Line:
    """Write a finding that two records of a kind are one."""
    ends = {name: {"kind": kind, "id": str(one)} for name, one in (("one", row.one_id), ("other", row.other_id))}
    return {"kind": "same_as", **ends, "reason": row.reason, "origin": _origin_of(reading, row)}


def named(reading: Reading, lines: Iterable[Line]) -> list[Line]:
    """Let lines refer to records by their external ids, where they have one."""
    written = list(lines)
    by_kind: dict[str, set[UUID]] = {}
    for line in written:
        for kind, reference in _references(line):
            by_kind.setdefault(kind, set()).add(UUID(reference["id"]))
    known, keys = models(), dict[str, str]()
    for kind, ids in by_kind.items():
        keys |= repository.keys_of(reading, known[kind], ids)
    for line in written:
        for _, reference in _references(line):
            if (key := keys.get(reference["id"])) is not None:
                del reference["id"]
                reference["external_id"] = key
    return written


def _references(line: Line) -> Iterator[tuple[str, dict[str, str]]]:
    for name, value in line.items():
        for one in value if isinstance(value, list) else [value]:
            if name != "origin" and isinstance(one, dict) and "id" in one:
                yield one.get("kind") or FIELDS[f"{name}_" if name == "from" else name], one


def _plain(value: Any) -> Any:
    return value["value"] if isinstance(value, dict) and value.keys() == DATE else value


def _origin(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ORIGIN}


def _origin_of(reading: Reading, row: Attribution | Citation | SameAs) -> dict[str, Any]:
    return _origin(PortableRecord.model_construct(**recorded(reading, row)).model_dump(mode="json"))


# In -----------------------------------------------------------------------------------------------------------------


@cache
def _entries() -> TypeAdapter[Any]:
    return TypeAdapter(Entry)


def entry_of(line: bytes) -> Any:
    """Read a record of a bundle, or the `Ending`, from a line; what was redacted is unknown. Raises `Malformed` …"""
    try:
        sent = read(line)
    except ValueError as wrong:
        raise Malformed(said_of("The line", wrong)) from None
    if not isinstance(sent, dict):
        raise Invalid("A line is an object: a record, as a bundle has it.", "")
    if sent.get("kind") == "end":
        return _ending(sent)
    if sent.get("ref") is not None:
        raise Invalid(
            "Lines name each other by `external_id`, or by the `id` in their `origin`: leave this out.", "/ref"
        )
    return validated(unredacted(sent))


def said_of(part: str, wrong: ValueError) -> str:
    """Say what is wrong with the JSON of a part of a file; a line's number within that part would mislead."""
    return str(wrong).replace("The body", part).replace("line 1, ", "")


def refuse_other_documents(first_line: bytes) -> None:
    """Raise `Malformed` where a file begins as one that holds no lines of JSON."""
    if first_line.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in first_line[:2]:
        raise Malformed("This is UTF-16: send UTF-8.")
    if first_line.lstrip().startswith(b"["):
        raise Malformed("This is a JSON array: write each of its records on a line of its own, with no comma between.")
    if _BUNDLE.match(first_line):
        raise Malformed(
            "This is a bundle, or another document over several lines. Write each record on a line of its own; a"
            " bundle is what `whence load` and POST /v1/bundles take."
        )


def _ending(sent: Line) -> Ending:
    with validating():
        return Ending(ExportEnd.model_validate(sent).records)


def validated(sent: Mapping[str, Any]) -> Any:
    """Check what a line says against what its kind can say. Raises `Invalid`.

    A word that stands for what was redacted counts only where the record is new: it is no field that was sent.
    """
    with validating():
        entry = _entries().validate_python(sent)
    standing_in = set(_standing_in(sent))
    if not standing_in:
        return entry
    said = {name: getattr(entry, name) for name in type(entry).model_fields}
    return type(entry).model_construct(_fields_set=entry.model_fields_set - standing_in, **said)


def _standing_in(sent: Mapping[str, Any]) -> Iterator[str]:
    """Name the fields in which a word stands for what was redacted."""
    yield from (name for name in REQUIRED.get(str(sent.get("kind")), ()) if sent.get(name) == REDACTED)
    attested = sent.get("attested_distinct")
    if isinstance(attested, dict) and attested.get("reason") == REDACTED:
        yield "attested_distinct"


def unredacted(sent: Line) -> Line:
    """Take as unknown what was redacted for whoever exported it; a word stands where something must be said."""
    hidden = {name for name, value in sent.items() if _is_redacted(value)}
    kept = {name: value for name, value in sent.items() if name not in hidden}
    kept |= {name: REDACTED for name in REQUIRED.get(str(sent.get("kind")), ()) if name in hidden}
    attested = kept.get("attested_distinct")
    if isinstance(attested, dict) and _is_redacted(attested.get("reason")):
        kept["attested_distinct"] = {**attested, "reason": REDACTED}
    return kept


def _is_redacted(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"redacted"}
