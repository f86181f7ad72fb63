"""Read requests off a connection within bounds: how large a head may be, and how long anything may wait for a client.

uvicorn's own protocol takes headers of any size, waits for them for ever, and keeps an answer that nobody takes. Here
one sweep (see `api/process/server.py`) looks at every connection, instead of timers for each.
"""

import re
import struct
import time
from collections.abc import Callable
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, cast
from uuid import uuid4

import structlog
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from api.errors import Failure, HeadersTooLarge, Malformed
from api.settings import Settings
from api.web.browsers import GUARDS
from api.web.problems import respond

log = structlog.get_logger()

AT_ONCE = struct.pack("ii", 1, 0)  # to close without delivering what the system still holds of an answer
AUTHORITY = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
AHEAD = 100  # requests that a client may send before it has the answer to an earlier one


class BoundedProtocol(HttpToolsProtocol):
    """One connection.

    What is counted is bytes in a row that bring nothing: neither the end of a head, nor a piece of a body, nor its
    end. So the same bound holds for a request line, for headers, for trailers, and for what surrounds chunks.
    """

    settings: Settings
    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._fruitless = 0  # bytes
        self._came = False  # something did, from the piece that is being read
        self._discarded = 0  # bytes of a body that nobody waits for any more
        self._idle_since: float | None = self.clock()  # None while a request is being answered
        self._answered: RequestResponseCycle | None = None
        self._untaken = 0  # bytes of answers, as last looked at
        self._taken_at = self.clock()

    def data_received(self, data: bytes) -> None:
        """Read a piece, in parts no larger than what may still come without bringing anything."""
        if self._is_unwanted(len(data)):
            self._drop()
            return
        rest = memoryview(data)
        while rest and not self.transport.is_closing():
            room = self.settings.max_header_bytes - self._fruitless
            if room <= 0:
                most = self.settings.max_header_bytes
                self._refuse(HeadersTooLarge(f"The request line and headers have more than {most:,} bytes."))
                return
            part, rest = bytes(rest[:room]), rest[room:]
            self._came = False
            super().data_received(part)
            self._fruitless = 0 if self._came else self._fruitless + len(part)

    def look(self) -> None:
        """Close the connection where the client has kept it waiting for too long."""
        now = self.clock()
        untaken = self.transport.get_write_buffer_size()
        if untaken < self._untaken or not untaken:
            self._taken_at = now
        self._untaken = untaken
        head_is_late = self._idle_since is not None and now - self._idle_since > self.settings.header_seconds
        if now - self._taken_at > self.settings.send_seconds or (head_is_late and not untaken):
            self._drop()

    def on_message_begin(self) -> None:
        """Begin to wait for a head, unless an answer is under way."""
        super().on_message_begin()
        if self._idle_since is not None:
            self._idle_since = self.clock()

    def on_headers_complete(self) -> None:
        """Begin to answer; an address that names its host stands for the Host header (RFC 9112, 3.2.2)."""
        if named := AUTHORITY.match(self.url):
            self.headers[:] = [(b"host", named[1]), *(one for one in self.headers if one[0] != b"host")]
        self._came, self._idle_since, self._discarded = True, None, 0
        super().on_headers_complete()
        if len(self.pipeline) > AHEAD:
            self._drop()

    def on_body(self, body: bytes) -> None:
        """Take a piece of a body."""
        self._came = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._came = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next head, or for the rest of a body that was answered before it was there."""
        if not self.pipeline:
            self._idle_since = self.clock() + self.timeout_keep_alive
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(Malformed("This is not an HTTP/1.1 request that can be read."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the answer under way that nobody waits for it; uvicorn tells only the request that came last."""
        if self._answered is not None:
            self._answered.disconnected = True
        super().connection_lost(exc)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        """Answer as if no other protocol had been asked for (RFC 9110, 7.8), and without a line in the log."""

    def _drop(self) -> None:
        """Close the connection at once, whatever is on its way."""
        if self._answered is not None:
            self._answered.disconnected = True
        if self.transport.get_write_buffer_size():
            self.transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, AT_ONCE)
        self.transport.abort()

    def _is_unwanted(self, size: int) -> bool:
        """Say whether a client sends more of a body that was answered already than any body may have."""
        if self.cycle is None or not self.cycle.response_complete or not self.cycle.more_body:
            return False
        self._discarded += size
        return self._discarded > self.settings.max_bundle_bytes

    def _is_free(self) -> bool:
        """Say whether an answer can be sent: none is under way, but to a request whose body has not come to its end."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return True
        return cycle is self._answered and cycle.more_body and not cycle.response_started

    def _refuse(self, failure: Failure) -> None:
        """Answer what is no request, at its beginning or further on, and close; without a word where that cannot be."""
        if self._is_free():
            if self.cycle is not None:
                self.cycle.disconnected = True  # who waits for its body has nothing to answer any more
            request_id = str(uuid4())
            log.info("refused", status=failure.status, request_id=request_id)
            response = respond(failure, request_id)
            response.headers.update({**GUARDS, "Connection": "close", "X-Request-Id": request_id})
            head = [*self.server_state.default_headers, *response.raw_headers]
            lines = [b"%b: %b\r\n" % each for each in head]
            self.transport.write(b"".join([STATUS_LINE[failure.status], *lines, b"\r\n", bytes(response.body)]))
        self.transport.close()


def bounded(settings: Settings) -> type[BoundedProtocol]:
    """Make the protocol of a server with these settings."""
    return cast(type[BoundedProtocol], type("Bounded", (BoundedProtocol,), {"settings": settings}))
