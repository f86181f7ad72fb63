"""Tell how the time that something takes grows with its size: a ratio, which every machine gives alike."""

import time
from collections.abc import Callable

TIMES = 4  # as large
LINEAR = 10  # a growth below this is not that of a square, which would be 16


def growth(work: Callable[[int], object], size: int) -> float:
    """Return how many times as much of the processor `work` takes for four times the size; the least of three each."""
    return _least(work, TIMES * size) / _least(work, size)


def _least(work: Callable[[int], object], size: int) -> float:
    took = []
    for _ in range(3):
        begun = time.thread_time()
        work(size)
        took.append(time.thread_time() - begun)
    return max(min(took), 1e-4)  # less than that is nobody's trouble
