"""Draw small graphs with everything that can go wrong in a record: loops, retractions, nobody named, gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from api.confidence.ladder import Rating, Ratings
from api.graph.sides import Question
from api.graph.values import Citation, Dependency, Graph, Statement
from api.graph.vocabulary import CitationKind, Evidentiality, Modality, SourceKind, Stance

CLAIM = UUID(int=0xC0)
NARROWER = UUID(int=0xC1)
RIVAL = UUID(int=0xC2)
CLAIMS = frozenset({CLAIM})
PLAIN = Question(CLAIMS)
RIVALLED = Question(CLAIMS, frozenset({RIVAL}))
ANONYMOUS = (UUID(int=0x5100), UUID(int=0x5101))
CONTROLLER = UUID(int=0x5200)
STRANGER = UUID(int=0x5300)  # never says a word, and may yet be in a dependency
SOURCES = (
    *((UUID(int=0x5000 + number), kind) for number, kind in enumerate(SourceKind) if kind is not SourceKind.ANONYMOUS),
    *((each, SourceKind.ANONYMOUS) for each in ANONYMOUS),
    (CONTROLLER, SourceKind.GOVERNMENT),
)
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


def own_source(number: int) -> UUID:
    """The source that only this statement has, unless it is given to another."""
    return UUID(int=0x6000 + number)


def voice(number: int, kind: SourceKind = SourceKind.PERSON, **changes: Any) -> Statement:
    """The same, by a source of its own that speaks for itself."""
    own = own_source(number)
    return statement(number, **{"source": own, "source_kind": kind, "principal": own, **changes})


def nobody(number: int, **changes: Any) -> Statement:
    """The same, with no source named."""
    return statement(number, source=None, source_kind=None, principal=None, **changes)


def citation(
    citing: int, cited: int, number: int = 0, inert: bool = False, kind: CitationKind = CitationKind.RELIES_ON
) -> Citation:
    number = number or 0x10000 + 0x100 * citing + cited
    return Citation(UUID(int=number), kind, some_id(citing), some_id(cited), inert)


def dependency(number: int, *members: UUID) -> Dependency:
    return Dependency(UUID(int=0xE000 + number), frozenset(members))


def graph_of(statements: Sequence[Statement], *pairs: tuple[int, int]) -> Graph:
    return Graph.of(statements, [citation(citing, cited) for citing, cited in pairs])


def extended(
    graph: Graph,
    statements: Iterable[Statement] = (),
    citations: Iterable[Citation] = (),
    dependencies: Iterable[Dependency] = (),
) -> Graph:
    """The same graph with more in it; a statement that it holds already is replaced."""
    held = {**graph.statements, **{each.id: each for each in statements}}
    return Graph.of(held.values(), [*graph.citations, *citations], [*graph.dependencies, *dependencies])


@dataclass(frozen=True)
class Cast:
    """Who speaks for whom in one graph, and for which unnamed sources an editor vouches."""

    controlled: frozenset[UUID]
    attested: frozenset[UUID]

    def principal(self, source: UUID) -> UUID:
        return CONTROLLER if source in self.controlled else source


casts = st.builds(
    Cast,
    controlled=st.frozensets(st.sampled_from([each for each, _ in SOURCES]), max_size=3),
    attested=st.frozensets(st.sampled_from(ANONYMOUS), max_size=2),
)


@st.composite
def statements(draw: st.DrawFn, number: int, among: int, cast: Cast) -> Statement:
    named = draw(st.sampled_from([*SOURCES, None]))
    return statement(
        number,
        claim=draw(st.sampled_from([CLAIM, CLAIM, CLAIM, CLAIM, NARROWER, RIVAL])),
        source=named and named[0],
        source_kind=named and named[1],
        principal=named and cast.principal(named[0]),
        attested=named is not None and named[0] in cast.attested,
        document=draw(st.sampled_from([None, UUID(int=0xD000), UUID(int=0xD001)])),
        stance=draw(st.sampled_from([*[Stance.AFFIRMS] * 5, Stance.DENIES, Stance.DENIES, Stance.QUESTIONS])),
        modality=draw(st.sampled_from(Modality)),
        evidentiality=draw(st.sampled_from(Evidentiality)),
        on_file=draw(st.sampled_from([True, True, False])),
        said_latest=draw(st.none() | instants),
        published_latest=draw(st.none() | instants),
        withdrawn=draw(st.sampled_from([False, False, False, False, True])),
        withdrawn_latest=draw(st.none() | instants),
        replaced_by=draw(st.sampled_from([(), (), (), (), (), (), (some_id(among),), (some_id(1), some_id(2))])),
    )


def _joins(citing: Statement, cited: Statement) -> bool:
    between = {citing.claim, cited.claim}
    rivals = RIVAL in between and (citing.claim != RIVAL or CLAIM in between)
    return citing.stance is cited.stance and not rivals


@st.composite
def graphs(draw: st.DrawFn, most: int = 7) -> Graph:
    """Citations join statements of one stance in any direction, but not the claim and its rival directly.

    A few are inert, some pairs have two, and what both rivals rest on is a narrower claim.
    """
    size = draw(st.integers(1, most))
    cast = draw(casts)
    made = [draw(statements(number, size, cast)) for number in range(1, size + 1)]
    pairs = [(one.id.int, other.id.int) for one in made for other in made if one.id != other.id and _joins(one, other)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=2 * size)) if pairs else []
    links = [
        citation(citing, cited, 0x10000 + number, draw(st.integers(0, 9)) == 9, draw(st.sampled_from(CitationKind)))
        for number, (citing, cited) in enumerate(chosen)
    ]
    members = [*(each.id for each in made), *{cast.principal(each) for each, _ in SOURCES}, STRANGER]
    shared = draw(st.lists(st.frozensets(st.sampled_from(sorted(members)), min_size=1, max_size=3), max_size=2))
    return Graph.of(made, links, [dependency(number, *each) for number, each in enumerate(shared)])


@dataclass(frozen=True)
class Asked:
    """All that a verdict is found from."""

    graph: Graph
    question: Question
    ratings: Ratings


questions = st.sampled_from([PLAIN, RIVALLED])


def rated(reliability: dict[int, str] | None = None, credibility: dict[int, str] | None = None) -> Ratings:
    """Standing ratings of statements, by number."""

    def given(values: dict[int, str] | None) -> dict[UUID, Rating]:
        return {some_id(n): Rating(value, UUID(int=0xA000 + n), some_id(n)) for n, value in (values or {}).items()}

    return Ratings(given(reliability), given(credibility))


@st.composite
def asked(draw: st.DrawFn, most: int = 7, about: st.SearchStrategy[Question] = questions) -> Asked:
    """A graph, what is asked of it, and ratings of some of its statements."""
    graph = draw(graphs(most))
    numbers = st.sampled_from([each.int for each in graph.statements])
    reliability = draw(st.dictionaries(numbers, st.sampled_from("BACDEF")))
    credibility = draw(st.dictionaries(numbers, st.sampled_from("123456"), max_size=2))
    return Asked(graph, draw(about), rated(reliability, credibility))
