from collections.abc import Iterator
from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.graph.failure import ENOUGH, cut_points, holds_without, independent_lines, nearest_line
from api.graph.lineage import live_sources
from api.graph.values import Graph
from tests.graph.strategies import graph_of, graphs, some_id, statement

Line = tuple[UUID, ...]


def ids(*numbers: int) -> set[UUID]:
    return {some_id(each) for each in numbers}


def many(size: int) -> list:
    return [statement(n) for n in range(1, size + 1)]


def simple_lines(graph: Graph, starts: set[UUID], ends: set[UUID]) -> Iterator[Line]:
    """Walk every live line that repeats nothing and stops at the first end."""
    lines = [(each,) for each in starts]
    while lines:
        line = lines.pop()
        if line[-1] in ends:
            yield line
        else:
            lines.extend((*line, each) for each in set(live_sources(graph, line[-1])) if each not in line)


@st.composite
def terrains(draw: st.DrawFn) -> tuple[Graph, set[UUID], set[UUID]]:
    """Any live statements may be on file and any may be ends; what the lines mean does not matter here."""
    size = draw(st.integers(1, 8))
    number = st.integers(1, size)
    pairs = draw(st.sets(st.tuples(number, number).filter(lambda pair: pair[0] != pair[1]), max_size=2 * size))
    gone = draw(st.sets(number, max_size=1))
    graph = graph_of([statement(n, withdrawn=n in gone) for n in range(1, size + 1)], *pairs)
    live = number.filter(lambda each: each not in gone).map(some_id)
    if len(gone) == size:
        return graph, set(), set()
    return graph, draw(st.sets(live, max_size=4)), draw(st.sets(live, max_size=4))


def test_what_all_lines_run_through_is_found_on_file_first():
    graph = graph_of(many(6), (6, 5), (6, 4), (5, 3), (4, 3), (3, 2), (2, 1))

    found = cut_points(graph, ids(6), ids(1))

    assert [each.int for each in found] == [6, 3, 2, 1]


def test_a_way_past_saves_what_it_leads_past():
    graph = graph_of(many(4), (4, 3), (3, 2), (2, 1), (4, 1))

    assert [each.int for each in cut_points(graph, ids(4), ids(1))] == [4, 1]


def test_where_nothing_leads_to_an_end_there_is_nothing_to_fail():
    graph = graph_of(many(2))

    assert cut_points(graph, ids(1), ids(2)) == nearest_line(graph, ids(1), ids(2)) == ()


@given(terrains())
def test_cut_points_are_what_all_lines_share(terrain):
    graph, starts, ends = terrain
    lines = [set(line) for line in simple_lines(graph, starts, ends)]

    assert set(cut_points(graph, starts, ends)) == (set.intersection(*lines) if lines else set())


@given(graphs(), st.data())
def test_cut_points_are_what_no_line_is_left_without(graph, data):
    live = sorted(each for each, said in graph.statements.items() if not said.retracted)
    some = st.sets(st.sampled_from(live), max_size=3) if live else st.just(set())
    starts, ends = data.draw(some), data.draw(some)
    standing = holds_without(graph, starts, ends, set())

    needed = {each for each in live if standing and not holds_without(graph, starts, ends, {each})}

    assert set(cut_points(graph, starts, ends)) == needed


@given(terrains())
def test_the_nearest_line_is_a_shortest(terrain):
    graph, starts, ends = terrain
    lines = list(simple_lines(graph, starts, ends))

    found = nearest_line(graph, starts, ends)

    assert found in lines if lines else found == ()
    assert len(found) == min(map(len, lines), default=0)


@given(terrains(), st.data())
def test_support_holds_while_a_line_avoids_what_is_withdrawn(terrain, data):
    graph, starts, ends = terrain
    withdrawn = data.draw(st.sets(st.sampled_from(sorted(graph.statements)), max_size=3))

    left = [line for line in simple_lines(graph, starts, ends) if withdrawn.isdisjoint(line)]

    assert holds_without(graph, starts, ends, withdrawn) == bool(left)


def most_disjoint(lines: list[Line], voices: list[set[UUID]]) -> int:
    """Try every set of lines, the largest first."""
    taken = [{*line, next(at for at, voice in enumerate(voices) if line[-1] in voice)} for line in lines]
    for size in range(min(len(taken), len(voices)), 0, -1):
        for some in combinations(taken, size):
            if len(set().union(*some)) == sum(map(len, some)):
                return size
    return 0


@given(terrains(), st.data())
def test_independent_lines_are_the_most_that_share_no_statement_and_no_voice(terrain, data):
    graph, starts, ends = terrain
    voices: list[set[UUID]] = [set(), set(), set()]
    for each in sorted(ends):
        voices[data.draw(st.integers(0, 2))].add(each)

    lines = list(simple_lines(graph, starts, ends))

    assert independent_lines(graph, starts, voices) == most_disjoint(lines, voices)


@given(terrains())
def test_two_independent_lines_leave_no_single_point_of_failure(terrain):
    graph, starts, ends = terrain
    lines = independent_lines(graph, starts, [{each} for each in ends])

    assert (lines >= 2) == (lines > 0 and not cut_points(graph, starts, ends))


def test_a_line_that_runs_through_another_voice_is_not_independent_of_it():
    graph = graph_of(many(5), (5, 1), (4, 2), (2, 3))

    assert independent_lines(graph, ids(4, 5), [ids(1, 2), ids(3)]) == 1


def test_no_line_runs_through_what_was_taken_back():
    graph = graph_of([statement(1), statement(2, withdrawn=True), statement(3)], (3, 2), (2, 1))

    assert independent_lines(graph, ids(3), [ids(1)]) == 0


def test_lines_are_counted_up_to_eight():
    graph = graph_of(many(12))

    assert independent_lines(graph, ids(*range(1, 13)), [ids(n) for n in range(1, 13)]) == ENOUGH == 8


def test_a_line_of_twenty_thousand_hangs_on_each_of_them():
    size = 20_000
    graph = graph_of(many(size), *((n + 1, n) for n in range(1, size)))

    assert len(cut_points(graph, ids(size), ids(1))) == size
