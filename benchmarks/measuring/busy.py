"""Have somebody record meanwhile, as in a newsroom at work."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from measuring.client import Client
from measuring.crowd import something
from measuring.stores import Served

A_SECOND = 10


@contextmanager
def recording(served: Served) -> Iterator[None]:
    """Record claims and statements ten times a second, none of them about what is asked."""
    enough, chance, failed = Event(), random.Random(0), list[bytes]()

    def record() -> None:
        with Client(served.port, served.key) as client:
            while not enough.wait(1 / A_SECOND):
                answer = client.post(*something(chance))
                if answer.status != 201:
                    failed.append(answer.body)

    working = Thread(target=record)
    working.start()
    try:
        yield
    finally:
        enough.set()
        working.join()
    if failed:
        sys.exit(f"{len(failed)} records were refused: {failed[0][:300]!r}")
