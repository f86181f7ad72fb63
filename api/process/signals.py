"""Hear the signals that ask a process to end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ending_by(end: Callable[[], object]) -> Iterator[None]:
    """Call this when somebody asks for the end, by Ctrl-C or SIGTERM; afterwards both mean again what they did."""
    before = {one: signal.signal(one, lambda *_: end()) for one in ENDING}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
