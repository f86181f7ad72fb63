"""Write an export as bytes, some at a time."""

from collections.abc import Iterator

from api.formats import json
from api.transfer import rows
from api.transfer.exporting import Export
from api.transfer.schemas import ExportEnd


def lines_sent(export: Export) -> Iterator[bytes]:
    """Write lines of JSON, and at the end how many they were."""
    for batch in export.batches():
        yield b"".join(json.write(line) + b"\n" for line in batch)
    end = ExportEnd(records=export.lines, known_at=export.known_at, settled=export.settled)
    yield end.model_dump_json().encode() + b"\n"


def rows_sent(export: Export, kind: rows.Flat) -> Iterator[bytes]:
    """Write the records of one kind as a table."""
    yield rows.header(kind)
    for batch in export.batches([kind]):
        yield rows.written(kind, batch)
