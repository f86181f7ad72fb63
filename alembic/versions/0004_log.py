"""Make the change log a Merkle tree that commits to what every version says, and seal what is on record

Revision 0004, after 0003; made on 2026-11-26.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785
import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from alembic.util import CommandError

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BATCH = 2000
# Kinds that 0005 gives the column `protected`, false in all their versions: what the log commits to from the start.
NOT_PROTECTED = {"assessment", "attribution", "claim", "dependency", "document", "relation"}
ADDED = ("seed", "salts")
UNCOMMITTED = {"id", "version", "replaced_at", *ADDED}
# By table of the log, what no two of its rows may share.
UNIQUE = {
    "change": (
        "sequence = NEW.sequence",
        "kind = NEW.kind AND record_id = NEW.record_id AND version = NEW.version",
    ),
    "log_checkpoint": ("size = NEW.size",),
}

Row = Mapping[str, Any]


def upgrade() -> None:
    """Make the tables what this revision says, and give every version its seed and every change its place in the tree.

    What is written here says for good how the changes until now were sealed, whatever the application does later.
    """
    connection = op.get_bind()
    kinds = _kinds(connection)
    for table in _tables(kinds):
        op.add_column(table, sa.Column("seed", sa.LargeBinary(), nullable=True))
        op.add_column(table, sa.Column("salts", sa.JSON(), nullable=True))
    _give_seeds(connection, kinds)

    before = _set_aside(connection)
    op.create_table(
        "change",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("action", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("commitments", sa.JSON(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_change")),
    )
    op.add_column("change_queue", sa.Column("commitments", sa.JSON(), nullable=True))
    records = {name: _reflected(connection, name) for name in _tables(kinds)}
    _seal_numbered(connection, before, records)
    _seal_queued(connection, records)
    op.drop_table(before)
    op.create_index(op.f("ix_change_kind_record_id_version"), "change", ["kind", "record_id", "version"], unique=True)
    with op.batch_alter_table("change_queue", schema=None) as batch_op:
        batch_op.alter_column("commitments", existing_type=sa.JSON(), nullable=False)

    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_log_checkpoint")),
    )
    _refuse_all_but_adding(connection.dialect.name)


def downgrade() -> None:
    """Take it back: the log is a list again, and what it proved is gone."""
    connection = op.get_bind()
    _allow_all(connection.dialect.name)
    op.drop_table("log_checkpoint")
    op.drop_column("change_queue", "commitments")
    for column in ("commitments", "hashes"):
        op.drop_column("change", column)
    for table in _tables(_kinds(connection)):
        for column in ADDED:
            op.drop_column(table, column)


# Seal what is there ---------------------------------------------------------------------------------------------------


def _kinds(connection: sa.Connection) -> list[str]:
    """List the tables of records: those that have a history beside them."""
    names = set(sa.inspect(connection).get_table_names())
    return sorted(name for name in names if f"{name}_history" in names)


def _tables(kinds: Iterable[str]) -> list[str]:
    return [table for kind in kinds for table in (kind, f"{kind}_history")]


def _give_seeds(connection: sa.Connection, kinds: Iterable[str]) -> None:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.create_function("fresh_seed", 0, lambda: os.urandom(32))
        seed = "fresh_seed()"
    else:
        seed = "uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())"  # 244 of its 256 bits are random
    for table in _tables(kinds):
        op.execute(f"UPDATE {table} SET seed = {seed}")


def _set_aside(connection: sa.Connection) -> str:
    """Rename the log as it was, so that it can be written anew, and return its name."""
    before = "change_before"
    op.drop_index("ix_change_kind_record_id_version", table_name="change")
    op.rename_table("change", before)
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {before} RENAME CONSTRAINT pk_change TO pk_{before}")
    return before


def _seal_numbered(connection: sa.Connection, before: str, records: Mapping[str, sa.Table]) -> None:
    old, new = _reflected(connection, before), _reflected(connection, "change")
    size, peaks = 0, list[bytes]()
    while changes := _rows(connection, sa.select(old).where(old.c.sequence > size).order_by(old.c.sequence)):
        rows = []
        for change, commitments in _committed(connection, changes, records):
            if change["sequence"] != size + 1:
                raise CommandError(f"The change log has no number {size + 1}: it cannot be sealed with a gap.")
            row = {**change, "commitments": commitments}
            hashes = [hashlib.sha256(b"\x00" + _envelope(row)).digest()]
            while size >> (len(hashes) - 1) & 1:  # RFC 9162: the new leaf completes the subtrees that end with it
                hashes.append(hashlib.sha256(b"\x01" + peaks.pop() + hashes[-1]).digest())
            peaks.append(hashes[-1])
            size += 1
            rows.append({**row, "hashes": b"".join(hashes)})
        connection.execute(sa.insert(new), rows)


def _seal_queued(connection: sa.Connection, records: Mapping[str, sa.Table]) -> None:
    queue = _reflected(connection, "change_queue")
    key = (queue.c.kind, queue.c.record_id, queue.c.version)
    one = [column == sa.bindparam(f"this_{column.name}") for column in key]
    fill = sa.update(queue).where(*one).values(commitments=sa.bindparam("made"))
    while changes := _rows(connection, sa.select(*key).where(queue.c.commitments.is_(None))):
        connection.execute(
            fill,
            [
                {**{f"this_{name}": value for name, value in change.items()}, "made": commitments}
                for change, commitments in _committed(connection, changes, records)
            ],
        )


def _committed(
    connection: sa.Connection, changes: Sequence[Row], records: Mapping[str, sa.Table]
) -> Iterator[tuple[Row, dict[str, str]]]:
    """Go through some changes, each with the commitments to what its version of its record says."""
    said: dict[tuple[str, UUID, int], Row] = {}
    for kind in {change["kind"] for change in changes} & records.keys():
        wanted = [(change["record_id"], change["version"]) for change in changes if change["kind"] == kind]
        current, earlier = records[kind], records[f"{kind}_history"]
        for statement in (
            sa.select(current).where(current.c.id.in_({one for one, _ in wanted})),
            sa.select(earlier).where(sa.tuple_(earlier.c.id, earlier.c.version).in_(wanted)),
        ):
            said |= {(kind, row["id"], row["version"]): row for row in connection.execute(statement).mappings()}
    for change in changes:
        row = said.get((change["kind"], change["record_id"], change["version"]))
        if row is None:
            raise CommandError(
                f"The change log names version {change['version']} of {change['kind']} {change['record_id']}, and no"
                " table has it. Restore it from a backup: the log cannot commit to what is not there."
            )
        yield change, _commitments({**row, "protected": False} if change["kind"] in NOT_PROTECTED else row)


def _rows(connection: sa.Connection, statement: "sa.Select[Any]") -> Sequence[Row]:
    return connection.execute(statement.limit(BATCH)).mappings().all()


def _commitments(row: Row) -> dict[str, str]:
    return {
        name: base64.b64encode(
            hmac.digest(hmac.digest(row["seed"], name.encode(), "sha256"), rfc8785.dumps(_plain(value)), "sha256")
        ).decode()
        for name, value in row.items()
        if value is not None and name not in UNCOMMITTED
    }


def _envelope(change: Row) -> bytes:
    return rfc8785.dumps(
        {
            "sequence": change["sequence"],
            "kind": change["kind"],
            "id": str(change["record_id"]),
            "version": change["version"],
            "action": change["action"],
            "actor": change["recorded_by"],
            "recorded_at": _plain(change["recorded_at"]),
            "commitments": change["commitments"],
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        in_utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return in_utc.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int) and not isinstance(value, bool):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {_plain(name): _plain(one) for name, one in value.items()}
    return value


def _reflected(connection: sa.Connection, name: str) -> sa.Table:
    """Read what columns a table has, and of which types: SQLite keeps a UUID as 32 characters."""

    def type_again(_: Any, __: Any, column: Any) -> None:
        if isinstance(column["type"], sa.CHAR):
            column["type"] = sa.Uuid()

    listeners = [("column_reflect", type_again)]
    return sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False, listeners=listeners)


# Rows of the log are only ever added ----------------------------------------------------------------------------------


def _refuse_all_but_adding(engine: str) -> None:
    if engine == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_all_but_adding() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME; END $$"
        )
        for table in UNIQUE:
            op.execute(
                f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_adding()"
            )
        return
    refusal = "BEGIN SELECT RAISE(ABORT, 'rows of {0} are only ever added'); END"
    for table, keys in UNIQUE.items():
        refused = refusal.format(table)
        op.execute(f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} {refused}")
        op.execute(f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} {refused}")
        # INSERT OR REPLACE would take a row away without asking those two.
        taken = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {same})" for same in keys)
        op.execute(f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN {taken} {refused}")


def _allow_all(engine: str) -> None:
    for table in UNIQUE:
        if engine == "postgresql":
            op.execute(f"DROP TRIGGER {table}_only_grows ON {table}")
        else:
            for event in ("update", "delete", "replace"):
                op.execute(f"DROP TRIGGER {table}_refuses_{event}")
    if engine == "postgresql":
        op.execute("DROP FUNCTION refuse_all_but_adding()")
