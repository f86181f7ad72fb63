"""What must hold of every verdict, whatever the record is like: DESIGN, section 6."""

from dataclasses import replace
from random import Random
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from api.confidence.ladder import Leaf, Rating, Ratings, Verdict, Voice, Weight, judge, weigh
from api.confidence.weaknesses import Weaknesses, weaknesses
from api.graph.counts import counts
from api.graph.independence import independence
from api.graph.lineage import upstream
from api.graph.sides import standing
from api.graph.values import Graph, Statement
from api.graph.vocabulary import CitationKind, Evidentiality, Modality, Side, SourceKind, Stance
from tests.graph.strategies import (
    ANONYMOUS,
    ANOTHER,
    CLAIM,
    CLAIMS,
    CONTROLLER,
    NARROWER,
    PLAIN,
    RIVAL,
    SOURCES,
    STRANGER,
    Asked,
    asked,
    citation,
    dependency,
    extended,
    own_source,
    statement,
)

NEW = 0x99
SWAPPED = {Stance.AFFIRMS: Stance.DENIES, Stance.DENIES: Stance.AFFIRMS}
SECOND_HAND = [each for each in Evidentiality if each not in {Evidentiality.WITNESSED, Evidentiality.DOCUMENTED}]


def verdict(case: Asked, graph: Graph | None = None) -> Verdict:
    return judge(graph or case.graph, case.question, case.ratings)


def weak(case: Asked) -> Weaknesses:
    found = independence(case.graph, case.question)
    return weaknesses(
        case.graph, case.question, found, weigh(case.graph, case.question, found, case.ratings), case.ratings
    )


def explained(judged: Verdict) -> tuple:
    """The whole tree, with the chain under every leaf."""
    return (
        *(judged.level, judged.status, judged.penalty, judged.policy),
        *(side(weight) for weight in (judged.support, judged.opposition)),
    )


def side(weight: Weight) -> tuple:
    leaves = [*(leaf for voice in weight.voices for leaf in voice.leaves), *weight.unknown]
    chains = [weight.reach.chain(leaf.origin) for leaf in leaves]
    return (weight.level, weight.rung, weight.voices, weight.unknown, chains)


def among(graph: Graph, *claims: UUID) -> st.SearchStrategy[Statement]:
    """One of what is said on a side about these claims."""
    said = [each for each in graph.about(claims) if each.stance in SWAPPED]
    assume(said)
    return st.sampled_from(said)


def everything_of(case: Asked) -> list[UUID]:
    """All ids that mean somebody or something, whether or not it says anything."""
    ids = {CLAIM, NARROWER, RIVAL, CONTROLLER, ANOTHER, STRANGER, *(each for each, _ in SOURCES)}
    ids.update(case.graph.statements, case.ratings.reliability, case.ratings.credibility)
    ids.update(each.id for each in (*case.graph.citations, *case.graph.dependencies))
    for said in case.graph.statements.values():
        ids.update(said.replaced_by)
    return sorted(ids)


def renamed(case: Asked, to: dict[UUID, UUID]) -> Asked:
    """The same case with other ids, given in the order of these."""
    statements = [
        replace(
            each,
            id=to[each.id],
            claim=to[each.claim],
            source=each.source and to[each.source],
            principals=frozenset(to[one] for one in each.principals),
            replaced_by=tuple(to[other] for other in each.replaced_by),
        )
        for each in case.graph.statements.values()
    ]
    citations = [
        replace(each, id=to[each.id], citing=to[each.citing], cited=to[each.cited]) for each in case.graph.citations
    ]
    shared = [
        replace(each, id=to[each.id], members=frozenset(to[member] for member in each.members))
        for each in case.graph.dependencies
    ]
    question = replace(
        case.question,
        claims=frozenset(to[each] for each in case.question.claims),
        contradicting=frozenset(to[each] for each in case.question.contradicting),
    )
    scales = [
        {to[each]: Rating(rating.value, rating.assessment, to[rating.target]) for each, rating in scale.items()}
        for scale in (case.ratings.reliability, case.ratings.credibility)
    ]
    return Asked(Graph.of(statements[::-1], citations[::-1], shared[::-1]), question, Ratings(*scales))


def unordered(judged: Verdict, to: dict[UUID, UUID]) -> tuple:
    """The tree under other names, without the order among equals."""

    def leaf(one: Leaf) -> tuple:
        caps = tuple((cap.factor, cap.value, cap.limit, cap.rating and to[cap.rating.target]) for cap in one.caps)
        return (to[one.origin.statement], one.origin.kind, one.origin.distance, caps, one.strength)

    def voice(one: Voice) -> tuple:
        joins = frozenset((each.kind, each.by and to[each.by]) for each in one.joined_by)
        return (frozenset(map(leaf, one.leaves)), joins, one.cancelled, one.strength)

    def weight(one: Weight) -> tuple:
        return (one.level, one.rung, frozenset(map(voice, one.voices)), frozenset(map(leaf, one.unknown)))

    return (judged.level, judged.status, judged.penalty, weight(judged.support), weight(judged.opposition))


