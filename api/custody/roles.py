"""Who may do what: four roles, each of which includes the one before it, and scopes that no role implies."""

from enum import IntEnum, StrEnum
from typing import Self


class Role(IntEnum):
    """What a key's holder may do; a higher role may do all that a lower one may."""

    READER = 1
    CONTRIBUTOR = 2
    EDITOR = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        """Name it as it is written on the wire."""
        return self.name.lower()

    @classmethod
    def named(cls, label: str) -> Self:
        """Return the role of that name. Raises `ValueError`."""
        try:
            return cls[label.upper()]
        except KeyError:
            raise ValueError(f"“{label}” is not one of {', '.join(role.label for role in cls)}.") from None


class Scope(StrEnum):
    """What is given to a key by name only: no role implies it, not even admin."""

    REVEAL = "sources:reveal"
    ERASE = "erase"
    AUDIT = "audit:read"
