"""Whatever a client sends or does not send, it is refused or dropped, and everybody else is served meanwhile."""

import json
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.web.browsers import GUARDS
from tests.conftest import Server, migrated
from tests.security.hostile import address, answer, crowd, head, posting, sent, status

pytestmark = pytest.mark.early

MEBI = 2**20
MANY = 300
SOON = {"WHENCE_HEADER_SECONDS": "1", "WHENCE_BODY_SECONDS": "1", "WHENCE_SEND_SECONDS": "2"}
PIECE = b"x" * MEBI


@pytest.fixture(scope="module")
def hasty(serve_all: Callable[..., Server], common_url: str) -> Server:
    """A server that waits for nobody for longer than a second, as these tests share it: it has to stay up."""
    return serve_all(common_url, **SOON)


@pytest.fixture(scope="module")
def front(request: pytest.FixtureRequest, serve_all: Callable[..., Server]) -> Iterator[Server]:
    """A server for what is refused before any database is asked: one engine is enough."""
    with migrated(request, "sqlite") as url:
        yield serve_all(url, **SOON)


def assert_others_are_served(server: Server) -> None:
    """Record something, and read it, as a client that means well."""
    made = server.client.post("/v1/claims", json={"text": "Others are served."}, timeout=60)
    assert made.status_code == 201, made.text
    assert server.client.get(made.headers["location"]).json()["text"] == "Others are served."


def problem(answered: bytes) -> dict[str, Any]:
    """Return the problem document that a raw answer is, guarded like every other answer."""
    headers, _, body = answered.partition(b"\r\n\r\n")
    named = dict(line.lower().split(": ", 1) for line in headers.decode().split("\r\n")[1:])
    assert named["content-type"] == "application/problem+json", answered[:500]
    assert {name: named[name.lower()] for name in GUARDS} == {name: said.lower() for name, said in GUARDS.items()}
    said: dict[str, Any] = json.loads(body)
    assert said["status"] == status(answered)
    assert said["instance"].endswith(named["x-request-id"])
    return said


