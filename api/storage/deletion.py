"""Our act of withdrawing a record made in error, and of bringing it back: never half, never leaving a loose end."""

from collections.abc import Iterable
from uuid import UUID

from api.errors import Conflict, Referenced
from api.storage.history import kind_of, table_of
from api.storage.ledger import Ledger
from api.storage.records import Recorded, new_id
from api.storage.references import listed_targets, models, owned_by, referring, targets
from api.storage.rows import by_kind

SHOWN = 100


def delete(ledger: Ledger, row: Recorded, reason: str) -> None:
    """Delete a record that no live record refers to. Raises `Referenced`, which lists those that do."""
    in_the_way = referring(ledger, type(row), [row.id])
    if in_the_way:
        several = len(in_the_way) > 1
        refer = f"{len(in_the_way)} live records refer" if several else "1 live record refers"
        raise Referenced(
            f"{refer} to this {kind_of(row)}: delete {'those' if several else 'that'} first, or send cascade=true to"
            f" take {'them' if several else 'it'} along.",
            [{"kind": kind_of(one), "id": str(one.id)} for one in in_the_way[:SHOWN]],
            len(in_the_way),
        )
    _delete_all(ledger, [row], reason)


def delete_with_all(ledger: Ledger, row: Recorded, reason: str) -> None:
    """Delete a record and every live record that refers to it, and so on."""
    doomed: dict[UUID, Recorded] = {}
    wave: list[Recorded] = [row]
    while wave:
        doomed |= {one.id: one for one in wave}
        around = (row for model, some in by_kind(wave).items() for row in referring(ledger, model, _ids(some)))
        wave = [one for one in around if one.id not in doomed]
    _delete_all(ledger, doomed.values(), reason)


def restore(ledger: Ledger, row: Recorded) -> list[Recorded]:
    """Bring a deleted record back, with its parts, and return what came back. Raises `Conflict`."""
    return _restore_all(ledger, [row])


def restore_with_all(ledger: Ledger, row: Recorded) -> list[Recorded]:
    """Bring back everything that was deleted in the same act."""
    together = [one for model in models().values() for one in ledger.deleted_together(model, row.deletion)]
    return _restore_all(ledger, together)


def _ids(rows: Iterable[Recorded]) -> list[UUID]:
    return [row.id for row in rows]


def _parts(ledger: Ledger, rows: Iterable[Recorded]) -> list[Recorded]:
    """Return the parts of these records, deleted ones too."""
    return [part for model, some in by_kind(rows).items() for part in owned_by(ledger, model, _ids(some))]


def _delete_all(ledger: Ledger, rows: Iterable[Recorded], reason: str) -> None:
    deletion = new_id()
    doomed = {row.id: row for row in rows}
    doomed |= {part.id: part for part in _parts(ledger, doomed.values()) if part.deleted_at is None}
    for row in doomed.values():
        ledger.delete(row, reason, deletion)
    _renew_owners(ledger, doomed)


def _restore_all(ledger: Ledger, rows: list[Recorded]) -> list[Recorded]:
    returning, deletions = {row.id: row for row in rows}, {row.deletion for row in rows}
    returning |= {part.id: part for part in _parts(ledger, rows) if part.deletion in deletions}
    pointing = [(row, model, target) for row in returning.values() for model, target, _ in targets(row)]
    pointing += listed_targets(ledger, returning.values())
    for kind in {model for _, model, _ in pointing}:
        ledger.expect(kind, (target for _, model, target in pointing if model is kind))
    for row, model, target_id in pointing:
        target = ledger.find(model, target_id)
        if target is None or (target.deleted_at is not None and target.id not in returning):
            name = table_of(model).name
            raise Conflict(
                f"The {kind_of(row)} refers to {name} {target_id}, which is deleted: restore that first, or send"
                " cascade=true to bring back all that went with it.",
                extra={"deleted": [{"kind": name, "id": str(target_id)}]},
            )
    for row in returning.values():
        ledger.restore(row)
    _renew_owners(ledger, returning)
    return list(returning.values())


def _renew_owners(ledger: Ledger, touched: dict[UUID, Recorded]) -> None:
    """Give a new version to what lost or regained a part."""
    for row in list(touched.values()):
        for model, owner_id, part in targets(row):
            owner = ledger.find(model, owner_id) if part else None
            if owner is not None and owner.id not in touched and owner.deleted_at is None:
                ledger.change(owner, {})
