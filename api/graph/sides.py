"""Take sides: who stands for a claim, and who against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from api.graph.values import Graph, Statement
from api.graph.vocabulary import Side, Stance


@dataclass(frozen=True, slots=True)
class Question:
    """A claim to be judged: all claims that are one with it, and those that cannot be true beside it."""

    claims: frozenset[UUID]
    contradicting: frozenset[UUID] = frozenset()

    @property
    def everything(self) -> frozenset[UUID]:
        """Give all claims that it takes to judge this one."""
        return self.claims | self.contradicting


def saying(graph: Graph, claims: frozenset[UUID], stance: Stance) -> Iterator[Statement]:
    """Give the claims' statements of one stance, retracted ones too."""
    return (each for each in graph.about(claims) if each.stance is stance)


def standing(graph: Graph, question: Question, side: Side) -> Iterator[Statement]:
    """Give everybody on one side, retracted ones too; whoever affirms a contradicting claim is against."""
    if side is Side.SUPPORTING:
        yield from saying(graph, question.claims, Stance.AFFIRMS)
    else:
        yield from saying(graph, question.claims, Stance.DENIES)
        yield from saying(graph, question.contradicting, Stance.AFFIRMS)
