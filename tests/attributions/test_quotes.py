"""Quoted words: found in the text we hold, kept as it has them, looked for again when it changes."""

from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom, statement
from tests.problems import pointers, problem

pytestmark = pytest.mark.dealt  # where a quote stands is worked out from the text that either engine gives

TEXT = "Selon Washington, l’armée « aurait envoyé » des armes — beaucoup d'armes\u00a0: l’e\u0301tat-major."


@pytest.fixture
def page(newsroom: Newsroom) -> Kept:
    """A document whose text we hold."""
    return newsroom.document(TEXT)


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim()


def quoting(newsroom: Newsroom, claim: Kept, page: Kept, **quote: Any) -> Kept:
    """Record an attribution with a quote."""
    return newsroom.say(claim, document=page, quote=quote)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("l'armée", "l’armée"),
        ('"\u00a0aurait envoyé\u00a0"', "« aurait envoyé »"),
        ("armes - beaucoup d’armes", "armes — beaucoup d'armes"),
        ("d'armes : l'état\u2011major", "d'armes\u00a0: l’e\u0301tat-major"),
        ("Selon", "Selon"),
    ],
)
def test_the_same_words_in_another_script_of_signs_are_kept_as_the_text_has_them(
    newsroom: Newsroom, claim: Kept, page: Kept, sent: str, kept: str
) -> None:
    said = quoting(newsroom, claim, page, exact=sent)
    assert said["quote"]["exact"] == kept
    assert TEXT[said["quote"]["start"] : said["quote"]["end"]] == kept
    assert said["anchor"] == "exact"


@pytest.mark.parametrize("sent", ["selon washington", "Selon  Washington", "l'armee", "aurait envoyé des armes", "..."])
def test_other_words_are_not_found(newsroom: Newsroom, claim: Kept, page: Kept, sent: str) -> None:
    refused = newsroom.refused("attributions", statement(claim, document=page, quote={"exact": sent}))
    assert pointers(refused) == ["/quote/exact"]


def test_a_quote_that_is_not_found_is_answered_with_the_nearest_passage(
    newsroom: Newsroom, claim: Kept, page: Kept
) -> None:
    refused = newsroom.refused("attributions", statement(claim, document=page, quote={"exact": "aurait envoyé les"}))
    assert "aurait envoyé" in refused["detail"].split("“")[1]
    assert "prefix" not in refused["detail"]


def test_positions_count_code_points(newsroom: Newsroom, claim: Kept) -> None:
    page = newsroom.document("😀😀 voilà")
    assert quoting(newsroom, claim, page, exact="voilà")["quote"]["start"] == 3


def test_prefix_and_suffix_say_which_of_several_places_is_meant(newsroom: Newsroom, claim: Kept, page: Kept) -> None:
    second = quoting(newsroom, claim, page, exact="armes", prefix="d’", suffix=" :")
    assert second["quote"]["start"] == TEXT.rindex("armes")
    assert (second["quote"]["prefix"], second["quote"]["suffix"]) == ("d'", "\u00a0:")
    refused = newsroom.refused("attributions", statement(claim, document=page, quote={"exact": "armes", "prefix": "x"}))
    assert "between its prefix and suffix" in refused["detail"]


def test_a_start_says_which_of_several_places_is_meant(newsroom: Newsroom, claim: Kept, page: Kept) -> None:
    assert quoting(newsroom, claim, page, exact="armes")["quote"]["start"] == TEXT.index("armes")
    assert quoting(newsroom, claim, page, exact="armes", start=60)["quote"]["start"] == TEXT.rindex("armes")


def test_a_cue_may_stand_outside_the_quote_but_not_outside_the_text(
    newsroom: Newsroom, claim: Kept, page: Kept
) -> None:
    body = statement(claim, document=page, quote={"exact": "armes"}, cue="selon Washington")
    refused = newsroom.refused("attributions", body)
    assert pointers(refused) == ["/cue"]
    assert "prefix" not in refused["detail"]
    said = newsroom.add("attributions", body | {"cue": '" aurait envoyé "'})
    assert said["cue"] == "« aurait envoyé »"


def test_without_a_text_nothing_is_checked(newsroom: Newsroom, claim: Kept) -> None:
    for document in (None, newsroom.document(url="https://example.org/1")):
        said = newsroom.say(claim, document=document, quote={"exact": "anything"}, cue="whatever")
        assert (said["anchor"], said["quote"]["exact"], said["cue"]) == ("unchecked", "anything", "whatever")


def test_no_quote_has_no_anchor(newsroom: Newsroom, claim: Kept, page: Kept) -> None:
    assert newsroom.say(claim, document=page)["anchor"] is None


# When the text changes -----------------------------------------------------------------------------------------------


