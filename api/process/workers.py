"""Serve one port from several processes: each is a whole server, and one that dies is followed by another."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

import structlog
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from api.process import port
from api.process.cores import cores_from_here, keep_to_one
from api.process.server import GRACE, Serving
from api.process.signals import ending_by
from api.settings import Settings
from api.web import metrics

log = structlog.get_logger()

Make = Callable[[Settings], ASGIApp]
LOOK = 0.2  # seconds between two looks at whether a signal came
PAUSE = 0.5  # seconds before another one is started: those that die at once must not take the whole machine
SPREADS = sys.platform == "linux"  # elsewhere SO_REUSEPORT is missing, or means another thing
spawning = multiprocessing.get_context("spawn")  # a fork would share the parent's locks and connections


class Workers:
    """As many processes as the settings say, on one port, until a signal ends them."""

    def __init__(self, make: Make, settings: Settings, announce: Callable[[str], None]) -> None:
        self._make = make
        self._settings = settings
        self._announce = announce
        self._cores = cores_from_here() if settings.keep_to_core else []
        self._working: dict[int, SpawnProcess] = {}
        self._listening = threading.Event()
        self._ending = threading.Event()

    def run(self, taken: socket.socket) -> int:
        """Serve a port that is kept until SIGTERM or SIGINT, and return the exit code: not 0 where no process can be
        started.
        """
        address, told = spawning.Pipe(duplex=False)
        if SPREADS:
            port.let_share(taken)
        with metrics.shared(), ending_by(self._ending.set), told:
            for place in range(self._settings.workers):
                self._start(place, taken, told)
            threading.Thread(target=self._tell, args=[address], daemon=True).start()
            try:
                return self._look_after(taken, told)
            finally:
                self._end()

    def _start(self, place: int, taken: socket.socket, told: Connection) -> None:
        # The first has the port's own socket: so the port is never free, and connections wait there for its successor.
        with port.beside(taken) if SPREADS and place > 0 else taken.dup() as own:
            given = (self._make, self._settings, own, told, self._cores, place)
            process = spawning.Process(target=_work, args=given, name="whence worker")
            process.start()
        self._working[place] = process

    def _tell(self, address: Connection) -> None:
        """Announce the address once, when the first process listens; the others say the same."""
        with suppress(EOFError):
            first = address.recv()
            self._listening.set()
            self._announce(first)
            while True:
                address.recv()

    def _look_after(self, taken: socket.socket, told: Connection) -> int:
        while not self._ending.is_set():
            wait([one.sentinel for one in self._working.values()], LOOK)
            for place, dead in [each for each in self._working.items() if each[1].exitcode is not None]:
                del self._working[place]
                metrics.forget(dead.pid or 0)
                if not self._listening.is_set():
                    return dead.exitcode or STARTUP_FAILURE
                log.warning("a worker died, and another one takes its place", exit_code=dead.exitcode)
            for place in set(range(self._settings.workers)).difference(self._working):
                if self._ending.wait(PAUSE):
                    break
                self._start_if_possible(place, taken, told)
        return 0

    def _start_if_possible(self, place: int, taken: socket.socket, told: Connection) -> None:
        try:
            self._start(place, taken, told)
        except OSError as failed:  # too many files or processes, say: the others serve on
            log.warning("a worker could not be started, which will be tried again", reason=str(failed))

    def _end(self) -> None:
        """End every process: well, or after the time that its open requests have."""
        for process in self._working.values():
            process.terminate()
        deadline = time.monotonic() + self._settings.shutdown_seconds + 2 * GRACE
        for process in self._working.values():
            process.join(max(0.0, deadline - time.monotonic()))
            process.kill()


def _work(
    make: Make, settings: Settings, taken: socket.socket, told: Connection, cores: Sequence[int], place: int
) -> None:
    """Be one of the processes."""
    from api.web import logs

    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl-C is for the parent, which ends each process once
    logs.configure(settings)
    keep_to_one(cores, place)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server = Serving(make(settings), settings, told.send)
    server.run([taken])
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    signal.raise_signal(signal.SIGTERM)
