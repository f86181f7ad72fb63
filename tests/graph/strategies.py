"""Draw small graphs with everything that can go wrong in a record: loops, retractions, nobody named, gaps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from api.graph.values import Citation, Graph, Statement
from api.graph.vocabulary import CitationKind, Evidentiality, Modality, SourceKind, Stance

CLAIM = UUID(int=0xC0)
NARROWER = UUID(int=0xC1)
CLAIMS = frozenset({CLAIM})
SOURCES = (None, *((UUID(int=0x5000 + number), kind) for number, kind in enumerate(SourceKind)))
FIRST_DAY = datetime(2022, 9, 5, tzinfo=UTC)
LAST_DAY = FIRST_DAY + timedelta(days=9)

instants = st.integers(0, 8).map(lambda days: FIRST_DAY + timedelta(days=days))


def some_id(number: int) -> UUID:
    return UUID(int=number)


def statement(number: int, **changes: Any) -> Statement:
    """A person's plain statement on file, saying nothing of where it comes from."""
    plain = Statement(
        id=some_id(number),
        claim=CLAIM,
        source=UUID(int=0x5000),
        source_kind=SourceKind.PERSON,
        principal=UUID(int=0x5000),
        document=UUID(int=0xD000),
        stance=Stance.AFFIRMS,
        modality=Modality.STATED,
        evidentiality=Evidentiality.UNKNOWN,
        on_file=True,
        said_latest=None,
        published_latest=None,
        recorded_at=LAST_DAY,
    )
    return replace(plain, **changes)


def citation(citing: int, cited: int, number: int = 0, inert: bool = False) -> Citation:
    number = number or 0x10000 + 0x100 * citing + cited
    return Citation(UUID(int=number), CitationKind.RELIES_ON, some_id(citing), some_id(cited), inert)


def graph_of(statements: Sequence[Statement], *pairs: tuple[int, int]) -> Graph:
    return Graph.of(statements, [citation(citing, cited) for citing, cited in pairs])


@st.composite
def statements(draw: st.DrawFn, number: int, among: int) -> Statement:
    named = draw(st.sampled_from(SOURCES))
    return statement(
        number,
        claim=draw(st.sampled_from([CLAIM, CLAIM, CLAIM, NARROWER])),
        source=named and named[0],
        source_kind=named and named[1],
        document=draw(st.sampled_from([None, UUID(int=0xD000), UUID(int=0xD001)])),
        stance=draw(st.sampled_from([Stance.AFFIRMS, Stance.AFFIRMS, Stance.AFFIRMS, Stance.DENIES])),
        evidentiality=draw(st.sampled_from(Evidentiality)),
        on_file=draw(st.booleans()),
        said_latest=draw(st.none() | instants),
        published_latest=draw(st.none() | instants),
        withdrawn=draw(st.sampled_from([False, False, False, True])),
        withdrawn_latest=draw(st.none() | instants),
        replaced_by=draw(st.sampled_from([(), (), (), (), (some_id(among),), (some_id(1), some_id(2))])),
    )


@st.composite
def graphs(draw: st.DrawFn, most: int = 7) -> Graph:
    """Citations join statements of one stance in any direction; a few are inert, some pairs have two."""
    size = draw(st.integers(1, most))
    made = [draw(statements(number, size)) for number in range(1, size + 1)]
    pairs = [
        (citing.id.int, cited.id.int)
        for citing in made
        for cited in made
        if citing.id != cited.id and citing.stance is cited.stance
    ]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=3 * size)) if pairs else []
    links = [
        citation(citing, cited, 0x10000 + number, draw(st.integers(0, 9)) == 9)
        for number, (citing, cited) in enumerate(chosen)
    ]
    return Graph.of(made, links)
