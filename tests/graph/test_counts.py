from hypothesis import given

from api.graph.counts import Counts, counts
from api.graph.vocabulary import SourceKind, Stance
from tests.graph.strategies import CLAIMS, graph_of, graphs, some_id, statement


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
            statement(6, source=some_id(14), stance=Stance.DENIES),
        ],
        (2, 1),
        (3, 1),
    )

    assert counts(graph, CLAIMS, Stance.AFFIRMS) == Counts(
        attributions=4, sources=3, documents=2, origins=2, unknown_origins=1, echoes=1
    )


def test_nobody_named_is_no_source():
    graph = graph_of([statement(1, source=None, source_kind=None)])

    assert counts(graph, CLAIMS, Stance.AFFIRMS).sources == 0


@given(graphs())
def test_no_count_exceeds_what_it_is_part_of(graph):
    for stance in Stance:
        side = counts(graph, CLAIMS, stance)
        assert max(side.sources, side.documents, side.echoes) <= side.attributions
        assert side.unknown_origins <= side.origins <= len(graph.statements)
