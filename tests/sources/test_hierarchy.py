"""Whom sources in the end speak for, and who is nearest above them, in whatever way it is recorded."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.sources.hierarchy import Hierarchy

SOURCES = [UUID(int=number) for number in range(1, 8)]
some = st.frozensets(st.sampled_from(SOURCES), max_size=3)
WAYS = st.dictionaries(st.sampled_from(SOURCES), some.filter(bool))


def far(ways: Mapping[UUID, frozenset[UUID]], source: UUID) -> dict[UUID, int]:
    """Tell how far above a source each one is, level by level."""
    found, level = dict[UUID, int](), {source}
    for steps in range(len(SOURCES) + 1):
        found |= dict.fromkeys(level, steps)
        level = {over for one in level for over in ways.get(one, ())} - found.keys()
    return found


@given(WAYS)
def test_whom_a_source_in_the_end_speaks_for_speaks_for_nobody_unless_the_record_loops(
    ways: dict[UUID, frozenset[UUID]],
) -> None:
    known = Hierarchy(ways, {})

    for one in SOURCES:
        above = far(ways, one).keys()
        assert known.above([one]) == above
        assert known.tops(one) == (above - ways.keys() or above)


@given(WAYS, st.permutations(SOURCES), st.integers(0, 4))
def test_the_nearest_is_fewest_steps_away_and_of_equals_the_first(
    ways: dict[UUID, frozenset[UUID]], order: list[UUID], many: int
) -> None:
    wanted = order[:many]
    nearest = Hierarchy(ways, {}).nearest(wanted)

    for one in SOURCES:
        above = far(ways, one)
        by_nearness = sorted((above[each], wanted.index(each)) for each in wanted if each in above)
        assert nearest.get(one) == (wanted[by_nearness[0][1]] if by_nearness else None)


class Asked(dict[UUID, Any]):
    """Ways that count how often somebody looks where one leads."""

    times = 0

    def get(self, key: UUID, default: Any = None) -> Any:
        self.times += 1
        return super().get(key, default)


def test_a_long_line_of_sources_is_not_walked_from_each_of_them() -> None:
    line = [UUID(int=number) for number in range(1, 2_001)]
    ways = Asked((one, frozenset({over})) for one, over in pairwise(line))
    known = Hierarchy(ways, {})

    assert {known.tops(one) for one in line} == {frozenset({line[-1]})}
    assert set(known.nearest(line[-1:]).values()) == {line[-1]}
    assert set(known.above(line)) == set(line)
    assert ways.times <= 2 * len(line)
