"""Serve the application with uvicorn, so that signals end it well and its address is told once it listens there."""

import gc
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.server import HANDLED_SIGNALS

from api.process.garbage import look_less_often
from api.settings import Settings

log = structlog.get_logger()

try:
    from api.process.protocol import bounded
except ImportError:  # httptools is not built for this machine; then only the size of headers is bounded
    bounded = None  # type: ignore[assignment]

TICKS = 10  # of a tenth of a second, between two looks at the connections
FILES = 2**16  # connections and files that may be open, where the system allows so many
GRACE = 5  # seconds that ending may take once the time for open requests is over


def allow_many_files() -> None:
    """Let the process have as many connections and files as the system lets it ask for."""
    try:
        import resource  # not on Windows
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Serving(Server):
    """A server that says where it listens as soon as it does, and ends with exit code 0 when a signal says so."""

    def __init__(self, app: ASGIApp, settings: Settings, announce: Callable[[str], None]) -> None:
        super().__init__(
            Config(
                app,
                access_log=False,  # our own line knows the request's id
                forwarded_allow_ips=settings.trusted_proxies,  # uvicorn's own choice would be any on this machine
                http="h11" if bounded is None else bounded(settings),
                h11_max_incomplete_event_size=settings.max_header_bytes,
                lifespan="on",
                log_config=None,
                proxy_headers=bool(settings.trusted_proxies),
                server_header=False,
                timeout_graceful_shutdown=settings.shutdown_seconds,
                ws="none",
            )
        )
        self._host = settings.host
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        allow_many_files()
        await super().startup(sockets)
        # What is loaded by now stays. A claim of 100,000 attributions makes millions of values that are no garbage:
        # looking through them all again and again took half of the time of its answer.
        gc.freeze()
        look_less_often()
        for taken in sockets or ():
            host = f"[{self._host}]" if ":" in self._host else self._host
            self._announce(f"http://{host}:{taken.getsockname()[1]}")

    async def on_tick(self, counter: int) -> bool:
        """Look at the connections once a second, and drop those whose client keeps them waiting."""
        if counter % TICKS == 0:
            for connection in list(self.server_state.connections):
                if hasattr(connection, "look"):
                    connection.look()
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals as the wish to end; uvicorn's own would raise them again, and the exit code be theirs."""
        for one in HANDLED_SIGNALS:
            signal.signal(one, self._end)
        yield

    def _end(self, number: int, frame: Any) -> None:
        self._end_for_certain()
        self.handle_exit(number, frame)

    def _end_for_certain(self) -> None:
        """Leave when the time for open requests is long over: a write that still runs is undone by the database."""

        def leave() -> None:
            log.warning("left a request behind that did not end")
            os._exit(0)

        patience = threading.Timer((self.config.timeout_graceful_shutdown or 0) + GRACE, leave)
        patience.daemon = True
        patience.start()
