"""Count who stands on one side of a claim."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from api.graph.independence import Independence
from api.graph.origins import reach
from api.graph.sides import saying
from api.graph.values import Graph, is_relay
from api.graph.vocabulary import OriginKind, Side, Stance


@dataclass(frozen=True, slots=True)
class Counts:
    """How many live statements, and distinct things behind them; `origins` counts the unknown ones too."""

    attributions: int
    sources: int
    documents: int
    origins: int
    independent_origins: int
    unknown_origins: int
    echoes: int


def counts(graph: Graph, claims: frozenset[UUID], stance: Stance, found: Independence) -> Counts:
    """Count the claims' live statements of one stance; echoes are the relays on file among them.

    Contradicting claims are not counted, but what they cancel is no independent origin.
    """
    statements = [each for each in saying(graph, claims, stance) if not each.retracted]
    led = found.reach[Side.SUPPORTING] if stance is Stance.AFFIRMS else reach(graph, statements)
    ends = led.origins
    return Counts(
        attributions=len(statements),
        sources=len({each.source for each in statements} - {None}),
        documents=len({each.document for each in statements} - {None}),
        origins=len(ends),
        independent_origins=_classes({end.statement for end in ends}, found),
        unknown_origins=sum(end.kind is OriginKind.UNKNOWN for end in ends),
        echoes=sum(each.on_file and is_relay(graph, each) for each in statements),
    )


def _classes(origins: Iterable[UUID], found: Independence) -> int:
    reached = set(origins)
    return sum(not each.cancelled and not reached.isdisjoint(each.statements) for each in found.classes)
