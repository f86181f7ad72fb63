"""Fetch what may answer a search: the candidates, and the texts that they are found by."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from api.attributions.models import Attribution
from api.claims.models import Claim
from api.documents.models import Document, Text
from api.sources.models import Source
from api.sources.service import service as sources
from api.storage.among import among_words
from api.storage.finding import Wanted, newest
from api.storage.history import table_of
from api.storage.reading import Reading
from api.storage.records import Sealable

MODELS: dict[str, type[Sealable]] = {
    "claim": Claim,
    "attribution": Attribution,
    "source": Source,
    "document": Document,
}
RANKED = {"claim": 100, "attribution": 100, "source": 100, "document": 50}  # the newest records, of each kind at most
READ = 20_000  # code points of a document's text


class Found(NamedTuple):
    """A record that may answer, with its texts as its row has them; `whole` where all of them were read."""

    kind: str
    row: Any
    texts: Sequence[tuple[str, str]]
    whole: bool


def candidates(
    reading: Reading, kinds: Iterable[str], wanted: Wanted, names: Collection[str] = ()
) -> tuple[list[Found], bool]:
    """Return the newest records of these kinds that have what is wanted, and whether that is all.

    The sources that have one of these very names are among them, however many newer ones have its words.
    """
    found: list[Found] = []
    complete = True
    for kind in kinds:
        some = newest(reading, kind, wanted, RANKED[kind])
        complete &= some.complete
        called = sorted(sources.find_named(reading, names), reverse=True) if kind == "source" else []
        found += _read(reading, kind, list(dict.fromkeys([*some.ids, *called[: RANKED[kind]]])))
    return found, complete


def _read(reading: Reading, kind: str, ids: Sequence[UUID]) -> list[Found]:
    rows = reading.live(MODELS[kind], ids)
    bodies = _bodies(reading, [row.sha256 for row in rows.values() if isinstance(row, Document)])
    found = []
    for row in (rows[one] for one in ids if one in rows):
        body, length = bodies.get(getattr(row, "sha256", None) or "", ("", 0))
        texts = [*row.found_by(), *([("/text", body)] if body else [])]
        found.append(Found(kind, row, texts, length <= READ))
    return found


def _bodies(reading: Reading, digests: Iterable[str | None]) -> dict[str, tuple[str, int]]:
    """Return how texts begin, and how long they are, by digest."""
    wanted = {digest for digest in digests if digest is not None}
    table = table_of(Text)
    some = select(table.c.sha256, func.substr(table.c.text, 1, READ), func.length(table.c.text))
    rows = reading.rows(some.where(among_words(table.c.sha256, wanted))) if wanted else ()
    return {digest: (beginning, length) for digest, beginning, length in rows}
