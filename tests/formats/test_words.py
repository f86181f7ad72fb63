"""Words are cut and folded alike in every script, and any part of a run without spaces is found."""

import unicodedata

import regex
from hypothesis import given
from hypothesis import strategies as st

from api.formats.figures import figures
from api.formats.folding import bare
from api.formats.words import LONGEST, Line, joined, pairs, terms, words

SIGNS = st.text(st.sampled_from("北朝鮮がロシアに武器を供給북한이러시아무기ประเทศไทย"), min_size=1, max_size=12)


def folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def test_words_are_runs_of_letters_and_digits_in_lower_case() -> None:
    assert folded("L'Ukraine, a_b: 3 MARCH (2026)") == ["l", "ukraine", "a", "b", "3", "march", "2026"]
    assert folded("👍 — …!") == []


def test_accents_do_not_matter_and_strokes_are_left_out() -> None:
    assert folded("été e\u0301te\u0301 Łódź Straße Ærø İstanbul") == [
        "ete", "ete", "lodz", "strasse", "aero", "istanbul",
    ]  # fmt: skip
    assert folded("Київ ё й") == ["киів", "е", "и"]
    assert folded("العَرَبِيَّة") == ["العربية"]


def test_signs_that_carry_meaning_stay() -> None:
    assert folded("हिन्दी में") == ["हिन्दी", "में"]
    assert folded("북한") == [unicodedata.normalize("NFC", "북한")] == folded(unicodedata.normalize("NFD", "북한"))
    assert folded("がき") == ["がき"] != folded("かき")


def test_widths_and_joiners_do_not_matter() -> None:
    assert folded("ﾛｼｱ ｶﾞｽ ＡＢＣ") == ["ロシア", "ガス", "abc"]
    assert folded("می\u200cخواهم inter\u00adnational") == ["ميخواهم", "international"]


def test_spellings_of_one_letter_or_digit_do_not_matter() -> None:
    assert folded("الـرئيس ایران کابل") == folded("الرئيس ايران كابل")
    assert folded("٢٠٢٣ ۲۰۲۳ २०२३ ２０２３ 𝟐𝟎𝟐𝟑") == ["2023"] * 5
    assert folded(unicodedata.normalize("NFD", "ガザをプーチンが")) == folded("ガザをプーチンが") != folded("カサ")


def test_a_figure_in_groups_is_found_as_one_and_as_it_is_written() -> None:
    assert terms("10,000 men") == {"10", "000", "men", "10000"}
    for text, cut in (
        ("10 000 men, 死者10,000人", ["10000", "men", "死者", "10000", "人"]),
        ("10,000.50 euros", ["10000", "50", "euros"]),
        ("10,000km, A380,500", ["10", "000km", "a380", "500"]),
    ):
        assert [word.folded for word in joined(text, figures(text))] == cut


def test_scripts_without_spaces_give_pairs_and_the_last_sign() -> None:
    assert terms("北朝鮮") == {"北朝", "朝鮮", "鮮"}
    assert folded("COVID疫苗2020年") == ["covid", "疫苗", "2020", "年"]


def test_of_a_very_long_word_the_beginning_counts() -> None:
    assert terms("x" * 1_000) == {"x" * LONGEST}


@given(SIGNS, st.data())
def test_any_part_of_a_run_has_all_its_pairs_among_the_terms(run: str, data: st.DataObject) -> None:
    (word,) = words(run) if len(folded(run)) == 1 else [next(words("北"))]
    start = data.draw(st.integers(0, len(word.folded) - 1))
    part = word.folded[start : data.draw(st.integers(start + 1, len(word.folded)))]

    held = terms(word.folded)

    assert set(pairs(part)) <= held
    assert any(term.startswith(part[0]) for term in held)


@given(st.text())
def test_terms_never_hold_what_an_index_would_take_for_its_own(text: str) -> None:
    for term in terms(text):
        assert term
        assert not set(term) & set(" '\"\\:*&|!()\t\n")
        assert term.isascii() is False or term.isalnum()
        assert len(term) <= LONGEST


@given(st.text())
def test_a_text_and_its_folded_line_have_the_same_words(text: str) -> None:
    line = Line(text)

    assert line.folded.split() == [word.folded for word in line.words]
    for word in line.words:
        assert 0 <= word.start < word.end <= len(text)


@given(st.lists(st.sampled_from(["Arms", "été", "북한이", "ｶﾞｽ", "2026"]), min_size=1, max_size=6))
def test_a_place_in_the_line_leads_back_to_the_words_there(parts: list[str]) -> None:
    text = ", ".join(parts)
    line = Line(text)
    at = 1
    for word, part in zip(line.words, parts, strict=True):
        start, end = line.origin(at, at + len(word.folded))
        assert text[start:end] == part
        at += len(word.folded) + 1


def test_part_of_a_run_leads_back_to_those_signs_alone() -> None:
    line = Line("북한이 러시아에")

    assert line.origin(line.folded.index("시아"), line.folded.index("시아") + 2) == (5, 7)
    for text, part in (
        ("ราคาน้ำมันแพง", "น้ำมัน"),
        (unicodedata.normalize("NFD", "북한이 러시아에"), unicodedata.normalize("NFD", "러시아")),
        (unicodedata.normalize("NFD", "イスラエルがガザを"), unicodedata.normalize("NFD", "ガザ")),
        ("ﾛｼｱｶﾞｽを", "ｶﾞｽ"),
    ):
        (sought,), line = folded(part), Line(text)
        start, end = line.origin(line.folded.index(sought), line.folded.index(sought) + len(sought))
        assert text[start:end] == part


LETTERS = st.characters(max_codepoint=0x2000, categories=["L", "M", "N", "Zs", "Po"])
OTHER = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


@given(st.text(LETTERS | st.sampled_from("ёйЇßĳŉİςάשأé\u0301\u00ad²¼ ")) | st.text())
def test_words_are_folded_alike_letter_by_letter_and_at_once(text: str) -> None:
    for word in words(text):
        assert word.folded == OTHER.sub("", bare(text[word.start : word.end]))
    assert Line(text).folded == " " + "".join(f"{word} " for word in folded(text))
    assert Line(text).length == len(folded(text))


def test_no_letter_folds_otherwise_beside_another() -> None:
    for number in range(0x2000):
        text = f"я{chr(number)}ж"
        for word in words(text):
            assert word.folded == OTHER.sub("", bare(text[word.start : word.end]))
