"""Cut what comes in pieces into lines, and these into batches, in little memory."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from api.errors import Failure, TooLarge
from api.formats import tables

MOST_LINES = 1_000
MOST_BYTES = 2**22
OPEN_QUOTE = "look for a quote that is not closed"
# A quote within a cell that does not begin with one is a sign like others.
_OPENING = {separator: re.compile(separator + b'"') for separator in (b",", b";")}
_CLOSING = re.compile(rb'(?:[^"]|"")*+"')


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line and its number, from 1, or why its content was not kept."""

    number: int
    content: bytes
    refused: Failure | None = None


@dataclass
class Cutter:
    """Lines of a body that is not whole yet; blank ones and those before `first` are counted and left out.

    Of a line that is too long no more is kept than shows that it is.
    """

    longest: int
    first: int = 1
    number: int = 0  # of the last line that has ended
    _began: int = 1  # the line that `_rest` begins in
    _rest: bytearray = field(default_factory=bytearray)
    _waiting: list[Numbered] = field(default_factory=list)
    _bytes: int = 0

    def take(self, piece: bytes) -> Iterator[list[Numbered]]:
        """Take a piece, and give the batches that are full."""
        *ended, rest = self._split(piece)
        for part in ended:
            self._add(part)
            self.number += 1
            if not self._goes_on():
                self._take_rest()
            if len(self._waiting) >= MOST_LINES or self._bytes >= MOST_BYTES:
                yield self._batch()
        self._add(rest)

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end: also a row that does not end, for its reader to refuse."""
        if self._rest:
            self.number += 1
            self._take_rest()
        if self._waiting:
            yield self._batch()

    def _split(self, piece: bytes) -> Sequence[bytes]:
        """Cut a piece where lines end: all but the last part do."""
        return piece.split(b"\n")

    def _add(self, part: bytes) -> None:
        self._rest += part
        del self._rest[len(BOM_UTF8) + self.longest + 1 :]

    def _goes_on(self) -> bool:
        """Say whether what a line says goes on in the next one."""
        return False

    def _take_rest(self) -> None:
        began, self._began = self._began, self.number + 1
        content = bytes(self._rest).removeprefix(BOM_UTF8 if began == 1 else b"")
        self._rest.clear()
        if not self._is_blank(content):
            self._keep(began, content)

    def _is_blank(self, content: bytes) -> bool:
        """Say whether a line says nothing."""
        return not content.strip()

    def _keep(self, number: int, content: bytes) -> None:
        if number < self.first:
            return
        if len(content) > self.longest:
            over = f" It goes on to line {self.number:,}: {OPEN_QUOTE}." if self.number > number else ""
            refused = TooLarge(f"This has more than {self.longest:,} bytes.{over}")
            self._waiting.append(Numbered(number, b"", refused))
            return
        self._waiting.append(Numbered(number, content))
        self._bytes += len(content)

    def _batch(self) -> list[Numbered]:
        batch, self._waiting, self._bytes = self._waiting, [], 0
        return batch


@dataclass
class RowCutter(Cutter):
    """The same for CSV, where a row goes on over a line's end within quotes; `begin` takes the first row.

    Lines end with LF, CR or both, as its reader has it.
    """

    begin: Callable[[bytes], object] = bool
    _separator: bytes = b","
    _first_row: bool = True
    _quoted: bool = False  # whether the row so far ends within quotes
    _opens: bool = True  # whether a quote that came next would begin what is quoted, or go on with it
    _held: bytes = b""  # a CR, which an LF may follow

    def _split(self, piece: bytes) -> Sequence[bytes]:
        lines = (self._held + piece).splitlines(keepends=True)
        self._held = b"\r" if lines and lines[-1].endswith(b"\r") else b""
        if self._held:
            lines[-1] = lines[-1][:-1]
        elif not lines or lines[-1].endswith(b"\n"):
            lines.append(b"")
        return lines

    def _add(self, part: bytes) -> None:
        super()._add(part)
        if part:
            self._quoted, self._opens = _quoted_after(part, self._separator, self._quoted, self._opens)

    def _goes_on(self) -> bool:
        return self._quoted

    def _take_rest(self) -> None:
        super()._take_rest()
        self._quoted, self._opens = False, True

    def _is_blank(self, content: bytes) -> bool:
        """Say whether a row says nothing: a spreadsheet saves an empty one as its separators."""
        return super()._is_blank(content.replace(self._separator, b""))

    def _keep(self, number: int, content: bytes) -> None:
        if self._first_row:
            self.begin(content)
            self._first_row, self._separator = False, tables.separator_of(content).encode()
        else:
            super()._keep(number, content)


def _quoted_after(part: bytes, separator: bytes, quoted: bool, opens: bool) -> tuple[bool, bool]:
    """Say whether a row is within quotes after a part of it, and whether a quote that came next would open them."""
    text = part if quoted else (separator if opens else b" ") + part
    place = 0
    while found := (_CLOSING.match if quoted else _OPENING[separator].search)(text, place):
        place, quoted = found.end(), not quoted
    return quoted, not quoted and (place == len(text) or text.endswith(separator))
