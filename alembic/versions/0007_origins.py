"""Records that come from another store keep what it said of them, and are found by the id that they had there

Revision 0007, after 0006; made on 2026-11-26.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    *("assessment", "attribution", "citation", "claim", "dependency", "document", "document_same_as", "relation"),
    *("source", "source_same_as"),
)
CAME = sa.text("origin_id IS NOT NULL")


def upgrade() -> None:
    """Make the tables what this revision says; nothing on record so far came from anywhere."""
    for kind in KINDS:
        for table in (kind, f"{kind}_history"):
            op.add_column(table, sa.Column("origin_id", sa.Uuid(), nullable=True))
            op.add_column(table, sa.Column("origin", sa.JSON(), nullable=True))
        name = op.f(f"ix_{kind}_origin_id")
        op.create_index(name, kind, ["origin_id"], unique=True, postgresql_where=CAME, sqlite_where=CAME)


def downgrade() -> None:
    """Take back what this revision made; what came from another store must not lose what the log says of it."""
    for kind in KINDS:
        if op.get_bind().execute(sa.text(f"SELECT 1 FROM {kind} WHERE {CAME} LIMIT 1")).first():
            raise ValueError(
                f"Rows of {kind} were imported from another store, and the log commits to where they came from: the"
                " revision below cannot keep that."
            )
    for kind in KINDS:
        op.drop_index(op.f(f"ix_{kind}_origin_id"), table_name=kind)
        for table in (f"{kind}_history", kind):
            op.drop_column(table, "origin")
            op.drop_column(table, "origin_id")
