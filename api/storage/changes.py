"""The change log: one row for each version of each record, numbered without gaps in the order of commits.

A number taken before the commit lets a polling consumer miss changes on PostgreSQL: a later number may commit first.
So there, writers leave their changes in `change_queue`, and one sequencer numbers what it sees committed. SQLite has
one writer at a time: it numbers the changes of a transaction as its last act.

Numbered changes are the leaves of a Merkle tree (`api.custody.tree`), and the root of it is signed each time it grows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Index,
    LargeBinary,
    Select,
    delete,
    func,
    insert,
    select,
    tuple_,
)
from sqlalchemy.engine import Connection
from sqlmodel import Field, SQLModel, col

from api.custody import tree
from api.custody.envelope import Entry
from api.custody.notes import Checkpoint, Signer
from api.storage import touches
from api.storage.among import any_of_numbers
from api.storage.history import table_of
from api.storage.inserting import insert_rows
from api.storage.records import Instant

BATCH = 2000


class Change(SQLModel, table=True):
    """A numbered change: a leaf of the tree, with the hashes of it and of the nodes that it completes, lowest first.

    Rows are only ever added: triggers refuse the rest.
    """

    __table_args__ = (Index(None, "kind", "record_id", "version", unique=True),)

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str
    record_id: UUID
    version: int
    action: str
    recorded_at: datetime = Field(sa_type=Instant)
    recorded_by: str | None = None
    # By field, the base64 of an HMAC-SHA256 of its value; fields that are null are left out.
    commitments: dict[str, str] = Field(sa_type=JSON)
    hashes: bytes = Field(sa_type=LargeBinary)


class ChangeQueue(SQLModel, table=True):
    """A change that is committed or about to be, and has no number yet."""

    __tablename__ = "change_queue"

    kind: str = Field(primary_key=True)
    record_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    action: str
    recorded_at: datetime = Field(sa_type=Instant)
    recorded_by: str | None = None
    position: int
    commitments: dict[str, str] = Field(sa_type=JSON)


class LogCheckpoint(SQLModel, table=True):
    """What the log has signed: the tree of a size, as a C2SP signed note; rows are only ever added."""

    __tablename__ = "log_checkpoint"

    size: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    note: str


COLUMNS = ("kind", "record_id", "version", "action", "recorded_at", "recorded_by", "commitments")


def last_sequence(connection: Connection) -> int:
    """Return the highest number given so far, 0 before the first."""
    return connection.execute(_highest()).scalar_one()


def last_recorded_at(connection: Connection) -> datetime | None:
    """Return the instant of the change that was numbered last, None before the first."""
    return connection.execute(_latest()).scalar()


def is_queued(connection: Connection) -> bool:
    """Say whether any committed change waits for its number."""
    return connection.execute(_any_queued()).first() is not None


def may_wait(connection: Connection) -> bool:
    """Say whether what is committed to this database gets its number afterwards."""
    return connection.dialect.name == "postgresql"


def append(connection: Connection, changes: Sequence[Mapping[str, Any]], signer: Signer) -> None:
    """Number changes, in this order, add them to the tree, and sign what it has become."""
    size = last_sequence(connection)
    peaks = hashes_of(connection, tree.peaks(size))
    rows = []
    for change in changes:
        completed = tree.appended(size, peaks, entry_of(size + 1, change).leaf())
        peaks = tree.peaks_after(peaks, completed)
        size += 1
        rows.append({"sequence": size, **change, "hashes": b"".join(completed)})
    insert_rows(connection, table_of(Change), rows)
    _sign(connection, signer, size, peaks)
    touches.prune(connection)


def sign_once(connection: Connection, signer: Signer) -> None:
    """Sign the log as it stands, where that was not done yet: after a migration."""
    size = last_sequence(connection)
    signed = select(LogCheckpoint.size).where(LogCheckpoint.size == size)  # type: ignore[call-overload]
    if size and connection.execute(signed).first() is None:
        _sign(connection, signer, size, hashes_of(connection, tree.peaks(size)))


def _sign(connection: Connection, signer: Signer, size: int, peaks: Sequence[bytes]) -> None:
    note = signer.sign(str(Checkpoint(signer.name, size, tree.joined(peaks))))
    connection.execute(insert(LogCheckpoint), {"size": size, "note": note})


def number_queued(connection: Connection, signer: Signer) -> int:
    """Number the committed changes that wait, oldest first, and return how many there were.

    What refers to a record was written by somebody who saw it committed, so its instant is later: by `recorded_at`,
    then by position within the write, a change comes after everything that it refers to.
    """
    queue = table_of(ChangeQueue)
    key, order = tuple_(*queue.primary_key), (queue.c.recorded_at, queue.c.position)
    oldest = select(*queue.primary_key).order_by(*order).limit(BATCH)
    taken = connection.execute(delete(queue).where(key.in_(oldest)).returning(queue)).mappings().all()
    waited = sorted(taken, key=lambda row: (row["recorded_at"], row["position"]))
    rows = [{name: row[name] for name in COLUMNS} for row in waited]
    if rows:
        touches.leave(connection, {row["record_id"] for row in rows})  # an answer says where the log has them
        append(connection, rows, signer)
    return len(rows)


def hashes_of(connection: Connection, nodes: Sequence[tree.Node]) -> tuple[bytes, ...]:
    """Read the hashes of nodes of the tree, in their order: each is kept with the leaf that completes it."""
    if not nodes:
        return ()
    rows = connection.execute(_hashes(), {"sequences": [node.last_leaf + 1 for node in nodes]})
    kept: dict[int, bytes] = {row.sequence: row.hashes for row in rows}
    return tuple(kept[node.last_leaf + 1][node.level * tree.SIZE : (node.level + 1) * tree.SIZE] for node in nodes)


def entry_of(sequence: int, change: Mapping[str, Any]) -> Entry:
    """Return what the log says in a change."""
    return Entry(
        sequence,
        change["kind"],
        change["record_id"],
        change["version"],
        change["action"],
        change["recorded_by"],
        change["recorded_at"],
        change["commitments"],
    )


# The statements of every write, each built once.


@cache
def _highest() -> Select[int]:
    return select(func.coalesce(func.max(Change.sequence), 0))


@cache
def _latest() -> Select[datetime]:
    return select(col(Change.recorded_at)).order_by(col(Change.sequence).desc()).limit(1)


@cache
def _any_queued() -> Select[int]:
    return select(col(ChangeQueue.position)).limit(1)


@cache
def _hashes() -> Select[int, bytes]:
    these = any_of_numbers(col(Change.sequence), "sequences")
    return select(col(Change.sequence), col(Change.hashes)).where(these)
