"""Writers pass side by side, or one alone; whoever waits to pass alone gets his turn."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from api.errors import Unavailable
from api.storage.passage import Passage
from tests.crowd import at_once, wait_until


class Road:
    """Remembers how many were on it at once, and with whom somebody who wanted to be alone was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.here = self.most = self.with_one_alone = 0

    @contextmanager
    def taken(self, *, alone: bool) -> Iterator[None]:
        with self._lock:
            self.here += 1
            self.most = max(self.most, self.here)
            self.with_one_alone += alone and self.here > 1
        yield
        with self._lock:
            self.with_one_alone += alone and self.here > 1
            self.here -= 1


def test_nobody_passes_beside_one_who_passes_alone() -> None:
    passage, road = Passage(), Road()

    def pass_(number: int) -> None:
        alone = number % 5 == 0
        with (passage.alone if alone else passage.beside_others)(), road.taken(alone=alone):
            threading.Event().wait(0.002)

    at_once(pass_, range(200), clients=16)

    assert (road.here, road.with_one_alone) == (0, 0)
    assert road.most > 1


def test_who_waits_too_long_is_told_so_and_is_in_nobodys_way() -> None:
    passage = Passage(patience=0.01)

    with passage.beside_others(), pytest.raises(Unavailable), passage.alone():
        raise AssertionError("somebody else passes")

    with passage.alone(), pytest.raises(Unavailable), passage.beside_others():
        raise AssertionError("somebody passes alone")
    with passage.beside_others():
        pass


def test_who_waits_to_pass_alone_is_not_overtaken() -> None:
    passage, order = Passage(), list[str]()
    first, go = threading.Event(), threading.Event()

    def hold() -> None:
        with passage.beside_others():
            first.set()
            go.wait(10)

    def alone() -> None:
        with passage.alone():
            order.append("alone")

    def later() -> None:
        with passage.beside_others():
            order.append("later")

    threads = [threading.Thread(target=hold)]
    threads[0].start()
    first.wait(10)
    threads.append(threading.Thread(target=alone))
    threads[1].start()
    wait_until(lambda: passage._alone == 1, "it does not wait", 10)
    threads.append(threading.Thread(target=later))
    threads[2].start()
    go.set()
    for thread in threads:
        thread.join(10)

    assert order == ["alone", "later"]
