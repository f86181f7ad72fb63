"""The program in a process of its own, without its start: a fork of one that has imported it, which saves two seconds
of processor time each. What the start itself does, `tests/test_cli.py` sees of `python -m api.cli`.
"""

import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import TimeoutExpired

IMPORTED = ["api.cli", "api.main", "api.process.server", "api.process.workers"]

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(IMPORTED)


class Program:
    """A command of `whence` that runs, with its settings; what it says goes to a file. Ended as `Popen` is."""

    def __init__(self, arguments: Sequence[str], variables: Mapping[str, str], log: Path) -> None:
        self.arguments = arguments
        self._process = _forking.Process(target=_run, args=(arguments, dict(variables), log))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """Return how it ended, once it has."""
        self._process.join(seconds)
        if (code := self._process.exitcode) is None:
            raise TimeoutExpired(list(self.arguments), seconds or 0)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, while it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _run(arguments: Sequence[str], variables: Mapping[str, str], log: Path) -> None:
    """Become `python -m api.cli`, with these settings and no others."""
    with log.open("wb") as out:
        for said in (sys.stdout, sys.stderr):
            os.dup2(out.fileno(), said.fileno())
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = ["", *arguments]
    runpy.run_module("api.cli", run_name="__main__", alter_sys=True)
