"""Cut what comes in pieces into lines, and these into batches, in little memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from api.errors import TooLarge

BOM = b"\xef\xbb\xbf"
MOST_LINES = 1_000
MOST_BYTES = 2**22


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
        self._rest += piece
        *whole, rest = self._rest.split(b"\n") if b"\n" in piece else (self._rest,)
        self._rest = bytearray(rest) if whole else self._rest
        for line in whole:
            self._refuse_longer(line)
            self._add(bytes(line))
            if len(self._waiting) >= MOST_LINES or self._bytes >= MOST_BYTES:
                yield self._batch()
        self._refuse_longer(self._rest)

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end."""
        if self._rest:
            self._add(bytes(self._rest))
        if self._waiting:
            yield self._batch()

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
    """The same for CSV, where a row goes on over a line's end within quotes; `begin` takes the first row."""

    begin: Callable[[bytes], object] = bool
    _row: bytearray = field(default_factory=bytearray)
    _first_row: bool = True
    _began: int = 1  # the line that the row begins in
    _quotes: int = 0  # in the row so far: within quotes, while they are odd

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end: also a row that does not end, for its reader to refuse."""
        yield from super().end()
        if self._row:
            self._take_row()
        if self._waiting:
            yield self._batch()

    def _add(self, line: bytes) -> None:
        self.number += 1
        self._began = self._began if self._row else self.number
        self._row += (line.removeprefix(BOM) if self.number == 1 else line) + b"\n"
        self._quotes += line.count(b'"')
        if self._quotes % 2:
            if len(self._row) > self.longest:
                raise TooLarge(f"The row that begins in line {self._began} has more than {self.longest:,} bytes.")
        else:
            self._take_row()

    def _take_row(self) -> None:
        row, self._row, self._quotes = bytes(self._row), bytearray(), 0
        if self._first_row:
            self.begin(row)
            self._first_row = False
        elif row.strip() and self._began >= self.first:
            self._keep(self._began, row)
