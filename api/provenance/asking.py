"""Read from a request how far its answer may look, and say what every such question takes and answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import Request

from api.custody.roles import Role
from api.errors import OutOfTime, OverBudget
from api.provenance.loading import Horizon
from api.provenance.schemas import AskedPage, AskedPart, AskedWhen
from api.settings import Settings
from api.storage.deadline import Deadline
from api.storage.reading import Reading
from api.web.callers import desk, takes
from api.web.operations import READ_ONE
from api.web.problems import responses

QUESTION: dict[str, Any] = {
    "responses": {**READ_ONE, **responses(OverBudget, OutOfTime)},
    **takes(Role.READER),
}


def nodes_at_most(request: Request, asked: AskedPart) -> int:
    """Clamp how many nodes an answer has to what the settings allow."""
    settings: Settings = request.app.state.settings
    size = settings.max_nodes if asked.max_nodes is None else asked.max_nodes
    return max(1, min(size, settings.max_nodes_max))


@contextmanager
def looking(request: Request, asked: AskedWhen | AskedPage) -> Iterator[tuple[Reading, Horizon]]:
    """Open a snapshot to work an answer out of, and tell how far it may look in it. Raises `OutOfTime`."""
    settings: Settings = request.app.state.settings
    deadline = Deadline.after(settings.graph_seconds)
    with desk(request).reading(asked.known_at, deadline) as reading:
        yield reading, Horizon(settings.graph_budget, asked.said_by, deadline)
