"""Give each kind of record an index of words of its own on PostgreSQL too, so that it reads no other kind's rows

Revision 0010, after 0009; made on 2026-11-27.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("document", "attribution", "claim", "source")
SHIFT = 61


def upgrade() -> None:
    """Make the tables what this revision says."""
    if op.get_bind().dialect.name != "postgresql":
        return
    index_each()
    op.drop_index("search_index", "search_entry")


def index_each() -> None:
    """Make an index of each kind."""
    for place, kind in enumerate(KINDS):
        _make(f"search_index_{kind}", f"key BETWEEN {place << SHIFT} AND {(place + 1 << SHIFT) - 1}")


def downgrade() -> None:
    """Take it back: one index of all."""
    if op.get_bind().dialect.name != "postgresql":
        return
    _make("search_index", None)
    for kind in KINDS:
        op.drop_index(f"search_index_{kind}", "search_entry")


def _make(name: str, which: str | None) -> None:
    """Make an index of the terms of some rows, None for all."""
    condition = None if which is None else sa.text(which)
    op.create_index(name, "search_entry", ["terms"], postgresql_using="gin", postgresql_where=condition)
