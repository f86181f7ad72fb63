"""Answer from the verifiable log: entries, what opens them, proofs, and what it has signed."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from api.custody import envelope, tree
from api.errors import Invalid, NotFound
from api.log.schemas import ConsistencyProof, Disclosure, EntryAnswer, Envelope, InclusionProof, Opening
from api.storage.changes import COLUMNS, Change, LogCheckpoint, entry_of, hashes_of, last_sequence
from api.storage.history import values_of
from api.storage.reading import Reading
from api.storage.records import Recorded, Sealable
from api.storage.references import logged
from api.storage.vault import Redacted


def latest_checkpoint(reading: Reading) -> str:
    """Return the newest checkpoint that the log has signed. Raises `NotFound` before the first."""
    newest = select(col(LogCheckpoint.note)).order_by(col(LogCheckpoint.size).desc()).limit(1)
    rows = reading.rows(newest)
    if not rows:
        raise NotFound("The log is empty: nothing has been signed yet.")
    return str(rows[0][0])


def entry(reading: Reading, index: int) -> EntryAnswer:
    """Return an entry. Raises `NotFound`."""
    change = _change(reading, index)
    found = entry_of(index + 1, change)
    said = Envelope.model_validate_json(found.envelope())
    return EntryAnswer.model_construct(index=index, leaf_hash=_written(found.leaf()), envelope=said)


def disclosure(reading: Reading, index: int) -> Disclosure:
    """Return the values and salts that open an entry's commitments, as far as the reader may see them."""
    change = _change(reading, index)
    model = logged()[change["kind"]]
    openings = {} if model.closed else _openings(reading, model, change)
    return Disclosure.model_construct(
        index=index,
        kind=change["kind"],
        id=change["record_id"],
        version=change["version"],
        openings={name: one for name, one in openings.items() if name in change["commitments"]},
        withheld=sorted(change["commitments"].keys() - openings.keys()),
    )


def inclusion(reading: Reading, index: int, size: int) -> InclusionProof:
    """Prove that an entry is in the tree of a size. Raises `Invalid`."""
    _check_size(reading, size, "size")
    try:
        path = tree.inclusion_path(index, size)
    except ValueError as wrong:
        raise Invalid(str(wrong), parameter="index") from None
    (leaf,) = hashes_of(reading.connection, [tree.Node(0, index)])
    return InclusionProof.model_construct(
        index=index, size=size, leaf_hash=_written(leaf), hashes=_proof(reading, path)
    )


def consistency(reading: Reading, first: int, second: int) -> ConsistencyProof:
    """Prove that the tree of one size begins with that of another. Raises `Invalid`."""
    _check_size(reading, second, "second")
    try:
        path = tree.consistency_path(first, second)
    except ValueError as wrong:
        raise Invalid(str(wrong), parameter="first") from None
    return ConsistencyProof.model_construct(first=first, second=second, hashes=_proof(reading, path))


def _change(reading: Reading, index: int) -> Mapping[str, Any]:
    columns = [getattr(Change, name) for name in COLUMNS]
    found = reading.rows(select(*columns).where(col(Change.sequence) == index + 1))
    if not found:
        raise NotFound(f"The log has {last_sequence(reading.connection)} entries: there is no {index}.")
    mapping: Mapping[str, Any] = found[0]._mapping
    return mapping


def _openings(reading: Reading, model: type[Recorded], change: Mapping[str, Any]) -> dict[str, Opening]:
    versions = reading.versions(model, UUID(str(change["record_id"])))
    stored = next(one for one in versions if one.version == change["version"])
    (shown,) = reading.shown([stored]) if isinstance(stored, Sealable) else [stored]
    opened = reading.opened(stored) if isinstance(stored, Sealable) and stored.sealed and reading.reveals else None
    seed = stored.seed if opened is None else opened.seed
    salts = {name: b64decode(one) for name, one in (stored.salts or {}).items()}
    found = {}
    for name, value in values_of(shown).items():
        salt = salts.get(name) if seed is None else envelope.salt(seed, name)
        if salt is not None and value is not None and not isinstance(value, Redacted):
            found[name] = Opening(value=envelope.plain(value), salt=_written(salt))
    return found


def _check_size(reading: Reading, size: int, parameter: str) -> None:
    entries = last_sequence(reading.connection)
    if not 0 < size <= entries:
        raise Invalid(f"The log has {entries} entries: give a size from 1 to that.", parameter=parameter)


def _proof(reading: Reading, path: Iterable[tree.Part]) -> list[str]:
    parts = list(path)
    nodes = [node for part in parts for node in part]
    hashes = dict(zip(nodes, hashes_of(reading.connection, nodes), strict=True))
    return [_written(one) for one in tree.proof(parts, hashes)]


def _written(value: bytes) -> str:
    return b64encode(value).decode()
