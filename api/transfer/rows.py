"""The flat kinds as rows of a table: a column for each field, lists, references and true or false as JSON."""

from collections.abc import Iterable
from typing import Any, Literal, get_args

from api.bundles.service import KEEPERS
from api.errors import Invalid, Malformed
from api.formats import json, tables
from api.transfer.cutting import OPEN_QUOTE
from api.transfer.lines import Line, said_of, unredacted, validated

Flat = Literal["source", "document", "claim"]
FORMATS = ("ndjson", "csv")
# What is more than words.
STRUCTURED = frozenset(
    {
        *("aliases", "controlled_by", "protected", "attested_distinct", "publisher", "authors"),
        *("translations", "about", "topics", "origin"),
    }
)
TRUTHS = ("true", "false")  # a spreadsheet shouts them


def kind_of_table(kind: str | None, format: str) -> Flat | None:
    """Return what the rows of a table are, None where it is not a table. Raises `Invalid`."""
    kinds: dict[str | None, Flat] = {one: one for one in get_args(Flat)}
    if format not in FORMATS:
        raise Invalid(f"There is no format “{format}”: say {' or '.join(FORMATS)}.", parameter="format")
    if format == "csv" and kind not in kinds:
        raise Invalid(f"Say what the rows are: {', '.join(get_args(Flat))}.", parameter="kind")
    if format != "csv" and kind is not None:
        raise Invalid("Only a table is all of one kind: lines of JSON say their own.", parameter="kind")
    return kinds.get(kind)


def columns(kind: Flat) -> list[str]:
    """Name the columns of a kind."""
    own = [f"{kind}_kind" if name == "kind" else name for name in KEEPERS[kind].draft.model_fields]
    return [*own, "origin"]


def header(kind: Flat) -> bytes:
    """Write the first row."""
    return tables.write([columns(kind)])


def written(kind: Flat, lines: Iterable[Line]) -> bytes:
    """Write lines as rows."""
    names = columns(kind)
    return tables.write([_cell(line.get(name)) for name in names] for line in map(unredacted, lines))


class Table:
    """The rows of one table, on their way in."""

    def __init__(self, kind: Flat) -> None:
        self.kind = kind
        self.names: list[str] = []
        self._separator = ","

    def begin(self, first_row: bytes) -> None:
        """Read the first row, which names the columns. Raises `Malformed`, `Invalid`."""
        self._separator = tables.separator_of(first_row)
        self.names = _only_row(first_row, self._separator)
        known = columns(self.kind)
        unknown = sorted(set(self.names).difference(known))
        if unknown or not self.names or len(set(self.names)) < len(self.names):
            others = ", ".join(name or "one without a name" for name in unknown)[:200]
            raise Invalid(
                f"The first row names the columns, each once, of {', '.join(known)}; this one has"
                f" {others or 'one twice, or none'}."
            )

    def entry(self, row: bytes) -> Any:
        """Read a record of a bundle from a row; an empty cell says nothing. Raises `Malformed`, `Invalid`."""
        cells = _only_row(row, self._separator)
        if len(cells) != len(self.names):
            said = f"The row has {len(cells)} cells, and the first row names {len(self.names)} columns."
            raise Invalid(f"{said}{_over_lines(row)}")
        given = {name: _value(name, cell) for name, cell in zip(self.names, cells, strict=True) if cell}
        return validated({"kind": self.kind, **given})


def _cell(value: Any) -> str:
    if value is None or value in ([], {}, False):
        return ""
    return value if isinstance(value, str) else json.write(value).decode()


def _value(name: str, cell: str) -> Any:
    if name not in STRUCTURED:
        return cell
    try:
        return json.read((cell.lower() if cell.lower() in TRUTHS else cell).encode())
    except ValueError as wrong:
        said = said_of("The cell", wrong)
        raise Invalid(f"{said} Write it as an exported table has it.", json.pointer(name)) from None


def _only_row(content: bytes, separator: str) -> list[str]:
    try:
        rows = list(tables.read(content, separator))
    except ValueError as wrong:
        raise Malformed(f"{wrong}{_over_lines(content)}") from None
    if len(rows) > 1:
        raise Malformed(f"These are {len(rows)} rows in one: look at its quotes and at how its lines end.")
    return rows[0] if rows else []


def _over_lines(row: bytes) -> str:
    lines = len(row.splitlines())
    return f" It goes on over {lines:,} lines: {OPEN_QUOTE}." if lines > 1 else ""
