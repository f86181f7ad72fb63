from uuid import UUID

import pytest
from hypothesis import given

from api.graph.drift import COMMITMENT, drift
from api.graph.values import Graph, is_relay
from api.graph.vocabulary import DriftKind, Evidentiality, Modality
from tests.graph.strategies import CLAIM, NARROWER, PLAIN, graph_of, graphs, voice


def itself(claim: UUID) -> UUID:
    return claim


def found(graph: Graph, leader=itself) -> list[tuple[str, int, int]]:
    return [(each.kind, each.citation.citing.int, each.citation.cited.int) for each in drift(graph, PLAIN, leader)]


@pytest.mark.parametrize(
    ("cited", "citing", "hardened"),
    [
        (Modality.UNCONFIRMED, Modality.STATED, True),
        (Modality.RUMOUR, Modality.UNCONFIRMED, True),
        (Modality.STATED, Modality.CONFIRMED, True),
        (Modality.ACCUSED, Modality.STATED, True),
        (Modality.POSSIBLE, Modality.PROBABLE, True),
        (Modality.STATED, Modality.STATED, False),
        (Modality.STATED, Modality.ACCUSED, False),
        (Modality.ACCUSED, Modality.PROBABLE, False),
        (Modality.UNCLASSIFIED, Modality.CONFIRMED, False),
        (Modality.RUMOUR, Modality.UNCLASSIFIED, False),
    ],
)
def test_wording_that_goes_further_than_what_it_was_taken_from_is_drift(cited, citing, hardened):
    graph = graph_of([voice(1, modality=cited), voice(2, modality=citing)], (2, 1))

    assert found(graph) == ([(DriftKind.HARDENED, 2, 1)] if hardened else [])


def test_who_saw_it_may_put_it_more_firmly_than_what_it_cites():
    firm = voice(2, modality=Modality.CONFIRMED, evidentiality=Evidentiality.WITNESSED)

    assert found(graph_of([voice(1, modality=Modality.RUMOUR), firm], (2, 1))) == []


def test_a_narrower_statement_behind_a_broader_one_is_generalised():
    graph = graph_of([voice(1, claim=NARROWER), voice(2)], (2, 1))

    assert found(graph) == [(DriftKind.GENERALISED, 2, 1)]


def test_between_claims_that_are_one_nothing_is_generalised():
    graph = graph_of([voice(1, claim=NARROWER), voice(2)], (2, 1))

    assert found(graph, leader=lambda _: CLAIM) == []


def test_what_was_taken_back_drifts_no_more_but_is_still_drifted_from():
    rumour = voice(1, modality=Modality.RUMOUR)

    assert found(graph_of([rumour, voice(2, withdrawn=True)], (2, 1))) == []
    assert found(graph_of([voice(1, modality=Modality.RUMOUR, withdrawn=True), voice(2)], (2, 1))) == [
        (DriftKind.HARDENED, 2, 1)
    ]


def test_drift_farther_up_the_chain_is_found():
    graph = graph_of([voice(1, modality=Modality.RUMOUR), voice(2, claim=NARROWER), voice(3)], (2, 1), (3, 2))

    assert found(graph) == [(DriftKind.HARDENED, 2, 1), (DriftKind.GENERALISED, 2, 1), (DriftKind.GENERALISED, 3, 2)]


def test_of_other_claims_nothing_is_told():
    graph = graph_of([voice(1, claim=NARROWER, modality=Modality.RUMOUR), voice(2, claim=NARROWER)], (2, 1))

    assert found(graph) == []


def test_every_wording_has_its_place_save_what_nobody_classified():
    assert set(Modality) - set(COMMITMENT) == {Modality.UNCLASSIFIED}


@given(graphs())
def test_only_relays_harden_and_only_citations_that_can_be_walked_drift(graph):
    for each in drift(graph, PLAIN, itself):
        citing, cited = graph.statements[each.citation.citing], graph.statements[each.citation.cited]
        assert not each.citation.inert
        if each.kind is DriftKind.HARDENED:
            assert is_relay(graph, citing)
            assert COMMITMENT[citing.modality] > COMMITMENT[cited.modality]
        else:
            assert citing.claim != cited.claim


def test_each_citation_that_drifts_is_told():
    rumours = [voice(n, modality=Modality.RUMOUR) for n in (1, 2)]

    assert found(graph_of([*rumours, voice(3)], (3, 1), (3, 2))) == [
        (DriftKind.HARDENED, 3, 1),
        (DriftKind.HARDENED, 3, 2),
    ]
    assert drift(graph_of([voice(1)]), PLAIN, itself) == ()
