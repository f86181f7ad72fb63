"""A query is words that must all occur, phrases in quotation marks, and a last word that may go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import Invalid
from api.formats.words import Line, terms
from api.search.query import Query, read
from api.storage.finding import Wanted


def stands(query: Query, text: str) -> bool:
    line = Line(text)
    return all(any(True for _ in part.places(line)) for part in query.parts)


def test_words_must_all_occur_in_any_order() -> None:
    query = read("Korea arms ")

    assert stands(query, "Arms from Korea")
    assert not stands(query, "Arms from Iran")
    assert not stands(query, "Koreans with arms")


def test_the_last_word_may_go_on_and_no_other() -> None:
    assert stands(read("arms kore"), "The Koreans and their arms")
    assert not stands(read("kore arms"), "The Koreans and their arms")


def test_a_word_with_an_asterisk_behind_it_may_go_on() -> None:
    assert stands(read("kore* arms"), "The Koreans and their arms")
    assert stands(read("снаряд* попал* в школу"), "Снаряды попали в школу")
    assert not stands(read("kore * arms"), "The Koreans and their arms")
    assert not stands(read('"kore* arms"'), "The Koreans' arms")
    assert read("kore* arms").wanted() == Wanted(frozenset(), frozenset({"kore", "arms"}))


def test_a_phrase_must_stand_as_such() -> None:
    for phrase in (
        '"arms to Russia"',
        "“arms to Russia”",
        "«arms to Russia»",
        "„arms to Russia“",
        "「arms to Russia」",
        "»arms to Russia«",
    ):
        assert stands(read(phrase), "It sent ARMS, to Russia")
        assert not stands(read(phrase), "It sent Russia arms to use")
        assert not stands(read(phrase), "It sent arms to Russians")


def test_scripts_without_spaces_are_found_by_any_part() -> None:
    for part in ("북", "한", "무기를", "북한이", "무기"):
        assert stands(read(part), "북한이 무기를 공급했다"), part
    assert not stands(read("북기"), "북한이 무기를 공급했다")
    assert not stands(read("鮮北"), "北朝鮮")


def test_an_index_is_asked_for_terms_and_beginnings() -> None:
    assert read('"North Korea" rockets').wanted() == Wanted(frozenset({"north", "korea"}), frozenset({"rockets"}))
    assert read("북한이").wanted() == Wanted(frozenset({"북한", "한이"}))
    assert read("북").wanted() == Wanted(frozenset(), frozenset({"북"}))


def test_a_straight_mark_within_a_word_is_none() -> None:
    for sent, text in (
        ('ארה"ב צה"ל', "צה״ל אמר כי ארה״ב הסכימה"),
        ('shells 5" gun 12"', 'A 12" gun, and shells of 5"'),
    ):
        assert stands(read(sent), text)
    assert stands(read('"צה"ל אמר"'), 'ואז צה"ל אמר')
    assert not stands(read('"צה"ל אמר"'), 'ואז אמר צה"ל')
    assert stands(read('"무기 공급"을 러시아 "북한"'), "북한 무기 공급을 러시아")


def test_a_figure_is_found_however_its_thousands_are_parted() -> None:
    for sent in ("10000 men", "10,000 men", "10.000 men", "men 10\u00a0000 men", '"10,000 men"'):
        for text in ("10000 men", "10,000 men", "10 000 men", "10’000 men", "١٠٬٠٠٠ men"):
            assert stands(read(sent), text), (sent, text)
        assert not stands(read(sent), "100000 men")
    assert stands(read("737 800"), "A Boeing 737-800")
    assert read("10,000 men").wanted() == Wanted(frozenset({"10000"}), frozenset({"men"}))


PARTS = st.sampled_from(
    [
        "10,000",
        "10 000",
        "10,000km",
        "$1,000.50",
        "1.234,56",
        "12,34,567",
        "3",
        "A380",
        "ארה״ב",
        "été",
        "ガザ",
        "북한이",
        "men",
    ]
)


@given(st.lists(PARTS, min_size=1, max_size=6), st.data())
def test_any_piece_of_a_text_finds_it(parts: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(parts) - 1))
    piece = " ".join(parts[first : data.draw(st.integers(first + 1, len(parts)))])
    held, query = terms(" ".join(parts)), read(piece)

    assert stands(query, " ".join(parts))
    assert query.wanted().terms <= held
    assert all(any(term.startswith(one) for term in held) for one in query.wanted().beginnings)


def test_what_has_no_word_is_refused() -> None:
    for sent in ("!", "👍", '""', "« »"):
        with pytest.raises(Invalid, match="no word"):
            read(sent)


def test_too_many_words_are_refused() -> None:
    with pytest.raises(Invalid, match="more than 20"):
        read("a " * 21)


def test_an_open_quotation_mark_is_nothing() -> None:
    assert read('"arms to').wanted() == read("arms to").wanted()
