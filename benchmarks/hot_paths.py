"""Measure the hot paths over HTTP, against what they cannot be faster than, in one run.

    python3 dev.py bench hot_paths [--sizes 10000 1000000] [--engines sqlite postgresql] [--folder data/bench]

Forty claims of 100 attributions each, spread over a generated archive (`benchmarks/generated`), are asked about over
one connection that is kept, in rounds. In each round every claim is, one after the other,

* read by the plain driver, with one statement written by hand (a),
* answered whole: `provenance`, the claim itself, and both again with `If-None-Match`, and with an access key,
* and each of those answers asked for again as the same bytes from a bare route of the same server (b).

That is done three times: by a server that works every answer out (`WHENCE_MEMORY_BYTES=0`), by one that remembers what
it was asked before, and by that one while somebody records, ten times a second, what these answers are not about. A
figure is the median over rounds of the median over claims, and what counts are the ratios. Then sixty-four clients ask
and record at once. The databases are kept in the folder for the next run; delete it to have them made anew.
"""

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from measuring.busy import recording
from measuring.client import Client
from measuring.crowd import Crowded, crowd
from measuring.limits import Read, reading
from measuring.questions import paths
from measuring.report import Figure, machine, plot, table
from measuring.stores import Served, Store, served, stores

Times = dict[str, list[float]]


def main() -> None:
    """Measure each engine at each size; print a table, and write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000], help="attributions")
    parser.add_argument("--engines", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite", "postgresql"])
    parser.add_argument("--folder", type=Path, default=Path("data/bench"), help="where the databases are kept")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=10, help="how long the crowd stays; 0: it does not come")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--plot", type=Path, help="an SVG for the ratios")
    told = parser.parse_args()
    figures: list[Figure] = []
    with stores(told.folder.absolute(), told.engines, sorted(told.sizes)) as found:
        for store in found:
            figures += measured(store, told.rounds, told.seconds)
            print(table(figures), file=sys.stderr, flush=True)
    figures += grown(figures, told.engines, sorted(told.sizes))
    print(table(figures))
    if told.json:
        told.json.write_text(json.dumps({"machine": machine(), "figures": [asdict(one) for one in figures]}, indent=1))
    if told.plot:
        told.plot.write_text(plot(figures))


def measured(store: Store, rounds: int, seconds: float) -> list[Figure]:
    """Measure one store."""
    where = f"{store.engine}, {store.size:,}"
    with reading(store.url) as (probes, read):
        with served(store, WHENCE_MEMORY_BYTES="0") as server:
            figures = list(compared(where, "worked out", asked(server, read, probes, rounds)))
        with served(store) as server:
            figures += compared(where, "asked again", asked(server, read, probes, rounds))
            with recording(server):
                figures += compared(where, "others record", asked(server, read, probes, rounds))
            if seconds:
                figures += of_crowd(where, asyncio.run(crowd(server, probes, seconds)))
    return figures


def asked(server: Served, read: Read, probes: Sequence[str], rounds: int) -> dict[str, float]:
    """Ask in rounds, and return the median of the rounds' medians."""
    with Client(server.port, server.key) as client:
        prepare(client, probes)
        each = [one_round(client, read, probes) for _ in range(rounds)]
    return {name: statistics.median(statistics.median(times[name]) for times in each) for name in each[0]}


def prepare(client: Client, probes: Sequence[str]) -> None:
    """Ask everything once, and give the bare routes the same bytes to answer."""
    sizes = []
    for probe in probes:
        for name, path in paths(probe).items():
            answer = client.get(path)
            if answer.status != 200:
                sys.exit(f"{path} was answered {answer.status}: {answer.body[:300]!r}")
            client.put(f"/bare/{name}-{probe}", answer.body)
            sizes.append(len(answer.body))
    print(f"answers of {min(sizes):,} to {max(sizes):,} bytes", file=sys.stderr, flush=True)


def one_round(client: Client, read: Read, probes: Sequence[str]) -> Times:
    """Ask about each claim, and take the milliseconds of each answer and of its limits."""
    times: Times = {}

    def timed(name: str, ask: Callable[[], object]) -> None:
        began = time.perf_counter()
        ask()
        times.setdefault(name, []).append((time.perf_counter() - began) * 1000)

    for probe in probes:
        timed("statement", lambda probe=probe: read(probe))  # type: ignore[misc]
        for name, path in paths(probe).items():
            tag = (client.get(path).header(b"etag") or b"").decode()
            for what, sent in (
                (name, (path,)),
                (f"{name}, unchanged", (path, f"If-None-Match: {tag}")),
                (f"{name}, with a key", (path, client.authorization)),
                (f"{name}, bare", (f"/bare/{name}-{probe}",)),
                (f"{name}, alone", (f"/alone/{name}-{probe}",)),
            ):
                timed(what, lambda sent=sent: client.get(*sent))  # type: ignore[misc]
    return times


def compared(where: str, how: str, took: dict[str, float]) -> Iterator[Figure]:
    """Hold each answer against its limits: the bare route inside the application, then the one before it."""
    for inside, limit in ((True, "bare"), (False, "alone")):
        beside = f", {how}" if inside else f", {how} (bare route before the application)"
        a, whole, claim = took["statement"], took[f"provenance, {limit}"], took[f"claim, {limit}"]
        for name, bound, mark in (
            ("provenance", a + whole, 0.6),
            ("claim", claim, 0.6),
            ("provenance, unchanged", whole, 0.8),
            ("claim, unchanged", claim, 0.8),
            ("provenance, with a key", a + whole, None),
            ("claim, with a key", claim, None),
        ):
            yield Figure(where, name + beside, took[name], bound, bound / took[name], mark if inside else None)


def of_crowd(where: str, seen: Crowded) -> Iterator[Figure]:
    """Hold the slowest requests of a crowd against the usual ones."""
    for name, taken in (("reads", seen.reads), ("writes", seen.writes)):
        times = sorted(taken)
        p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
        yield Figure(where, f"crowd, {name}: p99 by p50", p99, p50, p99 / p50, 10, at_most=True)
    total = len(seen.reads) + len(seen.writes)
    yield Figure(where, f"crowd: failures of {total:,}", 0, 0, len(seen.failed), 0, at_most=True)
    least, most = min(seen.written), max(seen.written)
    yield Figure(where, f"crowd: writes of the slowest client ({least}) by the fastest's ({most})", 0, 0, least / most)


def grown(figures: Sequence[Figure], engines: Sequence[str], sizes: Sequence[int]) -> Iterator[Figure]:
    """Hold each answer of the largest store against that of the smallest; and the bare route meanwhile, which tells how
    much of that is the doing of the machine and not of the archive.
    """
    found = {(one.where, one.what): one for one in figures}
    for engine in engines if len(sizes) > 1 else ():
        small, large = f"{engine}, {sizes[0]:,}", f"{engine}, {sizes[-1]:,}"
        for how in ("worked out", "asked again"):
            by = f"at {sizes[-1]:,} by at {sizes[0]:,}"
            for what in (f"provenance, {how}", f"claim, {how}"):
                before, after = found[small, what].milliseconds, found[large, what].milliseconds
                yield Figure(engine, f"{what}: {by}", after, before, after / before, 1.3, at_most=True)
            before, after = found[small, f"claim, {how}"].limit, found[large, f"claim, {how}"].limit
            yield Figure(engine, f"the bare route meanwhile, {how}: {by}", after, before, after / before)


if __name__ == "__main__":
    main()
