from itertools import combinations

from hypothesis import example, given
from hypothesis import strategies as st

from api.graph.disjoint import disjoint_paths

Steps = dict[int, list[int]]


def paths(roots: set[int], steps: Steps, goals: set[int]) -> list[set[int]]:
    """Every path that repeats nothing and stops at the first goal, as the set of its nodes."""
    found, waiting = [], [(each,) for each in roots]
    while waiting:
        path = waiting.pop()
        if path[-1] in goals:
            found.append(set(path))
        else:
            waiting.extend((*path, each) for each in steps.get(path[-1], []) if each not in path)
    return found


def most(found: list[set[int]], roots: int) -> int:
    for size in range(min(roots, len(found)), 0, -1):
        for some in combinations(found, size):
            if len(set().union(*some)) == sum(map(len, some)):
                return size
    return 0


node = st.integers(1, 7)


@given(
    st.sets(node, max_size=3),
    st.dictionaries(node, st.lists(node, max_size=3)),
    st.sets(node, max_size=3),
    st.integers(0, 4),
)
@example({1, 2}, {1: [3], 2: [3], 3: [5, 6]}, {5, 6}, 4)  # all must pass 3
@example({1, 2}, {1: [3, 4], 2: [3], 3: [5], 4: [6]}, {5, 6}, 4)  # the step 1 to 3 must be given up again
@example({1, 2}, {1: [3], 3: [4, 6], 4: [5], 2: [4], 6: [7]}, {5, 7}, 4)
def test_paths_are_counted_as_trying_every_set_of_them_would(roots, steps, goals, enough):
    expected = min(enough, most(paths(roots, steps, goals), len(roots)))

    assert disjoint_paths(roots, lambda each: steps.get(each, []), goals, enough) == expected


def test_a_node_that_is_root_and_goal_is_a_path():
    assert disjoint_paths([1], lambda _: [], {1}, 8) == 1


def test_no_more_are_looked_for_than_are_enough():
    assert disjoint_paths(range(100), lambda _: [], set(range(100)), 8) == 8


def test_a_grid_is_crossed_on_every_row():
    side = 40

    def step(place: int) -> list[int]:
        row, column = divmod(place, side)
        around = [(row + 1, column), (row - 1, column), (row, column + 1)]
        return [r * side + c for r, c in around if 0 <= r < side and c < side]

    goals = {row * side + side - 1 for row in range(side)}

    assert disjoint_paths([row * side for row in range(side)], step, goals, side) == side
