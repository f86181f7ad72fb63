"""Everything that is recorded about one page."""

import pytest

from tests.newsroom import Newsroom
from tests.problems import problem

PAGE = "https://www.example.org/News/Page?id=7"


def found(newsroom: Newsroom, url: str, **asked: str) -> list[str]:
    """Return the ids of the documents of a page."""
    return [one["document"]["id"] for one in newsroom.ask("/v1/documents/lookup", url=url, **asked)["items"]]


@pytest.mark.parametrize(
    "url",
    [
        PAGE,
        "http://www.example.org/News/Page?id=7",
        "HTTPS://WWW.EXAMPLE.ORG:443/News/Page?id=7#top",
        "https://www.example.org/News/Page?utm_source=x&id=7&fbclid=1",
        "https://www.example.org/%4Eews/./Page?id=7",
    ],
)
def test_addresses_are_compared_in_normal_form(newsroom: Newsroom, url: str) -> None:
    document = newsroom.document(url=PAGE)
    assert document["url"] == PAGE
    assert found(newsroom, url) == [document.id]


@pytest.mark.parametrize(
    "url", ["https://www.example.org/news/page?id=7", "https://www.example.org/News/Page", "https://example.net/"]
)
def test_other_pages_are_not_found(newsroom: Newsroom, url: str) -> None:
    newsroom.document(url=PAGE)
    assert found(newsroom, url) == []


def test_an_archive_copy_is_found_by_its_own_address(newsroom: Newsroom) -> None:
    document = newsroom.document(url=PAGE, archive_url="https://archive.example/1")
    assert found(newsroom, "http://archive.example/1") == [document.id]


def test_a_page_is_told_with_what_was_said_in_it(newsroom: Newsroom) -> None:
    claim, outlet = newsroom.claim(), newsroom.source()
    first, second = (newsroom.document(text, url=PAGE, publisher=outlet) for text in ("one", "two"))
    said = [newsroom.say(claim, outlet, document=document).id for document in (first, second, second)]
    newsroom.delete(newsroom.say(claim, outlet, document=second))
    items = newsroom.ask("/v1/documents/lookup", url=PAGE)["items"]
    assert [[one["id"] for one in item["attributions"]] for item in items] == [[said[0]], said[1:]]


def test_a_page_is_as_it_was_known(newsroom: Newsroom) -> None:
    document = newsroom.document(url=PAGE)
    newsroom.edit(document, url="https://example.net/")
    assert found(newsroom, PAGE) == []
    assert found(newsroom, PAGE, known_at=document["recorded_at"]) == [document.id]
    newsroom.delete(document)
    assert found(newsroom, "https://example.net/") == []


@pytest.mark.parametrize("url", ["", "example.org/page", "ftp://example.org/", "https://", "javascript:alert(1)"])
def test_what_is_no_address_is_refused(newsroom: Newsroom, url: str) -> None:
    refused = problem(newsroom.client.get("/v1/documents/lookup", params={"url": url}), 422)
    assert refused["errors"][0]["parameter"] == "url"


def test_the_address_is_required(newsroom: Newsroom) -> None:
    problem(newsroom.client.get("/v1/documents/lookup"), 422)
