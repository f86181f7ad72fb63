"""Answer in the event loop what takes less time than the way to a thread and back."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from api.web.callers import caller_of


def brief(endpoint: Callable[..., Response]) -> Callable[..., Coroutine[Any, Any, Response]]:
    """Let an endpoint that reads one record as it stands be answered in the loop, as long as the database is at hand.

    What may have to wait is answered in a thread all the same: for a server, for threads that are at work, for a turn
    to put on record what it reveals, for those who were writing at the instant (`known_at`) that is asked about.
    """

    @wraps(endpoint)
    async def answer(request: Request, **asked: Any) -> Response:
        waits = caller_of(request).reveals or asked.get("known_at") is not None
        if request.app.state.database.at_hand and not waits:
            return endpoint(request, **asked)
        return await run_in_threadpool(endpoint, request, **asked)

    return answer
