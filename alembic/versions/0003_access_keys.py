"""Keep access keys, and the last day on which each was used

Revision 0003, after 0002; made on 2026-11-26.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables what this revision says."""
    op.create_table(
        "access_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("deletion_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("deletion", sa.Uuid(), nullable=True),
        sa.Column("public_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_key")),
        sa.UniqueConstraint("external_id", name=op.f("uq_access_key_external_id")),
    )
    with op.batch_alter_table("access_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_key_public_id"), ["public_id"], unique=True)

    op.create_table(
        "access_key_history",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("deletion_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("deletion", sa.Uuid(), nullable=True),
        sa.Column("public_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("role", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_access_key_history")),
    )
    op.create_table(
        "access_key_use",
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["access_key.id"], name=op.f("fk_access_key_use_key_id")),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_access_key_use")),
    )


def downgrade() -> None:
    """Take it back, with what later revisions left for the log to tell of; the changes are numbered anew."""
    gone = ("access_key", "erasure", "reveal")
    known = set(sa.inspect(op.get_bind()).get_table_names())
    for table in ("access_key_use", *(name for kind in gone for name in (f"{kind}_history", kind))):
        if table in known:
            op.drop_table(table)
    for table in ("change", "change_queue"):
        op.execute(f"DELETE FROM {table} WHERE kind IN ('access_key', 'erasure', 'reveal')")
    # By way of negative numbers, as no two may be the same at any time.
    rank = "SELECT sequence AS old, row_number() OVER (ORDER BY sequence) AS place FROM change"
    op.execute(f"UPDATE change SET sequence = -(SELECT place FROM ({rank}) AS ranked WHERE old = change.sequence)")
    op.execute("UPDATE change SET sequence = -sequence")
