"""Measure search and the look for likely duplicates over HTTP, by how often the words stand in the archive.

    python3 dev.py bench search [--sizes 10000 1000000] [--engines sqlite postgresql] [--folder data/bench]

Each question is put many times with other numbers in it, over one connection that is kept, and every answer is worked
out. What counts is how much more it takes in the largest archive than in the smallest, in one run. The archives are
those of `hot_paths`: words such as “convoy” stand in every claim of them, so that what is common could not be more so.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote

from measuring.client import Client
from measuring.report import Figure, machine, table
from measuring.stores import Store, served, stores

Ask = Callable[[Client, random.Random], int]


def searched(words: str) -> Ask:
    """Search for words, with another number in each question."""
    return lambda client, chance: client.get(f"/v1/search?q={quote(words.format(chance.randrange(900)))}").status


def drafted(text: str) -> Ask:
    """Look for the likely duplicates of a claim, with another number in each."""

    def ask(client: Client, chance: random.Random) -> int:
        draft = {"text": text.format(chance.randrange(900)), "language": "en"}
        return client.post("/v1/claims/similar", json.dumps(draft).encode()).status

    return ask


QUESTIONS: dict[str, Ask] = {
    "search, a word in one claim": searched("{}"),
    "search, a word nowhere": searched("nowhere{}"),
    "search, a word in every claim": searched("convoy"),
    "search, three such words": searched("convoy trucks border"),
    "search, such a word and a rare one": searched("convoy {}"),
    "search, the beginning of a word": searched("conv"),
    "search, a source by its name": searched("group {} ministry"),
    "similar, common words": drafted("A convoy of {} trucks crossed the border in the night"),
    "similar, a word nowhere": drafted("Nowhere{0} fell to nobody{0}"),
}


def main() -> None:
    """Measure each engine at each size; print a table, and write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000], help="attributions")
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, default=Path("data/bench"), help="where the databases are kept")
    parser.add_argument("--times", type=int, default=60, help="how often each question is asked")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    told = parser.parse_args()
    found: dict[tuple[str, str], list[Figure]] = {}
    with stores(told.folder.absolute(), told.engines, sorted(told.sizes)) as filled:
        for store in filled:
            for what, taken in asked(store, told.times):
                usual, slowest = statistics.median(taken), taken[int(len(taken) * 0.99)]
                some = found.setdefault((store.engine, what), [])
                least = some[0].milliseconds if some else usual
                where = f"{store.engine}, {store.size:,}"
                some.append(Figure(where, f"{what} (p99 {slowest:.1f} ms)", usual, least, usual / least))
                print(f"{where}, {what}: {usual:.1f} ms, p99 {slowest:.1f} ms", file=sys.stderr, flush=True)
    figures = [one for some in found.values() for one in some]
    print(table(figures))
    if told.json:
        told.json.write_text(json.dumps({"machine": machine(), "figures": [asdict(one) for one in figures]}, indent=1))


def asked(store: Store, times: int) -> Iterator[tuple[str, Sequence[float]]]:
    """Put each question so many times, after a few that do not count, and give the milliseconds in order."""
    with served(store, WHENCE_MEMORY_BYTES="0") as server, Client(server.port, server.key) as client:
        for what, ask in QUESTIONS.items():
            chance, taken = random.Random(1), list[float]()
            for number in range(-5, times):
                began = time.perf_counter()
                status = ask(client, chance)
                if status != 200:
                    sys.exit(f"{what} was answered {status}.")
                if number >= 0:
                    taken.append((time.perf_counter() - began) * 1000)
            yield what, sorted(taken)


if __name__ == "__main__":
    main()
