"""Tell by its origin which record a line speaks of, and what of it is new.

A record may come by several ways, come back, or come again after it was changed here. What was taken last from a store
that it came through is what both that store and ours have changed since, so of each field it can be told who did: a
merge of three, as for lines of text (Khanna, Kunal and Pierce, 2007).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from api.bundles.drafts import draft_with
from api.bundles.saying import columns_of, says
from api.custody.roles import Role
from api.errors import Conflict
from api.storage.foreign import Known
from api.storage.ledger import Ledger
from api.storage.records import Portable, Recorded
from api.storage.vault import is_erased, is_sealed
from api.web.keeping import Keeper
from api.web.records import Draft, Origin

R = TypeVar("R", bound=Recorded)
D = TypeVar("D", bound=Draft)


@dataclass(frozen=True, slots=True)
class Base:
    """What a line was made from: the version of ours that says the same, 0 where none does, and the one that the last
    taking left behind; `later` where the line's store has changed the record since.
    """

    version: int
    became: int
    later: bool

    def changed(self, ledger: Ledger, row: Recorded) -> list[Mapping[str, Any]]:
        """Return the columns that were changed here, each with what it said: since the base, since the last taking."""
        versions = dict.fromkeys((self.version, self.became)) if self.version else ()
        return [ledger.earlier.changed_since(row, one) for one in versions]


def stores(origin: Origin | None) -> Iterator[Origin]:
    """Walk through the stores that a record came through, the last one first: what each said of it."""
    while origin is not None:
        yield origin
        origin = origin.origin


def of_origin(ledger: Ledger, model: type[R], origin: Origin | None) -> R | None:
    """Return the record that is meant: ours, or one that is known from any of these stores; if any is live, that."""
    found = [row for said in stores(origin) if (row := ledger.find_brought(model, said.id)) is not None]
    return next((row for row in found if row.deleted_at is None), found[0] if found else None)


def found_by_origin(ledger: Ledger, keeper: Keeper[Any, Any, Any], entry: Any) -> Any:
    """Return the live record of the same origin, None where its external_id tells. Raises `Conflict`."""
    row, keyed = of_origin(ledger, keeper.model, entry.origin), keeper.known(ledger, entry)
    if keyed is not None:
        if row is not None and row.id != keyed.id and is_certain(ledger, row, entry.origin):
            raise Conflict(f"The external_id is that of {keyed.id}, and the origin that of {row.id}: which is meant?")
        return None
    if row is not None and row.deleted_at is not None:
        raise Conflict(
            f"The {keeper.kind} was on record as {row.id} and was deleted here: restore that, or leave it out.",
            extra={"deleted": [{"kind": keeper.kind, "id": str(row.id)}]},
        )
    return row


def is_certain(ledger: Ledger, row: Recorded, origin: Origin | None) -> bool:
    """Say whether anything was taken of a live record from one of these stores, or it is ours."""
    return row.deleted_at is None and any(_known(ledger, row, origin))


def base_of(ledger: Ledger, row: Recorded, origin: Origin | None) -> Base | None:
    """Return what a line was made from, as far as that is known; None where nothing tells.

    The version is 0 where the line has nothing to give: a later one was taken from each of the stores.
    """
    known = list(_known(ledger, row, origin))
    if not known:
        return None
    said, last = known[0]
    if said is origin and said.version == last.version:
        return Base(last.base, last.became, later=False)
    usable = [taken for said, taken in known if said.version >= taken.version]
    newest = max(usable, key=lambda taken: taken.base, default=Known(row.id))
    return Base(newest.base, newest.became, later=True)


def news(ledger: Ledger, row: Portable, origin: Origin | None, base: Base | None, draft: D) -> D | None:
    """Return what is to be taken of what a line says of a record: all of it, some fields, or None.

    What was changed here stays, unless a later version of its store says something else than it did before.
    """
    if origin is not None and is_erased(row):
        return None  # it was erased, and may not come back from where it is still on record
    if base is None:
        return draft
    if not base.version:
        return None
    changed = base.changed(ledger, row)

    def is_taken(field: str) -> bool:
        here = [before for before in changed if any(columns_of(field, before))]
        return not here or (base.later and not any(says(ledger, draft, field, before) for before in here))

    taken = {field for field in draft.model_fields_set if is_taken(field)}
    return draft if len(taken) == len(draft.model_fields_set) else draft_with(draft, taken)


def take_note(ledger: Ledger, keeper: Keeper[Any, Any, Any], row: Portable, origin: Origin, base: int | None) -> None:
    """Note which versions of a record were taken, and the version of ours that says the same, None for this write's.

    From an editor who saw all of it: what others say is not certain, and would keep an editor's lines out.
    """
    if not ledger.caller.may(Role.EDITOR) or (is_sealed(row) and not ledger.caller.reveals):
        return
    renewed = _renewed(row.origin, {str(said.id): said.model_dump(mode="json") for said in stores(origin)})
    if renewed != row.origin and keeper.editable:
        ledger.change(row, {"origin": renewed})
    for said in stores(origin):
        ledger.foreign.note(said.id, row, said.version, base)


def know(ledger: Ledger, row: Recorded, origin: Origin | None) -> None:
    """Know a record that is on record by the ids of these stores too, if an editor says so."""
    if ledger.caller.may(Role.EDITOR):
        for said in stores(origin):
            ledger.foreign.note(said.id, row)


def expect_bases(ledger: Ledger, found: Iterable[tuple[Recorded, Origin | None]]) -> None:
    """Read ahead the earlier versions that lines were made from, a statement for each kind."""
    wanted: dict[type[Recorded], set[Any]] = {}
    for row, origin in found:
        base = base_of(ledger, row, origin)
        if base is not None and base.version and min(base.version, base.became) < row.version:
            wanted.setdefault(type(row), set()).add(row.id)
    for model, ids in wanted.items():
        ledger.earlier.expect(model, ids)


def _known(ledger: Ledger, row: Recorded, origin: Origin | None) -> Iterator[tuple[Origin, Known]]:
    """Give what the stores say from which something of the record was taken, each with what that was."""
    for said in stores(origin):
        if said.id == row.id:
            ours = min(said.version, row.version)
            yield said, Known(row.id, said.version, ours, ours)
            continue
        taken = ledger.foreign.find(type(row), said.id)
        if taken is not None and taken.version and taken.record_id == row.id:
            yield said, taken


def _renewed(kept: Mapping[str, Any] | None, said: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return an origin with the latest that each store said: where a record came from, and when it was first known
    there, stays.
    """
    if kept is None:
        return None
    latest = said.get(kept["id"], kept)
    latest = latest if latest["version"] > kept["version"] else kept
    first = {name: kept[name] for name in ("recorded_at", "recorded_by")}
    return {**latest, **first, "origin": _renewed(kept["origin"], said)}
