"""Count who stands on one side of a claim."""

from dataclasses import dataclass
from uuid import UUID

from api.graph.origins import live, origins
from api.graph.values import Graph, is_relay
from api.graph.vocabulary import OriginKind, Stance


@dataclass(frozen=True, slots=True)
class Counts:
    """How many live statements, and distinct things behind them; `origins` counts the unknown ones too."""

    attributions: int
    sources: int
    documents: int
    origins: int
    unknown_origins: int
    echoes: int


def counts(graph: Graph, claims: frozenset[UUID], stance: Stance) -> Counts:
    """Count the claims' live statements of one stance; echoes are the relays on file among them."""
    statements = tuple(live(graph, claims, stance))
    ends = origins(graph, claims, stance)
    return Counts(
        attributions=len(statements),
        sources=len({each.source for each in statements} - {None}),
        documents=len({each.document for each in statements} - {None}),
        origins=len(ends),
        unknown_origins=sum(end.kind is OriginKind.UNKNOWN for end in ends),
        echoes=sum(each.on_file and is_relay(graph, each) for each in statements),
    )
