"""What a database says when it will not: busy or away, refused because others were faster, or a fault of our own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.errors import Unavailable
from api.storage.deadline import Deadline

# Serialization failure, deadlock; a unique or foreign key that another writer of this moment took or dropped.
REFUSED = {"40001", "40P01", "23505", "23503"}
# A server that is read-only, as when its disk is nearly full; a standby offers no SERIALIZABLE either.
READ_ONLY = {"25006", "0A000"}


@contextmanager
def translated(deadline: Deadline | None = None) -> Iterator[None]:
    """Raise `Unavailable` where the database is busy or away, `OutOfTime` where it was stopped at a deadline."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as failed:
        if deadline is not None:
            deadline.check()
        raise as_failure(failed) from failed


def may_try_again(failed: Exception) -> bool:
    """Say whether the same write may succeed when it is run again."""
    return _sqlstate(failed) in REFUSED


def as_failure(failed: BaseException) -> BaseException:
    """Tell a database that is busy or away from a fault of our own."""
    if _sqlstate(failed) in READ_ONLY:
        failure = Unavailable("The database does not take this now: it may be one that is only read from.")
    elif _is_busy_or_away(failed):
        failure = Unavailable("The database is busy or does not answer.")
    else:
        return failed
    failure.__cause__ = failed
    return failure


def close_read_only(context: ExceptionContext) -> None:
    """Drop a connection that can only be read from: it stays so even when others, begun later, may write again."""
    if getattr(context.original_exception, "sqlstate", None) in READ_ONLY:
        context.is_disconnect = True


def _sqlstate(failed: BaseException) -> str | None:
    """Return the code that PostgreSQL gave."""
    return getattr(getattr(failed, "orig", None), "sqlstate", None)


def _is_busy_or_away(failed: BaseException) -> bool:
    if not isinstance(failed, DBAPIError):
        return isinstance(failed, PoolTimeout)
    # SQLite calls a statement that it cannot read (code 1, SQLITE_ERROR) operational too.
    misspelt = getattr(failed.orig, "sqlite_errorcode", None) == 1
    if (_sqlstate(failed) or "").startswith("54"):
        return False  # over a limit of PostgreSQL's: trying again will not help
    return failed.connection_invalidated or (isinstance(failed, OperationalError | InterfaceError) and not misspelt)
