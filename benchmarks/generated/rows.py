"""Make rows as the tables keep them: plain values, the same for both databases, and the same for the same seed."""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
STEP = timedelta(milliseconds=12)  # between two records: ten million attributions take a year


class Row(NamedTuple):
    """A row of a table: the columns that are not null. Instants and ids are text, as both databases read them."""

    table: str
    values: dict[str, Any]


class Pen:
    """What writes a record down: it deals out ids, instants and chances."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = BEGAN

    def record(self, table: str, /, **values: Any) -> Row:
        """Make a record, a moment after the one before."""
        self.now += STEP
        at = instant(self.now)
        return Row(
            table,
            {
                "id": self._id(),
                "version": 1,
                "recorded_at": at,
                "recorded_by": "benchmark",
                "updated_at": at,
                "updated_by": "benchmark",
                "seed": self.chance.randbytes(32),
                "protected": False,
                **values,
            },
        )

    def happens(self, share: float) -> bool:
        """Say whether something does that happens in so many cases."""
        return self.chance.random() < share

    def _id(self) -> str:
        """Make a UUIDv7."""
        milliseconds = int(self.now.timestamp() * 1000)
        chance = self.chance.getrandbits
        return f"{milliseconds:012x}7{chance(12):03x}{8 | chance(2):x}{chance(60):015x}"


def part(table: str, of: Row, position: int, **values: Any) -> Row:
    """Make a row that a record is searched by."""
    return Row(table, {"record_id": of.values["id"], "version": 1, "position": position, **values})


def day(name: str, moment: datetime) -> dict[str, str]:
    """Give the three columns of a date that is a day."""
    written = moment.date().isoformat()
    return {
        name: written,
        f"{name}_earliest": f"{written} 00:00:00.000000",
        f"{name}_latest": f"{written} 23:59:59.999999",
    }


def instant(moment: datetime) -> str:
    """Write an instant of UTC."""
    return moment.replace(tzinfo=None).isoformat(" ", "microseconds")


def dashed(record_id: str) -> str:
    """Write an id as JSON columns hold it."""
    return "-".join((record_id[:8], record_id[8:12], record_id[12:16], record_id[16:20], record_id[20:]))


def listed(values: Sequence[Any]) -> str:
    """Write a JSON column."""
    return json.dumps(values, separators=(",", ":"))
