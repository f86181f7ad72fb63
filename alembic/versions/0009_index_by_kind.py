"""Give each kind of record an index of words of its own on SQLite, whose beginnings are looked for in all of an index

Revision 0009, after 0008; made on 2026-11-26.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = ("document", "attribution", "claim", "source")
SHIFT = 61
# For each event: what becomes of the index, of which old or new row.
ADD = "INSERT INTO {index} (rowid, terms) VALUES (new.key, new.terms);"
DROP = "INSERT INTO {index} ({index}, rowid, terms) VALUES ('delete', old.key, old.terms);"
TRIGGERS = {
    "added": ("INSERT", "new", ADD),
    "removed": ("DELETE", "old", DROP),
    "changed": ("UPDATE", "old", f"{DROP} {ADD}"),
}


def upgrade() -> None:
    """Make the tables what this revision says."""
    if op.get_bind().dialect.name == "postgresql":
        return
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER search_entry_{name}")
    op.execute("DROP TABLE search_index")
    index_each()


def index_each() -> None:
    """Make an index of each kind, and triggers that keep it."""
    for place, kind in enumerate(KINDS):
        _make(f"search_index_{kind}", place << SHIFT, (place + 1 << SHIFT) - 1)
        for name, (event, row, body) in TRIGGERS.items():
            among = f"{row}.key BETWEEN {place << SHIFT} AND {(place + 1 << SHIFT) - 1}"
            done = body.format(index=f"search_index_{kind}")
            op.execute(
                f"CREATE TRIGGER search_entry_{name}_{kind} AFTER {event} ON search_entry WHEN {among} BEGIN {done} END"
            )


def downgrade() -> None:
    """Take it back: one index of all."""
    if op.get_bind().dialect.name == "postgresql":
        return
    for kind in KINDS:
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER search_entry_{name}_{kind}")
        op.execute(f"DROP TABLE search_index_{kind}")
    _make("search_index", 0, (len(KINDS) << SHIFT) - 1)
    for name, (event, _, body) in TRIGGERS.items():
        done = body.format(index="search_index")
        op.execute(f"CREATE TRIGGER search_entry_{name} AFTER {event} ON search_entry BEGIN {done} END")


def _make(index: str, first: int, last: int) -> None:
    """Make an index of the terms of rows between two keys."""
    op.execute(
        f"CREATE VIRTUAL TABLE {index} USING fts5(terms, content='search_entry', content_rowid='key',"
        " tokenize='ascii', detail=none, columnsize=0)"
    )
    if op.get_bind().dialect.dbapi.sqlite_version_info >= (3, 42):  # type: ignore[union-attr]
        op.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('secure-delete', 1)")
    op.execute(
        f"INSERT INTO {index} (rowid, terms) SELECT key, terms FROM search_entry"
        f" WHERE key BETWEEN {first} AND {last} ORDER BY key"
    )
