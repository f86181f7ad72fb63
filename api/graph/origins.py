"""Find where the chains behind a claim end: DESIGN, sections 5 and 6, rule R0."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from api.graph.lineage import spread
from api.graph.values import Graph, Statement, is_first_hand, is_relay
from api.graph.vocabulary import Evidentiality, OriginKind, SourceKind, Stance

OUTLETS = frozenset({SourceKind.NEWS_AGENCY, SourceKind.MEDIA_OUTLET, SourceKind.SOCIAL_ACCOUNT})


@dataclass(frozen=True, slots=True)
class Origin:
    """A statement taken from nobody; `distance` counts the citations that part it from what is on file."""

    statement: UUID
    kind: OriginKind
    distance: int
    side: Stance


def origins(graph: Graph, claims: frozenset[UUID], stance: Stance) -> tuple[Origin, ...]:
    """Find every origin that the live statements on file lead to, nearest first, then by id.

    A first-hand statement is an origin, and what it cites is followed all the same. A relay never is one, not
    even where all it cites is retracted.
    """
    starts = [each.id for each in live(graph, claims, stance) if each.on_file]

    def taken_from(statement: UUID) -> Iterator[UUID]:
        cited = (link.cited for link in graph.cites(statement))
        return (each for each in cited if not graph.statements[each].retracted)

    reached = spread(starts, taken_from)
    on_file = [each for each in reached if graph.statements[each].on_file]
    found = [
        Origin(each, origin_kind(graph.statements[each]), distance, stance)
        for each, distance in spread(on_file, taken_from).items()
        if not is_relay(graph, graph.statements[each])
    ]
    return tuple(sorted(found, key=lambda origin: (origin.distance, origin.statement)))


def origin_kind(origin: Statement) -> OriginKind:
    """Say whether anybody stands behind an origin by name; one that is not first-hand cites nobody."""
    heard = origin.source_kind in OUTLETS or origin.evidentiality is Evidentiality.TOLD
    if origin.source is None or (heard and not is_first_hand(origin)):
        return OriginKind.UNKNOWN
    return OriginKind.ANONYMOUS if origin.source_kind is SourceKind.ANONYMOUS else OriginKind.NAMED


def live(graph: Graph, claims: frozenset[UUID], stance: Stance) -> Iterator[Statement]:
    """Give the claims' statements of one stance that nobody took back."""
    for each in graph.statements.values():
        if each.claim in claims and each.stance is stance and not each.retracted:
            yield each
