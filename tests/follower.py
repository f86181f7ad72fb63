"""A follower of the change log, in a process of its own, that may be killed at any moment and started again.

It keeps each page and the cursor after it in one transaction of a SQLite file of its own: that is what lets it go on
where it was. A page that it has read and not kept is read again; one that it has kept is never asked for again.
"""

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

TABLES = """
CREATE TABLE IF NOT EXISTS seen (nth INTEGER PRIMARY KEY, sequence INTEGER, kind TEXT, id TEXT, version INTEGER);
CREATE TABLE IF NOT EXISTS cursor (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), next INTEGER);
INSERT OR IGNORE INTO cursor VALUES (1, 0);
"""
PAGE = 50
PAUSE = 0.01


def keep_following(client: httpx.Client, file: Path) -> None:
    """Follow from the cursor that was kept, for ever."""
    kept = sqlite3.connect(file, isolation_level=None)
    kept.executescript(TABLES)
    (after,) = kept.execute("SELECT next FROM cursor").fetchone()
    print("following", flush=True)
    while True:
        page = client.get("/v1/changes", params={"after": after, "limit": PAGE}, timeout=60).raise_for_status().json()
        rows = [(one["sequence"], one["kind"], one["id"], one["version"]) for one in page["items"]]
        kept.execute("BEGIN")
        kept.executemany("INSERT INTO seen (sequence, kind, id, version) VALUES (?, ?, ?, ?)", rows)
        kept.execute("UPDATE cursor SET next = ?", [page["next"]])
        kept.execute("COMMIT")
        after = page["next"]
        time.sleep(PAUSE)


def started(client: httpx.Client, file: Path) -> "subprocess.Popen[bytes]":
    """Start a follower, and return it when it is about to ask for its first page."""
    follower = subprocess.Popen(
        [sys.executable, "-m", "tests.follower", str(client.base_url), str(file)], stdout=subprocess.PIPE
    )
    assert follower.stdout is not None
    with follower.stdout as said:
        assert said.readline() == b"following\n"
    return follower


def seen(file: Path) -> list[dict[str, Any]]:
    """Return what was kept, in the order in which it was."""
    with closing(sqlite3.connect(file)) as kept:
        rows = kept.execute("SELECT sequence, kind, id, version FROM seen ORDER BY nth").fetchall()
    return [dict(zip(("sequence", "kind", "id", "version"), row, strict=True)) for row in rows]


if __name__ == "__main__":
    base_url, file = sys.argv[1:]
    with httpx.Client(base_url=base_url, trust_env=False) as client:
        keep_following(client, Path(file))
