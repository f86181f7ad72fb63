from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.graph.lineage import live_sources, upstream
from api.graph.origins import Reach, origin_kind, reach
from api.graph.sides import saying
from api.graph.values import Graph, is_first_hand
from api.graph.vocabulary import Evidentiality, OriginKind, SourceKind, Stance
from tests.graph.strategies import (
    CLAIMS,
    NARROWER,
    citation,
    extended,
    graph_of,
    graphs,
    some_id,
    statement,
)


def reached(graph: Graph, stance: Stance = Stance.AFFIRMS) -> Reach:
    return reach(graph, saying(graph, CLAIMS, stance))


def found(graph: Graph, stance: Stance = Stance.AFFIRMS) -> dict[int, int]:
    return {each.statement.int: each.distance for each in reached(graph, stance).origins}


def test_twelve_outlets_repeating_one_release_are_one_origin():
    graph = graph_of([statement(n) for n in range(1, 14)], *((n, 1) for n in range(2, 14)))

    assert found(graph) == {1: 0}


def test_distance_counts_from_the_nearest_statement_on_file():
    unseen = [statement(1, on_file=False), statement(2, on_file=False)]
    graph = graph_of([*unseen, statement(3), statement(4)], (2, 1), (3, 2), (4, 3))

    assert found(graph) == {1: 2}


def test_what_nothing_on_file_leads_to_is_no_origin():
    assert found(graph_of([statement(1, on_file=False)])) == {}


def test_a_first_hand_statement_is_an_origin_and_so_is_what_it_cites():
    report = statement(2, evidentiality=Evidentiality.DOCUMENTED)

    assert found(graph_of([statement(1), report, statement(3)], (2, 1), (3, 2))) == {1: 0, 2: 0}


def test_the_retraction_of_its_source_makes_no_relay_an_origin():
    assert found(graph_of([statement(1, withdrawn=True), statement(2)], (2, 1))) == {}


def test_nothing_is_reached_through_a_retracted_statement():
    between = statement(2, replaced_by=(some_id(9),))

    assert found(graph_of([statement(1, on_file=False), between, statement(3)], (2, 1), (3, 2))) == {}


def test_an_inert_citation_makes_no_relay_an_origin():
    graph = Graph.of([statement(1, claim=NARROWER), statement(2)], [citation(2, 1, inert=True)])

    assert found(graph) == {}


def test_a_narrower_claim_behind_this_one_is_followed():
    narrower = statement(1, claim=NARROWER)

    assert found(graph_of([narrower, statement(2)], (2, 1))) == {1: 0}
    assert found(graph_of([narrower, statement(2)])) == {2: 0}


def test_a_loop_has_no_origin():
    graph = graph_of([statement(1), statement(2), statement(3)], (1, 2), (2, 3), (3, 1))

    assert found(graph) == {}


def test_the_other_side_is_not_asked():
    denial = statement(1, stance=Stance.DENIES)

    assert found(graph_of([denial])) == {}
    assert found(graph_of([denial]), Stance.DENIES) == {1: 0}


@pytest.mark.parametrize(
    ("kind", "evidentiality", "expected"),
    [
        (None, Evidentiality.WITNESSED, OriginKind.UNKNOWN),
        (SourceKind.MEDIA_OUTLET, Evidentiality.UNKNOWN, OriginKind.UNKNOWN),
        (SourceKind.NEWS_AGENCY, Evidentiality.INFERRED, OriginKind.UNKNOWN),
        (SourceKind.SOCIAL_ACCOUNT, Evidentiality.WITNESSED, OriginKind.NAMED),
        (SourceKind.SOCIAL_ACCOUNT, Evidentiality.UNKNOWN, OriginKind.UNKNOWN),
        (SourceKind.MEDIA_OUTLET, Evidentiality.DOCUMENTED, OriginKind.NAMED),
        (SourceKind.STATE_MEDIA, Evidentiality.UNKNOWN, OriginKind.NAMED),
        (SourceKind.GOVERNMENT, Evidentiality.TOLD, OriginKind.UNKNOWN),
        (SourceKind.ANONYMOUS, Evidentiality.TOLD, OriginKind.UNKNOWN),
        (SourceKind.ANONYMOUS, Evidentiality.UNKNOWN, OriginKind.ANONYMOUS),
        (SourceKind.ANONYMOUS, Evidentiality.WITNESSED, OriginKind.ANONYMOUS),
        (SourceKind.PERSON, Evidentiality.UNKNOWN, OriginKind.NAMED),
    ],
)
def test_an_origin_is_named_anonymous_or_unknown(kind, evidentiality, expected):
    source = None if kind is None else some_id(7)

    assert origin_kind(statement(1, source=source, source_kind=kind, evidentiality=evidentiality)) is expected


@given(graphs(), st.data())
def test_an_echo_of_anything_on_file_changes_no_origin(graph, data):
    on_file = [each for each in graph.statements.values() if each.on_file and each.claim in CLAIMS]
    assume(on_file)
    echoed = data.draw(st.sampled_from(on_file))
    echo = statement(
        0x99, stance=echoed.stance, source_kind=data.draw(st.sampled_from(SourceKind)), on_file=data.draw(st.booleans())
    )

    louder = extended(graph, [echo], [citation(0x99, echoed.id.int)])

    for stance in Stance:
        assert reached(louder, stance).origins == reached(graph, stance).origins


@given(graphs())
def test_every_origin_is_live_and_taken_from_nobody_or_first_hand(graph):
    for each in reached(graph).origins:
        origin = graph.statements[each.statement]
        assert not origin.retracted
        assert is_first_hand(origin) or not graph.names_somebody(origin.id)
        assert (each.distance == 0) == origin.on_file


@given(graphs(), st.data())
def test_retracting_adds_no_origin(graph, data):
    taken_back = data.draw(st.sampled_from(sorted(graph.statements)))

    after = graph.without({taken_back})

    assert found(after).keys() <= found(graph).keys()


@given(graphs())
def test_a_chain_leads_from_what_is_on_file_to_its_origin_over_live_statements_and_is_the_shortest(graph):
    side = reached(graph)

    for origin in side.origins:
        chain = side.chain(origin)
        assert chain[-1] == origin.statement
        assert len(chain) == origin.distance + 1
        assert [graph.statements[each].on_file for each in chain] == [True] + [False] * origin.distance
        assert not any(graph.statements[each].retracted for each in chain)
        assert all(other in live_sources(graph, one) for one, other in pairwise(chain))


@given(graphs())
def test_what_is_reached_is_all_that_live_citations_lead_to_from_what_is_on_file(graph):
    side = reached(graph)
    live = Graph.of([each for each in graph.statements.values() if not each.retracted], graph.citations)
    on_file = {each.id for each in saying(live, CLAIMS, Stance.AFFIRMS) if each.on_file}

    assert set(side.starts) == on_file
    assert {each for each in graph.statements if each in side} == upstream(live, on_file).keys()
