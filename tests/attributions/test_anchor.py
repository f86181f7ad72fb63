"""Quotes in a document's text: what counts as the same words, and which place is meant."""

import unicodedata
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.attributions.anchor import Match, find, fold, nearest
from tests.growth import LINEAR, TIMES, growth

KINDS = ["'\"`´ʼ‘’‚“”„«»‹›「」＂", "-‐‑‒–—―−－", " \t\n\r\x85\xa0\u2009\u202f\u3000"]
# Letters that compose, that are composed, that join across starters, or that normal forms change alone.
LETTERS = "aeqéạ\u0301\u0323\u0303각\u1112\u1161\u11ab\u09c7\u09be\u0f71\u0f73\u0f76\u212b\u0958\u2126"
LETTERS += "\U0001d157\U0001d165\U0001d15e\U0002f800"
TEXTS = st.text("".join(KINDS) + LETTERS + "éà😀Ω.", max_size=30)
Form = Literal["NFC", "NFD"]
LONGEST = 1_000_000  # code points of a text
FORMS: st.SearchStrategy[Form] = st.sampled_from(["NFC", "NFD"])

ARTICLE = (
    "L’agence «\u00a0KCNA\u00a0» l’a dit jeudi\u00a0: la Corée du Nord — qui «\u00a0n’a jamais exporté "
    "d’armes\u00a0» — dément.\nElle dément aussi «\u00a0tout contrat\u00a0»."
)