def test_a_quote_moves_is_lost_and_found_with_its_text(newsroom: Newsroom, claim: Kept, page: Kept) -> None:
    said = quoting(newsroom, claim, page, exact="Selon Washington")
    newsroom.edit(page, text="Update. " + TEXT)
    assert newsroom.ask(said)["anchor"] == "moved"
    newsroom.edit(page, text="Withdrawn.")
    assert newsroom.ask(said)["anchor"] == "orphaned"
    newsroom.edit(page, text=None)
    assert newsroom.ask(said)["anchor"] == "unchecked"
    newsroom.edit(page, text=TEXT)
    assert newsroom.ask(said)["anchor"] == "exact"
    assert newsroom.ask(said)["version"] == 1


def test_a_text_that_came_later_is_looked_through(newsroom: Newsroom, claim: Kept) -> None:
    page = newsroom.document(url="https://example.org/1")
    said = quoting(newsroom, claim, page, exact="Selon Washington")
    newsroom.edit(page, text=TEXT)
    assert newsroom.ask(said)["anchor"] == "exact"


def test_a_quote_is_anchored_where_the_text_was_then(newsroom: Newsroom, claim: Kept, page: Kept) -> None:
    said = quoting(newsroom, claim, page, exact="Selon Washington")
    newsroom.edit(page, text="Withdrawn.")
    assert newsroom.ask(said, known_at=said["recorded_at"])["anchor"] == "exact"


def test_a_lost_quote_does_not_bar_other_edits_but_cannot_be_reworded(
    newsroom: Newsroom, claim: Kept, page: Kept
) -> None:
    said = newsroom.say(claim, document=page, quote={"exact": "armes"}, cue="Selon")
    newsroom.edit(page, text="Withdrawn.")
    assert newsroom.edit(said, modality="rumour")["anchor"] == "orphaned"
    problem(newsroom.try_edit(said, quote={"exact": "arme"}), 422)
    problem(newsroom.try_edit(said, cue="selon"), 422)


def test_a_patch_changes_what_it_gives_of_a_quote(newsroom: Newsroom, claim: Kept, page: Kept) -> None:
    said = quoting(newsroom, claim, page, exact="armes", prefix="des ")
    assert newsroom.edit(said, quote={"exact": "armes — beaucoup"})["quote"]["prefix"] == "des "
    other = newsroom.edit(said, quote={"prefix": None, "suffix": " d'armes"})["quote"]
    assert (other["exact"], other["prefix"], other["suffix"]) == ("armes — beaucoup", None, " d'armes")
    assert TEXT[other["start"] : other["end"]] == "armes — beaucoup"
    refused = problem(newsroom.try_edit(said, quote={"exact": "armes"}), 422)
    assert pointers(refused) == ["/quote/exact"]
    assert "between its prefix and suffix" in refused["detail"]


def test_where_other_words_ended_does_not_stay_beside_new_ones(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, quote={"exact": "armes", "start": 40, "end": 45})
    other = newsroom.edit(said, quote={"exact": "beaucoup d'armes"})["quote"]
    assert (other["exact"], other["start"], other["end"]) == ("beaucoup d'armes", 40, None)
    moved = newsroom.edit(said, quote={"start": 50, "exact": "armes"})["quote"]
    assert (moved["exact"], moved["start"], moved["end"]) == ("armes", 50, None)
    ended = newsroom.edit(said, quote={"end": 55})["quote"]
    assert (ended["exact"], ended["start"], ended["end"]) == ("armes", 50, 55)
    later = newsroom.edit(said, quote={"start": 60})["quote"]
    assert (later["exact"], later["start"], later["end"]) == ("armes", 60, None)
    assert pointers(problem(newsroom.try_edit(said, quote={"end": 60}), 422)) == ["/quote"]


def test_words_that_end_where_those_before_them_did_keep_their_end(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, quote={"exact": "armes", "start": 40, "end": 45})
    assert newsroom.edit(said, quote={"exact": "arme", "start": 41, "end": 45})["quote"]["end"] == 45


def test_the_same_words_further_on_are_found_by_where_they_begin(newsroom: Newsroom, claim: Kept) -> None:
    page = newsroom.document("No, he said. Yes, he said.")
    said = newsroom.say(claim, document=page, quote={"exact": "he said"})
    assert newsroom.edit(said, quote={"start": 18})["quote"]["end"] == 25


def test_a_quote_is_checked_against_the_document_that_an_edit_names(
    newsroom: Newsroom, claim: Kept, page: Kept
) -> None:
    said = quoting(newsroom, claim, page, exact="Selon Washington")
    other = newsroom.document("Nothing of it.")
    assert pointers(problem(newsroom.try_edit(said, document=other), 422)) == ["/quote/exact"]
    assert newsroom.edit(said, document=other, quote=None)["quote"] is None


@pytest.mark.parametrize("quote", [{}, {"exact": ""}, {"exact": "a", "start": -1}, {"exact": "a", "type": "x"}])
def test_a_quote_that_is_none_is_refused(newsroom: Newsroom, claim: Kept, page: Kept, quote: object) -> None:
    newsroom.refused("attributions", statement(claim, document=page, quote=quote))
