"""Find a relation by both of its claims, however many others touch either of them

Revision 0013, after 0012; made on 2026-11-27.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the index what this revision says."""
    op.create_index(op.f("ix_relation_from_id_to_id"), "relation", ["from_id", "to_id"])
    op.drop_index(op.f("ix_relation_from_id"), "relation")


def downgrade() -> None:
    """Take it back."""
    op.create_index(op.f("ix_relation_from_id"), "relation", ["from_id"])
    op.drop_index(op.f("ix_relation_from_id_to_id"), "relation")
