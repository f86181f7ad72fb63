"""However a change reaches a claim, the claim's standing in the list follows it."""

from collections.abc import Callable
from typing import Any

import pytest

from api.provenance import consequences
from api.storage.references import models
from tests.newsroom import Kept, Newsroom

Change = Callable[[], object]
Way = Callable[[Newsroom], tuple[Kept, Change]]
WAYS: list[Way] = []


def way(prepare: Way) -> Way:
    """Register one way by which a change elsewhere reaches a claim."""
    WAYS.append(prepare)
    return prepare


def official(newsroom: Newsroom, **fields: Any) -> Kept:
    """Record somebody who speaks by name, rated well."""
    source = newsroom.source(kind="organization", **fields)
    newsroom.rate(source, "B")
    return source


def report(newsroom: Newsroom, claim: Kept, source: Kept, **fields: Any) -> Kept:
    """Record a first-hand report on file."""
    return newsroom.publish(claim, source, **{"evidentiality": "witnessed", "modality": "stated"} | fields)


def reported(newsroom: Newsroom, count: int = 1) -> tuple[Kept, list[Kept]]:
    """Record a claim with this many independent reports; return it, and who gave them."""
    claim, sources = newsroom.claim(), [official(newsroom) for _ in range(count)]
    for source in sources:
        report(newsroom, claim, source)
    return claim, sources


