"""Where Alembic meets the models: run by `api.storage.migrations`, and by `alembic` on the command line.

On the command line the database is the one that WHENCE_DATABASE_URL names:

    alembic revision --autogenerate --message "claims have a mood"
    alembic check
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from sqlalchemy.engine import Connection

import api.main  # noqa: F401  so that every table is known
from api.settings import Settings
from api.storage.migrations import alone
from api.storage.records import Instant, metadata
from api.storage.search import is_ours


def rendered(what: str, value: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our own column type as what it is in the database, so that revisions do not import the application."""
    if what == "type" and isinstance(value, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def numbered(_: Any, __: Any, scripts: list[MigrationScript]) -> None:
    """Give a new revision the number after the newest one's."""
    for script in scripts:
        script.rev_id = f"{int(context.get_head_revision() or 0) + 1:04}"


def run(connection: Connection) -> None:
    """Do on this connection what Alembic was asked for."""
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_item=rendered,
        include_name=is_ours,
        process_revision_directives=numbered,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def write() -> None:
    """Write the statements instead of running them (`--sql`)."""
    context.configure(
        url=Settings().database_url,
        target_metadata=metadata(),
        render_item=rendered,
        render_as_batch=True,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    write()
elif (given := context.config.attributes.get("connection")) is not None:
    run(given)
else:
    with alone(Settings().database_url) as opened:
        run(opened)
