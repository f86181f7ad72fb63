"""Read where the record is kept, as an operator says it."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
SUCH_AS = "sqlite:///data/whence.db or postgresql+psycopg://user:password@host/name"


def read_address(url: str) -> URL:
    """Return what a URL says. Raises `ValueError`, without the password, where no store of ours can be there."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the latter of a port that is no number: it may be a part of a password
        raise ValueError(f"This is no database's URL: it is written like {SUCH_AS}.") from None
    name, _, driver = address.drivername.partition("+")
    if name not in DRIVERS:
        raise ValueError(f"{name} is not a database that Whence knows: use sqlite or postgresql.")
    if driver not in ("", DRIVERS[name]):
        raise ValueError(f"Whence does not use the driver {driver}: write {name}+{DRIVERS[name]}://…")
    if name == "sqlite" and address.host:
        raise ValueError(
            f"A SQLite file comes after three slashes, such as sqlite:///{address.host}/{address.database}."
        )
    if name == "sqlite" and (not address.database or address.database == ":memory:"):
        raise ValueError("SQLite needs a file, such as sqlite:///data/whence.db: memory has no second connection.")
    return address
