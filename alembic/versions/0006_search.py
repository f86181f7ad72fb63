"""Find records by their words: a row for each live record that has any, indexed; filled for those on record

Revision 0006, after 0005; made on 2026-11-26.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any
from unicodedata import normalize

import regex
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

Cut = Callable[[str], Iterable[str]]  # which gives the terms of a text, in their order
BATCH = 1_000
KINDS = ("document", "attribution", "claim", "source")
TRIGGERS = {
    "added": ("INSERT", ["INSERT INTO search_index (rowid, terms) VALUES (new.key, new.terms)"]),
    "removed": (
        "DELETE",
        ["INSERT INTO search_index (search_index, rowid, terms) VALUES ('delete', old.key, old.terms)"],
    ),
    "changed": (
        "UPDATE",
        [
            "INSERT INTO search_index (search_index, rowid, terms) VALUES ('delete', old.key, old.terms)",
            "INSERT INTO search_index (rowid, terms) VALUES (new.key, new.terms)",
        ],
    ),
}


def upgrade() -> None:
    """Make the tables what this revision says."""
    make(_terms)
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("search_index", "search_entry", ["terms"], postgresql_using="gin")
    else:
        _index_on_sqlite()


def downgrade() -> None:
    """Take it back."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_entry")


def _index_on_sqlite() -> None:
    """Make a full-text index of the terms, and triggers that keep it."""
    # Terms are letters and digits of any script: this cuts at the spaces between them, and changes none.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(terms, content='search_entry', content_rowid='key',"
        " tokenize='ascii', detail=none, columnsize=0)"
    )
    if op.get_bind().dialect.dbapi.sqlite_version_info >= (3, 42):  # type: ignore[union-attr]
        op.execute("INSERT INTO search_index (search_index, rank) VALUES ('secure-delete', 1)")
    op.execute("INSERT INTO search_index (search_index) VALUES ('rebuild')")
    for name, (event, statements) in TRIGGERS.items():
        body = " ".join(f"{one};" for one in statements)
        op.execute(f"CREATE TRIGGER search_entry_{name} AFTER {event} ON search_entry BEGIN {body} END")


