"""Copy a SQLite file while it is in use."""

import os
import tempfile
from contextlib import closing
from pathlib import Path

from api.storage.sqlite import driver

BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside a file, and reads into it when it is opened


def back_up(file: Path, target: Path) -> None:
    """Copy a database that others may be writing to; `target` appears whole and checked, or not at all.

    Raises `FileNotFoundError`, other `OSError`, or `ValueError` where the copy does not hold together.
    """
    if not file.is_file():
        raise FileNotFoundError(f"There is no file {file}.")
    target = Path(os.path.realpath(target))  # a link stays, and leads to what is new
    if target.exists() and not target.is_file():
        raise FileExistsError(f"{target} is no file that a copy can replace.")
    own = [Path(f"{os.path.realpath(file)}{end}") for end in ("", *BESIDE)]
    if target in own or (target.exists() and target.samefile(file)):
        raise FileExistsError(f"{target} is the store itself, or a part of it: name another file for the copy.")
    if any(Path(f"{target}{end}").exists() for end in BESIDE):
        raise FileExistsError(f"{target} is in use, or was not closed: name another file for the copy.")
    if not target.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {target.parent}.")
    sqlite = driver()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    copy = Path(name)
    try:
        with closing(sqlite.connect(file)) as source, closing(sqlite.connect(copy)) as destination:
            source.backup(destination)
            destination.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
            (found,) = destination.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise ValueError(f"The copy of {file} does not hold together: {found}")
        with copy.open("rb+") as written:
            os.fsync(written.fileno())
        copy.replace(target)
    except sqlite.Error as failed:
        raise OSError(f"{file} cannot be copied: {failed}") from failed
    finally:
        copy.unlink(missing_ok=True)
