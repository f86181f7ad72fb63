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
SPEAKS_FOR_IT = frozenset({CONTROLLER})
ANOTHER = UUID(int=0x5201)  # a second controller, of sources that two records say otherwise of
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
        principals=frozenset({UUID(int=0x5000)}),
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
    return statement(number, **{"source": own, "source_kind": kind, "principals": frozenset({own}), **changes})


def nobody(number: int, **changes: Any) -> Statement:
    """The same, with no source named."""
    return statement(number, source=None, source_kind=None, principals=frozenset(), **changes)


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
    elsewhere: frozenset[UUID]
    attested: frozenset[UUID]

    def principals(self, source: UUID) -> frozenset[UUID]:
        named = {CONTROLLER: self.controlled, ANOTHER: self.elsewhere}
        return frozenset(one for one, theirs in named.items() if source in theirs) or frozenset({source})


casts = st.builds(
    Cast,
    controlled=st.frozensets(st.sampled_from([each for each, _ in SOURCES]), max_size=3),
    elsewhere=st.frozensets(st.sampled_from([each for each, _ in SOURCES]), max_size=2),
    attested=st.frozensets(st.sampled_from(ANONYMOUS), max_size=2),
)


# Strategies are made here once: making them anew for each graph takes longer than all that is tested.
seldom = st.sampled_from([*[False] * 9, True])
facts = st.fixed_dictionaries(
    {
        "claim": st.sampled_from([CLAIM, CLAIM, CLAIM, CLAIM, NARROWER, RIVAL]),
        "document": st.sampled_from([None, UUID(int=0xD000), UUID(int=0xD001)]),
        "stance": st.sampled_from([*[Stance.AFFIRMS] * 5, Stance.DENIES, Stance.DENIES, Stance.QUESTIONS]),
        "modality": st.sampled_from(Modality),
        "evidentiality": st.sampled_from(Evidentiality),
        "on_file": st.sampled_from([True, True, False]),
        "said_latest": st.none() | instants,
        "published_latest": st.none() | instants,
        "withdrawn": st.sampled_from([False, False, False, False, True]),
        "withdrawn_latest": st.none() | instants,
        "replaced_by": st.sampled_from([*[()] * 7, (some_id(1),), (some_id(1), some_id(2))]),
    }
)
speeches = st.tuples(st.sampled_from([*SOURCES, None]), facts)
picks = st.integers(0, 63)  # which of however many there are
links = st.lists(st.tuples(picks, st.sampled_from(CitationKind), seldom), max_size=14)
groups = st.lists(st.lists(picks, min_size=1, max_size=3), max_size=2)


def graphs(most: int = 7) -> st.SearchStrategy[Graph]:
    """Draw up to so many statements and what lies between them.

    Citations join statements of one stance in any direction, but not the claim and its rival directly: what both
    rest on is a narrower claim. A few are inert, some pairs have two.
    """
    return st.builds(_graph, st.lists(speeches, min_size=1, max_size=most), casts, links, groups)


def _graph(
    said: Sequence[tuple[tuple[UUID, SourceKind] | None, dict[str, Any]]],
    cast: Cast,
    drawn: Sequence[tuple[int, CitationKind, bool]],
    shared: Sequence[Sequence[int]],
) -> Graph:
    made = [_statement(number, named, cast, known) for number, (named, known) in enumerate(said, start=1)]
    pairs = [(one.id.int, other.id.int) for one in made for other in made if one.id != other.id and _joins(one, other)]
    citations = [
        citation(*pairs[pick % len(pairs)], 0x10000 + number, inert, kind)
        for number, (pick, kind, inert) in enumerate(drawn if pairs else [])
    ]
    principals = frozenset[UUID]().union(*(cast.principals(each) for each, _ in SOURCES))
    members = [*(each.id for each in made), *sorted(principals), STRANGER]
    dependencies = [
        dependency(number, *(members[pick % len(members)] for pick in each)) for number, each in enumerate(shared)
    ]
    return Graph.of(made, citations, dependencies)


def _statement(number: int, named: tuple[UUID, SourceKind] | None, cast: Cast, known: dict[str, Any]) -> Statement:
    if named is None:
        return nobody(number, **known)
    source, kind = named
    return statement(
        number,
        source=source,
        source_kind=kind,
        principals=cast.principals(source),
        attested=source in cast.attested,
        **known,
    )


def _joins(citing: Statement, cited: Statement) -> bool:
    between = {citing.claim, cited.claim}
    rivals = RIVAL in between and (citing.claim != RIVAL or CLAIM in between)
    return citing.stance is cited.stance and not rivals


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


reliability = st.lists(st.sampled_from([None, *"BACDEF"]), max_size=7)
credibility = st.lists(st.sampled_from([*[None] * 12, *"123456"]), max_size=7)


def asked(most: int = 7, about: st.SearchStrategy[Question] = questions) -> st.SearchStrategy[Asked]:
    """Draw a graph, what is asked of it, and ratings of some of its statements."""
    return st.builds(Asked, graphs(most), about, st.builds(_ratings, reliability, credibility))


def _ratings(letters: Sequence[str | None], digits: Sequence[str | None]) -> Ratings:
    return rated(*({n: value for n, value in enumerate(each, start=1) if value} for each in (letters, digits)))
