"""Which claims are more specific than which."""

from itertools import pairwise
from uuid import UUID

from api.relations.refinement import Refinement

FIRST, SECOND, THIRD, SAME, APART = (UUID(int=number) for number in range(5))


def test_what_refines_a_claim_and_what_it_refines_is_found_at_any_remove_with_all_that_is_one_with_it() -> None:
    refinement = Refinement({SECOND: SECOND, SAME: SECOND}, [(FIRST, SAME), (SECOND, THIRD), (APART, THIRD)])

    assert refinement.broader(FIRST) == {SECOND, SAME, THIRD}
    assert refinement.narrower(THIRD) == {FIRST, SECOND, SAME, APART}
    assert refinement.narrower(SAME) == {FIRST}
    assert refinement.broader(SAME) == {THIRD}
    assert refinement.broader(THIRD) == refinement.narrower(FIRST) == set()


def test_in_a_loop_each_claim_is_narrower_and_broader_than_every_one() -> None:
    loop = [FIRST, SECOND, THIRD]
    refinement = Refinement({}, pairwise([*loop, FIRST]))

    for claim in loop:
        assert refinement.narrower(claim) == refinement.broader(claim) == set(loop)
        assert refinement.is_more_specific(claim, claim)


def test_a_long_way_up_is_walked_once() -> None:
    chain = [UUID(int=number) for number in range(20_000)]  # from each claim anew it would take minutes
    refinement = Refinement({}, pairwise(chain))

    assert refinement.broader(chain[0]) == set(chain[1:])
    assert refinement.narrower(chain[-1]) == set(chain[:-1])
