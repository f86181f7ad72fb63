"""Fill a database with a generated archive, which is the same again for the same size and seed.

    python3 dev.py bench fill --size 1000000 --database sqlite:///data/million.db

What is in it: `benchmarks/generated/stories.py`. The rows go straight into the tables, as they would be written by the
application, in an empty database that is migrated first.
"""

import argparse
import sys
import time
from collections.abc import Iterator

from generated.cast import Cast
from generated.rows import Pen, Row
from generated.stories import stories
from generated.tables import fill, opened

import api.main  # noqa: F401  so that every table is known
from api.storage import migrations

BEFORE_WORDS = "0011"  # the revision after which texts are cut into what they are found by


def main() -> None:
    """Fill a database, and say how fast that was."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000, help="how many attributions")
    parser.add_argument("--database", required=True, help="the URL of a database without records")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    filled(asked.database, asked.size, asked.seed)


def filled(database: str, size: int, seed: int = 1) -> None:
    """Migrate an empty database and fill it."""
    migrations.move(database, BEFORE_WORDS)
    began = time.monotonic()
    with opened(database) as tables:
        rows = fill(tables, archive(size, seed))
    migrations.upgrade(database)  # which has the words of what is there be found
    took = time.monotonic() - began
    told = f"{size:,} attributions: {rows:,} rows in {took:.0f} s, {rows / took:,.0f} a second."
    print(told, file=sys.stderr, flush=True)


def archive(size: int, seed: int) -> Iterator[Row]:
    """Make the rows of an archive, in the order in which they would have been recorded."""
    pen = Pen(seed)
    cast = Cast(pen, size)
    yield from cast.rows()
    yield from stories(pen, cast, size)


if __name__ == "__main__":
    main()
