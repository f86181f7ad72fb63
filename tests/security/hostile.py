"""Clients that mean no good, over raw sockets: what they send, and what comes back."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from tests.conftest import Server

TIMEOUT = 30.0


def address(server: Server) -> tuple[str, int]:
    """Return where a server listens."""
    url = server.client.base_url
    assert url.port is not None
    return url.host, url.port


def head(server: Server, request: str, *headers: str) -> bytes:
    """Write the head of a request as a client would that may do anything."""
    key = server.client.headers.get("authorization")
    lines = [f"{request} HTTP/1.1", "Host: localhost", *([f"Authorization: {key}"] if key else []), *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def posting(server: Server, *headers: str, path: str = "/v1/claims") -> bytes:
    """Write the head of a POST of JSON."""
    return head(server, f"POST {path}", "Content-Type: application/json", *headers)


@contextmanager
def crowd(server: Server, size: int, said: bytes) -> Iterator[list[socket.socket]]:
    """Open so many connections, send the same on each, and leave it at that."""
    with ExitStack() as opened:
        clients = [opened.enter_context(socket.create_connection(address(server), TIMEOUT)) for _ in range(size)]
        for client in clients:
            client.sendall(said)
        yield clients


def sent(server: Server, *parts: bytes) -> bytes:
    """Send as much as the server takes on a connection of its own, and return all that it answers until it closes."""
    with socket.create_connection(address(server), TIMEOUT) as client:
        with suppress(OSError):
            for part in parts:
                client.sendall(part)
        return answer(client)


def answer(client: socket.socket) -> bytes:
    """Read until the server closes, in whatever way."""
    parts: list[bytes] = []
    with suppress(ConnectionError):
        while part := client.recv(2**16):
            parts.append(part)
    return b"".join(parts)


def status(answered: bytes) -> int | None:
    """Return an answer's status; None where the server closed without a word."""
    return int(answered.split(b" ", 2)[1]) if answered else None
