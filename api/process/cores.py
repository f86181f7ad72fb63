"""Keep a process to one core: of its threads one runs at a time, and on two cores they mostly wait to hear of it."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

RUNS_ON = 36  # where the numbers behind a process's name tell the core (`man 5 proc_pid_stat`)


def cores_from_here() -> list[int]:
    """List the cores that this process may run on, the one where it runs now first; none where nobody tells."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    allowed, here = sorted(os.sched_getaffinity(0)), 0
    with suppress(OSError, IndexError, ValueError):
        here = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[RUNS_ON])
    first = allowed.index(here) if here in allowed else 0
    return allowed[first:] + allowed[:first]


def keep_to_one(cores: Sequence[int], place: int) -> None:
    """Let this process run on one of these cores only, another one at another place while there are enough of them.

    To be called before it has other threads. Where there are none, or the system forbids it, all stays as it is.
    """
    if cores:
        with suppress(OSError):
            os.sched_setaffinity(0, {cores[place % len(cores)]})
