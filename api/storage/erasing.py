"""Destroy what a record says of somebody, in every version: the values, the salts that they were committed to with, and
their keys. The commitments stay, so the log still verifies; that it was done is a record of its own.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from api.storage.history import history_of, kind_of, table_of
from api.storage.ledger import Ledger
from api.storage.reach import Reach
from api.storage.records import Sealable
from api.storage.rewriting import open_salts, placeholders, rewrite
from api.storage.rows import put
from api.storage.vault import SealingKey, as_shown, is_erased

BESIDES = ("external_id", "deletion_reason")  # what is destroyed with what protection seals
Erased = dict[str, Any]  # a record of which something was destroyed: its kind, its id, and of how many versions


def erase(ledger: Ledger, row: Sealable) -> list[Erased]:
    """Destroy what protecting a record would seal, and the client's own keys with it; return what that concerned."""
    ledger.flush()
    extent = Reach(ledger).extent(row)
    ledger.protection.hand_over(row.id, {one.id for one in extent})
    key = ledger.vault.take(row.id, kind_of(row))
    alias = row.alias or key.alias_once_erased
    concerned = []
    for one in extent:
        earlier = ledger.replaced(type(one), history_of(type(one)).c.id == one.id)
        versions = [as_shown(each, _left_of(ledger, each, row.id, alias)) for each in earlier]
        rewrite(ledger, type(one), versions)
        put(one, _left_of(ledger, one, row.id, alias))
        ledger.search_anew(one)
        concerned.append({"kind": kind_of(one), "id": str(one.id), "versions": 1 + len(versions)})
    keys = table_of(SealingKey)
    ledger.session.connection().execute(update(keys).where(keys.c.owner_id == row.id).values(wrapped=None))
    ledger.rewrites = True
    ledger.flush()
    return concerned


def is_destroyed(version: Sealable) -> bool:
    """Say whether an erasure took what this version said; one that was made after it says what it still may."""
    return is_erased(version) and version.seed is None


def _left_of(ledger: Ledger, version: Sealable, owner: UUID, alias: str) -> dict[str, Any]:
    """Return what is left of a version: placeholders, and of its salts only those of what is not destroyed."""
    model = type(version)
    if is_destroyed(version):
        return {}
    opened = None if version.sealed is None else ledger.vault.open(version)
    seed, salts = (version.seed, version.salts) if opened is None else (opened.seed, opened.salts)
    values = {name: getattr(version, name) for name in model.sealable} if opened is None else opened.values
    ledger.protection.release(model, values)
    model.make_room(ledger)
    return {
        **placeholders(version, version.sealed_under or owner, version.alias or alias),
        "external_id": None,
        "deletion_reason": None if version.deletion_reason is None else "erased",
        "sealed": None,
        "seed": None,
        "salts": open_salts(model, seed, salts, *BESIDES),
    }
