"""Which SQLite serves."""

import pytest

from api.storage.sqlite import driver, is_sound


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ("3.51.3", True),
        ("3.52.0", True),
        ("3.51.2", False),
        ("3.50.7", True),
        ("3.50.6", False),
        ("3.44.6", True),
        ("3.44.5", False),
        ("3.45.9", False),
        ("3.40.1", False),
        ("4.0", True),
    ],
)
def test_versions_with_the_wal_bug_are_known(version: str, sound: bool) -> None:
    assert is_sound(version) is sound


def test_a_driver_is_there() -> None:
    assert driver().sqlite_version_info >= (3, 35)
