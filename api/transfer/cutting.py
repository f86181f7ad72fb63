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
        if len(self._rest) > self.longest:
            raise TooLarge(f"Line {self.number + len(whole) + 1} has more than {self.longest:,} bytes.")
        for line in whole:
            self._add(bytes(line))
            if len(self._waiting) >= MOST_LINES or self._bytes >= MOST_BYTES:
                yield self._batch()

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end."""
        if self._rest:
            self._add(bytes(self._rest))
        if self._waiting:
            yield self._batch()

    @property
    def waiting_from(self) -> int:
        """Return the number of the first line that is in no batch yet."""
        return self._waiting[0].number if self._waiting else self.number + 1

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

    def end(self) -> Iterator[list[Numbered]]:
        """Give what is left when the body is at its end, a row that does not end too."""
        if self._row:
            self._row += self._rest
            self._rest = self._row
        yield from super().end()

    def _add(self, line: bytes) -> None:
        self.number += 1
        self._began = self._began if self._row else self.number
        self._row += (line.removeprefix(BOM) if self.number == 1 else line) + b"\n"
        if self._row.count(b'"') % 2:
            if len(self._row) > self.longest:
                raise TooLarge(f"The row that begins in line {self._began} has more than {self.longest:,} bytes.")
            return
        row, self._row = bytes(self._row), bytearray()
        if self._first_row:
            self.begin(row)
            self._first_row = False
        elif row.strip() and self._began >= self.first:
            self._keep(self._began, row)