@given(asked(), st.integers(0, 10_000))
def test_the_answer_does_not_depend_on_order_or_ids(case, seed):
    ids = everything_of(case)
    others = [UUID(int=0xF0000 + n) for n in range(len(ids))]
    Random(seed).shuffle(others)
    to = dict(zip(ids, others, strict=True))
    same = {each: each for each in to.values()}

    other = renamed(case, to)

    assert unordered(verdict(other), same) == unordered(verdict(case), to)
    for stance in Stance:
        assert counts(other.graph, other.question.claims, stance, independence(other.graph, other.question)) == counts(
            case.graph, CLAIMS, stance, independence(case.graph, case.question)
        )
    before, after = weak(case), weak(other)
    assert set(after.statements) == {to[each] for each in before.statements}
    assert {each.statements for each in after.classes} == {
        frozenset(to[each] for each in one.statements) for one in before.classes
    }
    assert after.independent_lines == before.independent_lines


@st.composite
def echoes(draw: st.DrawFn, case: Asked) -> Graph:
    """The graph with a relay more of something live on file, by anybody, also by who speaks elsewhere."""
    echoed = draw(among(case.graph, CLAIM, RIVAL))
    assume(echoed.on_file and not echoed.retracted)
    members = {member for each in case.graph.dependencies for member in each.members}
    source, kind = draw(st.sampled_from([(own_source(NEW), SourceKind.MEDIA_OUTLET), *SOURCES, (None, None)]))
    said = [each for each in case.graph.statements.values() if each.source == source]
    anybody = st.sampled_from([CONTROLLER, *sorted(members), *([source] if source else [])])
    principals = st.frozensets(anybody, min_size=1, max_size=2) if source else st.just(frozenset())
    echo = statement(
        NEW,
        claim=echoed.claim,
        stance=echoed.stance,
        source=source,
        source_kind=kind,
        principals=said[0].principals if said else draw(principals),
        attested=draw(st.booleans()) if not said else said[0].attested,
        modality=draw(st.sampled_from(Modality)),
        evidentiality=draw(st.sampled_from(SECOND_HAND)),
        on_file=draw(st.booleans()),
    )
    link = citation(NEW, echoed.id.int, kind=draw(st.sampled_from(CitationKind)))
    return extended(case.graph, [echo], [link])


@given(asked(), st.data())
def test_an_echo_of_anything_on_file_changes_nothing(case, data):
    louder = data.draw(echoes(case))

    assert explained(verdict(case, louder)) == explained(verdict(case))


@given(asked(), st.data())
def test_an_echo_adds_no_origin_and_no_line_and_takes_no_weakness_away(case, data):
    louder = data.draw(echoes(case))

    assert weak(Asked(louder, case.question, case.ratings)) == weak(case)
    for stance in Stance:
        before = counts(case.graph, CLAIMS, stance, independence(case.graph, case.question))
        after = counts(louder, CLAIMS, stance, independence(louder, case.question))
        assert (after.origins, after.independent_origins, after.unknown_origins) == (
            before.origins,
            before.independent_origins,
            before.unknown_origins,
        )


@st.composite
def newcomers(draw: st.DrawFn, claim: UUID, stance: Stance) -> Statement:
    """Somebody who was never heard of, speaks for nobody else and shares nothing with anybody."""
    kind = draw(st.sampled_from([*SourceKind, None]))
    own = None if kind is None else own_source(NEW)
    return statement(
        NEW,
        claim=claim,
        stance=stance,
        source=own,
        source_kind=kind,
        principals=frozenset() if own is None else frozenset({own}),
        attested=True,
        modality=draw(st.sampled_from(Modality)),
        evidentiality=draw(st.sampled_from(Evidentiality)),
        on_file=draw(st.booleans()),
    )


def rated_anew(case: Asked, data: st.DataObject) -> Ratings:
    value = data.draw(st.sampled_from(["A", "B", "C", "D", "E", "F", None]))
    given = {} if value is None else {UUID(int=NEW): Rating(value, UUID(int=0xA), own_source(NEW))}
    return Ratings({**case.ratings.reliability, **given}, case.ratings.credibility)


