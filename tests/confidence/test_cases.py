"""The thirteen rows that the ladder is explained with."""

from itertools import groupby
from uuid import UUID

import pytest

from api.confidence.cases import Case, cases
from api.confidence.ladder import Status, judge
from api.confidence.policy import Level
from api.confidence.weaknesses import Weaknesses, weaknesses
from api.graph.dead_ends import DeadEnds, dead_ends
from api.graph.independence import independence

CASES = cases()
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number}-{case.situation[:30]}")


def of(number: int) -> list[Case]:
    return [case for case in CASES if case.number == number]


def hanging(case: Case) -> Weaknesses:
    found = independence(case.graph, case.question)
    return weaknesses(case.graph, case.question, found, judge(case.graph, case.question, case.ratings), case.ratings)


def dead(case: Case) -> DeadEnds:
    return dead_ends(case.graph, case.question)


def called(case: Case, statements: tuple[UUID, ...]) -> set[str | None]:
    return {case.names.speaker(each) for each in statements}


@EACH
def test_a_row_comes_out_as_the_table_says(case: Case) -> None:
    verdict = judge(case.graph, case.question, case.ratings)

    assert verdict.level is case.level
    assert case.status in (None, verdict.status)


def test_there_are_thirteen_rows_in_order() -> None:
    assert [number for number, _ in groupby(CASES, lambda case: case.number)] == list(range(1, 14))


def test_rows_are_the_same_each_time() -> None:
    assert cases() == CASES


def test_the_levels_are_those_of_the_design() -> None:
    levels = [(number, [int(case.level) for case in rows]) for number, rows in groupby(CASES, lambda case: case.number)]

    assert levels == [
        (1, [0]),
        (2, [1]),
        (3, [1]),
        (4, [1, 1]),
        (5, [2]),
        (6, [3]),
        (7, [2]),
        (8, [3]),
        (9, [2]),
        (10, [1]),
        (11, [0]),
        (12, [3, 4, 4, 5]),
        (13, [0]),
    ]


def test_the_statuses_that_the_table_names_are_those_of_the_design() -> None:
    assert {case.number: case.status for case in CASES if case.status} == {
        1: Status.NO_EVIDENCE,
        7: Status.CONTESTED_LEANING_SUPPORTED,
        8: Status.CONTESTED_LEANING_SUPPORTED,
    }


@EACH
def test_everybody_in_a_row_has_a_name(case: Case) -> None:
    assert all(case.names.speaker(each) for each in case.graph.statements)
    assert all(case.names.record(rating.target) for rating in case.ratings.reliability.values())


@pytest.mark.parametrize("number", [3, 5])
def test_the_release_behind_twelve_outlets_is_the_single_point_of_failure(number: int) -> None:
    [case] = of(number)

    weak = hanging(case)

    assert called(case, weak.statements) == {"KCNA"}
    assert weak.independent_lines == 1
    assert len(case.graph.statements) == 13


def test_a_second_origin_leaves_no_single_point_of_failure() -> None:
    [case] = of(8)

    weak, verdict = hanging(case), judge(case.graph, case.question, case.ratings)

    assert verdict.support.level is Level.HIGH
    assert verdict.opposition.level is Level.VERY_LOW
    assert (weak.statements, weak.classes, weak.independent_lines) == ((), (), 2)


def test_a_common_product_makes_the_two_one_point_of_failure() -> None:
    [case] = of(9)

    weak, verdict = hanging(case), judge(case.graph, case.question, case.ratings)

    assert verdict.support.level is Level.MODERATE
    assert verdict.status is Status.CONTESTED_LEANING_SUPPORTED
    assert len(weak.classes) == 1
    assert weak.independent_lines == 1


def test_the_loop_is_listed_as_circular() -> None:
    [case] = of(11)

    ends = dead(case)

    assert [set(loop) for loop in ends.circular] == [set(case.graph.statements)]
    assert ends.orphaned == ()
    assert hanging(case).independent_lines == 0


def test_twelve_are_orphaned_by_the_retraction() -> None:
    [case] = of(13)

    ends = dead(case)

    assert called(case, ends.orphaned) == {f"Outlet {letter}" for letter in "ABCDEFGHIJKL"}
    assert ends.circular == ()
    assert hanging(case).independent_lines == 0


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12])
def test_no_other_row_has_dead_ends(number: int) -> None:
    for case in of(number):
        assert dead(case) == DeadEnds((), (), ())


def test_each_report_of_its_own_is_a_line_of_its_own() -> None:
    assert [hanging(case).independent_lines for case in of(12)] == [1, 2, 3, 4]
