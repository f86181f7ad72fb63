"""Let each commit say what it touched, so that answers about anything else can be remembered on

Revision 0011, after 0010; made on 2026-11-27.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


THIS = "pg_current_xact_id()::text::bigint"


def upgrade() -> None:
    """Make the tables what this revision says, and say that anything may have been touched."""
    op.create_table(
        "touch",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_touch")),
    )
    postgresql = op.get_context().dialect.name == "postgresql"
    op.execute(f"INSERT INTO touch (place) VALUES ({THIS if postgresql else 0})")


def downgrade() -> None:
    """Take it back."""
    op.drop_table("touch")
