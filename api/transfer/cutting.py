"""Cut what comes in pieces into lines, and these into batches, in little memory."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from api.errors import TooLarge

BOM = b"\xef\xbb\xbf"
MOST_LINES = 1_000
MOST_BYTES = 2**22
_OPENING = re.compile(rb'(?:^|,)"')  # a quote within a cell that does not begin with one is a sign like others
_CLOSING = re.compile(rb'(?:[^"]|"")*+"')


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line and its number, from 1."""

    number: int
    content: bytes


@dataclass
class Cutter:
    """Lines of a body that is not whole yet; blank ones and those before `first` are counted and left out."""

    longest: int
    first: int = 1
    number: int = 0
    _rest: bytearray = field(default_factory=bytearray)
    _waiting: list[Numbered] = field(default_factory=list)
    _bytes: int = 0

    def take(self, piece: bytes) -> Iterator[list[Numbered]]:
        """Take a piece, and give the batches that are full. Raises `TooLarge` where a line does not end."""
        *ended, rest = self._split(piece)
        for part in ended:
            line = bytes(self._rest + part)
            self._rest.clear()
            self._refuse_longer(line)
            self._add(line)
            if len(self._waiting) >= MOST_LINES or self._bytes >= MOST_BYTES:
                yield self._batch()
        self._rest += rest
        self._refuse_longer(self._rest)

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end."""
        if self._rest:
            self._add(bytes(self._rest))
        if self._waiting:
            yield self._batch()

    def _split(self, piece: bytes) -> Sequence[bytes]:
        """Cut a piece where lines end: all but the last part do."""
        return piece.split(b"\n")

    def _refuse_longer(self, line: bytes | bytearray) -> None:
        if len(line) > self.longest:
            raise TooLarge(f"Line {self.number + 1} has more than {self.longest:,} bytes.")

    def _add(self, line: bytes) -> None:
        self.number += 1
        content = (line.removeprefix(BOM) if self.number == 1 else line).strip(b" \t\r")
        if content and self.number >= self.first:
            self._keep(self.number, content)

    def _keep(self, number: int, content: bytes) -> None:
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
    _row: bytearray = field(default_factory=bytearray)
    _first_row: bool = True
    _began: int = 1  # the line that the row begins in
    _quoted: bool = False  # whether the row so far ends within quotes
    _held: bytes = b""  # a CR, which an LF may follow

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end: also a row that does not end, for its reader to refuse."""
        yield from super().end()
        if self._row:
            self._take_row()
        if self._waiting:
            yield self._batch()

    def _split(self, piece: bytes) -> Sequence[bytes]:
        lines = (self._held + piece).splitlines(keepends=True)
        self._held = b"\r" if lines and lines[-1].endswith(b"\r") else b""
        if self._held:
            lines[-1] = lines[-1][:-1]
        elif not lines or lines[-1].endswith(b"\n"):
            lines.append(b"")
        return lines

    def _add(self, line: bytes) -> None:
        self.number += 1
        self._began = self._began if self._row else self.number
        plain = line.removeprefix(BOM) if self.number == 1 else line
        self._row += plain
        self._quoted = _ends_quoted(plain, self._quoted)
        if not self._quoted:
            self._take_row()
        elif len(self._row) > self.longest:
            raise TooLarge(f"The row that begins in line {self._began} has more than {self.longest:,} bytes.")

    def _take_row(self) -> None:
        row, self._row, self._quoted = bytes(self._row), bytearray(), False
        if not row.strip():
            return
        if self._first_row:
            self.begin(row)
            self._first_row = False
        elif self._began >= self.first:
            self._keep(self._began, row)


def _ends_quoted(line: bytes, quoted: bool) -> bool:
    """Say whether a row is within quotes at the end of a line, given whether it was at its beginning."""
    place = 0
    while found := (_CLOSING.match if quoted else _OPENING.search)(line, place):
        place, quoted = found.end(), not quoted
    return quoted
