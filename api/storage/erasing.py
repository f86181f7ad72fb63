"""Destroy what a record says of somebody, in every version: the values, the salts that they were committed to with, and
their keys. The commitments stay, so the log still verifies; that it was done is a record of its own.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, update

from api.custody.envelope import salt
from api.storage.history import history_of, table_of
from api.storage.ledger import Ledger
from api.storage.records import UNCOMMITTED, Blank, Sealable
from api.storage.vault import SealingKey

Erased = dict[str, Any]  # a record of which something was destroyed: its kind, its id, and of how many versions


def erase(ledger: Ledger, row: Sealable) -> list[Erased]:
    """Destroy what protecting a record would seal, and the client's own keys with it; return what that concerned."""
    ledger.flush()
    extent = ledger.protection.extent(row)
    key = ledger.vault.take(row.id, table_of(type(row)).name)
    alias = row.alias or key.alias.replace("Protected", "Erased", 1)
    concerned = []
    for one in extent:
        versions = list(_earlier(ledger, one))
        for version in [one, *versions]:
            _blank(ledger, version, alias)
            version.sealed_under = version.sealed_under or row.id
        ledger.protection.rewrite(type(one), versions)
        ledger.search_anew(one)
        concerned.append({"kind": table_of(type(one)).name, "id": str(one.id), "versions": 1 + len(versions)})
    keys = table_of(SealingKey)
    ledger.session.connection().execute(update(keys).where(keys.c.owner_id == row.id).values(wrapped=None))
    ledger.rewrites = True
    ledger.flush()
    return concerned


def _earlier(ledger: Ledger, row: Sealable) -> Iterator[Sealable]:
    model, earlier = type(row), history_of(type(row))
    columns = [earlier.c[column.name] for column in table_of(model).columns]
    for found in ledger.rows(select(*columns).where(earlier.c.id == row.id)):
        yield model.model_construct(**found._mapping)


def _blank(ledger: Ledger, version: Sealable, alias: str) -> None:
    """Put placeholders into a version, and keep of its salts only those of what is not destroyed."""
    model = type(version)
    if version.sealed_under is not None and version.sealed is None:
        return  # destroyed before
    opened = None if version.sealed is None else ledger.vault.open(version)
    seed, salts = (version.seed, version.salts) if opened is None else (opened.seed, opened.salts)
    destroyed: Mapping[str, Blank] = {**model.sealable, "external_id": Blank()}
    kept = [c.name for c in table_of(model).columns if c.name not in UNCOMMITTED and c.name not in destroyed]
    values = {name: getattr(version, name) for name in model.sealable} if opened is None else opened.values
    ledger.protection.release(model, values)
    for name, blank in destroyed.items():
        setattr(version, name, blank.instead_of(getattr(version, name), version.alias or alias))
    version.sealed, version.alias = None, version.alias or alias
    remaining = {name: b64encode(salt(seed, name)).decode() for name in kept} if seed is not None else salts or {}
    version.salts = {name: one for name, one in remaining.items() if name in kept}
    version.seed = None
