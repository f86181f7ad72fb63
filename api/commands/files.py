"""Open what a transfer reads from and writes to: files, compressed or not, pipes and devices."""

import gzip
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from api.errors import Malformed

PIECE = 2**18
GZIP = b"\x1f\x8b"  # what it begins with


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is read; `size` is that of a file in bytes, None of what cannot be measured."""

    size: int | None
    _raw: Any
    _content: Any

    def pieces(self) -> Iterator[bytes]:
        """Read all of it. Raises `Malformed` where what is compressed cannot be read."""
        try:
            while piece := self._content.read(PIECE):
                yield piece
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise Malformed("What is compressed here is damaged or cut short.") from None

    def place(self) -> int:
        """Say how many bytes of the file were read."""
        return 0 if self.size is None else int(self._raw.tell())


@contextmanager
def opened(file: Path) -> Iterator[Incoming]:
    """Open a file, or standard input; what is compressed is told by how it begins."""
    with ExitStack() as open_:
        raw: Any = sys.stdin.buffer if str(file) == "-" else open_.enter_context(file.open("rb"))
        content = open_.enter_context(gzip.open(raw)) if raw.peek(len(GZIP)).startswith(GZIP) else raw
        about = os.fstat(raw.fileno())
        yield Incoming(about.st_size if stat.S_ISREG(about.st_mode) else None, raw, content)


@contextmanager
def whole(file: Path, mode: int) -> Iterator[IO[bytes]]:
    """Write a file that is there only when it is whole; what is no file, such as a pipe, is written to as it comes."""
    if str(file) == "-":
        yield sys.stdout.buffer
        return
    opener = partial(os.open, mode=mode & _mode_of(file))
    if file.exists() and not file.is_file():
        with open(file, "wb", opener=opener) as raw, _compressed(file, raw) as out:
            yield out
        return
    target = Path(os.path.realpath(file))  # a link stays, and leads to what is new
    part = target.with_name(f"{target.name}.part")
    with _blamed_on(file):
        part.unlink(missing_ok=True)  # or it would keep the mode that it has
        raw = open(part, "wb", opener=opener)  # noqa: SIM115
    try:
        with raw, _compressed(file, raw) as out:
            yield out
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _mode_of(file: Path) -> int:
    """Return who may read and write what is there; what is not, anybody may."""
    return stat.S_IMODE(file.stat().st_mode) if file.exists() else 0o777


def _compressed(file: Path, raw: IO[bytes]) -> AbstractContextManager[Any]:
    return gzip.GzipFile("", "wb", 6, raw) if file.suffix.lower() == ".gz" else nullcontext(raw)


@contextmanager
def _blamed_on(file: Path) -> Iterator[None]:
    """Let what fails name the file that was asked for."""
    try:
        yield
    except OSError as failed:
        failed.filename = str(file)
        raise
