"""Read the URL of the database, as an operator writes it."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
SUCH_AS = "sqlite:///data/whence.db or postgresql+psycopg://user:password@host/name"


def read_address(url: str) -> URL:
    """Parse a database's URL. Raises `ValueError`, without the password, where it cannot be that of a store."""
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is not a number: it may be part of a password
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


def check_there(address: URL) -> None:
    """Raise `FileNotFoundError` where a SQLite store has no file: whoever opened it would make an empty one."""
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise FileNotFoundError(f"There is no file {address.database}.")
