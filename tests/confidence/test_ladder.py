from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.confidence.ladder import Factor, Leaf, Ratings, Rung, Status, Verdict, judge
from api.confidence.policy import DEFAULT, Level
from api.graph.sides import Question
from api.graph.values import Dependency, Graph, Statement
from api.graph.vocabulary import Evidentiality, Modality, SourceKind, Stance
from tests.graph.strategies import (
    PLAIN,
    RIVAL,
    RIVALLED,
    Asked,
    asked,
    citation,
    dependency,
    graph_of,
    nobody,
    rated,
    some_id,
    statement,
    voice,
)

WITNESSED = Evidentiality.WITNESSED
UNRATED = Ratings({}, {})
LETTER = {1: "D", 2: "C", 3: "B", 4: "A"}  # the reliability that caps an origin there


def judged(graph: Graph, ratings: Ratings = UNRATED, question: Question = PLAIN) -> Verdict:
    return judge(graph, question, ratings)


def leaf(said: Statement, reliability: str | None = "A", credibility: str | None = None) -> Leaf:
    """What R1 makes of one statement on file."""
    ratings = rated({1: reliability} if reliability else {}, {1: credibility} if credibility else {})
    support = judged(graph_of([said]), ratings).support
    (found,) = [*(each for one in support.voices for each in one.leaves), *support.unknown]
    return found


def binding(found: Leaf) -> list[Factor]:
    """What makes it so weak."""
    return [cap.factor for cap in found.binding]


def support(strengths: Sequence[int]) -> Verdict:
    """What independent origins of these strengths come to."""
    origins = enumerate(strengths, start=1)
    return judged(
        graph_of([voice(n) for n in range(1, len(strengths) + 1)]), rated({n: LETTER[each] for n, each in origins})
    )


def sides(for_it: Sequence[int], against: Sequence[int]) -> Verdict:
    """What these strengths come to against those."""
    deniers = [voice(n + 0x50, stance=Stance.DENIES) for n in range(len(against))]
    ratings = {n: LETTER[each] for n, each in enumerate(for_it)} | {
        n + 0x50: LETTER[each] for n, each in enumerate(against)
    }
    return judged(graph_of([*(voice(n) for n in range(len(for_it))), *deniers]), rated(ratings))


@pytest.mark.parametrize(
    ("letter", "strength"), [("A", 4), ("B", 3), ("C", 2), ("D", 1), ("E", 0), ("F", 1), (None, 1)]
)
def test_reliability_caps_an_origin(letter, strength):
    found = leaf(voice(1), reliability=letter)

    assert found.strength == strength
    assert Factor.RELIABILITY in binding(found)


@pytest.mark.parametrize(("digit", "strength"), [("1", 4), ("2", 4), ("3", 3), ("4", 1), ("5", 0), ("6", 4), (None, 4)])
def test_credibility_caps_an_origin_and_unknown_caps_nothing(digit, strength):
    found = leaf(voice(1), credibility=digit)

    assert found.strength == strength
    assert (Factor.CREDIBILITY in binding(found)) == (digit in {"2", "3", "4", "5"})


@pytest.mark.parametrize("modality", Modality)
def test_its_own_wording_caps_an_origin(modality):
    assert leaf(voice(1, modality=modality)).strength == min(4, DEFAULT.modality[modality])


@pytest.mark.parametrize(
    ("said", "strength"),
    [
        (voice(1), 4),
        (voice(1, SourceKind.ANONYMOUS), 2),
        (voice(1, SourceKind.MEDIA_OUTLET), 1),
        (nobody(1), 1),
        (voice(1, evidentiality=Evidentiality.TOLD), 1),
    ],
)
def test_who_stands_behind_it_caps_an_origin(said, strength):
    assert leaf(said).strength == strength


