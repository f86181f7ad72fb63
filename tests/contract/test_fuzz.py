"""Whatever is sent, by whomever, the answer is one that the contract documents."""

import schemathesis

from tests.contract.fuzzing import EVERYBODY, WHOEVER_MAY_MOST, Guarded, check_for, patient, requests

SOME = requests(2, thorough=False)


@SOME.parametrize()
@patient
def test_every_answer_is_documented(case: schemathesis.Case, guarded: Guarded) -> None:
    # What a role allows is the same on either engine, so one of them is asked by everybody.
    check_for(EVERYBODY if guarded.engine == "sqlite" else WHOEVER_MAY_MOST, guarded, case)
