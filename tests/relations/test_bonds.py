"""What one write knows of what binds claims: as much as the plain rule, at a cost that grows with what it records."""

from itertools import pairwise
from uuid import UUID

from api.graph.vocabulary import RelationKind, RelationStatus
from api.relations.bonds import Bonds, Stated
from tests.growth import LINEAR, growth

SIZE = 2_000


def stated(kind: RelationKind, one: int, other: int, status: RelationStatus = RelationStatus.CONFIRMED) -> Stated:
    """State a relation between two claims by their numbers."""
    return Stated(None, kind, UUID(int=one), UUID(int=other), status)


def test_what_is_only_proposed_binds_nobody() -> None:
    bonds = Bonds()
    bonds.add(stated(RelationKind.SAME_AS, 1, 2, RelationStatus.PROPOSED))
    bonds.add(stated(RelationKind.CONTRARY, 1, 3, RelationStatus.REJECTED))
    assert not bonds.are_one(UUID(int=1), UUID(int=2))
    assert bonds.opposition(UUID(int=1), UUID(int=3)) is None


def test_an_opposition_is_found_from_either_side_and_at_any_remove() -> None:
    bonds, against = Bonds(), stated(RelationKind.CONTRADICTS, 1, 4)
    for one in (stated(RelationKind.SAME_AS, 1, 2), stated(RelationKind.SAME_AS, 4, 3), against):
        bonds.add(one)
    assert bonds.opposition(UUID(int=2), UUID(int=3)) == bonds.opposition(UUID(int=3), UUID(int=2)) == against
    assert bonds.opposition(UUID(int=2), UUID(int=5)) is None


def test_what_is_forgotten_is_unknown() -> None:
    bonds, claims = Bonds(), [UUID(int=1), UUID(int=2), UUID(int=3)]
    bonds.know(claims[:2])
    assert bonds.unknown(claims) == claims[2:]
    bonds.forget()
    assert bonds.unknown(claims) == claims


def test_a_large_cluster_grows_claim_by_claim_at_the_cost_of_the_claim() -> None:
    def join(size: int) -> None:
        bonds = Bonds()
        for one, other in pairwise(range(size)):
            assert bonds.opposition(UUID(int=other), UUID(int=one)) is None
            bonds.add(stated(RelationKind.SAME_AS, other, one))

    assert growth(join, SIZE) < LINEAR
