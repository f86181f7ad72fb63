"""Know a record by every id that another store has for it, and which version was last taken over from there

Revision 0008, after 0007; made on 2026-11-26.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = (
    *("assessment", "attribution", "citation", "claim", "dependency", "document", "document_same_as", "relation"),
    *("source", "source_same_as"),
)
CAME = sa.text("origin_id IS NOT NULL")
BATCH = 1_000


def upgrade() -> None:
    """Make the tables what this revision says."""
    op.create_table(
        "foreign_id",
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("became", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_foreign_id")),
    )
    for kind in KINDS:
        _fill(kind)
        op.drop_index(op.f(f"ix_{kind}_origin_id"), table_name=kind)


def downgrade() -> None:
    """Take it back: what came from another store is found by the id that it had in the last one only."""
    for kind in KINDS:
        name = op.f(f"ix_{kind}_origin_id")
        op.create_index(name, kind, ["origin_id"], unique=True, postgresql_where=CAME, sqlite_where=CAME)
    op.drop_table("foreign_id")


def _fill(kind: str) -> None:
    """Note the ids of what came from other stores; which version was taken, and who said so, is not told any more."""
    columns = [sa.column("id", sa.Uuid()), sa.column("origin_id", sa.Uuid()), sa.column("origin", sa.JSON())]
    table, into = sa.table(kind, *columns), sa.table("foreign_id", *_columns())
    put = sa.insert(into).from_select([one.name for one in into.c], _not_there_yet(into))
    last = None
    while True:
        came = sa.select(table).where(table.c.origin_id.is_not(None)).order_by(table.c.origin_id).limit(BATCH)
        some = op.get_bind().execute(came if last is None else came.where(table.c.origin_id > last)).all()
        found = (each for row in some for each in _ids(kind, row))
        while rows := list(islice(found, BATCH)):
            op.get_bind().execute(put, rows)
        if len(some) < BATCH:
            return
        last = some[-1].origin_id


def _columns() -> list[sa.ColumnClause[Any]]:
    ids = [sa.column(name, sa.Uuid()) for name in ("id", "record_id")]
    versions = [sa.column(name, sa.Integer()) for name in ("version", "base", "became")]
    return [sa.column("kind", sa.String()), *ids, *versions]


def _not_there_yet(into: sa.TableClause) -> sa.Select[Any]:
    given = {one.name: sa.bindparam(f"of_{one.name}", type_=one.type) for one in into.c}
    there = sa.exists().where(into.c.kind == given["kind"], into.c.id == given["id"])
    return sa.select(*(sa.cast(one, one.type) for one in given.values())).where(~there)


def _ids(kind: str, row: Any) -> Iterator[dict[str, Any]]:
    """Give what every store that a record came through called it."""
    origin = row.origin
    while origin is not None:
        one = UUID(origin["id"])
        if one != row.id:
            nothing = dict.fromkeys(("of_version", "of_base", "of_became"), 0)
            yield {"of_kind": kind, "of_id": one, "of_record_id": row.id, **nothing}
        origin = origin["origin"]
