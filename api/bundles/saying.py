"""Tell whether a field of a draft says what stood in the columns of a record."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.storage.earlier import UNSEEN
from api.storage.ledger import Ledger
from api.storage.references import models
from api.web.records import Draft
from api.web.references import FIELDS
from api.web.values import Reference

# Columns whose names do not begin with that of their field.
BESIDE = {"text": ("sha256",), "attested_distinct": ("attested_by", "attested_at", "attested_reason")}
UNSAID = object()


def columns_of(field: str, columns: Mapping[str, Any]) -> Iterator[str]:
    """Name those of these columns that a field makes."""
    name = field.rstrip("_")
    for column in columns:
        if column == name or column.startswith(f"{name}_") or column in BESIDE.get(field, ()):
            yield column


def says(ledger: Ledger, draft: Draft, field: str, before: Mapping[str, Any]) -> bool:
    """Say whether a draft says in a field what stood in its columns before, as far as its writer may know that.

    What follows from what it says is not compared.
    """
    name, said = field.rstrip("_"), getattr(draft, field)
    told = [(column, _in_column(ledger, name, said, column)) for column in columns_of(field, before)]
    compared = [before[column] in (value, UNSEEN) for column, value in told if value is not UNSAID]
    return bool(compared) and all(compared)


def _in_column(ledger: Ledger, name: str, said: Any, column: str) -> Any:
    """Return what a value is in one of its field's columns, `UNSAID` where that only follows from it."""
    if said is None:
        return None
    if column == f"{name}_id":
        return _meant(ledger, name, said)
    if column == name:
        return [_plain(ledger, name, one) for one in said] if isinstance(said, list) else getattr(said, "value", said)
    return getattr(said, column.removeprefix(f"{name}_").removeprefix("attested_"), UNSAID)


def _plain(ledger: Ledger, name: str, one: Any) -> Any:
    """Return an item of a list as a column has it."""
    if isinstance(one, Reference):
        kind, meant = getattr(one, "kind", None), str(_meant(ledger, name, one))
        return meant if kind is None else {"kind": kind, "id": meant}
    return one.model_dump(mode="json") if isinstance(one, BaseModel) else one


def _meant(ledger: Ledger, name: str, said: Any) -> UUID | None:
    """Return the id of the record that a reference means, None where that is not known."""
    if not isinstance(said, Reference):
        return None
    kind = getattr(said, "kind", None) or FIELDS[f"{name}_" if name == "from" else name]
    model = models()[kind]
    row = ledger.find_brought(model, said.id) if said.id else ledger.find_named(model, said.external_id or "")
    return None if row is None else row.id
