"""Cut the graph down to what had certainly been said by an instant."""

from collections.abc import Set
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from api.graph.lineage import upstream
from api.graph.values import Graph, Statement


def as_said_by(graph: Graph, instant: datetime) -> Graph:
    """Keep what had certainly been said, and count as retracted what had certainly been taken back.

    What a statement cites was said no later than itself, so all that lies upstream of a kept statement is
    kept, and no relay loses what it cites. A replacement that the graph does not hold is taken as not yet
    said.
    """
    said = upstream(graph, (each.id for each in graph.statements.values() if _said(each) <= instant)).keys()
    kept = (_as_it_stood(graph.statements[each], instant, said) for each in said)
    citations = (citation for citation in graph.citations if citation.citing in said)
    return Graph.of(kept, citations, graph.dependencies)


def instants(graph: Graph) -> dict[UUID, datetime]:
    """Tell from when on each statement had certainly been said: since whatever cites it, at the latest.

    Linear, save for sorting: every statement takes the first instant that reaches it.
    """
    first: dict[UUID, datetime] = {}
    for each in sorted(graph.statements.values(), key=_said):
        waiting = [each.id]
        while waiting:
            older = waiting.pop()
            if older not in first:
                first[older] = _said(each)
                waiting.extend(graph.older(older))
    return first


def _said(statement: Statement) -> datetime:
    return statement.said_latest or statement.published_latest or statement.recorded_at


def _as_it_stood(statement: Statement, instant: datetime, said: Set[UUID]) -> Statement:
    withdrawn_by = statement.withdrawn_latest  # None is no date: it had not *certainly* happened by any
    return replace(
        statement,
        withdrawn=statement.withdrawn and withdrawn_by is not None and withdrawn_by <= instant,
        replaced_by=tuple(each for each in statement.replaced_by if each in said),
    )
