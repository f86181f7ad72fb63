"""Measure the processor time of one answer that is worked out, in one process: no network, and no server to wait for.

    python3 dev.py bench processor [--size 10000] [--folder data/bench] [--rounds 5]

Each of forty claims is asked about through the whole application, in rounds; what counts of each is its least time, as
whatever else the machine does only adds to it. The bare route answers a kilobyte that it has.
"""

import argparse
import asyncio
import gc
import time
from pathlib import Path

import httpx
from measuring.limits import reading
from measuring.questions import paths
from measuring.report import markdown
from measuring.stores import stores
from starlette.requests import Request
from starlette.responses import Response

from api.main import create_app
from api.process.garbage import look_less_often
from api.settings import Settings
from api.web import logs

KILOBYTE = b"x" * 1024


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10_000, help="attributions")
    parser.add_argument("--folder", type=Path, default=Path("data/bench"), help="where the database is kept")
    parser.add_argument("--rounds", type=int, default=5)
    told = parser.parse_args()
    with stores(told.folder.absolute(), ["sqlite"], [told.size]) as (store,):
        with reading(store.url) as (probes, _):
            asked = [paths(probe) for probe in probes]
        settings = Settings(
            database_url=store.url, key_folder=store.keys, memory_bytes=0, log_level="error", requests_per_minute=10**8
        )
        found = asyncio.run(measured(settings, asked, told.rounds))
        rows = ([name, f"{milliseconds:.2f}"] for name, milliseconds in found.items())
        print(markdown(["answer", "processor time, ms"], rows))


async def measured(settings: Settings, asked: list[dict[str, str]], rounds: int) -> dict[str, float]:
    """Return the mean over claims of the least milliseconds that each question took."""
    logs.configure(settings)
    app = create_app(settings)
    app.add_route("/bare", bare)
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    questions = {
        "provenance": [one["provenance"] for one in asked],
        "provenance, as of this moment": [f"{one['provenance']}?known_at={now}" for one in asked],
        "claim": [one["claim"] for one in asked],
        "bare route": ["/bare"] * len(asked),
    }
    asking = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")
    async with app.router.lifespan_context(app), asking as client:
        gc.freeze()
        look_less_often()  # as a server does
        return {name: await least(client, paths, rounds) for name, paths in questions.items()}


async def least(client: httpx.AsyncClient, paths: list[str], rounds: int) -> float:
    """Ask each in rounds, and take the mean of the least milliseconds."""
    found = [float("inf")] * len(paths)
    for _ in range(rounds):
        for place, path in enumerate(paths):
            began = time.process_time()
            answer = await client.get(path)
            found[place] = min(found[place], (time.process_time() - began) * 1000)
            answer.raise_for_status()
    return sum(found) / len(found)


async def bare(request: Request) -> Response:
    """Answer what is at hand."""
    return Response(KILOBYTE)


if __name__ == "__main__":
    main()
