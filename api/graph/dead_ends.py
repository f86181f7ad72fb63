"""Find what reaches no origin: circular reporting, and relays that a retraction cut off."""

from collections import defaultdict
from collections.abc import Set
from dataclasses import dataclass
from uuid import UUID

from api.graph.lineage import downstream, search, upstream
from api.graph.loops import components
from api.graph.sides import Question
from api.graph.values import Graph, is_relay


@dataclass(frozen=True, slots=True)
class DeadEnds:
    """Live statements that lead to no live origin."""

    circular: tuple[tuple[UUID, ...], ...]
    orphaned: tuple[UUID, ...]
    stranded: tuple[UUID, ...]


def dead_ends(graph: Graph, question: Question) -> DeadEnds:
    """Find, among what is said about the claim and behind it, what no live origin stands behind, and why.

    A set is circular where its members cite each other and never led to an origin. A relay is orphaned where a
    retracted statement lies behind it. What is left is stranded: it hangs on a circle, or on citations that do not
    hold any more.
    """
    behind = upstream(graph, (each.id for each in graph.about(question.claims)))
    relays = [each for each in behind if is_relay(graph, graph.statements[each])]
    ends = set(behind).difference(relays)
    standing = {each for each in ends if not graph.statements[each].retracted}
    led = search(standing, lambda each: (newer for newer in graph.newer(each) if _live(graph, newer)))
    dead = {each for each in relays if each not in led and _live(graph, each)}
    if not dead:
        return DeadEnds((), (), ())
    circular = _circular(graph, dead.difference(downstream(graph, ends)))
    cut_off = dead & downstream(graph, (each for each in behind if not _live(graph, each))).keys()
    orphaned = cut_off.difference(*circular)
    return DeadEnds(circular, tuple(sorted(orphaned)), tuple(sorted(dead.difference(orphaned, *circular))))


def _circular(graph: Graph, among: Set[UUID]) -> tuple[tuple[UUID, ...], ...]:
    loops: dict[UUID, list[UUID]] = defaultdict(list)
    component = components(sorted(among), lambda each: (older for older in graph.older(each) if older in among))
    for each, loop in component.items():
        loops[loop].append(each)
    return tuple(sorted(tuple(sorted(loop)) for loop in loops.values() if len(loop) > 1))


def _live(graph: Graph, statement: UUID) -> bool:
    return not graph.statements[statement].retracted