@way
def its_controller_is_rated(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, power = newsroom.claim(), newsroom.source()
    report(newsroom, claim, newsroom.source(controlled_by=newsroom.source(controlled_by=power)))
    return claim, lambda: newsroom.rate(power, "A")


@way
def another_record_of_its_controller_is_rated(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, power, twin = newsroom.claim(), newsroom.source(), newsroom.source()
    newsroom.unite(power, twin)
    report(newsroom, claim, newsroom.source(controlled_by=power))
    return claim, lambda: newsroom.rate(twin, "A")


@way
def a_rating_of_its_source_is_deleted(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, source = newsroom.claim(), newsroom.source()
    rating = newsroom.rate(source, "A")
    report(newsroom, claim, source)
    return claim, lambda: newsroom.delete(rating)


@way
def a_report_is_rated(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim = newsroom.claim()
    said = report(newsroom, claim, official(newsroom))
    rating = {"target": {"kind": "attribution", **said.ref}, "scale": "admiralty_credibility", "value": "5"}
    return claim, lambda: newsroom.add("assessments", rating)


@way
def two_of_its_sources_turn_out_to_be_one(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (one, other) = reported(newsroom, 2)
    return claim, lambda: newsroom.unite(one, other)


@way
def two_of_its_sources_turn_out_to_be_two(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (one, other) = reported(newsroom, 2)
    newsroom.unite(one, other)
    return claim, lambda: newsroom.part(one, other)


@way
def its_sources_come_under_one_controller(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (one, other) = reported(newsroom, 2)
    power = newsroom.source()
    newsroom.edit(one, controlled_by=power)
    newsroom.edit(other, controlled_by=(middle := newsroom.source()))
    return claim, lambda: newsroom.edit(middle, controlled_by=power)


@way
def the_publisher_leaves_the_group_of_its_source(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, power = newsroom.claim(), newsroom.source()
    paper = newsroom.source(controlled_by=power)
    page = newsroom.release(paper)
    newsroom.say(claim, official(newsroom, controlled_by=power), document=page, evidentiality="witnessed")
    return claim, lambda: newsroom.edit(paper, controlled_by=None)


@way
def a_record_of_the_publisher_is_parted_from_its_source(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, source, twin = newsroom.claim(), official(newsroom), newsroom.source()
    newsroom.unite(source, twin)
    newsroom.say(claim, source, document=newsroom.release(twin), evidentiality="witnessed")
    return claim, lambda: newsroom.part(twin, source)


@way
def its_document_is_no_longer_held(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, source = newsroom.claim(), official(newsroom)
    page = newsroom.document(publisher=source, retrieved_at="2023")
    newsroom.say(claim, source, document=page, evidentiality="witnessed")
    return claim, lambda: newsroom.edit(page, retrieved_at=None)


@way
def a_report_moves_to_another_claim(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim = newsroom.claim()
    said = report(newsroom, claim, official(newsroom))
    return claim, lambda: newsroom.edit(said, claim=newsroom.claim())


@way
def a_correction_is_taken_back(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, source = newsroom.claim(), official(newsroom)
    wrong = report(newsroom, claim, source)
    right = report(newsroom, claim, source, stance="denies", replaces=wrong)
    return claim, lambda: newsroom.edit(right, replaces=None)


@way
def a_correction_made_when_two_claims_were_one_is_deleted(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, twin, source = newsroom.claim(), newsroom.claim(), official(newsroom)
    one = newsroom.relate("same_as", claim, twin)
    right = report(newsroom, twin, source, replaces=report(newsroom, claim, source))
    newsroom.delete(one)
    return claim, lambda: newsroom.delete(right)


@way
def what_it_is_taken_from_is_retracted(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim = newsroom.claim()
    first = newsroom.say(claim, official(newsroom))
    newsroom.publish(claim, newsroom.source(), cites=[newsroom.say(claim, None, cites=[first])])
    return claim, lambda: newsroom.retract(first)


@way
def a_citation_is_found_later(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (one, _) = reported(newsroom, 2)
    relay = newsroom.publish(claim, newsroom.source(kind="organization"))
    first = report(newsroom, claim, one)
    return claim, lambda: newsroom.cite(relay, first)


@way
def a_source_is_rated_behind_a_narrower_claim(newsroom: Newsroom) -> tuple[Kept, Change]:
    broad, narrow, source = newsroom.claim(), newsroom.claim(), newsroom.source()
    newsroom.relate("refines", narrow, broad)
    newsroom.publish(broad, newsroom.source(), cites=[report(newsroom, narrow, source)])
    return broad, lambda: newsroom.rate(source, "A")


@way
def a_link_between_it_and_a_narrower_claim_is_deleted(newsroom: Newsroom) -> tuple[Kept, Change]:
    narrow, one, other, broad = (newsroom.claim() for _ in range(4))
    newsroom.relate("refines", narrow, one)
    link = newsroom.relate("refines", one, other)
    newsroom.relate("refines", other, broad)
    newsroom.publish(broad, newsroom.source(), cites=[report(newsroom, narrow, official(newsroom))])
    return broad, lambda: newsroom.delete(link)


@way
def a_claim_joins_it(newsroom: Newsroom) -> tuple[Kept, Change]:
    (claim, _), (other, _) = reported(newsroom), reported(newsroom)
    between = newsroom.claim()
    newsroom.relate("same_as", other, between)
    return claim, lambda: newsroom.relate("same_as", between, claim)


@way
def a_claim_leaves_it(newsroom: Newsroom) -> tuple[Kept, Change]:
    (claim, _), (other, _) = reported(newsroom), reported(newsroom)
    between = newsroom.claim()
    newsroom.relate("same_as", claim, between)
    link = newsroom.relate("same_as", between, other)
    return claim, lambda: newsroom.edit(link, status="rejected")


@way
def a_relation_is_moved_to_another_claim(newsroom: Newsroom) -> tuple[Kept, Change]:
    (claim, _), (other, _) = reported(newsroom), reported(newsroom)
    link = newsroom.relate("contradicts", claim, other)
    end = "to" if link["from"]["id"] == claim.id else "from"
    return claim, lambda: newsroom.edit(link, **{end: newsroom.claim(), "from" if end == "to" else "to": other})


@way
def somebody_affirms_the_same_as_what_contradicts_the_same_as_it(newsroom: Newsroom) -> tuple[Kept, Change]:
    (claim, _), twin, rival, rivals_twin = reported(newsroom), *(newsroom.claim() for _ in range(3))
    newsroom.relate("same_as", claim, twin)
    newsroom.relate("contrary", twin, rival)
    newsroom.relate("same_as", rival, rivals_twin)
    return claim, lambda: report(newsroom, rivals_twin, official(newsroom))


@way
def two_of_its_sources_depend_on_the_same_at_several_removes(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (one, other) = reported(newsroom, 2)
    first, second = newsroom.source(), newsroom.source()
    newsroom.depend(one, first)
    newsroom.depend(second, other)
    return claim, lambda: newsroom.depend(first, second)


@way
def whom_its_source_depends_on_comes_to_speak_for_another(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (one, other) = reported(newsroom, 2)
    power, ghost = newsroom.source(), newsroom.source()
    newsroom.edit(other, controlled_by=power)
    newsroom.depend(one, ghost)
    return claim, lambda: newsroom.edit(ghost, controlled_by=power)


@way
def a_dependency_is_found_not_to_bind_a_report(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim = newsroom.claim()
    one, other = (report(newsroom, claim, official(newsroom)) for _ in range(2))
    strangers = [newsroom.source(), newsroom.source()]
    binding = newsroom.depend(one, other, *strangers)
    members = [{"kind": "source", **stranger.ref} for stranger in strangers]
    return claim, lambda: newsroom.edit(binding, members=members)


@way
def its_source_was_recorded_in_error(newsroom: Newsroom) -> tuple[Kept, Change]:
    claim, (source,) = reported(newsroom)
    return claim, lambda: newsroom.delete(source, cascade=True)


@pytest.mark.dealt
@pytest.mark.parametrize("prepare", WAYS, ids=lambda prepare: prepare.__name__)
def test_the_list_follows(newsroom: Newsroom, prepare: Way) -> None:
    claim, change = prepare(newsroom)
    before = standing(newsroom, claim)

    change()

    after = standing(newsroom, claim)
    assert after != before, "this way must change something, to show anything"
    assert after == standing(newsroom, claim, known_at="2100-01-01T00:00:00Z")  # worked out from the record


def test_every_kind_of_record_is_followed() -> None:
    assert set(consequences.ENDS) == set(models().values())


def standing(newsroom: Newsroom, claim: Kept, **asked: Any) -> Any:
    """Ask the list how one claim stands."""
    page = newsroom.ask("/v1/claims", id=claim.id, **asked)
    assert "stale" not in page
    return page["items"][0]["standing"]
