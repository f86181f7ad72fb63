from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given

from api.graph.independence import Independence, Join, independence
from api.graph.lineage import upstream
from api.graph.origins import origin_kind
from api.graph.sides import Question, standing
from api.graph.values import Dependency, Graph, Statement, is_relay
from api.graph.vocabulary import CitationKind, Evidentiality, JoinKind, OriginKind, Side, SourceKind, Stance
from tests.graph.strategies import (
    ANOTHER,
    CLAIMS,
    CONTROLLER,
    NARROWER,
    PLAIN,
    RIVAL,
    RIVALLED,
    SPEAKS_FOR_IT,
    STRANGER,
    citation,
    dependency,
    graph_of,
    graphs,
    nobody,
    own_source,
    questions,
    some_id,
    statement,
    voice,
)

DOCUMENTED = Evidentiality.DOCUMENTED
UNNAMED = SourceKind.ANONYMOUS


def together(found: Independence) -> list[list[int]]:
    return sorted(sorted(each.int for each in one.statements) for one in found.classes)


def counting(found: Independence, side: Side) -> list[frozenset[UUID]]:
    return [one.statements for one in found.classes if one.on(side) and not one.cancelled]


def voices(statements: list[Statement], *shared: Dependency, question: Question = PLAIN) -> list[list[int]]:
    return together(independence(Graph.of(statements, [], shared), question))


def joins(graph: Graph, question: Question = PLAIN) -> tuple[Join, ...]:
    (one,) = independence(graph, question).classes
    return one.joined_by


def test_who_has_nothing_in_common_counts_each_for_itself():
    found = independence(graph_of([voice(1), voice(2)]), PLAIN)

    assert together(found) == [[1], [2]]
    assert [one.joined_by for one in found.classes] == [(), ()]


def test_what_one_source_says_twice_is_one_voice():
    assert joins(graph_of([statement(1), statement(2)])) == (Join(JoinKind.SAME_SOURCE, statement(1).source),)


def test_all_who_speak_for_one_controller_are_one_voice():
    graph = graph_of([voice(1, principals=SPEAKS_FOR_IT), voice(2, principals=SPEAKS_FOR_IT)])

    assert joins(graph) == (Join(JoinKind.SAME_CONTROLLER, CONTROLLER),)


def test_a_controller_and_who_speaks_for_it_are_one_voice():
    controller = statement(2, source=CONTROLLER, principals=SPEAKS_FOR_IT)

    assert voices([voice(1, principals=SPEAKS_FOR_IT), controller]) == [[1, 2]]


def test_one_who_speaks_for_two_is_one_voice_with_either():
    torn = voice(1, principals=frozenset({CONTROLLER, ANOTHER}))
    graph = graph_of([torn, voice(2, principals=SPEAKS_FOR_IT), voice(3, principals=frozenset({ANOTHER}))])

    assert joins(graph) == (Join(JoinKind.SAME_CONTROLLER, CONTROLLER), Join(JoinKind.SAME_CONTROLLER, ANOTHER))


def test_an_echo_of_one_who_speaks_for_two_does_not_join_them():
    own = [voice(2, principals=SPEAKS_FOR_IT), voice(3, principals=frozenset({ANOTHER}))]
    echo = voice(1, principals=frozenset({CONTROLLER, ANOTHER}))

    assert together(independence(graph_of([echo, *own], (1, 2)), PLAIN)) == [[2], [3]]


def test_a_dependency_makes_its_members_one_voice_be_they_statements_or_sources():
    shared = dependency(1, some_id(1), own_source(2))

    assert joins(Graph.of([voice(1), voice(2)], [], [shared])) == (Join(JoinKind.DEPENDENCY, shared.id),)


def test_dependencies_close_over_members_that_never_spoke():
    shared = [dependency(1, own_source(1), STRANGER), dependency(2, STRANGER, own_source(2))]

    assert voices([voice(1), voice(2), voice(3)], *shared) == [[1, 2], [3]]


