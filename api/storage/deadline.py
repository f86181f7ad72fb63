"""When the work on an answer must end."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from api.errors import OutOfTime


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant on a monotonic clock, and how many seconds there were until it."""

    at: float
    seconds: float
    clock: Callable[[], float]

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float] = time.monotonic) -> Self:
        """Set a deadline this many seconds from now."""
        return cls(clock() + seconds, seconds, clock)

    @property
    def left(self) -> float:
        """Return how many seconds are left, below zero where it is over."""
        return self.at - self.clock()

    def is_over(self) -> bool:
        """Say whether it has passed."""
        return self.left < 0

    def check(self) -> None:
        """Raise `OutOfTime` where it has passed."""
        if self.is_over():
            raise OutOfTime(f"It was worked at for {self.seconds:g} seconds, and is not done.")
