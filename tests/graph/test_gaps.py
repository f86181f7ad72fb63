from hypothesis import given

from api.graph.gaps import Gap, gaps
from api.graph.independence import independence
from api.graph.values import Graph
from api.graph.vocabulary import Evidentiality, GapKind, SourceKind, Stance
from tests.graph.strategies import NARROWER, PLAIN, RIVALLED, citation, graph_of, graphs, nobody, some_id, voice

OUTLET = SourceKind.MEDIA_OUTLET


def missing(graph: Graph, *orphaned_quotes: int, question=PLAIN) -> list[tuple[GapKind, int]]:
    quotes = {some_id(each) for each in orphaned_quotes}
    found = gaps(graph, question, independence(graph, question), frozenset(), quotes)
    return [(each.kind, each.statement.int) for each in found]


def test_a_statement_on_file_by_somebody_named_lacks_nothing():
    assert missing(graph_of([voice(1)])) == []


def test_an_origin_that_is_known_only_from_others_is_to_be_found():
    assert missing(graph_of([voice(1, on_file=False), voice(2)], (2, 1))) == [(GapKind.NOT_ON_FILE, 1)]


def test_a_relay_between_that_nobody_has_on_file_is_not_missed():
    graph = graph_of([voice(1), voice(2, on_file=False), voice(3)], (2, 1), (3, 2))

    assert missing(graph) == []


def test_an_outlet_that_names_nobody_is_a_gap_and_one_that_reports_for_itself_is_none():
    reporter = voice(2, OUTLET, evidentiality=Evidentiality.WITNESSED)

    assert missing(graph_of([voice(1, OUTLET), reporter])) == [(GapKind.NAMES_NOBODY, 1)]


def test_an_outlet_whose_source_withdrew_did_name_somebody():
    assert missing(graph_of([voice(1, withdrawn=True), voice(2, OUTLET)], (2, 1))) == []


def test_nobody_named_and_an_unnamed_source_are_unnamed():
    assert missing(graph_of([nobody(1), voice(2, SourceKind.ANONYMOUS)])) == [
        (GapKind.UNNAMED_SOURCE, 1),
        (GapKind.UNNAMED_SOURCE, 2),
    ]


def test_what_nothing_on_file_leads_to_is_a_gap():
    graph = graph_of([voice(1, on_file=False), voice(2, on_file=False)], (2, 1))

    assert missing(graph) == [(GapKind.NOTHING_ON_FILE, 1), (GapKind.NOTHING_ON_FILE, 2)]


def test_an_orphaned_quote_is_a_gap():
    assert missing(graph_of([voice(1), voice(2)]), 2, 3) == [(GapKind.ORPHANED_QUOTE, 2)]


def test_an_inert_citation_is_a_gap_and_names_itself():
    graph = Graph.of([voice(1), voice(2)], [citation(2, 1, 0x77, inert=True)])

    assert gaps(graph, PLAIN, independence(graph, PLAIN), frozenset(), frozenset()) == (
        Gap(GapKind.INERT_CITATION, some_id(2), some_id(0x77)),
    )


def test_of_what_was_taken_back_nothing_is_missing():
    assert missing(graph_of([nobody(1, withdrawn=True, on_file=False)]), 1) == []


def test_a_question_stands_on_no_side_and_need_not_be_led_to():
    assert missing(graph_of([voice(1, OUTLET, stance=Stance.QUESTIONS, on_file=False)])) == []


def test_gaps_behind_a_denial_and_behind_a_narrower_claim_are_told():
    denial = voice(2, stance=Stance.DENIES)
    behind = [voice(1, stance=Stance.DENIES, on_file=False), nobody(3, claim=NARROWER)]

    assert missing(graph_of([*behind, denial, voice(4)], (2, 1), (4, 3))) == [
        (GapKind.NOT_ON_FILE, 1),
        (GapKind.UNNAMED_SOURCE, 3),
    ]


@given(graphs())
def test_what_contradicts_a_claim_fills_no_gap_behind_it_and_opens_none(graph):
    opened = set(missing(graph, question=RIVALLED)) - set(missing(graph))

    assert {kind for kind, _ in opened} <= {GapKind.NOT_ON_FILE}


@given(graphs())
def test_a_gap_is_of_a_live_statement_and_told_once(graph):
    found = gaps(graph, PLAIN, independence(graph, PLAIN), frozenset(), frozenset())

    assert len(set(found)) == len(found)
    assert not any(graph.statements[each.statement].retracted for each in found)