@pytest.mark.parametrize("silent", [{"withdrawn": True}, {"on_file": False}])
def test_a_dependency_outlives_the_retraction_and_the_loss_of_a_member(silent):
    shared = [dependency(1, own_source(1), some_id(3)), dependency(2, own_source(3), own_source(2))]

    assert voices([voice(1), voice(2), voice(3, **silent)], *shared) == [[1, 2]]


def test_two_that_another_joins_say_why_where_that_one_was_retracted():
    both = [voice(1, principals=frozenset({CONTROLLER})), voice(2, principals=frozenset({ANOTHER}))]
    between = voice(3, principals=frozenset({CONTROLLER, ANOTHER}), withdrawn=True)

    assert joins(graph_of([*both, between])) == (
        Join(JoinKind.SAME_CONTROLLER, CONTROLLER),
        Join(JoinKind.SAME_CONTROLLER, ANOTHER),
    )


def test_a_dependency_on_who_never_spoke_is_no_reason_why_two_are_one():
    both = [voice(1, principals=SPEAKS_FOR_IT), voice(2, principals=SPEAKS_FOR_IT)]

    assert joins(graph_of([statement(1), statement(2)])) == joins(
        Graph.of([statement(1), statement(2)], [], [dependency(1, statement(1).source, STRANGER)])
    )
    assert joins(Graph.of(both, [], [dependency(1, CONTROLLER, STRANGER), dependency(2, STRANGER, ANOTHER)])) == (
        Join(JoinKind.SAME_CONTROLLER, CONTROLLER),
    )


def test_a_relay_that_depends_on_an_origin_brings_its_source_along():
    shared = dependency(1, some_id(3), own_source(2))
    graph = Graph.of(
        [voice(1), voice(2), voice(3), statement(4, source=own_source(3), principals=frozenset({own_source(3)}))],
        [citation(3, 1)],
        [shared],
    )

    assert together(independence(graph, PLAIN)) == [[1], [2, 4]]


def test_two_papers_that_rely_on_one_leak_are_one_voice_with_it():
    papers = [voice(2, evidentiality=DOCUMENTED), voice(3, evidentiality=DOCUMENTED)]
    links = [citation(2, 1), citation(3, 1)]

    (one,) = independence(Graph.of([voice(1), *papers], links), PLAIN).classes

    assert sorted(each.int for each in one.statements) == [1, 2, 3]
    assert one.joined_by == tuple(Join(JoinKind.RELIES_ON, each.id) for each in links)


@pytest.mark.parametrize("leak", [{"withdrawn": True}, {"on_file": False, "withdrawn": True}, {"source": None}])
def test_what_papers_rely_on_makes_them_one_though_it_is_not_heard_itself(leak):
    papers = [voice(2, evidentiality=DOCUMENTED), voice(3, evidentiality=DOCUMENTED)]
    graph = graph_of([voice(1, **leak), *papers], (2, 1), (3, 1))

    assert together(independence(graph, PLAIN)) == [[2, 3]]


def test_who_documented_a_thing_and_only_credits_another_stays_its_own_voice():
    graph = Graph.of([voice(1), voice(2, evidentiality=DOCUMENTED)], [citation(2, 1, kind=CitationKind.CREDITS)])

    assert together(independence(graph, PLAIN)) == [[1], [2]]


def test_who_witnessed_a_thing_stays_its_own_voice_whatever_it_relies_on():
    graph = graph_of([voice(1), voice(2, evidentiality=Evidentiality.WITNESSED)], (2, 1))

    assert together(independence(graph, PLAIN)) == [[1], [2]]


def test_unnamed_sources_are_one_voice_on_each_side_and_two_across():
    found = independence(
        graph_of([voice(1, UNNAMED), voice(2, UNNAMED), *(voice(n, UNNAMED, stance=Stance.DENIES) for n in (3, 4))]),
        PLAIN,
    )

    assert together(found) == [[1, 2], [3, 4]]
    assert {one.joined_by for one in found.classes} == {(Join(JoinKind.UNATTESTED, None),)}


