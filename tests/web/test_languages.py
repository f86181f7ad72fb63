"""Which language an answer is in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from api.confidence.sentences import LANGUAGES
from api.web.languages import language


def request(*headers: str) -> Request:
    named = [(b"accept-language", each.encode("latin-1")) for each in headers]
    return Request({"type": "http", "headers": named})


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en-GB,en;q=0.9,fr;q=0.8", "en"),
        ("en;q=0.3, fr ; q=0.7", "fr"),
        ("en;q=0.3, fr;Q=0.7", "fr"),
        ("de, fr;q=0.2", "fr"),
        ("en;q=0.500,fr;q=0.501", "fr"),
        ("fr;q=0.5,en;q=0.5", "fr"),
        ("fr;q=1.000", "fr"),
        (",, fr,", "fr"),
        ("en;q=0, *", "fr"),
        ("fr;q=0.1, *;q=0.9", "en"),
        ("fr,??", "fr"),
        ("??, fr;q=0.2", "fr"),
        ("fr, é", "fr"),
        ("fr;q=2, fr-CA;q=0.1", "fr"),
        ("en;q=1.001, fr;q=0.1, en;q=0.05", "fr"),
    ],
)
def test_the_language_asked_for_most_is_chosen(header: str, code: str) -> None:
    assert language(request(header)) == code


@pytest.mark.parametrize("header", ["*", "de", "de, ja;q=0.5", "fr;q=0", "fr;q=0, en;q=0", "*;q=0", "", " ", "freely"])
def test_who_asks_for_nothing_that_there_is_gets_english(header: str) -> None:
    assert language(request(header)) == "en"


@pytest.mark.parametrize(
    "header",
    ["fr;q=2", "fr;q=0.1234", "fr;q=1.001", "fr;q=", "fr;", "fr q=1", "f r", "fr;q=½", "fr/en", "fr;x=1"],
)
def test_a_header_that_nobody_can_read_gets_english(header: str) -> None:
    assert language(request(header)) == "en"


@given(st.lists(st.sampled_from(["??", "fr;q=2", "é", "f r", "fr;"])), st.lists(st.sampled_from(["??", "en;q=x"])))
def test_what_nobody_can_read_changes_nothing(before: list[str], after: list[str]) -> None:
    assert language(request(", ".join([*before, "en;q=0.4, fr;q=0.6", *after]))) == "fr"


def test_no_header_gets_english() -> None:
    assert language(request()) == "en"


def test_a_header_in_two_lines_is_one_list() -> None:
    assert language(request("en;q=0.2", "fr;q=0.3")) == "fr"


@given(st.text(st.characters(max_codepoint=255)))
def test_no_header_fails(header: str) -> None:
    assert language(request(header)) in LANGUAGES