@pytest.mark.parametrize(("distance", "strength"), [(0, 4), (1, 2), (2, 1), (3, 1), (9, 1)])
def test_distance_from_what_is_on_file_caps_an_origin(distance, strength):
    chain = [voice(n, on_file=n == distance) for n in range(distance + 1)]
    graph = graph_of(chain, *((n, n - 1) for n in range(1, distance + 1)))

    assert judged(graph, rated({0: "A"})).support.level == strength


def test_the_wording_of_a_relay_is_not_its_origins():
    firm = voice(2, modality=Modality.CONFIRMED)

    assert judged(graph_of([voice(1, modality=Modality.RUMOUR), firm], (2, 1)), rated({1: "A"})).support.level == 1
    assert judged(graph_of([voice(1), replace(firm, modality=Modality.RUMOUR)], (2, 1)), rated({1: "A"})).level == 4


def test_the_rating_of_a_relay_is_not_its_origins():
    assert judged(graph_of([voice(1), voice(2)], (2, 1)), rated({1: "D", 2: "A"})).level == 1


def test_a_cap_says_what_was_found_what_it_allows_and_whose_rating_it_is():
    ratings = rated({1: "B"})
    caps = {each.factor: each for each in leaf(voice(1), reliability="B").caps}

    assert (caps[Factor.RELIABILITY].value, caps[Factor.RELIABILITY].limit) == ("B", 3)
    assert caps[Factor.RELIABILITY].rating == ratings.reliability[some_id(1)]
    assert (caps[Factor.CREDIBILITY].value, caps[Factor.CREDIBILITY].rating) == (None, None)
    assert (caps[Factor.MODALITY].value, caps[Factor.ORIGIN_KIND].value) == ("stated", "named")
    assert caps[Factor.DISTANCE].value == "0"


def test_all_caps_that_bind_are_named():
    accusation = leaf(voice(1, modality=Modality.ACCUSED), reliability="B")

    assert binding(accusation) == [Factor.RELIABILITY, Factor.MODALITY]


def test_a_class_is_as_strong_as_its_strongest_member():
    weight = judged(graph_of([statement(1), statement(2)]), rated({1: "D", 2: "B"})).support

    assert [one.strength for one in weight.voices] == [3]
    assert [each.origin.statement.int for each in weight.voices[0].leaves] == [2, 1]
    assert weight.level == 3


@pytest.mark.parametrize(
    ("strengths", "level"),
    [
        ([], 0),
        ([3], 3),
        ([3, 3], 4),
        ([3, 3, 3], 4),
        ([3, 3, 3, 3], 5),
        ([4, 4, 4, 4], 5),
        ([4, 3, 3], 4),
        ([4, 4], 5),
        ([3, 2, 2], 3),
        ([3, 2, 2, 2], 4),
        ([2, 2, 2, 2], 4),
        ([1, 1], 2),
        ([1] * 50, 2),
        ([3, *[1] * 50], 3),
    ],
)
def test_independent_origins_lift_and_a_crowd_of_weak_ones_does_not_pass_low(strengths, level):
    assert support(strengths).support.level == level


@pytest.mark.parametrize(
    ("strengths", "rung"),
    [
        ([3, 3, 1], Rung(Level.MODERATE, 2, 1, Level.HIGH)),
        ([2, 1, 1, 1], Rung(Level.LOW, 1, 0, Level.LOW)),
        ([3, 2, 2], Rung(Level.MODERATE, 1, 0, Level.MODERATE)),
        ([1, 1, 1, 1], Rung(Level.VERY_LOW, 4, 2, Level.LOW)),
    ],
)
def test_the_rung_that_decides_is_told_and_of_several_that_of_the_strongest(strengths, rung):
    assert support(strengths).support.rung == rung


crowds = st.lists(st.integers(1, 4), max_size=8)


@given(crowds)
def test_support_is_the_best_that_any_level_gives(strengths):
    def reached(level: int) -> int:
        standing = len([each for each in strengths if each >= level])
        bonus = 2 if standing >= 4 else 1 if standing >= 2 else 0
        return min(5, 2 * level, level + bonus) if standing else 0

    assert support(strengths).support.level == max(reached(level) for level in range(1, 6))


