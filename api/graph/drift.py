"""Find where wording went further than what it was taken from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from api.graph.lineage import upstream
from api.graph.sides import Question
from api.graph.values import BY_ID, Citation, Graph, is_relay
from api.graph.vocabulary import DriftKind, Modality

# How far a speaker goes, as an order and nothing more; wording that nobody classified is not compared.
COMMITMENT = {
    Modality.RUMOUR: 0,
    Modality.UNCONFIRMED: 1,
    Modality.POSSIBLE: 1,
    Modality.ACCUSED: 2,
    Modality.PROBABLE: 2,
    Modality.STATED: 3,
    Modality.CONFIRMED: 4,
}


@dataclass(frozen=True, slots=True)
class Drift:
    """A citation across which a relay hardened the modality, or the claim was generalised."""

    kind: DriftKind
    citation: Citation


def drift(graph: Graph, question: Question, leader: Callable[[UUID], UUID]) -> tuple[Drift, ...]:
    """Find drift behind a claim; `leader` gives the claim that stands for all that are one with it.

    Whoever is first-hand words what it knows itself: only relays harden.
    """
    return tuple(_found(graph, question, leader))


def _found(graph: Graph, question: Question, leader: Callable[[UUID], UUID]) -> Iterator[Drift]:
    behind = upstream(graph, (said.id for said in graph.about(question.claims)))
    for each in sorted(behind, key=BY_ID):
        citing = graph.statements[each]
        if citing.retracted:
            continue
        for link in graph.cites(each):
            cited = graph.statements[link.cited]
            if is_relay(graph, citing) and _went_further(citing.modality, cited.modality):
                yield Drift(DriftKind.HARDENED, link)
            if leader(citing.claim) != leader(cited.claim):
                yield Drift(DriftKind.GENERALISED, link)


def _went_further(citing: Modality, cited: Modality) -> bool:
    if citing not in COMMITMENT or cited not in COMMITMENT:
        return False
    return COMMITMENT[citing] > COMMITMENT[cited]
