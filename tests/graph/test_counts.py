from hypothesis import given

from api.graph.counts import Counts, counts
from api.graph.independence import independence
from api.graph.values import Graph
from api.graph.vocabulary import SourceKind, Stance
from tests.graph.strategies import (
    CLAIMS,
    PLAIN,
    RIVAL,
    RIVALLED,
    dependency,
    extended,
    graph_of,
    graphs,
    nobody,
    questions,
    some_id,
    statement,
    voice,
)


def affirming(graph: Graph, question=PLAIN) -> Counts:
    return counts(graph, CLAIMS, Stance.AFFIRMS, independence(graph, question))


def test_counts_are_what_a_reader_would_count():
    release = statement(1, source=some_id(11), source_kind=SourceKind.STATE_MEDIA, document=some_id(21))
    outlets = {"source_kind": SourceKind.MEDIA_OUTLET}
    graph = graph_of(
        [
            release,
            statement(2, source=some_id(12), document=some_id(22), **outlets),
            statement(3, source=some_id(12), document=None, on_file=False, **outlets),
            statement(4, source=some_id(13), document=some_id(22), **outlets),
            statement(5, source=None, source_kind=None, document=some_id(23), withdrawn=True),
            voice(6, stance=Stance.DENIES),
        ],
        (2, 1),
        (3, 1),
    )

    assert affirming(graph) == Counts(
        attributions=4, sources=3, documents=2, origins=2, independent_origins=1, unknown_origins=1, echoes=1
    )


def test_nobody_named_is_no_source():
    seen = affirming(graph_of([nobody(1)]))

    assert (seen.sources, seen.origins, seen.independent_origins, seen.unknown_origins) == (0, 1, 0, 1)


def test_origins_that_are_one_are_one_independent_origin():
    graph = extended(graph_of([voice(1), voice(2), voice(3)]), dependencies=[dependency(1, some_id(1), some_id(2))])

    assert (affirming(graph).origins, affirming(graph).independent_origins) == (3, 2)


def test_who_also_affirms_what_contradicts_it_is_no_independent_origin():
    graph = graph_of([statement(1), statement(2, claim=RIVAL)])

    assert affirming(graph).independent_origins == 1
    assert affirming(graph, RIVALLED).independent_origins == 0
    assert affirming(graph, RIVALLED).origins == 1


def test_an_echo_that_nobody_has_on_file_is_not_counted_as_one():
    seen = affirming(graph_of([voice(1), voice(2), voice(3, on_file=False)], (2, 1), (3, 1)))

    assert (seen.attributions, seen.echoes) == (3, 1)


@given(graphs(), questions)
def test_no_count_exceeds_what_it_is_part_of(graph, question):
    for stance in Stance:
        side = counts(graph, CLAIMS, stance, independence(graph, question))
        assert max(side.sources, side.documents, side.echoes) <= side.attributions
        assert side.unknown_origins + side.independent_origins <= side.origins <= len(graph.statements)
