from uuid import UUID

from hypothesis import given

from api.graph.dead_ends import DeadEnds, dead_ends
from api.graph.lineage import upstream
from api.graph.values import Graph, is_relay
from api.graph.vocabulary import Evidentiality
from tests.graph.strategies import CLAIMS, NARROWER, PLAIN, citation, graph_of, graphs, some_id, voice


def circular(graph: Graph) -> list[list[int]]:
    return [[each.int for each in loop] for loop in dead_ends(graph, PLAIN).circular]


def orphaned(graph: Graph) -> list[int]:
    return [each.int for each in dead_ends(graph, PLAIN).orphaned]


def test_outlets_that_cite_each_other_are_circular():
    graph = graph_of([voice(n) for n in range(1, 4)], (1, 2), (2, 3), (3, 1))

    assert circular(graph) == [[1, 2, 3]]
    assert orphaned(graph) == []


def test_a_loop_that_somebody_leads_out_of_is_not_circular():
    graph = graph_of([voice(n) for n in range(1, 4)], (1, 2), (2, 1), (2, 3))

    assert dead_ends(graph, PLAIN) == DeadEnds((), (), ())


def test_a_loop_with_a_witness_in_it_is_not_circular():
    witness = voice(1, evidentiality=Evidentiality.WITNESSED)

    assert dead_ends(graph_of([witness, voice(2)], (1, 2), (2, 1)), PLAIN) == DeadEnds((), (), ())


def test_two_loops_of_which_one_cites_the_other_are_two():
    graph = graph_of([voice(n) for n in range(1, 5)], (1, 2), (2, 1), (3, 4), (4, 3), (3, 1))

    assert circular(graph) == [[1, 2], [3, 4]]


def test_a_loop_behind_the_claim_is_found_though_it_is_about_a_narrower_one():
    loop = [voice(1, claim=NARROWER), voice(2, claim=NARROWER)]

    assert circular(graph_of([*loop, voice(3)], (1, 2), (2, 1), (3, 1))) == [[1, 2]]


def test_relays_behind_a_retraction_are_orphaned_at_any_distance():
    graph = graph_of([voice(1, withdrawn=True), voice(2), voice(3), voice(4)], (2, 1), (3, 2))

    assert orphaned(graph) == [2, 3]


def test_a_relay_with_another_source_left_is_not_orphaned():
    graph = graph_of([voice(1, withdrawn=True), voice(2), voice(3)], (3, 1), (3, 2))

    assert orphaned(graph) == []


def test_a_relay_that_was_taken_back_itself_is_not_orphaned_but_cuts_others_off():
    graph = graph_of([voice(1), voice(2, withdrawn=True), voice(3)], (2, 1), (3, 2))

    assert orphaned(graph) == [3]


def test_who_saw_it_is_not_orphaned_whatever_it_cites():
    witness = voice(2, evidentiality=Evidentiality.WITNESSED)

    assert orphaned(graph_of([voice(1, withdrawn=True), witness], (2, 1))) == []


def test_a_loop_whose_way_out_was_taken_back_is_orphaned_and_was_never_circular():
    graph = graph_of([voice(1, withdrawn=True), voice(2), voice(3)], (2, 3), (3, 2), (2, 1))

    assert orphaned(graph) == [2, 3]
    assert circular(graph) == []


def test_a_broken_loop_is_cut_off():
    graph = graph_of([voice(1, withdrawn=True), voice(2), voice(3)], (1, 2), (2, 3), (3, 1))

    assert orphaned(graph) == [2, 3]
    assert circular(graph) == []


def test_an_inert_citation_leaves_a_relay_stranded():
    graph = Graph.of([voice(1), voice(2)], [citation(2, 1, inert=True)])

    assert dead_ends(graph, PLAIN) == DeadEnds((), (), (some_id(2),))


def test_what_hangs_on_a_circle_is_stranded():
    graph = graph_of([voice(1), voice(2), voice(3)], (1, 2), (2, 1), (3, 1))

    assert dead_ends(graph, PLAIN) == DeadEnds(((some_id(1), some_id(2)),), (), (some_id(3),))


def by_definition(graph: Graph) -> DeadEnds:
    """Ask each relay by itself where it leads, over live statements and over all."""
    behind = upstream(graph, (each.id for each in graph.about(CLAIMS)))
    live = Graph.of([each for each in graph.statements.values() if not each.retracted], graph.citations)

    def ends_in(within: Graph, one: UUID) -> bool:
        return any(not is_relay(graph, graph.statements[each]) for each in upstream(within, [one]))

    dead = {each for each in behind if each in live.statements and not ends_in(live, each)}
    never = {each for each in dead if not ends_in(graph, each)}
    loops = {tuple(sorted({each, *_mutual(live, each)})) for each in never if _mutual(live, each)}
    cut_off = {each for each in dead if any(graph.statements[other].retracted for other in upstream(graph, [each]))}
    orphaned = cut_off.difference(*loops)
    return DeadEnds(tuple(sorted(loops)), tuple(sorted(orphaned)), tuple(sorted(dead.difference(orphaned, *loops))))


def _mutual(graph: Graph, one: UUID) -> set[UUID]:
    return {other for other in upstream(graph, [one]) if other != one and one in upstream(graph, [other])}


@given(graphs())
def test_dead_ends_are_what_the_words_say(graph):
    assert dead_ends(graph, PLAIN) == by_definition(graph)


@given(graphs())
def test_what_is_dead_supports_nobody(graph):
    found = dead_ends(graph, PLAIN)

    for each in {*found.orphaned, *found.stranded, *(one for loop in found.circular for one in loop)}:
        assert is_relay(graph, graph.statements[each])
        assert not graph.statements[each].retracted


def test_a_ring_of_twenty_thousand_is_one_loop():
    size = 20_000
    ring = [(n, n % size + 1) for n in range(1, size + 1)]

    (loop,) = dead_ends(graph_of([voice(n) for n in range(1, size + 1)], *ring), PLAIN).circular

    assert loop == tuple(some_id(n) for n in range(1, size + 1))
