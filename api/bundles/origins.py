"""Tell by its origin which record a line speaks of, and whether it says anything new of it.

A record may come by several ways, come back, or come again after it was changed here. So each store that it came
through counts, with the version that was taken last.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from api.bundles.drafts import CIRCLING
from api.errors import Conflict
from api.storage.foreign import Taken
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


def find_brought(ledger: Ledger, model: type[R], origin: Origin | None) -> R | None:
    """Return the record that is meant: ours, or one that is known from any of these stores; deleted ones too."""
    found = (ledger.find_brought(model, one.id) for one in stores(origin))
    return next((row for row in found if row is not None), None)


def found_by_origin(ledger: Ledger, keeper: Keeper[Any, Any, Any], entry: Any) -> Any:
    """Return the live record of the same origin, None where its external_id tells. Raises `Conflict`."""
    if entry.origin is None or keeper.known(ledger, entry) is not None:
        return None
    row = find_brought(ledger, keeper.model, entry.origin)
    if row is not None and row.deleted_at is not None:
        raise Conflict(
            f"The {keeper.kind} was on record as {row.id} and was deleted here: restore that, or leave it out.",
            extra={"deleted": [{"kind": keeper.kind, "id": str(row.id)}]},
        )
    return row


def news(ledger: Ledger, row: Portable, origin: Origin | None, draft: D) -> D | None:
    """Return what is to be taken of what a line says of a record: all of it, a part, or None.

    Nothing of a version that is older than what was taken from any of the stores, or is ours and not the newest. Of the
    same version all, as long as nobody has changed the record here since: a line may say part of it only. After that,
    what an export left out at first so as not to lead in a circle.
    """
    known = list(_known(ledger, row, origin))
    if any(said.version < taken.version for said, taken in known):
        return None
    if not known or any(said.version > taken.version for said, taken in known):
        return draft
    return draft if all(taken.became == row.version for _, taken in known) else _closing(row, draft)


def take_note(ledger: Ledger, keeper: Keeper[Any, Any, Any], row: Portable, origin: Origin) -> None:
    """Note of a record on record which versions were taken; only for who may correct it, as that is believed later."""
    if not ledger.caller.may(keeper.role):
        return
    renewed = _renewed(row.origin, origin.model_dump(mode="json"))
    if renewed != row.origin and keeper.editable:
        ledger.change(row, {"origin": renewed})
    for said in stores(origin):
        ledger.foreign.note(said.id, row, said.version)


def _known(ledger: Ledger, row: Portable, origin: Origin | None) -> Iterator[tuple[Origin, Taken]]:
    """Give what the stores say by which the record is known, each with what was taken there."""
    for said in stores(origin):
        taken = Taken(row.id, row.version, row.version) if said.id == row.id else ledger.foreign.find(said.id)
        if taken is not None and taken.record_id == row.id:
            yield said, taken


def _closing(row: Portable, draft: D) -> D | None:
    new = {name for name in CIRCLING if name in draft.model_fields_set and getattr(row, f"{name}_id") is None}
    new = {name for name in new if getattr(draft, name) is not None}
    if not new:
        return None
    return type(draft).model_construct(
        _fields_set=new, **{name: getattr(draft, name) for name in type(draft).model_fields}
    )


def _renewed(kept: Mapping[str, Any] | None, said: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return an origin as it is said now: where a record came from, and when it was first known there, stays."""
    if kept is None or said is None or kept["id"] != said["id"] or said["version"] < kept["version"]:
        return kept
    first = {name: kept[name] for name in ("recorded_at", "recorded_by")}
    return {**said, **first, "origin": _renewed(kept["origin"], said["origin"])}
