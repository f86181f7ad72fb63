from uuid import UUID

from api.graph.sides import Question, saying, standing
from api.graph.values import Graph
from api.graph.vocabulary import Side, Stance
from tests.graph.strategies import CLAIM, CLAIMS, NARROWER, PLAIN, RIVAL, RIVALLED, graph_of, statement

SAID = graph_of(
    [
        statement(1),
        statement(2, stance=Stance.DENIES),
        statement(3, stance=Stance.QUESTIONS),
        statement(4, stance=Stance.DECLINES_COMMENT),
        statement(5, claim=RIVAL),
        statement(6, claim=RIVAL, stance=Stance.DENIES),
        statement(7, withdrawn=True),
        statement(8, claim=NARROWER),
    ]
)


def on(side: Side, question: Question, graph: Graph = SAID) -> list[int]:
    return [each.id.int for each in standing(graph, question, side)]


def test_who_affirms_is_for_it_and_who_denies_is_against_retracted_or_not():
    assert on(Side.SUPPORTING, PLAIN) == [1, 7]
    assert on(Side.OPPOSING, PLAIN) == [2]


def test_who_affirms_what_contradicts_it_is_against_it_and_who_denies_that_is_on_no_side():
    assert on(Side.SUPPORTING, RIVALLED) == [1, 7]
    assert on(Side.OPPOSING, RIVALLED) == [2, 5]


def test_all_claims_that_are_one_are_asked_together():
    assert on(Side.SUPPORTING, Question(CLAIMS | {NARROWER})) == [1, 7, 8]


def test_a_question_is_about_its_claims_and_what_contradicts_them():
    assert RIVALLED.everything == {CLAIM, RIVAL}


def test_a_claim_that_nobody_spoke_on_has_no_side():
    silent = Question(frozenset({UUID(int=0xC7)}))

    assert on(Side.SUPPORTING, silent) == on(Side.OPPOSING, silent) == []


def test_one_stance_is_told_by_itself():
    assert [each.id.int for each in saying(SAID, CLAIMS, Stance.DECLINES_COMMENT)] == [4]