@given(crowds, st.integers(1, 4))
def test_another_voice_never_lowers_and_a_stronger_one_never_lowers(strengths, another):
    with_it = support([*strengths, another]).support.level

    assert with_it >= support(strengths).support.level
    assert support([*strengths, min(4, another + 1)]).support.level >= with_it


def test_unknown_origins_corroborate_nothing():
    outlets = [voice(n, SourceKind.MEDIA_OUTLET) for n in range(2, 14)]
    ratings = rated({1: "D", **dict.fromkeys(range(2, 14), "A")})

    assert judged(graph_of(outlets), ratings).level == 1
    assert judged(graph_of([voice(1), *outlets]), ratings).level == 1
    assert judged(graph_of(outlets), ratings).support.rung is None


def test_unknown_origins_without_strength_are_nothing():
    assert judged(graph_of([nobody(1)]), rated({1: "E"})).support.level == 0


def test_an_unknown_origin_cancels_nobody():
    outlet = voice(1, SourceKind.MEDIA_OUTLET)
    denial = replace(outlet, id=some_id(2), stance=Stance.DENIES, evidentiality=WITNESSED)

    weights = judged(graph_of([outlet, denial]), rated({2: "B"}))

    assert (weights.support.level, weights.opposition.level) == (1, 3)


def test_who_stands_on_both_sides_counts_on_neither_and_is_shown():
    found = judged(graph_of([statement(1), statement(2, stance=Stance.DENIES), voice(3)]), rated({1: "A", 3: "C"}))

    assert (found.support.level, found.opposition.level) == (2, 0)
    assert [(one.cancelled, one.strength) for one in found.support.voices] == [(True, 4), (False, 2)]
    assert [one.strength for one in found.support.counting] == [2]


def test_a_dependency_across_sides_cancels():
    graph = Graph.of([voice(1), voice(2, stance=Stance.DENIES)], [], [dependency(1, some_id(1), some_id(2))])

    assert judged(graph, rated({1: "A", 2: "A"})).level == 0


def test_a_change_of_position_that_replaces_the_old_one_stands():
    graph = graph_of([statement(1, stance=Stance.DENIES, replaced_by=(some_id(2),)), statement(2)])

    found = judged(graph, rated({1: "B", 2: "B"}))

    assert (found.level, found.status) == (3, Status.UNCONTESTED)


@pytest.mark.parametrize(("against", "penalty"), [([], 0), ([1], 1), ([2], 1), ([3], 2), ([4], 2), ([4, 4], 3)])
def test_opposition_takes_off_by_its_own_level_not_by_the_supports(against, penalty):
    found = sides([4, 4], against)

    assert (found.support.level, found.penalty, found.level) == (5, penalty, 5 - penalty)


def test_opposition_never_takes_off_more_than_there_is():
    assert sides([1], [4, 4]).level == 0


def test_whoever_affirms_what_contradicts_it_opposes_it():
    graph = graph_of([voice(1), voice(2, claim=RIVAL), voice(3, claim=RIVAL, stance=Stance.DENIES)])
    ratings = rated({1: "A", 2: "B", 3: "A"})

    assert judged(graph, ratings).level == 4
    assert judged(graph, ratings, RIVALLED).level == 2
    assert judged(graph, ratings, RIVALLED).opposition.level == 3


@pytest.mark.parametrize(
    ("for_it", "against", "status"),
    [
        ([], [], Status.NO_EVIDENCE),
        ([1], [], Status.UNCONTESTED),
        ([], [1], Status.DENIED_ONLY),
        ([2], [1], Status.CONTESTED_LEANING_SUPPORTED),
        ([2], [2], Status.CONTESTED_BALANCED),
        ([1], [2], Status.CONTESTED_LEANING_DENIED),
    ],
)
def test_the_status_says_how_the_sides_stand(for_it, against, status):
    assert sides(for_it, against).status is status


