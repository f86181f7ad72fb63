"""Count what is served, in the terms that Prometheus collects; of several processes, what they served together."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

MEDIA_TYPE = CONTENT_TYPE_LATEST
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the library looks, once, for the files that processes count in together
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answered = Counter(
            "whence_http_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._took = Histogram(
            "whence_http_request_duration_seconds",
            "Time from a request's headers to the end of its answer, in seconds.",
            ["method", "route"],
            registry=self._registry,
        )
        self._in_progress = Gauge(
            "whence_http_requests_in_progress",
            "Requests that are being answered.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    @contextmanager
    def in_progress(self) -> Iterator[None]:
        """Count a request as being answered, for as long as it is."""
        with self._in_progress.track_inprogress():
            yield

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer. `route` is the template of its address, so that ids make no series of their own."""
        named = method if method in METHODS else "other"
        self._answered.labels(named, route, str(status)).inc()
        self._took.labels(named, route).observe(seconds)

    def text(self) -> bytes:
        """Write all figures as Prometheus reads them."""
        if FOLDER not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)


@contextmanager
def shared() -> Iterator[None]:
    """Let the processes that are started meanwhile count together."""
    with tempfile.TemporaryDirectory(prefix="whence-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]


def forget(process: int) -> None:
    """Leave out what a process was doing that has ended; what it served stays counted."""
    mark_process_dead(process, os.environ[FOLDER])  # type: ignore[no-untyped-call]
