"""How connections to PostgreSQL are set up: those that serve, those that watch and those that migrate."""

import os
from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from sqlalchemy.engine import URL

from api.storage.address import read_address

CONNECTING = 5  # seconds
# What a URL or the environment may say otherwise. A server that is gone without a word is noticed within a minute.
USUAL: dict[str, Any] = {
    "options": "",
    "connect_timeout": CONNECTING,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
# One form for what crosses the wire. Where strings do not conform, the driver copies bytes as others than they are.
WIRE = {"timezone": "UTC", "datestyle": "ISO", "standard_conforming_strings": "on"}


def arguments(url: str, name: str, **settings: str) -> dict[str, Any]:
    """Return what the driver connects with: all that a URL says, and one form for texts, instants and bytes, whichever
    the server, the database, the role or the environment asks for. What else the environment asks for holds.
    """
    address = read_address(url)
    defaults = ((one.keyword.decode(), one.val) for one in Conninfo.get_defaults())
    around = {name: os.fsdecode(value) for name, value in defaults if name in USUAL and value}  # PGOPTIONS, …
    usual = {**USUAL, **around}
    ours = [f"-c {setting}={value}" for setting, value in {**WIRE, **settings}.items()]
    return {
        **usual,
        **_told(address),
        "application_name": name,
        "client_encoding": "utf8",
        # A URL may give options several times; of two settings, the later one counts.
        "options": " ".join([*address.normalized_query.get("options", [usual["options"]]), *ours]),
    }


def where(address: URL) -> str:
    """Say where a URL leads, as PostgreSQL's own tools read it; without what is secret, which a shell would remember.

    Raises `ValueError` where it says what they do not know.
    """
    secret = [one.keyword.decode() for one in Conninfo.get_defaults() if one.dispchar == b"*"]
    try:
        return make_conninfo(**{**_told(address), **dict.fromkeys(secret)})
    except ProgrammingError as wrong:
        raise ValueError(f"PostgreSQL's tools cannot read this URL: {str(wrong).strip()}.") from None


def _told(address: URL) -> dict[str, Any]:
    """Return what a URL says, in the words of PostgreSQL's library, which reads several hosts and spaces otherwise."""
    _, told = address.get_dialect()().create_connect_args(address)
    return dict(told)
