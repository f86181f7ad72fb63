"""The same with many more requests: those of the bounds of every value, and the examples, by each of them."""

import pytest
import schemathesis

from tests.contract.fuzzing import EVERYBODY, Guarded, check_for, patient, requests

MANY = requests(60, thorough=True)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("who", EVERYBODY)
@MANY.parametrize()
@patient
def test_every_answer_is_documented_in_a_long_campaign(case: schemathesis.Case, guarded: Guarded, who: str) -> None:
    check_for([who], guarded, case)
