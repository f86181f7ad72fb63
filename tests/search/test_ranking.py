"""What answers better stands first, and what is shown is what stands in the text."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.search.query import read
from api.search.ranking import AROUND, NAMES, WIDEST, WORTH, Passage, score, snippets

WORDS = st.lists(st.sampled_from(["arms", "été", "북한이", "Korea", "to", "ｶﾞｽ", "—", "👍🏽"]), min_size=1, max_size=60)


def rated(kind: str, field: str, text: str, query: str = "arms ") -> int:
    found = score([Passage.of(kind, field, text)], read(query))
    assert found is not None
    return found


def test_where_it_stands_counts() -> None:
    text = "North Korea sent arms"
    places = [("claim", "/text"), ("attribution", "/quote/exact"), ("document", "/text")]

    scores = [rated(kind, field, text) for kind, field in places]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_a_short_text_counts_more_than_a_long_one_and_twice_more_than_once() -> None:
    assert rated("claim", "/text", "Arms") > rated("claim", "/text", "Arms " + "and more " * 50)
    assert rated("claim", "/text", "Arms, arms and more") > rated("claim", "/text", "Arms, ships and more")


def test_a_whole_word_counts_more_than_a_beginning() -> None:
    assert rated("claim", "/text", "An arm", "arm") > rated("claim", "/text", "An army", "arm")


def test_what_lacks_a_word_does_not_answer() -> None:
    assert score([Passage.of("claim", "/text", "North Korea")], read("korea arms")) is None


def test_words_of_one_record_may_stand_in_several_texts() -> None:
    passages = [Passage.of("claim", "/text", "Korea"), Passage.of("claim", "/translations/fr", "Des armes")]

    assert score(passages, read("korea armes")) is not None


def test_of_what_was_not_read_only_words_are_believed() -> None:
    passages = [Passage.of("document", "/text", "Nothing here")]

    assert score(passages, read("arms"), unread=30)
    assert score(passages, read('"arms to Korea"'), unread=30) is None
    assert score(passages, read("북한"), unread=30) is None


@given(WORDS, st.sampled_from(["arms", "ete", "북한", "한이", "kor", '"arms to"', "ガス"]))
def test_highlights_are_the_words_that_were_searched_for(parts: list[str], query: str) -> None:
    text = " ".join(parts)
    passage = Passage.of("claim", "/text", text)

    for one in snippets([passage], read(query)):
        assert text[one.start : one.start + len(one.text)] == one.text
        assert one.highlights
        before = 0
        for start, end in one.highlights:
            assert before <= start < end <= len(one.text)
            assert score([Passage.of("claim", "/text", one.text[start:end])], read(query)) is not None
            before = end


def test_every_score_is_per_cent() -> None:
    for (kind, field), worth in WORTH.items():
        assert 0 < rated(kind, f"/{field}", "more arms") <= worth <= 100


def test_what_is_called_exactly_that_has_all_and_nothing_else_has() -> None:
    for kind, field in NAMES:
        assert rated(kind, f"/{field}", "Les Échos", "les echos") == 100
        assert rated(kind, f"/{field}", "Les Échos, les Échos " * 20, "les echos") < 100
    assert rated("document", "/text", "Les Échos", "les echos") < 100
    assert rated("claim", "/text", "It lost 10,000 men", "it lost 10000 men") == 100


def test_what_is_shown_is_where_most_of_the_query_stands() -> None:
    text = "In the north. " + "More. " * 30 + "North Korea sent arms. " + "More. " * 30 + "Arms from North Korea."

    for query, marked in (("korea arms north", ["North", "Korea", "arms"]), ("arms", ["arms"]), ("north", ["north"])):
        (shown,) = snippets([Passage.of("document", "/text", text)], read(query))

        assert [shown.text[start:end] for start, end in shown.highlights] == marked
        assert text[shown.start :].startswith(shown.text)


@pytest.mark.parametrize("edge", [" ", "\n", "\r\n", "\t"])
def test_no_word_is_shown_in_part_whatever_parts_the_words(edge: str) -> None:
    text = edge.join(["alpha"] * 60 + ["needle"] + ["1\u00a0000"] * 60)

    (shown,) = snippets([Passage.of("document", "/text", text)], read("needle"))

    assert set(shown.text.strip().split(edge)) == {"alpha", "needle", "1\u00a0000"}


def test_no_letter_is_shown_without_its_marks() -> None:
    for before in range(AROUND, AROUND + 6):
        text = ("ที่นี้" * before)[-before:] + "กระสุน" + "ที่นี้" * 30

        (shown,) = snippets([Passage.of("document", "/text", "ก" + text)], read("กระสุน"))

        assert shown.start == 0 or category(shown.text[0])[0] == "L"
        assert f"ก{text}"[shown.start :].startswith(shown.text)
        assert category(f"ก{text}"[shown.start + len(shown.text)])[0] == "L"


def test_a_word_without_spaces_is_shown_in_part() -> None:
    (shown,) = snippets([Passage.of("document", "/text", "x" * 20_000 + " and more")], read("xxx"))

    assert len(shown.text) <= WIDEST + 2 * AROUND
    assert shown.highlights == [(0, WIDEST)]
