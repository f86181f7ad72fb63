"""The thirteen rows of DESIGN, section 6; the page that explains the ladder computes its table from the same cases."""

from itertools import groupby

import pytest

from api.confidence.cases import Case, cases
from api.confidence.ladder import Status, Verdict, judge, weigh
from api.confidence.weaknesses import Weaknesses, weaknesses
from api.graph.counts import counts
from api.graph.dead_ends import dead_ends
from api.graph.independence import independence
from api.graph.vocabulary import Stance

ROWS = {number: list(row) for number, row in groupby(cases(), key=lambda case: case.number)}
LEVELS = {
    1: [0],
    2: [1],
    3: [1],
    4: [1, 1],
    5: [2],
    6: [3],
    7: [2],
    8: [3],
    9: [2],
    10: [1],
    11: [0],
    12: [3, 4, 4, 5],
    13: [0],
}


def verdict(case: Case) -> Verdict:
    return judge(case.graph, case.question, case.ratings)


def weak(case: Case) -> Weaknesses:
    found = independence(case.graph, case.question)
    return weaknesses(
        case.graph, case.question, found, weigh(case.graph, case.question, found, case.ratings), case.ratings
    )


def speakers(case: Case, statements) -> set[str | None]:
    return {case.names.speaker(each) for each in statements}


@pytest.mark.parametrize("number", LEVELS)
def test_a_row_comes_out_at_the_level_of_the_table(number):
    assert [verdict(case).level for case in ROWS[number]] == LEVELS[number]
    assert [case.level for case in ROWS[number]] == LEVELS[number]


@pytest.mark.parametrize("number", LEVELS)
def test_a_row_comes_out_with_the_status_that_it_promises(number):
    for case in ROWS[number]:
        assert case.status in {None, verdict(case).status}


def test_the_statuses_that_the_table_names():
    assert verdict(ROWS[1][0]).status is Status.NO_EVIDENCE
    assert verdict(ROWS[7][0]).status is verdict(ROWS[8][0]).status is Status.CONTESTED_LEANING_SUPPORTED


def test_all_hangs_on_the_release_that_twelve_outlets_cite():
    (case,) = ROWS[3]

    assert speakers(case, weak(case).statements) == {"KCNA"}
    assert (
        counts(case.graph, case.question.claims, Stance.AFFIRMS, independence(case.graph, case.question)).echoes == 12
    )


def test_a_second_service_makes_two_lines_and_leaves_no_single_point_of_failure():
    (case,) = ROWS[8]

    assert verdict(case).support.level == 4
    assert weak(case).independent_lines == 2
    assert weak(case).statements == weak(case).classes == ()


def test_one_product_behind_both_services_is_one_line_again():
    (case,) = ROWS[9]

    assert weak(case).independent_lines == 1
    assert [len(one.statements) for one in weak(case).classes] == [2]


def test_the_loop_is_listed_as_circular():
    (case,) = ROWS[11]

    (loop,) = dead_ends(case.graph, case.question).circular

    assert set(loop) == set(case.graph.statements)


def test_the_retraction_orphans_all_twelve():
    (case,) = ROWS[13]

    found = dead_ends(case.graph, case.question)

    assert len(found.orphaned) == 12
    assert found.circular == ()
