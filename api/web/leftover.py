"""Take what is left of a body that was answered before it had come.

Whoever still sends when the connection is closed may never read the answer: a proxy that asks for that, as nginx does,
told its client 502 in the place of what was wrong.
"""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.settings import Settings

PATIENCE = 5.0  # seconds that the rest may take at most, once there is an answer
END: Message = {"type": "http.response.body", "body": b"", "more_body": False}


class HeardOut:
    """Send an answer at once, and end it when the request has ended, or the rest takes long, or more than any body."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.seconds = min(PATIENCE, settings.body_seconds)
        self.bytes = settings.max_bundle_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _brings_body(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        more, held_back = True, False

        async def receive_noted() -> Message:
            nonlocal more
            message = await receive()
            more = message.get("more_body", False)
            return message

        async def send_open(message: Message) -> None:
            nonlocal held_back
            if more and message["type"] == END["type"] and not message.get("more_body", False):
                held_back, message = True, {**message, "more_body": True}
            await send(message)

        await self.app(scope, receive_noted, send_open)
        if held_back:
            left = self.bytes
            with suppress(TimeoutError, asyncio.CancelledError):  # the latter where the server ends
                async with asyncio.timeout(self.seconds):
                    while more and left > 0:
                        left -= len((await receive_noted()).get("body", b""))
            await send(END)


def _brings_body(headers: Headers) -> bool:
    """Say whether a body comes unasked: one that waits for `100 Continue` does not come once there is an answer."""
    return ("transfer-encoding" in headers or headers.get("content-length", "0") != "0") and "expect" not in headers
