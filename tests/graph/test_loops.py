from hypothesis import given

from api.graph.lineage import downstream, upstream
from api.graph.loops import components
from tests.graph.strategies import graphs


@given(graphs())
def test_two_share_a_component_exactly_when_each_leads_to_the_other(graph):
    component = components(graph.statements, lambda node: [link.cited for link in graph.cites(node)])

    for one in graph.statements:
        mutual = upstream(graph, [one]).keys() & downstream(graph, [one]).keys()
        assert mutual == {other for other in graph.statements if component[other] == component[one]}


def test_a_ring_of_twenty_thousand_is_one_component():
    size = 20_000
    ring = {number: (number + 1) % size for number in range(size)}

    assert len(set(components(ring, lambda node: [ring[node]]).values())) == 1
