"""Tell by its origin which record a line speaks of, and what of it is not known yet."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from uuid import UUID

from api.bundles.drafts import CIRCLING
from api.errors import Conflict
from api.storage.ledger import Ledger
from api.storage.records import Portable, Recorded
from api.web.keeping import Keeper
from api.web.records import Draft, Origin

R = TypeVar("R", bound=Recorded)
D = TypeVar("D", bound=Draft)


def stores(origin: Origin | None) -> Iterator[Origin]:
    """Walk through the stores that a record came through, the last one first: what each said of it."""
    while origin is not None:
        yield origin
        origin = origin.origin


def first_of(origin: Origin) -> Origin:
    """Return what the store said that had a record first: by its id there every store knows it."""
    *_, first = stores(origin)
    return first


def find_brought(ledger: Ledger, model: type[R], origin: Origin | None) -> R | None:
    """Return the record that is meant: ours, or one that came from one of these stores; deleted ones too."""
    found = (ledger.find_brought(model, one.id) for one in stores(origin))
    return next((row for row in found if row is not None), None)


def found_by_origin(ledger: Ledger, keeper: Keeper[Any, Any, Any], entry: Any) -> Any:
    """Return the live record that came from the same origin, None where its external_id tells. Raises `Conflict`."""
    if entry.origin is None or keeper.known(ledger, entry) is not None:
        return None
    row = find_brought(ledger, keeper.model, entry.origin)
    if row is not None and row.deleted_at is not None:
        raise Conflict(
            f"The {keeper.kind} was on record as {row.id} and was deleted here: restore that, or leave it out.",
            extra={"deleted": [{"kind": keeper.kind, "id": str(row.id)}]},
        )
    return row


def unsaid(row: Portable, entry: Any, draft: D) -> D | None:
    """Return what a line says that a record does not have from the same version, or a later one; None: nothing.

    Of the same version that is what the line before left out, so as not to lead in a circle. A version of our own that
    is not the newest any more says nothing.
    """
    kept = _kept(row)
    for said in stores(entry.origin):
        if said.id == row.id:
            return draft if said.version >= row.version else None
        if said.id in kept:
            return draft if said.version > kept[said.id] else _closing(row, draft)
    return draft


def renews(row: Portable, entry: Any) -> bool:
    """Say whether a line is the whole of a later version than the one that a record was taken from."""
    kept, whole = _kept(row), all(name in entry.model_fields_set for name in CIRCLING if hasattr(entry, name))
    told = next((said for said in stores(entry.origin) if said.id in kept or said.id == row.id), None)
    return whole and told is not None and told.id != row.id and told.version > kept[told.id]


def _kept(row: Portable) -> dict[UUID, int]:
    """Return which version of a record was taken from each store that it came through."""
    kept: dict[UUID, int] = {}
    said: Mapping[str, Any] | None = row.origin
    while said is not None:
        kept[UUID(said["id"])] = said["version"]
        said = said["origin"]
    return kept


def _closing(row: Portable, draft: D) -> D | None:
    new = {name for name in CIRCLING if name in draft.model_fields_set and getattr(row, f"{name}_id") is None}
    new = {name for name in new if getattr(draft, name) is not None}
    if not new:
        return None
    return type(draft).model_construct(
        _fields_set=new, **{name: getattr(draft, name) for name in type(draft).model_fields}
    )