@pytest.mark.parametrize("affirmed", [[], [voice(9)]])
@pytest.mark.parametrize(
    ("denial", "letter"),
    [
        ({"on_file": False}, "A"),
        ({"on_file": True}, "E"),
        ({"claim": RIVAL, "stance": Stance.AFFIRMS, "on_file": False}, "A"),
    ],
)
def test_a_denial_without_weight_is_told(affirmed, denial, letter):
    graph = graph_of([*affirmed, voice(1, **{"stance": Stance.DENIES, **denial})])

    assert judged(graph, rated({1: letter}), RIVALLED).status is Status.DENIED_UNWEIGHED


def test_a_denial_by_who_also_affirms_is_told():
    graph = graph_of([statement(1), statement(2, stance=Stance.DENIES), voice(3)])

    assert judged(graph).status is Status.DENIED_UNWEIGHED


@pytest.mark.parametrize(
    "silent",
    [
        {"stance": Stance.DENIES, "withdrawn": True},
        {"stance": Stance.QUESTIONS},
        {"stance": Stance.DECLINES_COMMENT},
        {"stance": Stance.DENIES, "claim": RIVAL},
    ],
)
def test_what_is_no_live_denial_is_not_told_as_one(silent):
    assert judged(graph_of([voice(1), voice(2, **silent)]), question=RIVALLED).status is Status.UNCONTESTED


def test_support_for_a_contradicting_claim_is_not_told_where_nobody_says_it_contradicts():
    assert judged(graph_of([voice(1), voice(2, claim=RIVAL, on_file=False)])).status is Status.UNCONTESTED


def test_another_policy_judges_by_its_own_tables():
    stricter = replace(DEFAULT, id="stricter", bonus={1: 0}, penalty=(0, 2, 2, 3, 3, 4))
    graph = graph_of([voice(1), voice(2), voice(3, stance=Stance.DENIES)])

    found = judge(graph, PLAIN, rated({1: "B", 2: "B"}), stricter)

    assert (found.support.level, found.penalty, found.level) == (3, 2, 1)
    assert found.policy is stricter


@given(asked())
def test_every_step_of_the_tree_follows_from_the_one_below(case: Asked):
    found = judge(case.graph, case.question, case.ratings)

    assert found.penalty == DEFAULT.penalty[found.opposition.level]
    assert found.level == max(0, found.support.level - found.penalty)
    for weight in (found.support, found.opposition):
        counting = [one.strength for one in weight.counting if one.strength]
        assert (weight.rung is not None) == bool(counting)
        if weight.rung:
            assert weight.level == weight.rung.reaches
            assert weight.rung.classes == len([each for each in counting if each >= weight.rung.level])
        else:
            assert weight.level == max([0, *(each.strength for each in weight.unknown)])
        for each in (*(leaf for one in weight.voices for leaf in one.leaves), *weight.unknown):
            assert each.strength == min(cap.limit for cap in each.caps)
            assert [cap.factor for cap in each.caps] == list(Factor)
            assert each.binding


@given(asked())
def test_the_strongest_and_nearest_come_first(case: Asked):
    for weight in (judge(case.graph, case.question, case.ratings).support,):
        strengths = [one.strength for one in weight.voices]
        assert strengths == sorted(strengths, reverse=True)
        for one in weight.voices:
            order = [(-each.strength, each.origin.distance, each.origin.statement) for each in one.leaves]
            assert order == sorted(order)


def test_ends_are_the_origins_that_lend_support():
    statements = [voice(1), voice(2), statement(3), statement(4, stance=Stance.DENIES), nobody(5)]

    ends = judged(Graph.of(statements, [citation(1, 9)]), rated({2: "E"})).support.ends

    assert {each.int for each in ends} == {5}


def test_a_shared_product_is_one_voice_at_the_strength_of_the_better():
    shared = Dependency(some_id(0xE), frozenset({some_id(1), some_id(2)}))

    assert judged(Graph.of([voice(1), voice(2)], [], [shared]), rated({1: "B", 2: "C"})).level == 3
