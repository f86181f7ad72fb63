"""What was acknowledged stays, whatever happens to the server in the middle of it."""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Server
from tests.crowd import assert_whole, at_once, persist, versions

CLIENTS = 24
PARTS = 3  # records in one bundle


def bundle(number: int) -> dict[str, Any]:
    """Word one bundle: all of it is recorded, or nothing."""
    statement = {"claim": {"$ref": "claim"}, "source": {"$ref": "source"}, "stance": "affirms"}
    return {
        "records": [
            {"kind": "source", "ref": "source", "name": f"Source {number}"},
            {"kind": "claim", "ref": "claim", "text": f"Claim {number}."},
            {"kind": "attribution", "external_id": f"said-{number}", **statement},
        ]
    }


def send_while_killing(serve: Callable[..., Server], url: str, requests: int, kills: int) -> None:
    """Send many bundles while the server is killed and started again, and check that each is there once, whole."""
    servers = [serve(url)]
    acknowledged: list[int] = []

    def send(number: int) -> dict[str, Any]:
        answer = persist(lambda: servers[-1].client, "/v1/bundles", bundle(number), f"key-{number}")
        assert answer.status_code == 201, answer.text
        acknowledged.append(number)
        by_kind = {one["kind"]: one["id"].replace("-", "") for one in answer.json()}
        assert len(by_kind) == PARTS
        return by_kind

    def kill() -> None:
        for nth in range(1, kills + 1):
            while len(acknowledged) < nth * requests // (kills + 1):
                time.sleep(0.005)
            os.kill(servers[-1].process.pid, signal.SIGKILL)
            servers[-1].process.wait()
            servers.append(serve(url))

    killer = threading.Thread(target=kill)
    killer.start()
    answers = at_once(send, range(requests), CLIENTS)
    killer.join()

    kept = {one for one in versions(url) if one[0] != "access_key"}
    assert {(kind, one, 1) for answer in answers for kind, one in answer.items()} == kept
    assert len(kept) == PARTS * requests
    assert_whole(url)


def test_a_killed_server_loses_nothing_and_repeats_nothing(serve: Callable[..., Server], database_url: str) -> None:
    send_while_killing(serve, database_url, requests=200, kills=1)


@pytest.mark.slow
def test_a_server_killed_again_and_again_loses_nothing(serve: Callable[..., Server], database_url: str) -> None:
    send_while_killing(serve, database_url, requests=1000, kills=4)
