"""Find what is missing from the record behind a claim."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from uuid import UUID

from api.graph.independence import Independence
from api.graph.lineage import upstream
from api.graph.origins import origin_kind
from api.graph.sides import Question
from api.graph.values import BY_ID, Graph, Statement, is_relay
from api.graph.vocabulary import SIDES, GapKind, OriginKind, SourceKind


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing, and of which statement; `citation` where it is a link that does not hold."""

    kind: GapKind
    statement: UUID
    citation: UUID | None = None


def gaps(
    graph: Graph, question: Question, found: Independence, stranded: Set[UUID], orphaned_quotes: Set[UUID]
) -> tuple[Gap, ...]:
    """Find what an editor could still look for, of the live statements about the claim and behind it.

    `stranded` are the relays that lead nowhere (see `dead_ends`), `orphaned_quotes` the statements whose words are
    not in their document any more.
    """
    behind = upstream(graph, (each.id for each in graph.about(question.claims)))
    live = [graph.statements[each] for each in sorted(behind, key=BY_ID) if not graph.statements[each].retracted]
    missing = {GapKind.LEADS_NOWHERE: stranded, GapKind.ORPHANED_QUOTE: orphaned_quotes}
    return tuple(gap for each in live for gap in _of(graph, each, found, missing))


def _of(graph: Graph, said: Statement, found: Independence, missing: Mapping[GapKind, Set[UUID]]) -> Iterator[Gap]:
    is_origin = said.stance in SIDES and not is_relay(graph, said)
    led_to = any(said.id in reach for reach in found.reach.values())
    if said.source is None or said.source_kind is SourceKind.ANONYMOUS:
        yield Gap(GapKind.UNNAMED_SOURCE, said.id)
    elif is_origin and origin_kind(said) is OriginKind.UNKNOWN:
        yield Gap(GapKind.NAMES_NOBODY, said.id)
    if is_origin and led_to and not said.on_file:
        yield Gap(GapKind.NOT_ON_FILE, said.id)
    if said.stance in SIDES and not led_to and not said.on_file:
        yield Gap(GapKind.NOTHING_ON_FILE, said.id)
    yield from (Gap(kind, said.id) for kind, statements in missing.items() if said.id in statements)
    for link in graph.barred(said.id):
        yield Gap(GapKind.INERT_CITATION, said.id, link.id)
