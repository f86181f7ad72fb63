"""Where things were said: what is held, what is one document, and how pages are found again."""

from hashlib import sha256

import pytest

from tests.newsroom import Newsroom
from tests.problems import pointers, problem


@pytest.mark.parametrize(
    "field", [{"text": "x"}, {"archive_url": "https://archive.example/1"}, {"retrieved_at": "2023-07-27"}]
)
def test_a_document_that_somebody_opened_is_held(newsroom: Newsroom, field: dict[str, str]) -> None:
    document = newsroom.document(**field)
    assert document["held"]
    (name,) = field
    assert not newsroom.edit(document, **{name: None})["held"]


def test_a_document_that_nobody_opened_is_only_known_of(newsroom: Newsroom) -> None:
    known_of = newsroom.document(url="https://example.org/1", title="T", published_at="2023-07-27", kind="article")
    assert not known_of["held"]


@pytest.mark.parametrize("text", ["Å\r\n é\u0301 ﬁ \u202eabc\u202c 😀\t", "\ufeffx ", " "])
def test_a_text_is_kept_byte_for_byte(newsroom: Newsroom, text: str) -> None:
    document = newsroom.document(text)
    kept = newsroom.ask(document)
    assert kept["text"] == text
    assert kept["sha256"] == sha256(text.encode()).hexdigest()


def test_a_digest_follows_its_text_and_cannot_be_set(newsroom: Newsroom) -> None:
    document = newsroom.document("one")
    assert pointers(problem(newsroom.try_edit(document, sha256="0" * 64), 422)) == ["/sha256"]
    assert newsroom.edit(document, text="two")["sha256"] == sha256(b"two").hexdigest()
    assert newsroom.edit(document, text=None)["sha256"] is None


def test_a_page_that_changed_is_a_new_document(newsroom: Newsroom) -> None:
    page = "https://example.org/page"
    before = newsroom.document("one", url=page, retrieved_at="2023-07-27")
    after = newsroom.document("two", url=page, retrieved_at="2023-07-29")
    found = newsroom.ask("/v1/documents/lookup", url=page)["items"]
    assert [one["document"]["id"] for one in found] == [before.id, after.id]


def test_publisher_and_authors_are_sources_on_record(newsroom: Newsroom) -> None:
    nobody = {"external_id": "nobody"}
    body = {"publisher": nobody, "authors": []}
    assert pointers(newsroom.refused("documents", body)) == ["/publisher"]
    body = {"authors": [newsroom.source().ref, nobody]}
    assert pointers(newsroom.refused("documents", body)) == ["/authors/1"]


def test_an_author_named_twice_is_one(newsroom: Newsroom) -> None:
    author = newsroom.source()
    assert newsroom.document(authors=[author, author])["authors"] == [author.ref]


def test_two_records_of_one_document_know_each_other_at_any_remove(newsroom: Newsroom) -> None:
    first, second, third = (newsroom.document() for _ in range(3))
    newsroom.unite(first, second)
    newsroom.unite(second, third)
    assert newsroom.ask(first)["same_as"] == [second.ref, third.ref]
    newsroom.part(second, first)
    assert newsroom.ask(first)["same_as"] == []
    assert newsroom.ask(third)["same_as"] == [second.ref]


def test_documents_are_found_by_publisher_author_kind_and_language(newsroom: Newsroom) -> None:
    agency, ministry = newsroom.source(), newsroom.source()
    release = newsroom.document(publisher=agency, authors=[ministry], kind="release", language="fr")
    newsroom.document(publisher=ministry, kind="article", language="en")
    for filters in ({"publisher": agency.id}, {"author": ministry.id}, {"kind": "release"}, {"language": "fr"}):
        assert newsroom.ids("documents", **filters) == [release.id]


def test_an_author_is_found_as_it_was_then(newsroom: Newsroom) -> None:
    author = newsroom.source()
    document = newsroom.document(authors=[author])
    newsroom.edit(document, authors=[])
    assert newsroom.ids("documents", author=author.id) == []
    assert newsroom.ids("documents", author=author.id, known_at=document["recorded_at"]) == [document.id]


def test_documents_are_sorted_by_title_with_the_untitled_first(newsroom: Newsroom) -> None:
    titled = newsroom.document(title="T" * 1000)
    untitled = newsroom.document()
    assert newsroom.ids("documents", sort="title", limit=1) == [untitled.id, titled.id]
