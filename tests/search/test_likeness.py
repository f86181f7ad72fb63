"""Two claims are alike by their words, in whatever order and spelling, and differ by figures, negations and times."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.search import wording as module
from api.search.likeness import Likeness, Proposition, compare, subjects
from api.search.wording import UNITS, Worded

ARMS = "North Korea supplies Russia with arms for the war in Ukraine"
TEXTS = st.text(max_size=80)


def likeness(draft: str, claim: str) -> Likeness:
    return compare(Proposition([Worded(draft)]), Proposition([Worded(claim)]))


def test_the_same_words_in_another_order_are_nearly_the_same_and_it_is_told() -> None:
    harmless = likeness("With arms North Korea supplies Russia, for the war in Ukraine", ARMS)
    reversed_ = likeness("Russia supplies North Korea with arms for the war in Ukraine", ARMS)

    assert harmless.score == reversed_.score == 90
    assert reversed_.differences == {"order": (["Russia supplies North Korea"], ["North Korea supplies Russia"])}
    for draft, claim in (("중국이 미국을 공격했다", "미국이 중국을 공격했다"), ("中国攻击美国", "美国攻击中国")):
        assert set(likeness(draft, claim).differences) == {"order"}
    assert likeness("A ship of the North", "Arms for Russia, as the North said").differences == {}


def test_misspelt_words_are_nearly_the_same() -> None:
    found = likeness("North Corea suplies Rusia with arms for the war in Ukrane", ARMS)

    assert 80 < found.score < 100
    assert {"suplies", "Rusia", "arms"} <= set(found.shared["words"])


def test_another_claim_is_not() -> None:
    assert likeness("The mill let bleach into the river", ARMS).score < 30


def test_scripts_without_spaces_are_compared_by_their_parts() -> None:
    assert likeness("북한이 러시아에 무기를 공급했다", "러시아에 북한은 무기를 공급").score > 60
    assert likeness("北朝鮮がロシアに武器を供給した", "朝鲜向俄罗斯提供武器").score < 40


def test_a_translation_is_as_good_as_the_text() -> None:
    draft = Proposition([Worded("Des armes pour la Russie", "fr")])
    claim = Proposition([Worded("Arms for Russia", "en"), Worded("Des armes pour la Russie", "fr", translated=True)])

    found = compare(draft, claim)

    assert found.score == 100
    assert found.shared["translation"] == ["fr"]


def test_what_makes_it_another_claim_is_told_and_lowers_the_score() -> None:
    numbers = likeness("It sent 12 ships in 2023", "It sent 14 ships in 2023")
    negation = likeness("North Korea does not supply arms", "North Korea does supply arms")
    more = likeness("It sent ships in 2023", "It sent 14 ships in 2023")

    assert numbers.differences == {"numbers": (["12"], ["14"])}
    assert negation.differences == {"negation": (["not"], [])}
    assert max(numbers.score, negation.score) <= 70
    assert more.differences == {}


@pytest.mark.parametrize(
    ("draft", "claim"),
    [
        ("It lost 10,000 men on 3 March 2026", "It lost 10000 men on 3 March 2026"),
        ("Elle a perdu 10 000 hommes le 1 mars", "Elle a perdu 10.000 hommes le 1er mars"),
        ("It fell by 3.50 per cent", "It fell by 3.5 per cent"),
        ("٥٠٠ قتيل في ٢٠٢٣", "500 قتيل في 2023"),
        ("It sent 5tonnes", "It sent 5 tonnes"),
        ("It rose by 3½ per cent", "It rose by 3.50 per cent"),
        ("On March 3 100,000 people marched", "On March 3, 100000 people marched"),
        ("It cost 12,34,567 rupees", "It cost 1,234,567 rupees"),
    ],
)
def test_the_same_figure_written_otherwise_is_no_difference(draft: str, claim: str) -> None:
    assert likeness(draft, claim).differences == {}


def test_figures_are_told_as_they_are_written() -> None:
    assert likeness("It lost 20,000 men", "It lost 10 000 men").differences == {"numbers": (["20,000"], ["10 000"])}


def test_a_part_of_one_is_a_figure_too() -> None:
    assert likeness("It rose by 3½ %", "It rose by 3 %").differences == {"numbers": (["3½"], ["3"])}


def test_of_signs_the_pieces_that_both_have_are_told() -> None:
    found = likeness("北朝鮮はドローンをロシアに供与した", "北朝鮮は無人機をロシアに供与した")

    assert found.shared["words"] == ["北朝鮮は", "をロシアに供与した"]
    assert likeness("火", "火").shared["words"] == ["火"]


def test_a_word_is_told_once_however_it_is_written() -> None:
    assert likeness("In March, in Rason", "It was in Rason in March").shared["words"] == ["In", "March", "Rason"]


@pytest.mark.parametrize(
    ("draft", "claim", "words"),
    [
        ("North Korea sent rockets to Hamas", "North Korea sent rockets to Wagner", (["Hamas"], ["Wagner"])),
        ("Kim met Putin in Rason", "Kim met Shoigu in Rason", (["Putin"], ["Shoigu"])),
        ("中国向乌克兰提供无人机", "中国向俄罗斯提供无人机", (["乌克兰"], ["俄罗斯"])),
        ("It cost Britain 2 billion jobs", "It cost Britain 2 million jobs", (["billion"], ["million"])),
        ("Это стоило 2 миллиона", "Это стоило 2 биллиона", (["миллиона"], ["биллиона"])),
        ("It cost Britain 2 millions", "It cost Britain 2 million", None),
        ("러시아가 북한에 무기를 공급했다", "북한이 러시아에 무기를 공급했다", (["가"], ["이"])),
        ("朝鲜向俄罗斯提供武器弹药", "俄罗斯向朝鲜提供武器弹药", None),
        ("It did not send 12 ships to Rason", "It did send 14 ships to Wonsan", (["Rason"], ["Wonsan"])),
        ("North Korea supplied rocket to Wagner", "North Korea supplies rockets to Wagner", None),
        ("It sent ships", "It sent ships to Rason", None),
        ("The mill let bleach into the river Orne", "The ministry let rockets into the country", None),
    ],
)
def test_of_texts_that_are_nearly_the_same_the_words_that_tell_them_apart_are_told(
    draft: str, claim: str, words: tuple[list[str], list[str]] | None
) -> None:
    told, back = likeness(draft, claim), likeness(claim, draft)

    assert told.differences.get("words") == words
    assert back.differences.get("words") == (words and words[::-1])
    assert told.score == back.score


def test_who_it_is_about_and_where_are_told_where_they_are_others() -> None:
    draft = Proposition([Worded("Arms went north")], subjects([("Wagner", None)]), place="Rason")
    claim = Proposition([Worded("Arms went north")], subjects([("Hamas", None)]), place="Wonsan")

    assert compare(draft, claim).differences == {
        "subjects": (["Wagner"], ["Hamas"]),
        "place": (["Rason"], ["Wonsan"]),
    }


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        (("Wagner", None), ("WAGNER", "Q20858526"), True),
        (("PMC Wagner", "Q20858526"), ("Wagner Group", "Q20858526"), True),
        (("Georgia", "Q230"), ("Georgia", "Q1428"), False),
    ],
)
def test_what_a_claim_is_about_goes_by_its_label_where_an_id_is_not_known(
    one: tuple[str, str | None], other: tuple[str, str | None], are_one: bool
) -> None:
    for mine, theirs in ((one, other), (other, one)):
        told = compare(
            Proposition([Worded("Arms went north")], subjects([mine])),
            Proposition([Worded("Arms went north")], subjects([theirs])),
        )

        assert told.shared.get("subjects") == ([mine[0]] if are_one else None)
        assert told.differences.get("subjects") == (None if are_one else ([mine[0]], [theirs[0]]))
        assert told.score == (100 if are_one else 80)


def test_subjects_times_places_and_topics_count() -> None:
    def day(number: int) -> datetime:
        return datetime(2023, 7, number, tzinfo=UTC)

    draft = Proposition(
        [Worded("Arms went north")], subjects([("DPRK", "Q423"), ("Russia", None)]), "2023-07-01/2023-07-05",
        (day(1), day(5)), "Rason", ["Arms"],
    )  # fmt: skip
    same = Proposition(
        [Worded("Arms went north")], subjects([("North Korea", "Q423"), ("RUSSIA", None)]), "2023-07-04",
        (day(4), day(4)), "RASON", ["arms"],
    )  # fmt: skip
    later = Proposition([Worded("Arms went north")], (), "2023-07-20", (day(20), None))

    alike, apart = compare(draft, same), compare(draft, later)

    assert alike.score == 100
    assert set(alike.shared) == {"words", "subjects", "occurred", "place", "topics"}
    assert alike.shared["subjects"] == ["DPRK", "Russia"]
    assert apart.differences == {"occurred": (["2023-07-01/2023-07-05"], ["2023-07-20"])}
    assert apart.score < 60


@pytest.mark.parametrize("mine", [["arms"], ["arms", "arms"], ["Arms", "arms", "ARMS"]])
def test_a_topic_that_is_named_again_counts_once(mine: list[str]) -> None:
    claim = Proposition([Worded(ARMS)], topics=["arms", "ships"])

    likeness = compare(Proposition([Worded(ARMS)], topics=mine), claim)
    other_way = compare(claim, Proposition([Worded(ARMS)], topics=mine))

    assert likeness.score == other_way.score == 100
    assert likeness.shared["topics"] == mine[-1:]
    assert other_way.shared["topics"] == ["arms"]


def test_no_two_words_are_compared_twice_and_of_long_texts_the_beginnings(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def counted(find: Any) -> Any:
        def count(unit: str, others: Collection[str], **how: Any) -> Any:
            nonlocal compared
            compared += len(others)
            return find(unit, others, **how)

        return count

    for name in ("extract", "extractOne"):
        monkeypatch.setattr(module.process, name, counted(getattr(module.process, name)))
    draft, claim = (" ".join(f"{start}{number:05}" for number in range(3_000)) for start in ("wa", "xe"))

    assert likeness(draft, claim).score < 100
    assert 0 < compared <= UNITS**2
    assert likeness(draft, f"{draft} and more").score == 100


@given(TEXTS, TEXTS)
def test_a_score_is_per_cent_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other).score <= 100
    assert abs(likeness(one, other).score - likeness(other, one).score) <= 1


@given(TEXTS.filter(lambda text: bool(Worded(text).units)))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert likeness(text, text).score == 100