def test_an_unnamed_source_that_only_passes_something_on_joins_nobody():
    relay, shared = voice(2, UNNAMED), dependency(1, own_source(2), own_source(3))
    graph = Graph.of([voice(1), relay, voice(3), voice(4, UNNAMED)], [citation(2, 1)], [shared])

    assert together(independence(graph, PLAIN)) == [[1], [3], [4]]


def test_an_unnamed_source_that_is_vouched_for_or_speaks_for_somebody_is_its_own_voice():
    attested, authorised = voice(3, UNNAMED, attested=True), voice(4, UNNAMED, principals=SPEAKS_FOR_IT)

    assert voices([voice(1, UNNAMED), voice(2, UNNAMED), attested, authorised]) == [[1, 2], [3], [4]]


def test_an_unnamed_source_behind_both_sides_does_not_join_them():
    behind_both = voice(1, UNNAMED, claim=NARROWER)
    graph = graph_of(
        [behind_both, voice(2), voice(3, claim=RIVAL), voice(4, UNNAMED), voice(5, UNNAMED, claim=RIVAL)],
        (2, 1),
        (3, 1),
    )

    assert together(independence(graph, RIVALLED)) == [[1], [4], [5]]


def test_an_unnamed_source_is_one_with_itself_across_sides():
    unnamed = voice(1, UNNAMED)
    denial = voice(2, UNNAMED, source=unnamed.source, principals=unnamed.principals, stance=Stance.DENIES)

    (one,) = independence(graph_of([unnamed, denial]), PLAIN).classes

    assert one.cancelled


def test_a_class_on_both_sides_is_cancelled_and_counts_on_neither():
    found = independence(graph_of([statement(1), statement(2, stance=Stance.DENIES), voice(3)]), PLAIN)

    assert [sorted(each.int for each in one.statements) for one in found.classes if one.cancelled] == [[1, 2]]
    assert counting(found, Side.SUPPORTING) == [{some_id(3)}]
    assert counting(found, Side.OPPOSING) == []


def test_who_affirms_what_contradicts_a_claim_stands_against_it():
    said = [voice(1), voice(2, claim=RIVAL)]

    assert counting(independence(graph_of(said), PLAIN), Side.OPPOSING) == []
    assert counting(independence(graph_of(said), RIVALLED), Side.OPPOSING) == [{some_id(2)}]


def test_unknown_origins_join_no_class_not_even_those_of_one_outlet_or_one_dependency():
    outlet = {"source_kind": SourceKind.MEDIA_OUTLET}
    graph = Graph.of(
        [nobody(1), statement(2, **outlet), statement(3, stance=Stance.DENIES, **outlet), voice(4)],
        [],
        [dependency(1, some_id(1), some_id(2), some_id(3))],
    )

    found = independence(graph, PLAIN)

    assert together(found) == [[4]]
    assert [each.statement.int for each in found.unknown[Side.SUPPORTING]] == [1, 2]
    assert [each.statement.int for each in found.unknown[Side.OPPOSING]] == [3]


def test_an_unknown_origin_does_not_make_one_voice_of_those_that_it_relies_on():
    leaflet = nobody(3, evidentiality=DOCUMENTED)
    torn = [statement(2), statement(4, stance=Stance.DENIES)]

    found = independence(graph_of([voice(1), *torn, leaflet], (3, 1), (3, 2)), PLAIN)

    assert together(found) == [[1], [2, 4]]
    assert counting(found, Side.SUPPORTING) == [{some_id(1)}]


def test_what_is_known_of_an_unknown_origin_is_not_known_of_what_its_outlet_saw_itself():
    outlet = {"source_kind": SourceKind.MEDIA_OUTLET}
    heard, saw = statement(1, **outlet), statement(2, evidentiality=Evidentiality.WITNESSED, **outlet)

    assert voices([heard, saw, voice(3)], dependency(1, heard.id, some_id(3))) == [[2], [3]]


