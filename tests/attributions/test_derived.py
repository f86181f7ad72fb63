"""What is derived on every read: a later change of a document, a source, a citation or a claim shows in it."""

import pytest

from tests.newsroom import Kept, Newsroom

pytestmark = pytest.mark.dealt  # what is derived is worked out from values that either engine gives


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim with a date."""
    return newsroom.claim(occurred="2023-07-26")


def test_it_is_on_file_when_somebody_opens_its_document(newsroom: Newsroom, claim: Kept) -> None:
    outlet = newsroom.source()
    article = newsroom.document(publisher=outlet)
    said = newsroom.say(claim, outlet, document=article)
    assert not said["on_file"]
    newsroom.edit(article, retrieved_at="2023-07-27")
    assert newsroom.ask(said)["on_file"]
    assert newsroom.ask(said)["version"] == 1
    assert newsroom.ids("attributions", on_file=True) == [said.id]


def test_it_is_on_file_no_more_when_the_document_is_somebody_elses_after_all(newsroom: Newsroom, claim: Kept) -> None:
    outlet = newsroom.source()
    article = newsroom.release(outlet)
    said = newsroom.say(claim, outlet, document=article)
    newsroom.edit(article, publisher=newsroom.source())
    assert not newsroom.ask(said)["on_file"]
    newsroom.edit(article, authors=[outlet.ref])
    assert newsroom.ask(said)["on_file"]


def test_it_is_on_file_as_long_as_the_publisher_speaks_for_the_same(newsroom: Newsroom, claim: Kept) -> None:
    state = newsroom.source()
    agency, ministry = newsroom.source(controlled_by=state), newsroom.source(controlled_by=state)
    said = newsroom.say(claim, ministry, document=newsroom.release(agency))
    newsroom.edit(agency, controlled_by=None)
    assert not newsroom.ask(said)["on_file"]
    newsroom.unite(agency, ministry)
    assert newsroom.ask(said)["on_file"]
    newsroom.part(agency, ministry)
    assert not newsroom.ask(said)["on_file"]
    assert newsroom.ask(said, known_at=said["recorded_at"])["on_file"]


def test_a_statement_without_a_document_is_never_on_file(newsroom: Newsroom, claim: Kept) -> None:
    assert not newsroom.say(claim)["on_file"]


@pytest.mark.parametrize(
    ("evidentiality", "relay"),
    [("unknown", True), ("told", True), ("inferred", True), ("witnessed", False), ("documented", False)],
)
def test_who_cites_and_is_not_first_hand_passes_on(
    newsroom: Newsroom, claim: Kept, evidentiality: str, relay: bool
) -> None:
    said = newsroom.say(claim, evidentiality=evidentiality)
    assert not said["relay"]
    link = newsroom.cite(said, newsroom.say(claim))
    assert newsroom.ask(said)["relay"] is relay
    newsroom.delete(link)
    assert not newsroom.ask(said)["relay"]


def test_the_retraction_of_its_source_does_not_make_a_relay_an_origin(newsroom: Newsroom, claim: Kept) -> None:
    origin = newsroom.say(claim)
    said = newsroom.publish(claim, newsroom.source(), cites=[origin])
    newsroom.retract(origin)
    assert newsroom.ask(said)["relay"]
    assert newsroom.ask(claim, "provenance")["origins"] == []


@pytest.mark.parametrize(
    ("said_at", "forecast"),
    [("2023-07-25", True), ("2023-07-26", False), ("2023-07", False), ("2023-06", True), (None, False)],
)
def test_what_was_said_before_it_was_to_happen_is_a_forecast(
    newsroom: Newsroom, claim: Kept, said_at: str | None, forecast: bool
) -> None:
    assert newsroom.say(claim, said_at=said_at)["forecast"] is forecast


def test_a_claim_that_moves_makes_a_forecast(newsroom: Newsroom, claim: Kept) -> None:
    said = newsroom.say(claim, said_at="2023-07-27")
    newsroom.edit(claim, occurred="2023-08/..")
    assert newsroom.ask(said)["forecast"]
    newsroom.edit(claim, occurred=None)
    assert not newsroom.ask(said)["forecast"]


def test_what_corrects_a_statement_is_named_with_it(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source()
    first = newsroom.say(claim, source)
    second = newsroom.say(claim, source, stance="denies", replaces=first)
    assert newsroom.ask(first)["replaced_by"] == [second.ref]
    newsroom.delete(second)
    assert newsroom.ask(first)["replaced_by"] == []
