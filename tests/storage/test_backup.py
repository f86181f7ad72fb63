"""Copies of a SQLite file that is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from api.storage.backup import back_up
from api.storage.sqlite import driver


def test_a_copy_has_what_was_committed_and_no_more(tmp_path: Path) -> None:
    file, target = tmp_path / "whence.db", tmp_path / "copy.db"
    with closing(driver().connect(file, isolation_level=None)) as writing:
        writing.execute("PRAGMA journal_mode = WAL")
        writing.execute("CREATE TABLE kept (value)")
        writing.execute("INSERT INTO kept VALUES (1)")
        writing.execute("BEGIN IMMEDIATE")
        writing.execute("INSERT INTO kept VALUES (2)")

        back_up(file, target)

    with closing(sqlite3.connect(target)) as reading:
        assert reading.execute("SELECT value FROM kept").fetchall() == [(1,)]
    assert {one.name for one in tmp_path.iterdir()} == {"whence.db", "copy.db"}


def test_a_copy_that_cannot_be_made_leaves_the_old_one(tmp_path: Path) -> None:
    file, target = tmp_path / "whence.db", tmp_path / "copy.db"
    file.write_bytes(b"no database at all" * 100)
    target.write_bytes(b"the old copy")

    with pytest.raises(OSError, match="cannot be copied"):
        back_up(file, target)

    assert target.read_bytes() == b"the old copy"
    assert {one.name for one in tmp_path.iterdir()} == {"whence.db", "copy.db"}


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_copy_never_comes_to_stand_beside_what_another_database_left(tmp_path: Path, end: str) -> None:
    file, target = tmp_path / "whence.db", tmp_path / "copy.db"
    with closing(driver().connect(file)) as writing:
        writing.execute("CREATE TABLE kept (value)")
    Path(f"{target}{end}").touch()

    with pytest.raises(FileExistsError, match="was not closed"):
        back_up(file, target)

    assert not target.exists()


def test_there_is_no_copy_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        back_up(tmp_path / "nothing.db", tmp_path / "copy.db")

    assert not list(tmp_path.iterdir())
