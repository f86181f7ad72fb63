"""Ask a server over one connection that is kept, with as little of a client as there can be."""

import socket
from typing import NamedTuple, Self

END = b"\r\n\r\n"


class Answer(NamedTuple):
    """What came back."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """Return a header's value."""
        for line in self.head.split(b"\r\n")[1:]:
            found, _, value = line.partition(b":")
            if found.lower() == name:
                return value.strip()
        return None


class Client:
    """A connection to a server on this machine, for one question after another."""

    def __init__(self, port: int, key: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=600)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.authorization = f"Authorization: Bearer {key}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def get(self, path: str, *headers: str) -> Answer:
        """Ask for a path."""
        return self._ask(request("GET", path, *headers))

    def put(self, path: str, body: bytes) -> Answer:
        """Send bytes to a path."""
        return self._ask(request("PUT", path, self.authorization, body=body))

    def post(self, path: str, body: bytes) -> Answer:
        """Record something."""
        return self._ask(request("POST", path, self.authorization, body=body))

    def _ask(self, sent: bytes) -> Answer:
        self._socket.sendall(sent)
        received = self._socket.recv(2**16)
        while END not in received:
            received += self._more()
        head, _, body = received.partition(END)
        answer = Answer(int(head[9:12]), head, body)
        length = 0 if answer.status in (204, 304) else int(answer.header(b"content-length") or 0)
        parts, missing = [body], length - len(body)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        return answer._replace(body=b"".join(parts))

    def _more(self) -> bytes:
        more = self._socket.recv(2**18)
        if not more:
            raise ConnectionError("The server closed the connection.")
        return more


def request(method: str, path: str, *headers: str, body: bytes = b"") -> bytes:
    """Write a request."""
    sized = (f"Content-Length: {len(body)}", "Content-Type: application/json") if body else ()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers, *sized]
    return "\r\n".join(lines).encode() + END + body
