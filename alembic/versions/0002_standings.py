"""Keep how claims stood when that was last worked out, and the marks that writes leave for it; find earlier versions

Revision 0002, after 0001; made on 2026-11-23.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# What earlier versions are looked for by, too.
HISTORY: dict[str, list[str]] = {
    "assessment_history": ["target_attribution_id", "target_claim_id", "target_source_id"],
    "attribution_history": [
        "claim_id",
        "document_id",
        "replaces_id",
        "responds_to_id",
        "retraction_document_id",
        "source_id",
    ],
    "citation_history": ["cited_id", "citing_id"],
    "document_history": ["publisher_id", "sha256"],
    "document_same_as_history": ["one_id", "other_id"],
    "relation_history": ["from_id", "to_id"],
    "source_history": ["controlled_by_id"],
    "source_same_as_history": ["one_id", "other_id"],
}


def upgrade() -> None:
    """Make the tables what this revision says; every claim on record has its standing still to be worked out."""
    op.create_table(
        "mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
    )
    op.create_table(
        "claim_standing",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("support", sa.Integer(), nullable=True),
        sa.Column("opposition", sa.Integer(), nullable=True),
        sa.Column("attributions", sa.Integer(), nullable=True),
        sa.Column("origins", sa.Integer(), nullable=True),
        sa.Column("independent_origins", sa.Integer(), nullable=True),
        sa.Column("unknown_origins", sa.Integer(), nullable=True),
        sa.Column("echoes", sa.Integer(), nullable=True),
        sa.Column("policy", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["claim.id"], name=op.f("fk_claim_standing_record_id")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_claim_standing")),
    )
    with op.batch_alter_table("claim_standing", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_claim_standing_independent_origins"), ["independent_origins"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_claim_standing_level"), ["level"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_standing_stale"), ["stale"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_standing_status"), ["status"], unique=False)

    op.execute("INSERT INTO claim_standing (record_id, stale, flags) SELECT id, true, 1 FROM claim")
    for table, columns in HISTORY.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def downgrade() -> None:
    """Take it back."""
    for table, columns in HISTORY.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))

    with op.batch_alter_table("claim_standing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_standing_status"))
        batch_op.drop_index(batch_op.f("ix_claim_standing_stale"))
        batch_op.drop_index(batch_op.f("ix_claim_standing_level"))
        batch_op.drop_index(batch_op.f("ix_claim_standing_independent_origins"))

    op.drop_table("claim_standing")
    op.drop_table("mark")
