"""What a check of the whole store found."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from api.custody import tree

MOST = 100  # problems told one by one; a store that has more is told so
# What is raised by reading something that does not even have the form that it should.
MISSHAPEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass
class Report:
    """What was checked, and what does not hold."""

    entries: int = 0
    versions: int = 0
    erased: int = 0
    sealed: int = 0  # versions whose sealed values could not be checked without the sealing key
    checkpoints: int = 0
    waiting: int = 0  # versions whose entry has no number yet: nothing signs it
    root: bytes = tree.EMPTY
    problems: list[str] = field(default_factory=list)
    found: int = 0

    def tell(self, problem: str) -> None:
        """Add a problem."""
        self.found += 1
        if len(self.problems) < MOST:
            self.problems.append(problem)

    @contextmanager
    def reading(self, what: str) -> Iterator[None]:
        """Read something, and add a problem where it does not even have the form that it should."""
        try:
            yield
        except MISSHAPEN as wrong:
            self.tell(f"{what}: something in it cannot be read, and what comes after it was not checked: {wrong}")
