"""Check what is kept beside the record, and is not in the log: it has to be what the record says."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from api.documents.models import Document, Text
from api.log.batches import kept, versions
from api.log.report import Report
from api.storage.among import among
from api.storage.history import history_of, kind_of, of_no_version, table_of
from api.storage.parts import Part, placed_parts
from api.storage.reading import Reading
from api.storage.records import Recorded
from api.storage.references import logged
from api.storage.search import KINDS, SearchEntry, held, key_of

TEXTS = table_of(Text)
ENTRIES = table_of(SearchEntry)


def check_parts(reading: Reading, model: type[Recorded], kind: type[Part], report: Report) -> None:
    """Check the rows that lists are searched by against the versions that they belong to."""
    part = table_of(kind)
    for rows in versions(reading, model):
        stored: dict[tuple[UUID, int], list[Any]] = {}
        named = among(part.c.record_id, {row.id for row in rows})
        for found in reading.rows(select(part).where(named).order_by(part.c.position)):
            stored.setdefault((found.record_id, found.version), []).append(dict(found._mapping))
        for row in rows:
            expected = [one.model_dump() for one in placed_parts(row) if isinstance(one, kind)]
            if stored.get((row.id, row.version), []) != expected:
                report.tell(f"{part.name}: not what {table_of(model).name} {row.id}, version {row.version} says.")
    lost = select(part.c.record_id, part.c.version).where(*of_no_version(model, part))
    for record, version in reading.rows(lost):
        report.tell(f"{part.name}: there is no {table_of(model).name} {record}, version {version}.")


def check_texts(reading: Reading, report: Report) -> None:
    """Check texts against their digests, and look for those that versions name and the store does not have."""
    last = ""
    while rows := reading.rows(select(TEXTS).where(TEXTS.c.sha256 > last).order_by(TEXTS.c.sha256).limit(50)):
        for digest, text in rows:
            if sha256(text.encode()).hexdigest() != digest:
                report.tell(f"text {digest}: this is not the digest of the text.")
        last = rows[-1][0]
    for table in (table_of(Document), history_of(Document)):
        there = exists().where(TEXTS.c.sha256 == table.c.sha256)
        lost = select(table.c.id, table.c.version).where(
            table.c.sha256.is_not(None), table.c.sealed_under.is_(None), ~there
        )
        for record, version in reading.rows(lost):
            report.tell(f"document {record}, version {version}: its text is gone.")


def check_words(reading: Reading, report: Report) -> None:
    """Check what live records are found by against what they say."""
    for model in (logged()[kind] for kind in KINDS):
        for rows in kept(reading, model, table_of(model)):
            model.expect_found(reading, rows)
            entries = select(ENTRIES).where(among(ENTRIES.c.record_id, {row.id for row in rows}))
            stored = {entry.record_id: entry for entry in reading.rows(entries)}
            for row in rows:
                entry = stored.get(row.id)
                found, expected = (None, None) if entry is None else (entry.terms, entry.key), held(reading, row)
                if found != (expected or None, _key(reading, row, entry)):
                    report.tell(f"search_entry: {table_of(model).name} {row.id} is not found by what it says.")
            reading.texts.clear()
    none = [~exists().where(table_of(logged()[kind]).c.id == ENTRIES.c.record_id) for kind in KINDS]
    for (record,) in reading.rows(select(ENTRIES.c.record_id).where(*none)):
        report.tell(f"search_entry: there is no record {record}.")


def _key(reading: Reading, row: Recorded, entry: Any) -> int | None:
    """Return the key that an entry should have: another one than the record's own only where that is taken."""
    if entry is None:
        return None
    own = key_of(kind_of(row), row.id)
    taken = (
        reading.rows(select(ENTRIES.c.key).where(ENTRIES.c.key.between(own, entry.key - 1))) if entry.key > own else []
    )
    return own + len(taken)
