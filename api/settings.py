"""What an operator may change: read once from `WHENCE_…` variables, frozen, passed in."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError, from_json
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "WHENCE_"
DAY = 86_400  # seconds: more than any limit needs, and no more than PostgreSQL takes


@cache
def is_loopback(host: str) -> bool:
    """Say whether a server that listens on this address can be reached from this machine only."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _read_list(told: object) -> object:
    """Read a list from a variable's JSON. Raises `PydanticCustomError` where it is not one."""
    if not isinstance(told, str):
        return told
    try:
        return from_json(told)
    except ValueError:
        raise PydanticCustomError("json_list", 'Input should be a JSON list, such as ["one", "two"]') from None


def _read_folder(told: object) -> object:
    """Refuse a folder without a name, which would be the one that the process happens to run in."""
    if isinstance(told, str) and not told.strip():
        raise PydanticCustomError("folder", 'Input should be a folder; "." is the current one')
    return told


def _in_any_case(told: object) -> object:
    return told.lower() if isinstance(told, str) else told


def _each(fits: Callable[[str], object], otherwise: str) -> AfterValidator:
    """Refuse a list with an entry that could never match: otherwise nobody learns why nothing does."""

    def look(told: list[str]) -> list[str]:
        for one in told:
            if not fits(one):
                context = {"one": one, "otherwise": otherwise}
                raise PydanticCustomError("never_matches", "“{one}” would never match. {otherwise}", context)
        return told

    return AfterValidator(look)


def _is_network(told: str) -> bool:
    try:
        return bool(ip_network(told))
    except ValueError:
        return False


HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")
# As browsers send it: in lower case, without the default port; or what they send where there is no origin.
ORIGIN = re.compile(
    r"\*|null|file://"
    r"|(?!http:.*:80$|https:.*:443$)[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:]+\])(?::[0-9]+)?"
)
Listed = Annotated[list[str], NoDecode, BeforeValidator(_read_list)]
Hosts = Annotated[
    Listed,
    _each(
        HOST.fullmatch,
        "A host is a name or an address without scheme, port or path, such as whence.example.org or [2001:db8::1].",
    ),
]
Proxies = Annotated[
    Listed,
    _each(
        lambda told: told == "*" or _is_network(told),
        "A proxy is an address, such as 10.0.0.7, or a network by the first of its addresses, such as 10.0.0.0/8.",
    ),
]
Origins = Annotated[
    Listed,
    _each(
        ORIGIN.fullmatch,
        "An origin is scheme and host in lower case, and the port where it is not the usual one, without a slash at"
        " the end, such as https://desk.example.org.",
    ),
]


def misspelt(variables: Iterable[str]) -> dict[str, str | None]:
    """Return each variable that is named like a setting but is not one, with the setting nearest to it."""
    named = (name for name in variables if name.upper().startswith(PREFIX))
    unknown = [name for name in named if name.upper().removeprefix(PREFIX).lower() not in Settings.model_fields]
    return {name: _nearest(name.upper().removeprefix(PREFIX).lower()) for name in sorted(unknown)}


def _nearest(field: str) -> str | None:
    found = get_close_matches(field, Settings.model_fields, 1)
    return f"{PREFIX}{found[0].upper()}" if found else None


class Settings(BaseSettings):
    """The whole configuration; every field is also a row of the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve the port.")
    keep_to_core: bool = Field(
        default=True,
        description="Whether each process keeps to one core, where the system lets it: its threads run one at a time"
        " anyway, and lose half of their time among several cores. Where several servers share a machine, give each its"
        " own cores, or say false.",
    )
    database_url: str = Field(
        default="sqlite:///data/whence.db",
        description="Where the record is kept: a SQLite file, or `postgresql+psycopg://user:password@host/name`.",
    )
    pool_size: int = Field(
        default=10, ge=1, le=200, description="Connections kept open for reading; PostgreSQL has as many for writing."
    )
    open_reading: bool | None = Field(
        default=None,
        description="Whether reading takes no key; where this is not set, that is so on a loopback address only.",
    )
    key_folder: Annotated[Path, BeforeValidator(_read_folder)] = Field(
        default=Path("data/keys"),
        description="Where the sealing and the signing key are kept, each in a file, made when first needed.",
    )
    sealing_key: SecretStr | None = Field(
        default=None, description="The key that protects sources, base64 of 32 bytes; instead of the file."
    )
    signing_key: SecretStr | None = Field(
        default=None, description="The key that signs the log, base64 of an Ed25519 seed of 32 bytes; likewise."
    )
    log_origin: str = Field(
        default="whence.invalid/log",
        pattern=r"^[^\s+]{1,200}$",
        description="The log's name in its signed checkpoints: an address of yours, without https://.",
    )
    allowed_hosts: Hosts = Field(
        default_factory=list,
        description="Host names to answer for beside those of loopback, as a JSON list; when empty, on a loopback"
        " address none, else any.",
    )
    trusted_proxies: Proxies = Field(
        default_factory=list,
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, as a JSON list; when empty,"
        " none is.",
    )
    requests_per_minute: int = Field(
        default=30_000, ge=1, description="Requests that a key, or an address without one, may send in a minute."
    )
    max_body_bytes: int = Field(
        default=2**20, ge=1024, description="The largest request body, in bytes; a larger one is answered 413."
    )
    max_bundle_bytes: int = Field(default=16 * 2**20, ge=1024, description="The same for bundles.")
    max_header_bytes: int = Field(
        default=2**15, ge=1024, description="The largest request line and headers together, in bytes; else 431."
    )
    header_seconds: float = Field(
        default=10.0, gt=0, le=DAY, description="How long a client may take to send a request's headers, in seconds."
    )
    send_seconds: float = Field(
        default=30.0,
        gt=0,
        le=DAY,
        description="How long a client may take no part of an answer that is ready, in seconds.",
    )
    body_seconds: float = Field(
        default=30.0, gt=0, le=DAY, description="How long a client may take to send a body, in seconds."
    )
    page_size: int = Field(default=50, ge=1, le=1000, description="Items on a page when a request does not say.")
    page_size_max: int = Field(default=200, ge=1, le=1000, description="Items on a page at most.")
    max_nodes: int = Field(default=1000, ge=1, description="Nodes in a provenance answer when a request does not say.")
    max_nodes_max: int = Field(default=10_000, ge=1, description="Nodes in a provenance answer at most.")
    graph_budget: int = Field(
        default=250_000,
        ge=1,
        description="Attributions that one answer works through at most; past that, what needs all of them is left"
        " out, or answered 504.",
    )
    graph_seconds: float = Field(
        default=30.0, gt=0, le=DAY, description="How long one answer may be worked at, in seconds; past that, likewise."
    )
    settled_claims: int = Field(
        default=200,
        ge=1,
        le=10_000,
        description="Claims whose standing one list works out anew at most; the rest it counts as `stale`.",
    )
    memory_bytes: int = Field(
        default=2**26,
        ge=0,
        description="How many bytes of answers are remembered until something touches them; 0: none are.",
    )
    cors_origins: Origins = Field(
        default_factory=list, description='Origins whose pages may call the API, as a JSON list; `["*"]` for all.'
    )
    shutdown_seconds: int = Field(
        default=5, ge=0, le=DAY, description="How long open requests may take to end after SIGTERM."
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_in_any_case)] = Field(
        default="info", description="debug, info, warning or error."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="`text` for people, `json` for machines.")

    @property
    def reading_is_open(self) -> bool:
        """Say whether reading takes no key."""
        return is_loopback(self.host) if self.open_reading is None else self.open_reading
