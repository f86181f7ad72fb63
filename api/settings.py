"""What an operator may change: read once from `WHENCE_…` variables, frozen, passed in."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The whole configuration; every field is also a row of the README's table."""

    model_config = SettingsConfigDict(env_prefix="WHENCE_", frozen=True, extra="ignore")

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    database_url: str = Field(
        default="sqlite:///data/whence.db",
        description="Where the record is kept: a SQLite file, or `postgresql+psycopg://user:password@host/name`.",
    )
    pool_size: int = Field(
        default=10, ge=1, le=200, description="Connections kept open for reading; PostgreSQL has as many for writing."
    )
    max_body_bytes: int = Field(
        default=16 * 2**20, ge=1024, description="The largest request body, in bytes; a larger one is answered 413."
    )
    body_seconds: float = Field(
        default=30.0, gt=0, description="How long a client may take to send a body, in seconds."
    )
    page_size: int = Field(default=50, ge=1, le=1000, description="Items on a page when a request does not say.")
    page_size_max: int = Field(default=200, ge=1, le=1000, description="Items on a page at most.")
    max_nodes: int = Field(default=1000, ge=1, description="Nodes in a provenance answer when a request does not say.")
    max_nodes_max: int = Field(default=10_000, ge=1, description="Nodes in a provenance answer at most.")
    graph_budget: int = Field(
        default=250_000,
        ge=1,
        description="Attributions that one answer works through at most; past that, what it takes all of them for is"
        " left out, or answered 504.",
    )
    settled_claims: int = Field(
        default=200,
        ge=1,
        le=10_000,
        description="Claims whose standing one list works out anew at most; the rest it counts as `stale`.",
    )
    cors_origins: list[str] = Field(
        default_factory=list, description='Origins whose pages may call the API, as a JSON list; `["*"]` for all.'
    )
    shutdown_seconds: int = Field(default=5, ge=0, description="How long open requests may take to end after SIGTERM.")
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error."
    )
    log_format: str = Field(
        default="text", pattern="^(text|json)$", description="`text` for people, `json` for machines."
    )
