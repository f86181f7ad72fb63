"""Keep records, their history, the change log and remembered answers

Revision 0001, the first; made on 2026-11-23.
"""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the tables what this revision says."""
    op.create_table(
        "assessment_history",
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
        sa.Column("target_source_id", sa.Uuid(), nullable=True),
        sa.Column("target_attribution_id", sa.Uuid(), nullable=True),
        sa.Column("target_claim_id", sa.Uuid(), nullable=True),
        sa.Column("scale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rationale", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assessor", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assessed_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assessed_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assessed_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_assessment_history")),
    )
    op.create_table(
        "attribution_history",
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
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("stance", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("modality", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("evidentiality", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cue", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("verbatim", sa.Boolean(), nullable=False),
        sa.Column("quote_exact", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("quote_prefix", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("quote_suffix", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("quote_end", sa.Integer(), nullable=True),
        sa.Column("quote_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("said_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("said_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responds_to_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("retracted_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retracted_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retraction_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retraction_document_id", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_attribution_history")),
    )
    op.create_table(
        "change",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_change_kind_record_id_version"), ["kind", "record_id", "version"], unique=True
        )

    op.create_table(
        "change_queue",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", "version", name=op.f("pk_change_queue")),
    )
    op.create_table(
        "citation_history",
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
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("citing_id", sa.Uuid(), nullable=False),
        sa.Column("cited_id", sa.Uuid(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_citation_history")),
    )
    op.create_table(
        "claim",
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
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("occurred", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("occurred_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("external_id", name=op.f("uq_claim_external_id")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_language"), ["language"], unique=False)

    op.create_table(
        "claim_history",
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
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("words", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("occurred", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("occurred_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurred_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_claim_history")),
    )
    op.create_table(
        "dependency",
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
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dependency")),
        sa.UniqueConstraint("external_id", name=op.f("uq_dependency_external_id")),
    )
    op.create_table(
        "dependency_history",
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
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_dependency_history")),
    )
    op.create_table(
        "document_history",
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
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("url_normal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("publisher_id", sa.Uuid(), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("published_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("published_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retrieved_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retrieved_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retrieved_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("archive_url_normal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_document_history")),
    )
    op.create_table(
        "document_same_as_history",
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
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_document_same_as_history")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "relation_history",
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
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("rationale", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_relation_history")),
    )
    op.create_table(
        "remembered_answer",
        sa.Column("holder", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("method", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("path", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("holder", "method", "path", "key", name=op.f("pk_remembered_answer")),
    )
    with op.batch_alter_table("remembered_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remembered_answer_recorded_at"), ["recorded_at"], unique=False)

    op.create_table(
        "source",
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
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("controlled_by_id", sa.Uuid(), nullable=True),
        sa.Column("homepage", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("wikidata", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("attested_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("attested_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("attested_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["controlled_by_id"], ["source.id"], name=op.f("fk_source_controlled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("external_id", name=op.f("uq_source_external_id")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_controlled_by_id"), ["controlled_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_country"), ["country"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_kind"), ["kind"], unique=False)

    op.create_table(
        "source_history",
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
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("country", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("controlled_by_id", sa.Uuid(), nullable=True),
        sa.Column("homepage", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("wikidata", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("description", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("attested_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("attested_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("attested_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_source_history")),
    )
    op.create_table(
        "source_same_as_history",
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
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f("pk_source_same_as_history")),
    )
    op.create_table(
        "text",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_text")),
    )
    op.create_table(
        "claim_subject",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("wikidata", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["claim.id"], name=op.f("fk_claim_subject_record_id")),
        sa.PrimaryKeyConstraint("record_id", "version", "position", name=op.f("pk_claim_subject")),
    )
    with op.batch_alter_table("claim_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_subject_label"), ["label"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_subject_wikidata"), ["wikidata"], unique=False)

    op.create_table(
        "claim_topic",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["claim.id"], name=op.f("fk_claim_topic_record_id")),
        sa.PrimaryKeyConstraint("record_id", "version", "position", name=op.f("pk_claim_topic")),
    )
    with op.batch_alter_table("claim_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_topic_topic"), ["topic"], unique=False)

    op.create_table(
        "document",
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
        sa.Column("url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("url_normal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("publisher_id", sa.Uuid(), nullable=True),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("published_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("published_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retrieved_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retrieved_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retrieved_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archive_url", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("archive_url_normal", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.ForeignKeyConstraint(["publisher_id"], ["source.id"], name=op.f("fk_document_publisher_id")),
        sa.ForeignKeyConstraint(["sha256"], ["text.sha256"], name=op.f("fk_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("external_id", name=op.f("uq_document_external_id")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_archive_url_normal"), ["archive_url_normal"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_publisher_id"), ["publisher_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_url_normal"), ["url_normal"], unique=False)

    op.create_table(
        "relation",
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
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("rationale", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("status", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("decided_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("decided_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["claim.id"], name=op.f("fk_relation_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["claim.id"], name=op.f("fk_relation_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("external_id", name=op.f("uq_relation_external_id")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relation_from_id"), ["from_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relation_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_relation_to_id"), ["to_id"], unique=False)

    op.create_table(
        "source_name",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["source.id"], name=op.f("fk_source_name_record_id")),
        sa.PrimaryKeyConstraint("record_id", "version", "position", name=op.f("pk_source_name")),
    )
    with op.batch_alter_table("source_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_name_name"), ["name"], unique=False)

    op.create_table(
        "source_same_as",
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
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["source.id"], name=op.f("fk_source_same_as_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["source.id"], name=op.f("fk_source_same_as_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_same_as")),
        sa.UniqueConstraint("external_id", name=op.f("uq_source_same_as_external_id")),
    )
    with op.batch_alter_table("source_same_as", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_same_as_one_id"), ["one_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_same_as_other_id"), ["other_id"], unique=False)

    op.create_table(
        "attribution",
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
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("stance", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("modality", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("evidentiality", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("cue", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("verbatim", sa.Boolean(), nullable=False),
        sa.Column("quote_exact", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("quote_prefix", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("quote_suffix", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("quote_start", sa.Integer(), nullable=True),
        sa.Column("quote_end", sa.Integer(), nullable=True),
        sa.Column("quote_sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("language", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("said_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("said_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("said_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("responds_to_id", sa.Uuid(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("retracted_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retracted_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retraction_reason", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("retraction_document_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_attribution_claim_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_attribution_document_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["attribution.id"], name=op.f("fk_attribution_replaces_id")),
        sa.ForeignKeyConstraint(["responds_to_id"], ["attribution.id"], name=op.f("fk_attribution_responds_to_id")),
        sa.ForeignKeyConstraint(
            ["retraction_document_id"], ["document.id"], name=op.f("fk_attribution_retraction_document_id")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_attribution_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribution")),
        sa.UniqueConstraint("external_id", name=op.f("uq_attribution_external_id")),
    )
    with op.batch_alter_table("attribution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attribution_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attribution_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attribution_replaces_id"), ["replaces_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attribution_responds_to_id"), ["responds_to_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attribution_retraction_document_id"), ["retraction_document_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_attribution_source_id"), ["source_id"], unique=False)

    op.create_table(
        "document_author",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["source.id"], name=op.f("fk_document_author_author_id")),
        sa.ForeignKeyConstraint(["record_id"], ["document.id"], name=op.f("fk_document_author_record_id")),
        sa.PrimaryKeyConstraint("record_id", "version", "position", name=op.f("pk_document_author")),
    )
    with op.batch_alter_table("document_author", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_author_author_id"), ["author_id"], unique=False)

    op.create_table(
        "document_same_as",
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
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["document.id"], name=op.f("fk_document_same_as_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["document.id"], name=op.f("fk_document_same_as_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_same_as")),
        sa.UniqueConstraint("external_id", name=op.f("uq_document_same_as_external_id")),
    )
    with op.batch_alter_table("document_same_as", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_same_as_one_id"), ["one_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_document_same_as_other_id"), ["other_id"], unique=False)

    op.create_table(
        "assessment",
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
        sa.Column("target_source_id", sa.Uuid(), nullable=True),
        sa.Column("target_attribution_id", sa.Uuid(), nullable=True),
        sa.Column("target_claim_id", sa.Uuid(), nullable=True),
        sa.Column("scale", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("rationale", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assessor", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assessed_at", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assessed_at_earliest", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assessed_at_latest", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["target_attribution_id"], ["attribution.id"], name=op.f("fk_assessment_target_attribution_id")
        ),
        sa.ForeignKeyConstraint(["target_claim_id"], ["claim.id"], name=op.f("fk_assessment_target_claim_id")),
        sa.ForeignKeyConstraint(["target_source_id"], ["source.id"], name=op.f("fk_assessment_target_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("external_id", name=op.f("uq_assessment_external_id")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_assessment_target_attribution_id"), ["target_attribution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_assessment_target_claim_id"), ["target_claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assessment_target_source_id"), ["target_source_id"], unique=False)

    op.create_table(
        "citation",
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
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("citing_id", sa.Uuid(), nullable=False),
        sa.Column("cited_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["cited_id"], ["attribution.id"], name=op.f("fk_citation_cited_id")),
        sa.ForeignKeyConstraint(["citing_id"], ["attribution.id"], name=op.f("fk_citation_citing_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
        sa.UniqueConstraint("external_id", name=op.f("uq_citation_external_id")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_cited_id"), ["cited_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_citation_citing_id"), ["citing_id"], unique=False)

    op.create_table(
        "dependency_member",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("attribution_id", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attribution_id"], ["attribution.id"], name=op.f("fk_dependency_member_attribution_id")
        ),
        sa.ForeignKeyConstraint(["record_id"], ["dependency.id"], name=op.f("fk_dependency_member_record_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_dependency_member_source_id")),
        sa.PrimaryKeyConstraint("record_id", "version", "position", name=op.f("pk_dependency_member")),
    )
    with op.batch_alter_table("dependency_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dependency_member_attribution_id"), ["attribution_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_dependency_member_source_id"), ["source_id"], unique=False)


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("dependency_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dependency_member_source_id"))
        batch_op.drop_index(batch_op.f("ix_dependency_member_attribution_id"))

    op.drop_table("dependency_member")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_citation_citing_id"))
        batch_op.drop_index(batch_op.f("ix_citation_cited_id"))

    op.drop_table("citation")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assessment_target_source_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_target_claim_id"))
        batch_op.drop_index(batch_op.f("ix_assessment_target_attribution_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("document_same_as", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_same_as_other_id"))
        batch_op.drop_index(batch_op.f("ix_document_same_as_one_id"))

    op.drop_table("document_same_as")
    with op.batch_alter_table("document_author", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_author_author_id"))

    op.drop_table("document_author")
    with op.batch_alter_table("attribution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attribution_source_id"))
        batch_op.drop_index(batch_op.f("ix_attribution_retraction_document_id"))
        batch_op.drop_index(batch_op.f("ix_attribution_responds_to_id"))
        batch_op.drop_index(batch_op.f("ix_attribution_replaces_id"))
        batch_op.drop_index(batch_op.f("ix_attribution_document_id"))
        batch_op.drop_index(batch_op.f("ix_attribution_claim_id"))

    op.drop_table("attribution")
    with op.batch_alter_table("source_same_as", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_same_as_other_id"))
        batch_op.drop_index(batch_op.f("ix_source_same_as_one_id"))

    op.drop_table("source_same_as")
    with op.batch_alter_table("source_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_name_name"))

    op.drop_table("source_name")
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relation_to_id"))
        batch_op.drop_index(batch_op.f("ix_relation_kind"))
        batch_op.drop_index(batch_op.f("ix_relation_from_id"))

    op.drop_table("relation")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_url_normal"))
        batch_op.drop_index(batch_op.f("ix_document_publisher_id"))
        batch_op.drop_index(batch_op.f("ix_document_archive_url_normal"))

    op.drop_table("document")
    with op.batch_alter_table("claim_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_topic_topic"))

    op.drop_table("claim_topic")
    with op.batch_alter_table("claim_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_subject_wikidata"))
        batch_op.drop_index(batch_op.f("ix_claim_subject_label"))

    op.drop_table("claim_subject")
    op.drop_table("text")
    op.drop_table("source_same_as_history")
    op.drop_table("source_history")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_kind"))
        batch_op.drop_index(batch_op.f("ix_source_country"))
        batch_op.drop_index(batch_op.f("ix_source_controlled_by_id"))

    op.drop_table("source")
    with op.batch_alter_table("remembered_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remembered_answer_recorded_at"))

    op.drop_table("remembered_answer")
    op.drop_table("relation_history")
    op.drop_table("lease")
    op.drop_table("document_same_as_history")
    op.drop_table("document_history")
    op.drop_table("dependency_history")
    op.drop_table("dependency")
    op.drop_table("claim_history")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_language"))

    op.drop_table("claim")
    op.drop_table("citation_history")
    op.drop_table("change_queue")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_kind_record_id_version"))

    op.drop_table("change")
    op.drop_table("attribution_history")
    op.drop_table("assessment_history")