def memory(server: Server) -> float:
    """Return the most memory that a server has had since this was asked last, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{server.process.pid}/status").read_text())
    assert found is not None
    Path(f"/proc/{server.process.pid}/clear_refs").write_text("5")  # so that no earlier test hides this one's
    return int(found[1]) / 1024


def test_300_stalled_bodies_keep_nobody_else_waiting_and_are_refused(hasty: Server) -> None:
    with crowd(hasty, MANY, posting(hasty, "Content-Length: 99") + b'{"text": ') as clients:
        assert_others_are_served(hasty)
        answers = [answer(client) for client in clients]

    assert {problem(one)["type"] for one in answers} == {"/problems/too-slow"}
    assert {status(one) for one in answers} == {408}


@pytest.mark.parametrize("said", [b"", b"GET /v1/cl", b"GET /v1/claims HTTP/1.1\r\nHost: localhost\r\nX: ", b"\r\n"])
def test_300_stalled_heads_keep_nobody_else_waiting_and_are_dropped(hasty: Server, said: bytes) -> None:
    with crowd(hasty, MANY, said) as clients:
        assert_others_are_served(hasty)
        assert {answer(client) for client in clients} == {b""}


def trickle(client: socket.socket) -> None:
    for _ in range(400):
        client.sendall(b"x")
        time.sleep(0.05)


def test_a_head_that_trickles_in_is_dropped_too(front: Server) -> None:
    with socket.create_connection(address(front), 20) as client:
        client.sendall(b"GET / HTTP/1.1\r\nX-One: ")
        with pytest.raises(ConnectionError):
            trickle(client)


@pytest.mark.parametrize("path", ["/v1/claims", "/v1/bundles"])
def test_64_megabytes_are_refused(front: Server, path: str) -> None:
    declared = posting(front, f"Content-Length: {64 * MEBI}", path=path)
    chunked = posting(front, "Transfer-Encoding: chunked", path=path)
    before = memory(front)

    answers = [
        sent(front, declared),
        sent(front, declared, *[PIECE] * 64),
        sent(front, chunked, *[b"%x\r\n%b\r\n" % (MEBI, PIECE)] * 64, b"0\r\n\r\n"),
    ]

    assert {status(one) for one in answers} <= {413, None}
    assert problem(answers[0])["type"] == "/problems/too-large"
    assert_others_are_served(front)
    assert memory(front) - before < 64


def test_who_still_sends_has_the_answer_and_may_go_on(front: Server) -> None:
    with socket.create_connection(address(front), 20) as client:
        client.sendall(posting(front, f"Content-Length: {4 * MEBI}", "Connection: close") + PIECE)
        answered = client.recv(MEBI)
        for _ in range(3):
            client.sendall(PIECE)
        while piece := client.recv(MEBI):
            answered += piece

    assert problem(answered)["type"] == "/problems/too-large"


def test_a_bundle_may_be_larger_than_another_body(front: Server) -> None:
    records = [{"kind": "claim", "text": "x" * 20_000} for _ in range(100)]

    as_bundle = front.client.post("/v1/bundles", json={"records": records}, timeout=30)
    as_claim = front.client.post("/v1/claims", json={"records": records}, timeout=30)

    assert as_bundle.status_code == 201, as_bundle.text
    assert as_claim.status_code == 413


def test_an_import_that_drips_is_refused_and_one_that_comes_steadily_is_not(front: Server) -> None:
    lines = "Content-Type: application/x-ndjson"
    dripping = head(front, "POST /v1/import", lines, "Content-Length: 99999")
    line = b'{"kind": "claim", "text": "' + b"x" * 15_000 + b'"}\n'
    steady = head(front, "POST /v1/import", lines, f"Content-Length: {10 * len(line)}", "Connection: close")

    with socket.create_connection(address(front), 20) as client:
        client.sendall(dripping)
        for _ in range(3):
            client.sendall(b" ")
            time.sleep(0.25)
        refused = answer(client)
    with socket.create_connection(address(front), 60) as client:
        client.sendall(steady)
        for _ in range(10):
            client.sendall(line)
            time.sleep(0.25)
        answered = answer(client)

    assert problem(refused)["type"] == "/problems/too-slow"
    assert status(answered) == 200
    assert b'"created":10' in answered


def test_what_is_no_body_at_all_is_not_waited_for(front: Server) -> None:
    answered = sent(front, head(front, "GET /v1/claims", "Content-Length: 1000000"), b"x")

    assert status(answered) in (200, None)
    assert_others_are_served(front)


def test_json_200_000_deep_is_refused(front: Server) -> None:
    deep = b'{"text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    for body in (deep, b"[" * 200_000, b'{"a":' * 200_000):
        answered = sent(front, posting(front, f"Content-Length: {len(body)}", "Connection: close"), body)
        assert "128 deep" in problem(answered)["detail"]
        assert status(answered) == 400
    assert_others_are_served(front)


BOMBS = {
    "a long address": [b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n"],
    "a long query": [b"GET /v1/claims?text=" + b"a" * 40_000],
    "a long header": [b"GET / HTTP/1.1\r\nX-Long: " + b"a" * 40_000],
    "many headers": [b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 10_000],
    "headers without end": [b"GET / HTTP/1.1\r\n", *[b"A: b\r\n" * 10_000] * 100],
    "empty lines": [b"\r\n" * 40_000],
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_head_over_the_limit_is_refused(front: Server, bomb: str) -> None:
    before = memory(front)
    answered = sent(front, *BOMBS[bomb])

    if answered:  # else the server closed while more was on its way
        assert problem(answered)["type"] == "/problems/headers-too-large"
    assert_others_are_served(front)
    assert memory(front) - before < 32


def test_a_head_within_the_limit_is_read(front: Server) -> None:
    answered = sent(front, head(front, "GET /healthz", f"X-Long: {'a' * 32_000}", "Connection: close"))

    assert status(answered) == 200


@pytest.mark.parametrize(
    "tail", [b"A: b\r\n" * 100_000, b"A: " + b"b" * 600_000], ids=["many trailers", "a long trailer"]
)
def test_trailers_over_the_limit_are_refused(front: Server, tail: bytes) -> None:
    answered = sent(front, posting(front, "Transfer-Encoding: chunked"), b"1\r\n{\r\n0\r\n", tail)

    if answered:  # else the server closed while more was on its way
        assert problem(answered)["type"] == "/problems/headers-too-large"
    assert_others_are_served(front)


BROKEN_OFF = {
    "no size": ("Transfer-Encoding: chunked", b"2\r\n{}\r\nzz\r\n"),
    "a chunk that is longer": ("Transfer-Encoding: chunked", b"2\r\n{}}\r\n0\r\n\r\n"),
    "a forbidden trailer": ("Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\nContent-Length: 3\r\n\r\n"),
    "another coding": ("Transfer-Encoding: xchunked", b"0\r\n\r\n"),
}


@pytest.mark.parametrize("path", ["/v1/claims", "/v1/import"])
@pytest.mark.parametrize("broken_off", BROKEN_OFF)
def test_a_body_whose_end_cannot_be_found_is_a_problem(front: Server, broken_off: str, path: str) -> None:
    coding, body = BROKEN_OFF[broken_off]
    kind = "application/x-ndjson" if path == "/v1/import" else "application/json"
    asked = head(front, f"POST {path}", f"Content-Type: {kind}", coding)
    answered = sent(front, asked, body, head(front, "GET /healthz"))

    assert problem(answered)["type"] == "/problems/malformed"


def test_what_is_no_request_behind_a_whole_one_spoils_no_answer(front: Server) -> None:
    body = b'{"text": "Said to the end."}'
    answered = sent(front, posting(front, f"Content-Length: {len(body)}") + body + b"\x00\r\n\r\n")

    assert answered == b"" or status(answered) == 201
    assert_others_are_served(front)


@pytest.mark.parametrize(
    "said",
    [
        b"FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET http:// HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/claims HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_what_is_not_http_is_a_problem(front: Server, said: bytes) -> None:
    answered = sent(front, said)

    assert problem(answered)["type"] == "/problems/malformed"
    assert b"\r\nserver:" not in answered.lower()


@pytest.mark.parametrize(
    ("named", "header", "expected"), [("evil.example", "localhost", 421), ("localhost:80", "evil.example", 200)]
)
def test_an_address_that_names_its_host_counts_for_more_than_the_header(
    front: Server, named: str, header: str, expected: int
) -> None:
    asked = f"GET http://{named}/healthz HTTP/1.1\r\nHost: {header}\r\nConnection: close\r\n\r\n"

    assert status(sent(front, asked.encode())) == expected


def test_requests_sent_ahead_without_end_are_dropped(front: Server) -> None:
    before = memory(front)
    sent(front, *[head(front, "GET /healthz") * 1000] * 20)

    assert_others_are_served(front)
    assert memory(front) - before < 64


@pytest.fixture(scope="module")
def large(hasty: Server) -> tuple[Server, str]:
    """A server that waits for nobody, and the address of an answer of megabytes."""
    documents = [{"kind": "document", "title": str(number), "text": "x" * 900_000} for number in range(8)]
    hasty.client.post("/v1/bundles", json={"records": documents}, timeout=60).raise_for_status()
    return hasty, "/v1/documents"


def test_a_slow_reader_is_dropped_and_holds_nothing_meanwhile(large: tuple[Server, str]) -> None:
    server, path = large
    with crowd(server, 45, b"") as clients:  # more than there are threads, or connections to a database
        for client in clients:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.sendall(head(server, f"GET {path}"))
        assert_others_are_served(server)
        time.sleep(5)
        whole = len(server.client.get(path, timeout=60).content)
        taken = [len(answer(client)) for client in clients[:5]]

    assert whole > 5 * MEBI
    assert all(one < whole for one in taken), taken


def test_who_takes_an_answer_slowly_but_steadily_gets_it_whole(large: tuple[Server, str]) -> None:
    server, path = large
    whole = len(server.client.get(path, timeout=60).content)
    with socket.create_connection(address(server), 30) as client:
        client.sendall(head(server, f"GET {path}", "Connection: close"))
        parts = list(_sips(client))

    assert sum(map(len, parts)) > whole


def _sips(client: socket.socket) -> Iterator[bytes]:
    while part := client.recv(2**20):
        yield part
        time.sleep(0.05)


def test_stalling_clients_do_not_keep_the_server_up(serve: Callable[..., Server], sqlite_url: str) -> None:
    server = serve(sqlite_url, WHENCE_SHUTDOWN_SECONDS="1")
    bodies, heads = posting(server, "Content-Length: 99") + b"{", b"GET / HT"
    with crowd(server, 50, bodies) as stalled, crowd(server, 50, heads), crowd(server, 1, b"") as (reader,):
        reader.sendall(head(server, "GET /static/swagger-ui/swagger-ui-bundle.js"))
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)

        assert server.process.wait(15) == 0, server.log.read_text()[-2000:]
        told = [answer(one) for one in stalled]
    assert {status(one) for one in told} == {503}
    assert all(b"application/problem+json" in one and b"may still be done" in one for one in told)
    assert "Traceback" not in server.log.read_text()