def by_closure(graph: Graph, question: Question) -> list[list[int]]:
    """Merge whatever overlaps until nothing does; then keep what are origins."""
    behind = {each: set(upstream(graph, (said.id for said in standing(graph, question, each)))) for each in Side}
    said = [graph.statements[each] for each in behind[Side.SUPPORTING] | behind[Side.OPPOSING]]
    nameless = {each.id for each in said if not is_relay(graph, each) and origin_kind(each) is OriginKind.UNKNOWN}
    groups = [{each.id} for each in said] + [set(each.members) for each in graph.dependencies]
    groups += [
        {each.id, link.cited}
        for each in said
        for link in graph.cites(each.id)
        if each.evidentiality is DOCUMENTED and link.kind is CitationKind.RELIES_ON and each.id not in nameless
    ]
    tied = {one for group in groups if len(group) > 1 for one in group}
    silent = nameless | {each.id for each in said if is_relay(graph, each) and each.id not in tied}
    groups += [{each.id, *each.principals} for each in said if each.id not in silent]
    unattested = {
        each.id
        for each in said
        if each.source_kind is UNNAMED
        and not (is_relay(graph, each) or each.id in nameless or each.attested or each.principals - {each.source})
    }
    groups += [unattested & behind[one] - behind[other] for one, other in (list(Side), list(Side)[::-1])]
    while overlapping := next(((one, other) for one, other in combinations(groups, 2) if one & other), None):
        one, other = overlapping
        groups = [each for each in groups if each is not one and each is not other] + [one | other]
    reached: set[UUID] = set()
    for side in Side:
        reached |= {each.statement for each in independence(graph, question).reach[side].origins}
    classes = [sorted(each.int for each in group & reached - nameless) for group in groups]
    return sorted(each for each in classes if each)


@given(graphs(), questions)
def test_classes_are_the_closure_of_all_that_joins(graph, question):
    assert together(independence(graph, question)) == by_closure(graph, question)


@given(graphs(), questions)
def test_every_origin_is_in_one_class_or_unknown_on_the_side_that_reaches_it(graph, question):
    found = independence(graph, question)

    for side in Side:
        classed = [origin for one in found.classes for origin in one.on(side)]
        assert sorted([*classed, *found.unknown[side]], key=str) == sorted(found.reach[side].origins, key=str)
        assert all(origin.kind is OriginKind.UNKNOWN for origin in found.unknown[side])


@given(graphs(), questions)
def test_a_class_of_several_says_why_and_a_class_of_one_has_nothing_to_say(graph, question):
    for one in independence(graph, question).classes:
        assert (len(one.statements) > 1) == bool(one.joined_by)


def groups_by(join: Join, graph: Graph) -> set[UUID]:
    """The statements, and what stands for others, that a reason makes one."""
    said = graph.statements.values()
    if join.kind is JoinKind.SAME_SOURCE:
        return {each.id for each in said if each.source == join.by}
    if join.kind is JoinKind.SAME_CONTROLLER:
        return {each.id for each in said if join.by in each.principals}
    if join.kind is JoinKind.UNATTESTED:
        return {each.id for each in said if each.source_kind is UNNAMED}
    if join.kind is JoinKind.RELIES_ON:
        (link,) = (each for each in graph.citations if each.id == join.by)
        return {link.citing, link.cited}
    (shared,) = (each for each in graph.dependencies if each.id == join.by)
    return set(shared.members) | {each.id for each in said if each.principals & shared.members}


@given(graphs(), questions)
def test_the_reasons_why_a_class_is_one_are_enough(graph, question):
    for one in independence(graph, question).classes:
        first, *others = sorted(one.statements)
        reasons, together_so_far = [groups_by(join, graph) for join in one.joined_by], {first}
        while more := next((each for each in reasons if each & together_so_far and each - together_so_far), None):
            together_so_far |= more
        assert together_so_far.issuperset(others)


def test_the_claims_of_a_question_are_asked_together():
    also = some_id(0xC8)

    found = independence(graph_of([voice(1), voice(2, claim=also)]), Question(CLAIMS | {also}))

    assert together(found) == [[1], [2]]
