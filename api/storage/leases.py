"""Let one process at a time do what only one may do; whoever dies is followed by another one within seconds."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Connection
from sqlmodel import Field, SQLModel, col

from api.storage.records import Instant

LEASE = timedelta(seconds=3)


class Lease(SQLModel, table=True):
    """Who may do what only one process may do, and until when."""

    name: str = Field(primary_key=True)
    holder: UUID | None = None
    until: datetime = Field(sa_type=Instant)


def take_lease(connection: Connection, name: str, holder: UUID, now: datetime) -> bool:
    """Take or keep a lease, and say whether it is held; another holder's runs out within seconds.

    A lease that would run out long after any that is taken now was taken before the clock was set back: it is nobody's.
    One that was taken a moment after `now` was read runs out a moment later, and is held.
    """
    until = col(Lease.until)
    taken = connection.execute(
        update(Lease)
        .where(col(Lease.name) == name, or_(col(Lease.holder) == holder, until < now, until > now + 2 * LEASE))
        .values(holder=holder, until=now + LEASE)
    )
    if taken.rowcount:
        return True
    known = connection.execute(select(Lease.name).where(Lease.name == name)).first()  # type: ignore[call-overload]
    if known is None:
        connection.execute(insert(Lease).values(name=name, holder=holder, until=now + LEASE))
    return known is None
