"""Several processes serve one port as one does, and stand in for each other."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest
from starlette.types import ASGIApp

from api.process.port import take
from api.process.workers import SPREADS, Workers
from api.settings import Settings
from tests.conftest import Server
from tests.crowd import at_once, meanwhile, persist, wait_until
from tests.storage.test_durability import WRITERS, Campaign

WORKERS = 2
CROWD = 96  # connections

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc"),
    pytest.mark.early,
]


def children(process: int) -> set[int]:
    """Return the processes that serve: those that a process has started to work for it."""
    started = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return {int(one) for one in started if "spawn_main" in _command(one)}


def _command(process: str) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:  # over already
        return ""


def is_alive(process: int) -> bool:
    """Say whether a process is there, and not only waiting to be counted as dead."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False


def several_on(serve: Callable[..., Server], url: str) -> Server:
    """Start a server of several processes."""
    server = serve(url, WHENCE_WORKERS=str(WORKERS))
    wait_until(lambda: len(children(server.process.pid)) == WORKERS, "not all of them started", 60)
    return server


@pytest.fixture(scope="module")
def several(serve_all: Callable[..., Server], common_url: str) -> Server:
    """A server of several processes that these tests share: whoever kills one of them waits for the next."""
    return several_on(serve_all, common_url)


def answered(server: Server) -> float:
    """Return how many requests for their health the processes say they have answered together."""
    figures = server.client.get("/metrics").text
    found = re.search(r'whence_http_requests_total\{method="GET",route="/healthz",status="200"\} (\S+)', figures)
    return 0.0 if found is None else float(found[1])


def held_by(process: int, port: int, status: str) -> int:
    """Count the connections on a port of this machine that a process has, in a state such as `LISTEN`."""
    held = psutil.Process(process).net_connections("tcp")
    return sum(one.status == status and one.laddr.port == port for one in held)


def cores_of(process: int) -> set[frozenset[int]]:
    """Return the sets of cores that the threads of a process may run on; threads that end meanwhile are passed over."""
    found = set()
    for thread in os.listdir(f"/proc/{process}/task"):
        with suppress(ProcessLookupError):
            found.add(frozenset(os.sched_getaffinity(int(thread))))
    return found


def test_each_process_keeps_to_a_core_of_its_own(several: Server) -> None:
    allowed = os.sched_getaffinity(0)

    def kept() -> list[set[frozenset[int]]]:
        return [cores_of(process) for process in children(several.process.pid)]

    wait_until(lambda: {len(cores) for one in kept() for cores in one} == {1}, "some of them are on several", 60)
    assert len(frozenset.union(*(cores for one in kept() for cores in one))) == min(WORKERS, len(allowed))


@pytest.mark.parametrize("said", ["true", "false"])
def test_one_process_keeps_to_a_core_unless_told_otherwise(
    serve: Callable[..., Server], sqlite_url: str, said: str
) -> None:
    server = serve(sqlite_url, WHENCE_KEEP_TO_CORE=said)

    assert server.client.get("/readyz").status_code == 200
    kept = 1 if said == "true" else len(os.sched_getaffinity(0))
    assert {len(cores) for cores in cores_of(server.process.pid)} == {kept}


@pytest.mark.skipif(not SPREADS, reason="this system lets whoever wakes first take them")
def test_connections_are_spread_over_them(several: Server) -> None:
    host, port = several.client.base_url.host, several.client.base_url.port or 0

    def held(status: str) -> list[int]:
        return [held_by(process, port, status) for process in children(several.process.pid)]

    wait_until(lambda: held("LISTEN") == [1] * WORKERS, "not all of them listen", 60)
    with ExitStack() as opened:
        for _ in range(CROWD):
            opened.enter_context(socket.create_connection((host, port)))
        wait_until(lambda: sum(held("ESTABLISHED")) >= CROWD, "not all were taken", 60)
        taken = held("ESTABLISHED")

    assert min(taken) >= CROWD / WORKERS / 3, taken  # by chance alone, not once in 100,000,000 times


def test_a_port_that_they_serve_is_nobody_elses_though_all_of_them_die(several: Server) -> None:
    host, port = several.client.base_url.host, several.client.base_url.port or 0
    working = children(several.process.pid)
    with pytest.raises(OSError, match="cannot be listened on"):
        take(host, port)

    for process in working:
        os.kill(process, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, working)), "they serve on")
    with pytest.raises(OSError, match="cannot be listened on"):
        take(host, port)
    assert several.client.get("/readyz", timeout=60).status_code == 200  # it waits for who follows


