from hypothesis import given, settings
from hypothesis import strategies as st

from api.graph.trail import Terrain, Trail
from tests.graph.strategies import graph_of, some_id, statement


def is_clear(terrain: Terrain, trail: Trail, node) -> bool:
    """Search everything for an end, keeping off the path."""
    seen, stack = set(trail.path), [node]
    while stack:
        here = stack.pop()
        if here not in seen:
            seen.add(here)
            if here in terrain.ends:
                return True
            stack.extend(terrain.onward[here])
    return False


@settings(max_examples=300)
@given(st.data())
def test_every_step_is_judged_as_a_full_search_would_judge_it(data):
    size = data.draw(st.integers(2, 8))
    number = st.integers(1, size)
    pairs = data.draw(st.sets(st.tuples(number, number).filter(lambda pair: pair[0] != pair[1]), max_size=24))
    exits = data.draw(st.sets(number, max_size=2))
    graph = graph_of(
        [*(statement(each) for each in range(1, size + 1)), statement(99)],
        *pairs,
        *((each, 99) for each in exits),
    )
    terrain = Terrain.of(graph, graph.statements)
    trail = Trail(terrain)

    for _ in range(12):
        offered = terrain.onward[trail.path[-1]] if trail.path else sorted(terrain.useful)
        leading = [each for each in offered if trail.leads_to_an_end(each)]
        assert leading == [each for each in offered if is_clear(terrain, trail, each)]
        if leading and data.draw(st.integers(0, 2)):
            trail.advance(data.draw(st.sampled_from(leading)))
        else:
            trail.retreat()


def test_before_the_first_step_there_is_nothing_to_take_back():
    trail = Trail(Terrain.of(graph_of([statement(1)]), [some_id(1)]))

    trail.retreat()

    assert trail.path == []
