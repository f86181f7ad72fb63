"""The change log: one row for each version of each record, numbered without gaps in the order of commits.

A number taken before the commit lets a polling consumer miss changes on PostgreSQL: a later number may commit first.
So there, writers leave their changes in `change_queue`, and one sequencer numbers what it sees committed. SQLite has
one writer at a time: it numbers its own changes as its last act.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, Index, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.engine import Connection
from sqlmodel import Field, SQLModel

from api.storage.records import Instant

LEASE = timedelta(seconds=3)
BATCH = 2000


class Change(SQLModel, table=True):
    """A numbered change; rows are only ever added."""

    __table_args__ = (Index(None, "kind", "record_id", "version", unique=True),)

    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str
    record_id: UUID
    version: int
    action: str
    recorded_at: datetime = Field(sa_type=Instant)
    recorded_by: str | None = None


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


class Lease(SQLModel, table=True):
    """Who may do what only one process may do, and until when."""

    name: str = Field(primary_key=True)
    holder: UUID | None = None
    until: datetime = Field(sa_type=Instant)


COLUMNS = ("kind", "record_id", "version", "action", "recorded_at", "recorded_by")


def last_sequence(connection: Connection) -> int:
    """Return the highest number given so far, 0 before the first."""
    return connection.execute(select(func.coalesce(func.max(Change.sequence), 0))).scalar_one()


def is_queued(connection: Connection) -> bool:
    """Say whether any committed change waits for its number."""
    return connection.execute(select(ChangeQueue.position).limit(1)).first() is not None  # type: ignore[call-overload]


def number_queued(connection: Connection) -> int:
    """Number the committed changes that wait, oldest first, and return how many there were.

    What refers to a record was written by somebody who saw it committed, so its instant is later: by `recorded_at`,
    then by position within the write, a change comes after everything that it refers to.
    """
    waiting = (
        connection.execute(
            select(ChangeQueue).order_by(ChangeQueue.recorded_at, ChangeQueue.position).limit(BATCH)  # type: ignore[arg-type]
        )
        .mappings()
        .all()
    )
    rows = [{name: row[name] for name in COLUMNS} for row in waiting]
    if not rows:
        return 0
    first = last_sequence(connection) + 1
    connection.execute(insert(Change), [{"sequence": first + place, **row} for place, row in enumerate(rows)])
    connection.execute(
        delete(ChangeQueue).where(
            tuple_(ChangeQueue.kind, ChangeQueue.record_id, ChangeQueue.version).in_(
                [(row["kind"], row["record_id"], row["version"]) for row in rows]
            )
        )
    )
    return len(rows)


def take_lease(connection: Connection, name: str, holder: UUID, now: datetime) -> bool:
    """Take or keep a lease, and say whether it is held; another holder's runs out within seconds."""
    taken = connection.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until < now))  # type: ignore[arg-type]
        .values(holder=holder, until=now + LEASE)
    )
    if taken.rowcount:
        return True
    known = connection.execute(select(Lease.name).where(Lease.name == name)).first()  # type: ignore[call-overload]
    if known is None:
        connection.execute(insert(Lease).values(name=name, holder=holder, until=now + LEASE))
    return known is None
