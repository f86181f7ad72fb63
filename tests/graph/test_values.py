from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.graph.values import Graph, is_relay
from api.graph.vocabulary import Evidentiality
from tests.graph.strategies import CLAIM, NARROWER, citation, extended, graphs, some_id, statement


@given(graphs(), st.randoms())
def test_the_order_of_what_is_given_does_not_matter(graph, chance):
    statements, citations = list(graph.statements.values()), [*graph.citations, *graph.citations]
    dependencies = [*graph.dependencies, *graph.dependencies]
    for given_in_any_order in (statements, citations, dependencies):
        chance.shuffle(given_in_any_order)

    again = Graph.of(statements, citations, dependencies)

    assert again == graph
    for each in graph.statements:
        assert again.cites(each) == graph.cites(each)
        assert again.cited_by(each) == graph.cited_by(each)


@given(graphs())
def test_both_ends_of_a_citation_know_it(graph):
    forwards = {link for each in graph.statements for link in graph.cites(each)}
    backwards = {link for each in graph.statements for link in graph.cited_by(each)}

    assert forwards == backwards == {link for link in graph.citations if not link.inert}


def test_a_citation_with_an_end_elsewhere_is_not_walked_but_is_on_record():
    graph = Graph.of([statement(1)], [citation(1, 2)])

    assert graph.cites(some_id(1)) == ()
    assert graph.names_somebody(some_id(1))


def test_an_inert_citation_is_not_walked_but_is_on_record():
    graph = Graph.of([statement(1), statement(2)], [citation(1, 2, inert=True)])

    assert graph.cites(some_id(1)) == graph.cited_by(some_id(2)) == ()
    assert is_relay(graph, graph.statements[some_id(1)])


def test_who_saw_it_is_no_relay_though_it_cites():
    witness = statement(1, evidentiality=Evidentiality.WITNESSED)
    graph = Graph.of([witness, statement(2)], [citation(1, 2)])

    assert not is_relay(graph, witness)


def test_what_is_said_about_a_claim_is_found_by_claim():
    graph = Graph.of([statement(2), statement(1), statement(3, claim=NARROWER)], [])

    assert [each.id.int for each in graph.about({CLAIM})] == [1, 2]
    assert [each.id.int for each in graph.about({CLAIM, NARROWER})] == [1, 2, 3]


@given(graphs(), st.data())
def test_without_some_it_is_the_graph_in_which_they_were_withdrawn(graph, data):
    withdrawn = data.draw(st.sets(st.sampled_from(sorted(graph.statements))))

    left = graph.without(withdrawn)

    assert left == extended(graph, (replace(graph.statements[each], withdrawn=True) for each in withdrawn))
    for each in graph.statements:
        assert left.cites(each) == graph.cites(each)
        assert left.statements[each].retracted == (each in withdrawn or graph.statements[each].retracted)


def test_a_statement_is_retracted_by_withdrawing_or_by_replacing():
    assert not statement(1).retracted
    assert statement(1, withdrawn=True).retracted
    assert statement(1, replaced_by=(some_id(2),)).retracted
