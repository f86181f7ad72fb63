"""Find where the chains behind a claim end: DESIGN, sections 5 and 6, rule R0."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from api.graph.lineage import distances, live_sources, search, upstream, way_to
from api.graph.values import BY_ID, Graph, Statement, is_first_hand, is_relay
from api.graph.vocabulary import Evidentiality, OriginKind, SourceKind

OUTLETS = frozenset({SourceKind.NEWS_AGENCY, SourceKind.MEDIA_OUTLET, SourceKind.SOCIAL_ACCOUNT})


@dataclass(frozen=True, slots=True)
class Origin:
    """A statement taken from nobody; `distance` counts the citations that part it from what is on file."""

    statement: UUID
    kind: OriginKind
    distance: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What the statements on file of one side lead to: every origin, nearest first, then by id.

    `starts` are the live statements on file that it begins with; `withdrawn` counts those on file that are not live.
    `cut_off` says that there is no origin, and that something behind the starts was retracted.
    """

    starts: tuple[UUID, ...]
    origins: tuple[Origin, ...]
    _came_from: Mapping[UUID, UUID | None] = field(repr=False)
    withdrawn: int = 0
    cut_off: bool = False

    def __contains__(self, statement: UUID) -> bool:
        return statement in self._came_from

    def chain(self, origin: Origin) -> tuple[UUID, ...]:
        """Give the shortest chain from what is on file to an origin, both included."""
        return way_to(origin.statement, self._came_from)


def reach(graph: Graph, side: Iterable[Statement]) -> Reach:
    """Find every origin that the live statements on file among these lead to.

    A first-hand statement is an origin, and what it cites is followed all the same. A relay never is one, not
    even where all it cites is retracted.
    """
    held = [each for each in side if each.on_file]
    starts = tuple(sorted((each.id for each in held if not each.retracted), key=BY_ID))
    walked = search(starts, lambda each: live_sources(graph, each))
    on_file = sorted((each for each in walked if graph.statements[each].on_file), key=BY_ID)
    came_from: Mapping[UUID, UUID | None] = dict.fromkeys(on_file)
    if len(on_file) < len(walked):  # else all of it is on file, and every way is as short as can be
        came_from = search(on_file, lambda each: live_sources(graph, each))
    found = [
        Origin(each, origin_kind(graph.statements[each]), distance)
        for each, distance in distances(came_from).items()
        if not is_relay(graph, graph.statements[each])
    ]
    nearest_first = sorted(found, key=lambda origin: (origin.distance, origin.statement.int))
    cut_off = not found and any(graph.statements[each].retracted for each in upstream(graph, starts))
    return Reach(starts, tuple(nearest_first), came_from, withdrawn=len(held) - len(starts), cut_off=cut_off)


def origin_kind(origin: Statement) -> OriginKind:
    """Say whether anybody stands behind an origin by name; one that is not first-hand cites nobody."""
    heard = origin.source_kind in OUTLETS or origin.evidentiality is Evidentiality.TOLD
    if origin.source is None or (heard and not is_first_hand(origin)):
        return OriginKind.UNKNOWN
    return OriginKind.ANONYMOUS if origin.source_kind is SourceKind.ANONYMOUS else OriginKind.NAMED