@given(asked(), st.data())
def test_a_new_independent_supporting_origin_never_lowers(case, data):
    louder = extended(case.graph, [data.draw(newcomers(CLAIM, Stance.AFFIRMS))])

    before, after = verdict(case), judge(louder, case.question, rated_anew(case, data))

    assert after.level >= before.level
    assert after.support.level >= before.support.level
    assert side(after.opposition) == side(before.opposition)


@given(asked(), st.data())
def test_a_denial_that_brings_no_new_dependency_never_raises(case, data):
    claim, stance = data.draw(st.sampled_from([(CLAIM, Stance.DENIES), (RIVAL, Stance.AFFIRMS)]))
    denial = data.draw(newcomers(claim, stance))
    deniers = [each.id.int for each in case.graph.about([claim]) if each.stance is stance]
    answered = data.draw(st.lists(st.sampled_from(deniers), max_size=2, unique=True)) if deniers else []
    links = [citation(NEW, each, kind=CitationKind.CREDITS) for each in answered]

    before = verdict(case)
    after = judge(extended(case.graph, [denial], links), case.question, rated_anew(case, data))

    assert after.level <= before.level
    assert after.support.level <= before.support.level


@given(asked(), st.data())
def test_retracting_support_never_raises_and_retracting_a_denial_never_lowers(case, data):
    withdrawn = data.draw(st.sampled_from(sorted(case.graph.statements)))
    behind = {
        each: upstream(case.graph, (said.id for said in standing(case.graph, case.question, each))) for each in Side
    }
    for_it, against = withdrawn in behind[Side.SUPPORTING], withdrawn in behind[Side.OPPOSING]

    before, after = verdict(case), verdict(case, case.graph.without({withdrawn}))

    if not against:
        assert after.level <= before.level
        assert after.support.level <= before.support.level
    if not for_it:
        assert after.level >= before.level
        assert after.opposition.level <= before.opposition.level


@given(asked(), st.data())
def test_retracting_and_restoring_gives_the_same_tree(case, data):
    standing_still = [each for each in case.graph.statements.values() if not each.withdrawn]
    assume(standing_still)
    back_again = data.draw(st.sampled_from(standing_still))

    restored = extended(case.graph.without({back_again.id}), [back_again])

    assert verdict(case, restored) == verdict(case)


@given(asked(), st.data())
def test_merging_sources_into_one_dependency_never_raises_support(case, data):
    members = [*case.graph.statements, STRANGER, CONTROLLER, *(each for each, _ in SOURCES)]
    merged = data.draw(st.frozensets(st.sampled_from(members), min_size=2, max_size=4))

    after = verdict(case, extended(case.graph, dependencies=[dependency(NEW, *merged)]))

    assert after.support.level <= verdict(case).support.level


@given(asked(about=st.just(PLAIN)))
def test_swapping_stances_swaps_support_and_opposition(case):
    swapped = extended(
        case.graph,
        (replace(each, stance=SWAPPED.get(each.stance, each.stance)) for each in case.graph.statements.values()),
    )

    before, after = verdict(case), verdict(case, swapped)

    assert side(after.support) == side(before.opposition)
    assert side(after.opposition) == side(before.support)


@given(asked(), asked(most=4), st.data())
def test_unrelated_claims_do_not_matter(case, other, data):
    elsewhere, shift = UUID(int=0xC9), 0x40
    statements = [
        replace(each, id=UUID(int=each.id.int + shift), claim=elsewhere, replaced_by=())
        for each in other.graph.statements.values()
    ]
    within = [
        citation(each.citing.int + shift, each.cited.int + shift, 0x90000 + number, kind=each.kind)
        for number, each in enumerate(other.graph.citations)
    ]
    theirs, ours = [each.id.int for each in statements], [each.int for each in case.graph.statements]
    across = data.draw(st.lists(st.tuples(st.sampled_from(theirs), st.sampled_from(ours)), max_size=3))
    outward = [citation(citing, cited, 0xA0000 + number) for number, (citing, cited) in enumerate(across)]

    wider = extended(
        case.graph, statements, [*within, *outward], [dependency(NEW, *(UUID(int=each) for each in theirs))]
    )

    assert verdict(case, wider) == verdict(case)
    assert weak(Asked(wider, case.question, case.ratings)) == weak(case)


def test_the_one_unattested_class_of_a_side_never_joins_the_other():
    for_it = statement(1, source=ANONYMOUS[0], source_kind=SourceKind.ANONYMOUS, principals=frozenset({ANONYMOUS[0]}))
    other = frozenset({ANONYMOUS[1]})
    against = replace(for_it, id=UUID(int=2), source=ANONYMOUS[1], principals=other, stance=Stance.DENIES)

    judged = judge(Graph.of([for_it, against], []), PLAIN, Ratings({}, {}))

    assert (judged.support.level, judged.opposition.level) == (1, 1)
