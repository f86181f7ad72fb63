"""List every chain of provenance behind a claim, one at a time.

There can be 2^40 of them, so they are found one by one and never kept: depth first from the claim's newest
statements up to the origins, in the order of the ids met on the way. So a page that ended at one chain is
continued by walking that chain again, whatever came before it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from api.graph.loops import components
from api.graph.trail import Terrain, Trail
from api.graph.values import Citation, Graph
from api.graph.vocabulary import Stance


@dataclass(frozen=True, slots=True)
class Chain:
    """Statements, origin first; `citations[i]` leads from `statements[i + 1]` back to `statements[i]`."""

    statements: tuple[UUID, ...]
    citations: tuple[Citation, ...]

    @property
    def key(self) -> tuple[UUID, ...]:
        """Give the ids from the newest to the origin: chains are listed in ascending order of it."""
        return self.statements[::-1]


def no_pause() -> None:
    """Do nothing: the search goes on."""


def chains(
    graph: Graph,
    claims: frozenset[UUID],
    after: Sequence[UUID] = (),
    stance: Stance | None = None,
    pause: Callable[[], None] = no_pause,
) -> Iterator[Chain]:
    """List each simple path from an end up the citations down to a tip of the claims, past the key `after`.

    With `stance`, only chains of that stance: a citation never joins two.

    An end is first-hand or cites nobody; a first-hand statement that cites ends one chain and others pass
    it. Parallel citations make one chain, with the first by id. Retracted statements count like any other.
    After a linear start, the time between two chains is at worst statements times citations, and without
    loops what walking the two takes: `pause` is called at each step, and may raise what ends the search.
    """
    tips = _tips(graph, claims, stance)
    terrain = Terrain.of(graph, tips)
    trail = Trail(terrain)
    offers = [iter([tip for tip in tips if tip in terrain.useful])]
    for known in after:
        offered = list(offers[-1])
        offers[-1] = iter([each for each in offered if each > known])
        if known not in offered or known in trail:
            break
        trail.advance(known)
        offers.append(iter(terrain.onward[known]))
    while offers:
        pause()
        step = next((each for each in offers[-1] if trail.leads_to_an_end(each)), None)
        if step is None:
            offers.pop()
            trail.retreat()
            continue
        trail.advance(step)
        offers.append(iter(terrain.onward[step]))
        if step in terrain.ends:
            yield _chain(graph, trail.path)


def _tips(graph: Graph, claims: frozenset[UUID], stance: Stance | None) -> list[UUID]:
    """Find the claims' statements that no other of them cites; of a loop that only it cites, the greatest."""
    members = {
        each.id
        for each in graph.statements.values()
        if each.claim in claims and (stance is None or each.stance is stance)
    }
    cited = {node: [older for older in graph.older(node) if older in members] for node in members}
    component = components(members, cited.__getitem__)
    groups: dict[UUID, list[UUID]] = defaultdict(list)
    for node in members:
        groups[component[node]].append(node)
    for node in members:
        for older in cited[node]:
            if component[older] != component[node]:
                groups.pop(component[older], None)
    return sorted(max(group) for group in groups.values())


def _chain(graph: Graph, path: Sequence[UUID]) -> Chain:
    statements = tuple(reversed(path))
    links = (next(link for link in graph.cites(newer) if link.cited == older) for older, newer in pairwise(statements))
    return Chain(statements, tuple(links))
