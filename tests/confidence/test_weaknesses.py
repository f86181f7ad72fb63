from itertools import combinations
from uuid import UUID

from hypothesis import given, settings

from api.confidence.ladder import Level, Ratings, Verdict, judge, weigh
from api.confidence.weaknesses import Weaknesses, weaknesses
from api.graph.independence import independence
from api.graph.lineage import live_sources
from api.graph.sides import Question
from api.graph.values import Graph
from api.graph.vocabulary import Evidentiality, SourceKind, Stance
from tests.graph.strategies import (
    NARROWER,
    PLAIN,
    RIVAL,
    RIVALLED,
    SPEAKS_FOR_IT,
    Asked,
    asked,
    dependency,
    extended,
    graph_of,
    nobody,
    rated,
    some_id,
    statement,
    voice,
)

UNRATED = Ratings({}, {})


def weak(graph: Graph, question: Question = PLAIN, ratings: Ratings = UNRATED) -> Weaknesses:
    found = independence(graph, question)
    return weaknesses(graph, question, found, weigh(graph, question, found, ratings), ratings)


def told(found: Weaknesses) -> tuple[list[int], list[list[int]], int]:
    classes = [sorted(each.int for each in one.statements) for one in found.classes]
    return ([each.int for each in found.statements], classes, found.independent_lines)


def test_all_hangs_on_the_one_release_that_twelve_outlets_cite():
    outlets = [voice(n, SourceKind.MEDIA_OUTLET) for n in range(2, 14)]

    assert told(weak(graph_of([voice(1), *outlets], *((n, 1) for n in range(2, 14))))) == ([1], [], 1)


def test_a_release_that_nobody_has_on_file_hangs_on_its_only_witness_too():
    assert told(weak(graph_of([voice(1, on_file=False), voice(2)], (2, 1)))) == ([2, 1], [], 1)


def test_two_that_share_nothing_are_two_lines_and_hang_on_nothing():
    assert told(weak(graph_of([voice(1), voice(2)]))) == ([], [], 2)


def test_two_statements_of_one_voice_hang_on_that_voice_alone():
    assert told(weak(graph_of([statement(1), statement(2)]))) == ([], [[1, 2]], 1)


def test_a_class_that_a_line_runs_through_without_ending_there_is_found():
    """Withdrawing both of a controller's statements parts a third from what is on file."""
    graph = graph_of(
        [voice(1, on_file=False), voice(2, principals=SPEAKS_FOR_IT, evidentiality=Evidentiality.WITNESSED)],
        (2, 1),
    )
    longer = extended(graph, [voice(3, principals=SPEAKS_FOR_IT)])

    assert told(weak(longer)) == ([], [[2, 3]], 1)


def test_unknown_origins_together_are_one_line_and_no_single_one_of_them_matters():
    assert told(weak(graph_of([nobody(n) for n in range(1, 13)]))) == ([], [], 1)


def test_an_unknown_origin_beside_a_named_one_is_a_line():
    assert told(weak(graph_of([voice(1), nobody(2)]))) == ([], [], 2)


def test_where_there_is_no_support_nothing_hangs_on_anything():
    assert told(weak(graph_of([voice(1)]), ratings=rated({1: "E"}))) == ([], [], 0)
    assert told(weak(graph_of([voice(1), voice(2, withdrawn=True)], (1, 2)))) == ([], [], 0)
    assert told(weak(graph_of([]))) == ([], [], 0)


def test_an_origin_without_strength_holds_nothing():
    assert told(weak(graph_of([voice(1), voice(2)]), ratings=rated({2: "E"}))) == ([1], [], 1)


def test_who_stands_on_both_sides_holds_nothing():
    graph = graph_of([statement(1), statement(2, stance=Stance.DENIES), voice(3)])

    assert told(weak(graph)) == ([3], [], 1)


def test_what_frees_a_cancelled_voice_when_it_goes_is_no_point_of_failure():
    """3, behind both rivals, leads to nobody known (1) and to 2, which is one with 6: without 3, 6 counts again."""
    narrower = {"claim": NARROWER, "on_file": False}
    said = [nobody(1, **narrower), voice(2, **narrower), voice(3, **narrower)]
    said += [voice(4), voice(5, claim=RIVAL), voice(6)]
    pairs = [(3, 1), (3, 2), (4, 3), (5, 3)]
    graph = extended(graph_of(said, *pairs), dependencies=[dependency(1, some_id(2), some_id(6))])

    assert told(weak(graph, RIVALLED)) == ([4, 1], [], 1)
    assert judge(graph.without({some_id(3)}), RIVALLED, UNRATED).support.level == Level.VERY_LOW


def support(case: Asked, graph: Graph) -> int:
    return judge(graph, case.question, case.ratings).support.level


def verdict(case: Asked) -> Verdict:
    return judge(case.graph, case.question, case.ratings)


@settings(max_examples=300)
@given(asked())
def test_withdrawing_takes_support_to_none_exactly_where_it_is_reported(case):
    found = weak(case.graph, case.question, case.ratings)
    several = [each for each in independence(case.graph, case.question).classes if len(each.statements) > 1]
    held = support(case, case.graph) > 0

    assert set(found.statements) == {
        each for each in case.graph.statements if held and support(case, case.graph.without({each})) == 0
    }
    assert {each.statements for each in found.classes} == {
        each.statements for each in several if held and support(case, case.graph.without(each.statements)) == 0
    }
    assert len(found.statements) == len(set(found.statements))
    assert len(found.classes) == len({each.statements for each in found.classes})


def most_lines(case: Asked) -> int:
    """Try every set of live lines that share no statement and no voice, the largest first."""
    weight = verdict(case).support
    voices = [{leaf.origin.statement for leaf in one.leaves} & weight.ends for one in weight.counting]
    voices.append({leaf.origin.statement for leaf in weight.unknown} & weight.ends)
    whose = {end: at for at, voice in enumerate(voices) for end in voice}
    lines: list[set[UUID | int]] = []
    walks = [(each,) for each in weight.reach.starts]
    while walks:
        walk = walks.pop()
        if walk[-1] in whose:
            lines.append({*walk, whose[walk[-1]]})
        else:
            walks.extend((*walk, each) for each in set(live_sources(case.graph, walk[-1])) if each not in walk)
    for size in range(len(voices), 0, -1):
        for some in combinations(lines, size):
            if len(set().union(*some)) == sum(map(len, some)):
                return size
    return 0


@given(asked())
def test_independent_lines_are_the_most_that_share_no_statement_and_no_voice(case):
    assert weak(case.graph, case.question, case.ratings).independent_lines == most_lines(case)


@given(asked())
def test_there_is_a_line_exactly_where_there_is_support_and_two_leave_no_single_point_of_failure(case):
    found = weak(case.graph, case.question, case.ratings)

    assert (found.independent_lines > 0) == (verdict(case).support.level > 0)
    if found.independent_lines > 1:
        assert found.statements == found.classes == ()
