"""Read from a request how far its answer may look."""

from fastapi import Request

from api.provenance.loading import Scope
from api.provenance.schemas import AskedImpact, AskedPart, AskedWhen
from api.settings import Settings


def nodes_at_most(request: Request, asked: AskedPart) -> int:
    """Clamp how many nodes an answer has to what the settings allow."""
    settings: Settings = request.app.state.settings
    size = settings.max_nodes if asked.max_nodes is None else asked.max_nodes
    return max(1, min(size, settings.max_nodes_max))


def scope(request: Request, asked: AskedWhen | AskedImpact) -> Scope:
    """Tell how many attributions an answer may work through, and said by when."""
    settings: Settings = request.app.state.settings
    return Scope(settings.graph_budget, asked.said_by)