def make(cut: Cut) -> None:
    """Make the table, and fill it with what records are found by, cut in this way; a later revision cuts otherwise."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "search_entry",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("terms", postgresql.TSVECTOR() if on_postgresql else sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("record_id", name=op.f("uq_search_entry_record_id")),
    )
    _fill(on_postgresql, cut)


# What is on record ---------------------------------------------------------------------------------------------------


def _fill(on_postgresql: bool, cut: Cut) -> None:
    into = sa.table("search_entry", sa.column("key"), sa.column("record_id", sa.Uuid()), sa.column("terms"))
    terms: Any = sa.bindparam("held", type_=postgresql.TSVECTOR() if on_postgresql else sa.Text())
    insert = sa.insert(into).values(key=sa.bindparam("of_key"), record_id=sa.bindparam("of_id"), terms=terms)
    found = _held_by_records(cut)
    while some := list(islice(found, BATCH)):
        filled = [one for one in some if one[2]]
        rows = [
            {
                "of_key": key,
                "of_id": record_id,
                "held": " ".join(f"'{one}'" for one in held) if on_postgresql else f" {' '.join(held)} ",
            }
            for key, (_, record_id, held) in zip(_free_keys(filled), filled, strict=True)
        ]
        if rows:
            op.get_bind().execute(insert, rows)


def _held_by_records(cut: Cut) -> Iterator[tuple[str, Any, list[str]]]:
    """Give each live record with its terms: of what is sealed, at most the alias."""
    for kind, columns in {
        "source": ["name", "aliases", "description"],
        "claim": ["text", "translations", "language"],
        "attribution": ["quote_exact", "cue", "language"],
        "document": ["title", "sha256", "language"],
    }.items():
        for row in _rows(kind, columns):
            said, tags = _said(kind, row)
            yield kind, row.id, _held(said, tags, cut)


def _rows(kind: str, columns: list[str]) -> Iterator[Any]:
    lists = {"aliases", "translations"}
    table = sa.table(
        kind,
        sa.column("id", sa.Uuid()),
        sa.column("deleted_at"),
        sa.column("sealed_under", sa.Uuid()),
        *(sa.column(name, sa.JSON() if name in lists else sa.String()) for name in columns),
    )
    last = None
    while True:
        live = sa.select(table).where(table.c.deleted_at.is_(None)).order_by(table.c.id).limit(BATCH)
        some = op.get_bind().execute(live if last is None else live.where(table.c.id > last)).all()
        yield from some
        if len(some) < BATCH:
            return
        last = some[-1].id


def _said(kind: str, row: Any) -> tuple[list[str | None], list[str | None]]:
    sealed = row.sealed_under is not None
    if kind == "source":
        return [row.name, *([] if sealed else [*row.aliases, row.description])], []
    if kind == "claim":
        return [row.text, *row.translations.values()], [row.language, *row.translations]
    if kind == "attribution":
        return [] if sealed else [row.quote_exact, row.cue], [row.language]
    return [] if sealed else [row.title, _text(row.sha256)], [row.language]


def _text(digest: str | None) -> str | None:
    if digest is None:
        return None
    text = sa.table("text", sa.column("sha256"), sa.column("text"))
    kept: str | None = op.get_bind().execute(sa.select(text.c.text).where(text.c.sha256 == digest)).scalar()
    return kept


def _held(said: Sequence[str | None], tags: Sequence[str | None], cut: Cut) -> list[str]:
    held: set[str] = set()
    room = 500_000
    for term in dict.fromkeys(term for text in said if text for term in cut(text)):
        room -= len(term.encode())
        if room < 0:
            break
        held.add(term)
    if held:
        parts = [tag.lower().split("-") for tag in tags if tag is not None]
        held |= {"\ue000" + "".join(part[:count]) for part in parts for count in range(1, len(part) + 1)}
    return sorted(held)


def _key(kind: str, record_id: Any) -> int:
    since = (record_id.int >> 80) - 1_577_836_800_000 & (1 << 41) - 1
    return KINDS.index(kind) << 61 | since << 20 | record_id.int >> 32 & (1 << 20) - 1


def _free_keys(filled: Sequence[tuple[str, Any, list[str]]]) -> list[int]:
    """Move those on whose key another record has: two processes may have made ids in the same millisecond."""
    wanted = [_key(kind, record_id) for kind, record_id, _ in filled]
    entry = sa.table("search_entry", sa.column("key"))
    among = sa.select(entry.c.key).where(entry.c.key.in_(sa.bindparam("keys", expanding=True)))
    taken = set(op.get_bind().execute(among, {"keys": wanted}).scalars())
    free = []
    for first in wanted:
        key = first
        while key in taken:
            key += 1
            taken.update(op.get_bind().execute(among, {"keys": [key]}).scalars())
        taken.add(key)
        free.append(key)
    return free


# How texts were cut when this revision was made ----------------------------------------------------------------------

SIGNS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ーｰﾞﾟ"
LETTERS = r"\p{L}\p{M}\p{N}"
UNSEEN = r"\u00ad\u200c\u200d"
STROKES = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"})


def _terms(text: str) -> dict[str, None]:
    """List the terms of a text in the order in which they stand there."""
    if text.isascii():
        return dict.fromkeys(word[:64] for word in re.findall("[0-9a-z]+", text.lower()))
    pattern, accents, other = _patterns()
    found: list[str] = []
    for match in pattern.finditer(text):
        apart = normalize("NFKD", normalize("NFKC", match[0]).casefold())
        folded = other.sub("", normalize("NFC", accents.sub("", apart).translate(STROKES)))
        if folded and match.lastgroup == "spaced":
            found.append(folded[:64])
        elif folded:
            found += [*(folded[place : place + 2] for place in range(len(folded) - 1)), folded[-1]]
    return dict.fromkeys(found)


@cache
def _patterns() -> tuple[Any, Any, Any]:
    spaced = rf"[[\p{{L}}\p{{N}}]--[{SIGNS}]](?:[[{LETTERS}{UNSEEN}]--[[{SIGNS}]&&[\p{{L}}\p{{N}}]]])*"
    return (
        regex.compile(rf"(?V1)(?P<spaced>{spaced})|(?P<signs>[[{SIGNS}]&&[{LETTERS}]]+)"),
        re.compile(
            "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a"
            "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
        ),
        regex.compile(f"(?V1)[^{LETTERS}]+"),
    )