def test_of_those_that_start_on_one_port_at_once_one_serves(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    logs = [tmp_path / f"{number}.log" for number in range(3)]
    command = [sys.executable, "-m", "api.cli", "serve", f"--port={port}", f"--workers={WORKERS}"]
    with ExitStack() as opened:
        servers = [
            subprocess.Popen(
                command,
                env=os.environ | {"WHENCE_DATABASE_URL": f"sqlite:///{log}.db"},
                stdout=opened.enter_context(log.open("wb")),
                stderr=subprocess.STDOUT,
            )
            for log in logs
        ]
        for server in servers:
            opened.callback(server.wait)
            opened.callback(server.terminate)
        wait_until(lambda: sum(server.poll() is None for server in servers) == 1, "more than one of them serves", 60)
        told = [log.read_text() for log, server in zip(logs, servers, strict=True) if server.poll() is not None]

    assert all("cannot be listened on" in text and "Traceback" not in text for text in told), told


def test_each_counts_what_all_have_served(several: Server) -> None:
    address, before = str(several.client.base_url), answered(several)

    at_once(lambda _: httpx.get(f"{address}/healthz", trust_env=False).raise_for_status(), range(60))

    assert {answered(several) for _ in range(10)} == {before + 60}


def test_what_one_has_recorded_another_knows(several: Server) -> None:
    def record_and_read(number: int) -> None:
        with httpx.Client(base_url=several.client.base_url, headers=several.client.headers, timeout=60) as writer:
            made = writer.post("/v1/claims", json={"text": f"Claim {number}."}).raise_for_status().json()
        with httpx.Client(base_url=several.client.base_url, timeout=60) as reader:
            assert reader.get(f"/v1/claims/{made['id']}").json()["text"] == f"Claim {number}."

    at_once(record_and_read, range(30), clients=8)


def test_one_that_is_killed_is_followed_by_another(several: Server) -> None:
    before = children(several.process.pid)
    victim = min(before)

    os.kill(victim, signal.SIGKILL)

    wait_until(lambda: len(children(several.process.pid) - {victim}) == WORKERS, "no other took its place", 60)
    assert several.client.get("/readyz", timeout=60).status_code == 200  # it may wait for who follows
    assert len(children(several.process.pid) - before) == 1


def test_one_that_cannot_be_followed_at_once_is_followed_later(several: Server) -> None:
    before, parent = children(several.process.pid), psutil.Process(several.process.pid)
    _, most = files = parent.rlimit(psutil.RLIMIT_NOFILE)
    parent.rlimit(psutil.RLIMIT_NOFILE, (WORKERS, most))  # it cannot open anything more

    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: several.log.read_text().count("could not be started") > 1, "nothing is said of it", 60)
    assert several.process.poll() is None
    parent.rlimit(psutil.RLIMIT_NOFILE, files)

    wait_until(lambda: len(children(several.process.pid) - {min(before)}) == WORKERS, "no other took its place", 60)
    assert several.client.get("/readyz", timeout=60).status_code == 200
    assert "Traceback" not in several.log.read_text()


def test_what_was_acknowledged_stays_when_they_are_killed(several: Server, common_url: str) -> None:
    campaign = Campaign(common_url, partial(persist, lambda: several.client))

    with meanwhile(campaign.record, WRITERS):
        for _ in range(2):
            campaign.wait_for_more()
            os.kill(random.choice(sorted(children(several.process.pid))), signal.SIGKILL)
        campaign.wait_for_more()

    campaign.assert_kept("one of two workers killed twice")


@pytest.mark.parametrize(
    ("number", "database_url"),
    [(signal.SIGTERM, "sqlite"), (signal.SIGINT, "postgresql")],
    indirect=["database_url"],
)
def test_a_signal_ends_them_all(serve: Callable[..., Server], database_url: str, number: signal.Signals) -> None:
    several = several_on(serve, database_url)
    working = children(several.process.pid)

    several.process.send_signal(number)

    assert several.process.wait(30) == 0
    assert {one for one in working if is_alive(one)} == set()
    assert "Traceback" not in several.log.read_text()


def test_where_none_can_begin_it_ends_and_says_so(sqlite_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert Workers(unable, Settings(database_url=sqlite_url, workers=2), print).run(taken) != 0


def unable(_: Settings) -> ASGIApp:
    """Fail to make an application."""
    raise RuntimeError("nothing works")


def test_they_do_not_outlive_the_one_that_started_them(several: Server) -> None:  # the last: it ends what is shared
    working = children(several.process.pid)

    several.process.kill()

    wait_until(lambda: not any(map(is_alive, working)), "they serve on", 60)
