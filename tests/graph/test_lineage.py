from hypothesis import given
from hypothesis import strategies as st

from api.graph.lineage import downstream, upstream
from tests.graph.strategies import graph_of, graphs, some_id, statement


def test_a_loop_ends():
    graph = graph_of([statement(1), statement(2), statement(3)], (1, 2), (2, 3), (3, 1))

    assert upstream(graph, [some_id(1)]) == {some_id(1): 0, some_id(2): 1, some_id(3): 2}
    assert downstream(graph, [some_id(1)]) == {some_id(1): 0, some_id(3): 1, some_id(2): 2}


def test_the_shortest_way_counts():
    graph = graph_of([statement(1), statement(2), statement(3)], (1, 2), (2, 3), (1, 3))

    assert upstream(graph, [some_id(1)])[some_id(3)] == 1


def test_a_long_way_that_is_found_first_is_not_the_shortest():
    graph = graph_of([statement(n) for n in range(1, 6)], (1, 2), (1, 3), (3, 4), (4, 5), (2, 5))
    mirrored = graph_of([statement(n) for n in range(1, 6)], (1, 3), (1, 2), (2, 4), (4, 5), (3, 5))

    assert upstream(graph, [some_id(1)])[some_id(5)] == upstream(mirrored, [some_id(1)])[some_id(5)] == 2


def test_an_unknown_start_leads_nowhere():
    assert upstream(graph_of([statement(1)]), [some_id(9)]) == {}


def test_a_line_of_twenty_thousand_is_walked():
    size = 20_000
    graph = graph_of([statement(n) for n in range(1, size + 1)], *((n + 1, n) for n in range(1, size)))

    assert upstream(graph, [some_id(size)])[some_id(1)] == size - 1


@given(graphs(), st.data())
def test_up_and_down_are_each_others_mirror(graph, data):
    one = data.draw(st.sampled_from(sorted(graph.statements)))

    for other, distance in upstream(graph, [one]).items():
        assert downstream(graph, [other])[one] == distance


@given(graphs())
def test_nearer_statements_come_first(graph):
    distances = list(upstream(graph, list(graph.statements)[:2]).values())

    assert distances == sorted(distances)
