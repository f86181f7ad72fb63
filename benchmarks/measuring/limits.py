"""Read what an answer is made of with the plain driver and one statement written by hand: the database's own cost."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from api.storage import sqlite

Read = Callable[[str], Sequence[Any]]

# Everything that a full answer shows of a claim's attributions: who, in which document, taken from where.
STORY = """
SELECT a.id, a.version, a.external_id, a.recorded_at, a.recorded_by, a.updated_at, a.updated_by, a.protected, a.alias,
       a.stance, a.modality, a.evidentiality, a.cue, a.verbatim, a.quote_exact, a.quote_prefix, a.quote_suffix,
       a.quote_start, a.quote_end, a.quote_sha256, a.language, a.said_at, a.said_at_earliest, a.said_at_latest,
       a.responds_to_id, a.replaces_id, a.retracted_at, a.retracted_at_earliest, a.retracted_at_latest,
       a.retraction_reason, a.retraction_document_id, l.sequence, c.id, c.text, c.alias, c.language,
       s.id, s.name, s.alias, s.kind, s.country, s.attested_by, t.id, t.name, t.alias,
       d.id, d.title, d.kind, d.url, d.language, d.published_at, d.published_at_earliest, d.published_at_latest,
       d.archive_url, d.retrieved_at, d.sha256, d.publisher_id, d.authors, x.id, x.kind, x.cited_id
FROM attribution a JOIN claim c ON c.id = a.claim_id
LEFT JOIN source s ON s.id = a.source_id AND s.deleted_at IS NULL
LEFT JOIN source t ON t.id = s.controlled_by_id AND t.deleted_at IS NULL
LEFT JOIN document d ON d.id = a.document_id AND d.deleted_at IS NULL
LEFT JOIN citation x ON x.citing_id = a.id AND x.deleted_at IS NULL
LEFT JOIN change l ON l.kind = 'attribution' AND l.record_id = a.id AND l.version = a.version
WHERE a.claim_id = ? AND a.deleted_at IS NULL ORDER BY a.id
"""
PROBES = "SELECT id FROM claim WHERE external_id LIKE 'probe-%' ORDER BY external_id"


@contextmanager
def reading(url: str) -> Iterator[tuple[list[str], Read]]:
    """Open a database with its plain driver: give the ids of the claims to ask about, and what reads one's story."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite.driver().connect(parsed.database)) as file:
            probes = [row[0] for row in file.execute(PROBES)]
            yield probes, lambda claim: file.execute(STORY, (claim,)).fetchall()
        return
    plain, story = parsed.set(drivername="postgresql").render_as_string(hide_password=False), STORY.replace("?", "%s")
    with psycopg.connect(plain, autocommit=True) as server:
        probes = [row[0].hex for row in server.execute(PROBES.replace("%", "%%"))]
        yield probes, lambda claim: server.execute(story, (claim,)).fetchall()