def joins(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M") or "\u1160" <= letter <= "\u11ff"


def whole(text: str, start: int, end: int) -> bool:
    return not any(0 < edge < len(text) and joins(text[edge]) for edge in (start, end))


def restyled(text: str) -> str:
    for kind in KINDS:
        text = text.translate(str.maketrans(kind, kind[3:] + kind[:3]))
    return text


@st.composite
def quotes(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    assume(start < end and whole(text, start, end))
    return text, start, end


@given(quotes())
def test_every_passage_is_found_where_it_stands(quote: tuple[str, int, int]) -> None:
    text, start, end = quote

    found = find(text, text[start:end], start=start)

    assert found == Match(start, end, text[start:end], None, None)


@given(quotes(), FORMS, FORMS)
def test_kinds_of_signs_and_normal_forms_make_no_difference(
    quote: tuple[str, int, int], of_text: Form, of_quote: Form
) -> None:
    text, start, end = quote
    parts = (text[:start], text[start:end], text[end:])
    before, exact, after = (unicodedata.normalize(of_text, part) for part in parts)
    sought = [unicodedata.normalize(of_quote, restyled(part)) for part in parts]

    found = find(before + exact + after, sought[1], prefix=sought[0], suffix=sought[2])

    assert found == Match(len(before), len(before + exact), exact, before, after)


@given(TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.none() | st.integers())
def test_what_is_found_is_the_words_of_the_text(
    text: str, exact: str, prefix: str | None, suffix: str | None, start: int | None
) -> None:
    assume(exact)

    found = find(text, exact, prefix, suffix, start)

    if found is None:
        return
    assert text[found.start : found.end] == found.exact
    assert fold(found.exact).words == fold(exact).words
    assert whole(text, found.start, found.end)
    assert text[: found.start].endswith(found.prefix or "")
    assert text[found.end :].startswith(found.suffix or "")


@pytest.mark.parametrize(
    "exact",
    ["l'a dit", '" KCNA "', "Nord - qui", "n'a jamais exporté d'armes", "dément. Elle", "Core\u0301e"],
)
def test_typing_on_a_keyboard_finds_typeset_words(exact: str) -> None:
    found = find(ARTICLE, exact)

    assert found is not None
    assert found.exact == ARTICLE[found.start : found.end]


@pytest.mark.parametrize(
    "exact",
    [
        "corée",
        "Coree",
        "Corée  du",
        "Coréedu",
        "KCNA",
        "«K.C.N.A.»",
        "l’a dit...",
        "Corée du Sud",
        "ﬁn",
        "l a dit",
    ],
)
def test_nothing_else_is_folded(exact: str) -> None:
    text = ARTICLE.replace("KCNA", "K.C.N.A.") + " l’a dit… fin"

    assert find(text, exact) is None


def test_positions_count_code_points_of_the_text_as_given() -> None:
    text = unicodedata.normalize("NFD", "😀 été à Séoul")

    found = find(text, "Séoul")

    assert found is not None
    assert (found.start, found.end) == (text.index("S"), len(text))
    assert found.exact == unicodedata.normalize("NFD", "Séoul")


@pytest.mark.parametrize("text", ["caf\u0303", "caf\u0303e\u0301", "का", "f\u0303"])
def test_no_letter_is_found_without_its_marks(text: str) -> None:
    assert find(text, "f") is None
    assert find(text, "क") is None


def test_of_several_places_the_nearest_to_the_start_is_meant() -> None:
    assert [place(find("no, no, no", "no", start=start)) for start in (None, -9, 0, 3, 5, 6, 7, 10**30)] == [
        *(0, 0, 0, 4, 4, 4, 8, 8),
    ]


def test_prefix_and_suffix_count_for_more_than_the_start() -> None:
    text = "she said no. he said no!"

    assert place(find(text, "no", prefix="he said ", suffix="!", start=0)) == 21
    assert place(find(text, "no", suffix=".", start=24)) == 9


@pytest.mark.parametrize(("prefix", "suffix"), [("we said ", None), (None, "?"), ("he said ", "."), ("no", "!")])
def test_a_quote_with_other_surroundings_is_not_the_one_meant(prefix: str | None, suffix: str | None) -> None:
    assert find("she says no. he said no!", "no", prefix=prefix, suffix=suffix) is None


def test_a_start_that_is_wrong_does_not_hide_the_words() -> None:
    assert place(find("Pyongyang denies it", "denies", start=3)) == 10


def test_an_empty_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="quote is empty"):
        find("text", "")


def test_a_text_folded_once_gives_the_same_places() -> None:
    assert find(fold(ARTICLE), "tout contrat") == find(ARTICLE, "tout contrat")


@pytest.mark.parametrize(
    ("exact", "passage"),
    [
        ("n'a pas exporté d'armes", " exporté d’armes"),
        ("la Corée du Sud", "la Corée du Nord"),
        ("LA CORÉE DU NORD", "la Corée du Nord"),
        ("tout  contract", "tout contrat"),
    ],
)
def test_the_nearest_passage_is_shown_in_the_words_of_the_text(exact: str, passage: str) -> None:
    found = nearest(ARTICLE, exact)

    assert found is not None
    assert found in ARTICLE
    assert passage in found


@pytest.mark.parametrize("text", ["", "a", ARTICLE])
@pytest.mark.parametrize("exact", ["The quick brown fox", "zz", "😀"])
def test_nothing_like_it_has_no_nearest_passage(text: str, exact: str) -> None:
    assert nearest(text, exact) is None


@given(TEXTS, TEXTS)
def test_the_nearest_passage_is_always_a_passage(text: str, exact: str) -> None:
    assume(exact)

    assert (nearest(text, exact) or "") in text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_text_is_searched_in_time_in_proportion_to_its_length(form: Form) -> None:
    article = ARTICLE * (LONGEST // len(ARTICLE) + 1)

    def search(length: int) -> None:
        text, part, middle = unicodedata.normalize(form, article[:length]), length // 100, length // 2
        assert find(text, "Corée du Sud" * (part // 12)) is None
        assert find(text, "e", start=9 * length // 10) is not None
        assert nearest(text, "Corée du Sud" * (part // 12)) is None
        assert nearest(text, text[middle : middle + part].replace("jamais", "")) is not None

    assert growth(search, LONGEST // TIMES) < LINEAR


@pytest.mark.parametrize(("first", "last"), [("a", "a"), ("a", "b"), ("b", "a")], ids=["a", "ab", "ba"])
def test_a_text_that_repeats_itself_takes_no_longer(first: str, last: str) -> None:
    def search(length: int) -> None:
        part = length // 100
        find("a" * length, first + "a" * (part - 2) + last, start=length // 2)
        find("q\u0303" * (length // 2), "q\u0303" * (part // 2) + "q")

    assert growth(search, LONGEST // TIMES) < LINEAR


def place(found: Match | None) -> int | None:
    return None if found is None else found.start
