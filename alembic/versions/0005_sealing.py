"""Seal what protected records say, under a key for each protector; keep who was shown it, and what was erased

Revision 0005, after 0004; made on 2026-11-26.
"""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("assessment", "attribution", "claim", "dependency", "document", "relation", "source")
TABLES = [*KINDS, *(f"{kind}_history" for kind in KINDS)]
FEW = sa.text("sealed_under IS NOT NULL")


def upgrade() -> None:
    """Make the tables what this revision says; sources that are protected are sealed when the server starts."""
    for table in TABLES:
        if not table.startswith("source"):
            op.add_column(table, sa.Column("protected", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.add_column(table, sa.Column("sealed_under", sa.Uuid(), nullable=True))
        op.add_column(table, sa.Column("sealed", sa.LargeBinary(), nullable=True))
        op.add_column(table, sa.Column("alias", sqlmodel.sql.sqltypes.AutoString(), nullable=True))
        name = op.f(f"ix_{table}_sealed_under")
        op.create_index(name, table, ["sealed_under"], postgresql_where=FEW, sqlite_where=FEW)
    op.create_index(op.f("ix_document_sha256"), "document", ["sha256"])
    op.create_table(
        "sealing_key",
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_sealing_key")),
        sa.UniqueConstraint("kind", "number", name=op.f("uq_sealing_key_kind_number")),
    )
    _create_kind("reveal", _of_reveals)
    _create_kind("erasure", _of_erasures)


def downgrade() -> None:
    """Take back what this revision made, but for who was shown what and what was erased: the log tells of those.

    Nothing may be sealed then: nobody could open it any more. Nor may anything but a source ever have been protected.
    """
    for table in TABLES:
        if _is_any(table, "sealed_under IS NOT NULL"):
            raise ValueError(
                f"Rows of {table} are sealed or erased, and the revision below knows no seal: end the protection of the"
                " records first. What was erased cannot go back."
            )
        if not table.startswith("source") and _is_any(table, "protected"):
            raise ValueError(
                f"Rows of {table} say that a record was protected, and the log commits to it: the revision below cannot"
                " keep that."
            )
    op.drop_table("sealing_key")
    op.drop_index(op.f("ix_document_sha256"), table_name="document")
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_sealed_under"), table_name=table)
        for column in ("alias", "sealed", "sealed_under"):
            op.drop_column(table, column)
        if not table.startswith("source"):
            op.drop_column(table, "protected")


def _is_any(table: str, condition: str) -> bool:
    return op.get_bind().execute(sa.text(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1")).first() is not None


def _create_kind(name: str, own: Callable[[], list["sa.Column[object]"]]) -> None:
    """Make the tables of a kind of record, its current rows and its earlier versions, where it has none."""
    if sa.inspect(op.get_bind()).has_table(name):
        return
    op.create_table(
        name,
        *_common(),
        *own(),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("external_id", name=op.f(f"uq_{name}_external_id")),
    )
    op.create_table(
        f"{name}_history",
        *_common(),
        *own(),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name=op.f(f"pk_{name}_history")),
    )


def _of_reveals() -> list["sa.Column[object]"]:
    return [
        sa.Column("request", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("access_key_id", sa.Uuid(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
    ]


def _of_erasures() -> list["sa.Column[object]"]:
    return [
        sa.Column("target_kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
    ]


def _common() -> list["sa.Column[object]"]:
    text = sqlmodel.sql.sqltypes.AutoString
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("external_id", text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", text(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by", text(), nullable=True),
        sa.Column("deletion_reason", text(), nullable=True),
        sa.Column("deletion", sa.Uuid(), nullable=True),
        sa.Column("seed", sa.LargeBinary(), nullable=True),
        sa.Column("salts", sa.JSON(), nullable=True),
    ]
