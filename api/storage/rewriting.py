"""Write earlier versions of records anew, sealed or opened, and say what their columns hold then."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import bindparam, update

from api.custody.envelope import salt
from api.storage.history import committed, history_of, table_of
from api.storage.inserting import insert_rows
from api.storage.parts import Part, forget_parts, placed_parts
from api.storage.records import Sealable
from api.storage.vault import Opened

if TYPE_CHECKING:
    from api.storage.ledger import Ledger


def rewrite(ledger: "Ledger", model: type[Sealable], versions: Sequence[Sealable]) -> None:
    """Write earlier versions anew: their sealed columns, and the rows that they are searched by."""
    if not versions:
        return
    ledger.rewrites = True
    connection, table = ledger.session.connection(), history_of(model)
    names = [*model.sealable, "external_id", "deletion_reason", "sealed", "sealed_under", "alias", "seed", "salts"]
    statement = update(table).where(table.c.id == bindparam("of_id"), table.c.version == bindparam("of_version"))
    connection.execute(
        statement.values({name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}),
        [
            {"of_id": one.id, "of_version": one.version, **{f"new_{name}": getattr(one, name) for name in names}}
            for one in versions
        ],
    )
    parts: dict[type[Part], list[dict[str, Any]]] = {}
    for one in versions:
        forget_parts(connection, model, one)
        for part in placed_parts(one):
            parts.setdefault(type(part), []).append(vars(part))
    for kind, rows in parts.items():
        insert_rows(connection, table_of(kind), rows)


def placeholders(row: Sealable, owner: UUID, alias: str) -> dict[str, Any]:
    """Return the columns of a row that is sealed under a protector's key."""
    blanks = {name: blank.instead_of(getattr(row, name), alias) for name, blank in row.sealable.items()}
    return {**blanks, "sealed_under": owner, "alias": alias}


def open_salts(
    model: type[Sealable], seed: bytes | None, salts: Mapping[str, str] | None, *others: str
) -> dict[str, str]:
    """Return the salts of the columns that are not sealed, nor among `others`, given the seed or the salts of all."""
    names = {*committed(model)} - {*model.sealable, *others}
    if seed is None:
        return {name: one for name, one in (salts or {}).items() if name in names}
    return {name: b64encode(salt(seed, name)).decode() for name in sorted(names)}


def as_it_was(row: Sealable, opened: Opened) -> dict[str, Any]:
    """Return the columns of a row whose seal is taken off."""
    values = {name: opened.values[name] for name in row.sealable}
    salts = None if opened.salts is None else dict(opened.salts)
    return {**values, "sealed": None, "sealed_under": None, "alias": None, "seed": opened.seed, "salts": salts}
