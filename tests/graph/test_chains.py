from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.graph.chains import chains
from api.graph.lineage import upstream
from api.graph.values import Graph, is_first_hand
from api.graph.vocabulary import Evidentiality
from tests.graph.strategies import CLAIMS, NARROWER, citation, graph_of, graphs, some_id, statement

UNHURRIED = 30  # seconds; what is exponential takes years


def listed(graph: Graph) -> list[tuple[int, ...]]:
    return [tuple(each.int for each in chain.statements) for chain in chains(graph, CLAIMS)]


def many(size: int) -> list:
    return [statement(number) for number in range(1, size + 1)]


def test_a_chain_is_told_origin_first():
    graph = graph_of(many(3), (3, 2), (2, 1))

    (chain,) = chains(graph, CLAIMS)

    assert [each.int for each in chain.statements] == [1, 2, 3]
    assert [(link.citing.int, link.cited.int) for link in chain.citations] == [(2, 1), (3, 2)]


def test_a_statement_alone_is_a_chain():
    assert listed(graph_of(many(1))) == [(1,)]


def test_a_first_hand_statement_that_cites_ends_a_chain_and_is_passed_through():
    report = statement(2, evidentiality=Evidentiality.DOCUMENTED)

    assert listed(graph_of([statement(1), report, statement(3)], (3, 2), (2, 1))) == [(2, 3), (1, 2, 3)]


def test_a_chain_goes_on_into_a_narrower_claim_but_does_not_begin_there():
    narrower = [statement(1, claim=NARROWER), statement(3, claim=NARROWER)]

    assert listed(graph_of([*narrower, statement(2)], (2, 1), (3, 2))) == [(1, 2)]


def test_retracted_statements_are_links_like_any_other():
    graph = graph_of([statement(1), statement(2, withdrawn=True), statement(3)], (3, 2), (2, 1))

    assert listed(graph) == [(1, 2, 3)]


def test_two_citations_of_one_statement_are_one_chain():
    graph = Graph.of(many(2), [citation(2, 1, number=0x99), citation(2, 1, number=0x98)])

    (chain,) = chains(graph, CLAIMS)

    assert [link.id.int for link in chain.citations] == [0x98]


def test_a_loop_that_nobody_cites_is_told_from_its_greatest_id():
    graph = graph_of(many(4), (2, 3), (3, 4), (4, 2), (2, 1))

    assert listed(graph) == [(1, 2, 4)]


def test_a_loop_without_an_origin_has_no_chain():
    assert listed(graph_of(many(3), (1, 2), (2, 3), (3, 1))) == []


def test_where_only_an_inert_citation_leads_on_a_chain_ends():
    assert listed(Graph.of(many(2), [citation(2, 1, inert=True)])) == [(1,), (2,)]


@pytest.mark.timeout(UNHURRIED)
def test_the_first_and_any_following_page_of_2_to_the_40_chains_come_at_once():
    rungs = [(n, older) for n in range(3, 83) for older in ((n - 1) // 2 * 2 - 1, (n - 1) // 2 * 2)]
    graph = graph_of(many(82), *rungs)
    first = list(islice(chains(graph, CLAIMS), 50))
    middle = tuple(some_id(2 * rung - (rung % 3 == 0)) for rung in range(41, 0, -1))

    assert len({chain.key for chain in first}) == 50
    assert list(islice(chains(graph, CLAIMS, after=first[19].key), 30)) == first[20:]
    assert next(chains(graph, CLAIMS, after=middle)).key > middle


@pytest.mark.timeout(UNHURRIED)
@pytest.mark.parametrize("gate", [1, 13, 25])
def test_a_complete_loop_of_25_with_one_origin_gives_chain_after_chain(gate):
    pairs = [(one, other) for one in range(1, 26) for other in range(1, 26) if one != other]
    graph = graph_of([statement(n) for n in [*range(1, 26), 99]], *pairs, (gate, 99))

    page = list(islice(chains(graph, CLAIMS), 500))

    assert len({chain.key for chain in page}) == (1 if gate == 25 else 500)
    assert list(islice(chains(graph, CLAIMS, after=page[-1].key), 500))[:1] != page[:1]


@pytest.mark.timeout(UNHURRIED)
def test_dead_ends_behind_the_path_are_not_searched_over_and_over():
    """A dense room of 20 that can only be left by the door it was entered through, and a far exit."""
    room = range(3, 23)
    pairs = [(one, other) for one in room for other in room if one != other]
    graph = graph_of(
        [statement(n) for n in [*range(1, 23), 99]], *pairs, *((2, n) for n in room), (22, 2), (99, 2), (2, 1)
    )

    assert listed(graph) == [(1, 2, 99)]


@pytest.mark.timeout(UNHURRIED)
def test_a_line_of_twenty_thousand_is_one_chain():
    size = 20_000
    graph = graph_of(many(size), *((n + 1, n) for n in range(1, size)))

    (chain,) = chains(graph, CLAIMS)

    assert len(chain.statements) == size


@pytest.mark.timeout(UNHURRIED)
def test_a_loop_of_ten_thousand_with_short_cuts_is_walked():
    size = 10_000
    ring = [(n, n - 1) for n in range(2, size + 1)] + [(1, size)]
    short_cuts = [(n, n * 7919 % size + 1) for n in range(2, size, 2) if n * 7919 % size + 1 != n]
    graph = graph_of([*many(size), statement(size + 1)], *ring, *short_cuts, (3, size + 1))

    assert len(list(islice(chains(graph, CLAIMS), 3))) == 3


def by_brute_force(graph: Graph) -> list[tuple]:
    """Try every walk that repeats nothing, from every tip."""
    members = {each.id for each in graph.statements.values() if each.claim in CLAIMS}
    within = Graph.of([graph.statements[each] for each in members], graph.citations)
    tips = set()
    for each in members:
        loop = {other for other in upstream(within, [each]) if each in upstream(within, [other])}
        if all(link.citing in loop for node in loop for link in within.cited_by(node)):
            tips.add(max(loop))
    keys, paths = [], [(tip,) for tip in tips]
    while paths:
        path = paths.pop()
        cited = {link.cited for link in graph.cites(path[-1])}
        if not cited or is_first_hand(graph.statements[path[-1]]):
            keys.append(path)
        paths.extend((*path, node) for node in cited if node not in path)
    return sorted(keys)


@settings(max_examples=300)
@given(graphs())
def test_chains_are_all_the_simple_paths_in_order(graph):
    found = list(chains(graph, CLAIMS))

    assert [chain.key for chain in found] == by_brute_force(graph)
    for chain in found:
        ends = [(link.cited, link.citing) for link in chain.citations]
        assert ends == list(pairwise(chain.statements))


@given(graphs())
def test_after_any_chain_comes_the_tail(graph):
    found = list(chains(graph, CLAIMS))

    for place, chain in enumerate(found, start=1):
        assert list(chains(graph, CLAIMS, after=chain.key)) == found[place:]


@given(graphs(), st.lists(st.integers(0, 9).map(some_id), max_size=5))
def test_after_a_key_that_is_no_chain_come_the_greater_ones(graph, key):
    expected = [chain for chain in chains(graph, CLAIMS) if chain.key > tuple(key)]

    assert list(chains(graph, CLAIMS, after=key)) == expected
