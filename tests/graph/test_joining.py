from hypothesis import given
from hypothesis import strategies as st

from api.graph.joining import between, joined
from tests.graph.strategies import some_id

ids = st.integers(1, 9).map(some_id)
pairs = st.lists(st.tuples(ids, ids), max_size=9)


@given(pairs)
def test_two_are_joined_exactly_where_pairs_lead_from_one_to_the_other(given_pairs):
    groups = [{each} for pair in given_pairs for each in pair]
    for one, other in given_pairs:
        touching = [group for group in groups if one in group or other in group]
        groups = [group for group in groups if group not in touching] + [set().union(*touching)]

    leaders = joined(given_pairs)

    assert leaders == {each: min(group) for group in groups for each in group}


@given(pairs, st.randoms())
def test_the_order_of_pairs_does_not_matter(given_pairs, chance):
    shuffled = [pair[::-1] for pair in given_pairs]
    chance.shuffle(shuffled)

    assert joined(shuffled) == joined(given_pairs)


def test_a_line_of_a_hundred_thousand_is_one_group():
    size = 100_000
    line = [some_id(n) for n in range(1, size)]

    assert set(joined(zip(line[1:], line[:-1], strict=True)).values()) == {some_id(1)}


def test_without_pairs_there_is_nobody_to_join():
    assert joined([]) == {}


def on_a_way(link, links, ends):
    """Whether some way from one end to another takes the link and passes nothing twice, by trying every way."""

    def leads_on(way, taken):
        if taken and way[-1] in ends - {way[0]}:
            return True
        onward = {(other, each is link) for each in links for here, other in (each[:2], each[1::-1]) if here == way[-1]}
        return any(leads_on([*way, other], taken or it) for other, it in onward if other not in way)

    return any(leads_on([end], taken=False) for end in ends)


def test_what_leads_from_ends_to_none_is_left_out():
    a, b, c, d, e = map(some_id, range(1, 6))
    links = [(a, b, "ab"), (b, c, "bc"), (b, d, "bd"), (d, e, "de"), (d, e, "again")]

    assert [name for *_, name in between(links, {a, c})] == ["ab", "bc"]
    assert between(links, {a}) == []


def test_a_round_trip_from_one_end_is_left_out():
    a, b, c, d, e = map(some_id, range(1, 6))
    links = [(a, b, "ab"), (a, c, "ac"), (c, d, "cd"), (d, e, "de"), (e, a, "ea")]

    assert [name for *_, name in between(links, {a, b})] == ["ab"]


@given(pairs, st.sets(ids))
def test_the_links_between_ends_are_those_on_the_ways_from_one_to_another(given_pairs, ends):
    links = [(*pair, number) for number, pair in enumerate(given_pairs) if pair[0] != pair[1]]

    assert between(links, ends) == [link for link in links if on_a_way(link, links, ends)]


@given(pairs, st.sets(ids))
def test_ends_are_joined_as_before_by_what_is_left(given_pairs, ends):
    links = [(*pair, None) for pair in given_pairs]

    left = joined((one, other) for one, other, _ in between(links, ends))

    before = joined(given_pairs)
    for one in ends:
        for other in ends - {one}:
            apart = before.get(one, one) != before.get(other, other)
            assert apart == (left.get(one, one) != left.get(other, other))
