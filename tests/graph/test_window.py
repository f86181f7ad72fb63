import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.graph.lineage import downstream, upstream
from api.graph.values import Graph
from api.graph.window import Direction, Window, window
from tests.graph.strategies import graph_of, graphs, some_id, statement


def line() -> Graph:
    """5 cites 4, which cites 3, 2 and 1 in turn."""
    return graph_of([statement(n) for n in range(1, 6)], (5, 4), (4, 3), (3, 2), (2, 1))


def numbers(nodes) -> list[int]:
    return [node.int for node in nodes]


def ends(edges) -> list[tuple[int, int]]:
    return [(edge.citing.int, edge.cited.int) for edge in edges]


def test_everything_fits():
    seen = window(line(), [some_id(3)], Direction.BOTH, None, 100)

    assert numbers(seen.nodes) == [3, 2, 4, 1, 5]
    assert sorted(ends(seen.edges)) == [(2, 1), (3, 2), (4, 3), (5, 4)]
    assert seen.complete
    assert seen.frontier == seen.crossing == ()


def test_depth_leaves_out_what_is_farther():
    seen = window(line(), [some_id(3)], Direction.UP, 1, 100)

    assert numbers(seen.nodes) == [3, 2]
    assert ends(seen.edges) == [(3, 2)]
    assert ends(seen.crossing) == [(2, 1)]
    assert numbers(seen.frontier) == [1]
    assert seen.truncated_by == "depth"


def test_too_many_nodes_leave_out_the_farthest():
    seen = window(line(), [some_id(3)], Direction.DOWN, None, 2)

    assert numbers(seen.nodes) == [3, 4]
    assert numbers(seen.frontier) == [5]
    assert seen.truncated_by == "max_nodes"


def test_starts_that_do_not_fit_are_asked_for_next():
    seen = window(line(), [some_id(1), some_id(5)], Direction.UP, None, 1)

    assert numbers(seen.nodes) == [1]
    assert numbers(seen.frontier) == [5]


def test_a_depth_that_reaches_everything_truncates_nothing():
    assert window(line(), [some_id(3)], Direction.UP, 2, 100).complete


def test_both_is_up_and_down_from_the_start_not_all_that_hangs_together():
    siblings = graph_of([statement(1), statement(2), statement(3)], (2, 1), (3, 1))

    assert numbers(window(siblings, [some_id(2)], Direction.BOTH, None, 100).nodes) == [2, 1]


def test_retracted_statements_are_shown():
    graph = graph_of([statement(1, withdrawn=True), statement(2)], (2, 1))

    assert numbers(window(graph, [some_id(2)], Direction.UP, None, 100).nodes) == [2, 1]


def follow(graph: Graph, starts, direction: Direction, depth: int | None, max_nodes: int) -> list[Window]:
    """Ask for windows until no frontier has anything new."""
    seen, windows, asked = set(), [], list(starts)
    while asked:
        windows.append(window(graph, asked, direction, depth, max_nodes))
        seen.update(windows[-1].nodes)
        asked = list(dict.fromkeys(node for each in windows for node in each.frontier if node not in seen))
    return windows


@pytest.mark.parametrize("reach", [(Direction.UP, upstream), (Direction.DOWN, downstream)])
@given(graph=graphs(), depth=st.none() | st.integers(0, 3), max_nodes=st.integers(1, 4), data=st.data())
def test_the_frontier_leads_to_the_rest(reach, graph, depth, max_nodes, data):
    direction, closure = reach
    starts = data.draw(st.lists(st.sampled_from(sorted(graph.statements)), min_size=1, max_size=3))

    windows = follow(graph, starts, direction, depth, max_nodes)

    everything = closure(graph, starts).keys()
    assert {node for each in windows for node in each.nodes} == everything
    assert {edge for each in windows for edge in (*each.edges, *each.crossing)} == {
        edge for node in everything for edge in graph.cites(node) if edge.cited in everything
    }


@given(graphs(), st.none() | st.integers(0, 3), st.integers(1, 4), st.data())
def test_a_window_keeps_its_limits_and_says_what_it_left_out(graph, depth, max_nodes, data):
    starts = data.draw(st.lists(st.sampled_from(sorted(graph.statements)), min_size=1, max_size=3))
    whole = window(graph, starts, Direction.BOTH, None, 100)

    seen = window(graph, starts, Direction.BOTH, depth, max_nodes)

    assert seen.nodes == whole.nodes[: len(seen.nodes)]
    assert len(seen.nodes) <= max_nodes
    assert all(edge.citing in seen.nodes and edge.cited in seen.nodes for edge in seen.edges)
    assert set(seen.frontier).isdisjoint(seen.nodes)
    assert seen.complete == (seen.nodes == whole.nodes) == (seen.frontier == ())
    assert {edge.citing for edge in seen.crossing} | {edge.cited for edge in seen.crossing} <= {
        *seen.nodes,
        *seen.frontier,
    }
