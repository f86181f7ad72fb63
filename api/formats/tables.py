"""CSV (RFC 4180) that a spreadsheet opens without taking any cell for a formula, and that comes back as it was.

A spreadsheet takes what begins with one of a few signs for a formula. To one that separates cells by semicolons or
tabs, cells begin within ours too: after each of these, and after each line's end. At each such place an apostrophe is
put before the sign, even if apostrophes or quotes stand there already: so exactly one can be taken away again, whatever
the cell says.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator

_FORMULA = "['\"]*[=+\\-@＝＋－＠]"
_FIRST = f"(?=['\"]*[\t\r\n]|{_FORMULA})"
_LATER = f"(?={_FORMULA})"
_DANGEROUS = re.compile(rf"\A{_FIRST}|(?<=[;\t\r\n]){_LATER}")
_GUARDED = re.compile(rf"\A'{_FIRST}|(?<=[;\t\r\n])'{_LATER}")
LONGEST = 2**26  # characters in a cell


def write(rows: Iterable[Iterable[str]]) -> bytes:
    """Write rows, each line ended as RFC 4180 has it."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([_guarded(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def separator_of(first_row: bytes) -> str:
    """Tell by the first row what separates cells: a semicolon, where a spreadsheet needs the comma for numbers."""
    return ";" if b";" in first_row and b"," not in first_row else ","


def read(body: bytes, separator: str = ",") -> Iterator[list[str]]:
    """Read rows. Raises `ValueError` where it is no CSV in UTF-8, or has a NUL."""
    if (place := body.find(b"\0")) >= 0:  # what the library takes for a sign like others
        raise ValueError(f"There is a NUL at byte {place}: no text can keep it. Leave it out.")
    csv.field_size_limit(LONGEST)  # for the whole process, as the library has it; no one else reads CSV here
    try:
        for row in csv.reader(io.StringIO(body.decode(), newline=""), delimiter=separator, strict=True):
            yield [_plain(cell) for cell in row]
    except UnicodeDecodeError as wrong:
        raise ValueError(f"This is not UTF-8: byte {wrong.start} cannot be read. Send UTF-8.") from None
    except csv.Error as wrong:
        raise ValueError(f"This is not CSV: {wrong}.") from None


def _guarded(cell: str) -> str:
    return _DANGEROUS.sub("'", cell)


def _plain(cell: str) -> str:
    return _GUARDED.sub("", cell)
