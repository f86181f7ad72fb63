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


def upgrade() -> None:
    """Make the tables what this revision says; nothing is known of what was touched before."""
    made = op.create_table(
        "touch",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("ids", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_touch")),
    )
    op.execute(sa.insert(made).values(place=0, ids=None))


def downgrade() -> None:
    """Take it back."""
    op.drop_table("touch")
