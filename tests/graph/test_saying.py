from datetime import timedelta

from hypothesis import given

from api.graph.saying import as_said_by
from api.graph.values import is_relay
from tests.graph.strategies import FIRST_DAY, LAST_DAY, graph_of, graphs, instants, some_id, statement

NEXT_DAY = FIRST_DAY + timedelta(days=1)
THIRD_DAY = FIRST_DAY + timedelta(days=2)


def test_the_latest_instant_that_it_can_mean_decides():
    graph = graph_of([statement(1, said_latest=NEXT_DAY, published_latest=FIRST_DAY)])

    assert as_said_by(graph, FIRST_DAY).statements == {}
    assert as_said_by(graph, NEXT_DAY) == graph


def test_without_its_own_date_the_documents_counts_and_then_the_records():
    graph = graph_of([statement(1, published_latest=FIRST_DAY), statement(2)])

    assert as_said_by(graph, FIRST_DAY).statements.keys() == {some_id(1)}
    assert as_said_by(graph, LAST_DAY) == graph


def test_what_is_cited_was_said_no_later_than_what_cites_it():
    graph = graph_of([statement(1), statement(2), statement(3, said_latest=FIRST_DAY)], (3, 2), (2, 1))

    assert as_said_by(graph, FIRST_DAY) == graph


def test_a_retraction_counts_once_it_had_certainly_happened():
    graph = graph_of([statement(1, said_latest=FIRST_DAY, withdrawn=True, withdrawn_latest=NEXT_DAY)])

    assert not as_said_by(graph, FIRST_DAY).statements[some_id(1)].retracted
    assert as_said_by(graph, NEXT_DAY).statements[some_id(1)].retracted


def test_a_retraction_without_a_date_had_not_certainly_happened():
    graph = graph_of([statement(1, said_latest=FIRST_DAY, withdrawn=True)])

    assert not as_said_by(graph, LAST_DAY).statements[some_id(1)].retracted


def test_a_replacement_counts_once_it_had_been_said():
    denial = statement(1, said_latest=FIRST_DAY, replaced_by=(some_id(2),))
    graph = graph_of([denial, statement(2, said_latest=THIRD_DAY)])

    assert not as_said_by(graph, NEXT_DAY).statements[some_id(1)].retracted
    assert as_said_by(graph, THIRD_DAY).statements[some_id(1)].retracted


def test_twenty_thousand_statements_are_cut_at_once():
    size = 20_000
    made = [statement(n) for n in range(1, size)] + [statement(size, said_latest=FIRST_DAY)]
    graph = graph_of(made, *((n + 1, n) for n in range(1, size)))

    assert len(as_said_by(graph, FIRST_DAY).statements) == size


@given(graphs(), instants, instants)
def test_more_had_been_said_and_taken_back_later(graph, one, other):
    earlier, later = as_said_by(graph, min(one, other)), as_said_by(graph, max(one, other))

    assert earlier.statements.keys() <= later.statements.keys()
    assert set(earlier.citations) <= set(later.citations)
    for each in earlier.statements.values():
        assert later.statements[each.id].retracted >= each.retracted


@given(graphs(), instants)
def test_the_cut_makes_no_relay_an_origin(graph, instant):
    cut = as_said_by(graph, instant)

    for each in cut.statements.values():
        assert cut.cites(each.id) == graph.cites(each.id)
        assert is_relay(cut, each) == is_relay(graph, each)


@given(graphs(), instants, instants)
def test_cutting_twice_is_cutting_at_the_earlier(graph, one, other):
    earlier, later = sorted([one, other])

    assert as_said_by(as_said_by(graph, later), earlier) == as_said_by(graph, earlier)
