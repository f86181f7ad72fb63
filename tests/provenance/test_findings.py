"""What the whole graph behind a claim shows: voices, what all hangs on, where wording drifted, what is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.newsroom import Kept, Newsroom, ends

pytestmark = pytest.mark.dealt  # what is judged, and how, is worked out from values that either engine gives

Two = tuple[Kept, Kept]


@pytest.fixture
def claim(newsroom: Newsroom) -> Kept:
    """A claim."""
    return newsroom.claim("P")


def voice(newsroom: Newsroom, claim: Kept, **fields: Any) -> Kept:
    """Record that a person says it, on file."""
    return newsroom.publish(claim, newsroom.source(kind="person"), **fields)


def relay(newsroom: Newsroom, claim: Kept, *cited: Kept, **fields: Any) -> Kept:
    """Record a paper that passes it on, on file."""
    return newsroom.publish(claim, newsroom.source(kind="media_outlet"), cites=cited, **fields)


def gaps(newsroom: Newsroom, claim: Kept) -> list[tuple[str, str]]:
    """Return what is missing, and of which attribution."""
    return [(one["kind"], one["attribution"]) for one in newsroom.ask(claim, "provenance")["gaps"]]


# Voices --------------------------------------------------------------------------------------------------------------


def of_one_source(newsroom: Newsroom, claim: Kept) -> tuple[Kept, Kept, Kept]:
    source = newsroom.source(kind="person")
    return newsroom.publish(claim, source), newsroom.publish(claim, source), source


def of_one_state(newsroom: Newsroom, claim: Kept) -> tuple[Kept, Kept, Kept]:
    state = newsroom.source(kind="government")
    ministry, agency = (newsroom.source(kind=kind, controlled_by=state) for kind in ("government", "state_media"))
    return newsroom.publish(claim, ministry), newsroom.publish(claim, agency), state


def of_dependent_statements(newsroom: Newsroom, claim: Kept) -> tuple[Kept, Kept, Kept]:
    one, other = voice(newsroom, claim), voice(newsroom, claim)
    return one, other, newsroom.depend(one, other)


def of_dependent_sources(newsroom: Newsroom, claim: Kept) -> tuple[Kept, Kept, Kept]:
    sources = [newsroom.source(kind="person") for _ in range(2)]
    one, other = (newsroom.publish(claim, source) for source in sources)
    return one, other, newsroom.depend(*sources)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (of_one_source, "same_source"),
        (of_one_state, "same_controller"),
        (of_dependent_statements, "dependency"),
        (of_dependent_sources, "dependency"),
    ],
)
def test_origins_are_one_voice_and_it_is_told_why(
    newsroom: Newsroom, claim: Kept, make: Callable[[Newsroom, Kept], tuple[Kept, Kept, Kept]], kind: str
) -> None:
    one, other, by = make(newsroom, claim)

    found = newsroom.ask(claim, "provenance")

    (each,) = found["origins"]
    assert (each["independent"], each["cancelled"]) == (True, False)
    assert {"kind": kind, "by": by.open_ref} in each["joined_by"]
    assert [origin["attribution"] for origin in each["origins"]] == [one.id, other.id]
    counts = found["counts"]["supporting"]
    assert (counts["origins"], counts["independent_origins"]) == (2, 1)


def test_a_source_that_repeats_itself_is_joined_by_nothing_but_that(newsroom: Newsroom, claim: Kept) -> None:
    _, _, source = of_one_source(newsroom, claim)

    (each,) = newsroom.ask(claim, "provenance")["origins"]

    assert each["joined_by"] == [{"kind": "same_source", "by": source.open_ref}]


def test_two_papers_that_read_one_leak_are_one_origin(newsroom: Newsroom, claim: Kept) -> None:
    leak = newsroom.say(claim, newsroom.source(kind="anonymous"), evidentiality="documented")
    papers = [newsroom.publish(claim, newsroom.source(kind="media_outlet"), evidentiality="documented") for _ in "ab"]
    links = [newsroom.cite(paper, leak, "relies_on") for paper in papers]

    (each,) = newsroom.ask(claim, "provenance")["origins"]

    assert each["joined_by"] == [{"kind": "relies_on", "by": link.open_ref} for link in links]
    assert [(one["attribution"], one["distance"]) for one in each["origins"]] == [
        (papers[0].id, 0),
        (papers[1].id, 0),
        (leak.id, 1),
    ]


def test_unnamed_sources_are_one_until_an_editor_attests_that_they_differ(newsroom: Newsroom, claim: Kept) -> None:
    officials = [newsroom.source(kind="anonymous") for _ in range(2)]
    for official in officials:
        relay(newsroom, claim, newsroom.say(claim, official))
    before = newsroom.ask(claim, "provenance")

    newsroom.edit(officials[0], attested_distinct={"by": "Editor", "at": "2023-08-01", "reason": "She met both."})

    after = newsroom.ask(claim, "provenance")
    assert [each["joined_by"] for each in before["origins"]] == [[{"kind": "unattested", "by": None}]]
    assert [each["joined_by"] for each in after["origins"]] == [[], []]
    assert [one["counts"]["supporting"]["independent_origins"] for one in (before, after)] == [1, 2]


def test_who_is_attested_in_one_record_is_attested_in_the_others(newsroom: Newsroom, claim: Kept) -> None:
    officials = [newsroom.source(kind="anonymous") for _ in range(2)]
    for official in officials:
        relay(newsroom, claim, newsroom.say(claim, official))
    again = newsroom.source(kind="anonymous")
    newsroom.unite(officials[0], again)
    (before,) = newsroom.ask("/v1/claims")["items"]

    newsroom.edit(again, attested_distinct={"by": "Editor", "at": "2023-08-01", "reason": "She met both."})

    (after,) = newsroom.ask("/v1/claims")["items"]
    assert [one["standing"]["independent_origins"] for one in (before, after)] == [1, 2]
    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["independent_origins"] == 2


def test_unnamed_sources_of_different_states_are_two(newsroom: Newsroom, claim: Kept) -> None:
    for _ in range(2):
        state = newsroom.source(kind="government")
        relay(newsroom, claim, newsroom.say(claim, newsroom.source(kind="anonymous", controlled_by=state)))

    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["independent_origins"] == 2


def test_unnamed_sources_on_either_side_are_never_joined(newsroom: Newsroom, claim: Kept) -> None:
    for stance in ("affirms", "denies"):
        said = newsroom.say(claim, newsroom.source(kind="anonymous"), stance=stance)
        relay(newsroom, claim, said, stance=stance)

    found = newsroom.ask(claim, "provenance")

    assert [(each["cancelled"], len(each["origins"])) for each in found["origins"]] == [(False, 1), (False, 1)]


def test_an_unknown_origin_is_in_no_class_and_comes_last(newsroom: Newsroom, claim: Kept) -> None:
    paper, named = relay(newsroom, claim), voice(newsroom, claim)

    found = newsroom.ask(claim, "provenance")

    assert [(one["attribution"], one["kind"]) for one in ends(found)] == [(named.id, "named"), (paper.id, "unknown")]
    assert [each["independent"] for each in found["origins"]] == [True, False]
    counts = found["counts"]["supporting"]
    assert (counts["origins"], counts["independent_origins"], counts["unknown_origins"]) == (2, 1, 1)


def test_who_stands_on_both_sides_is_no_independent_origin(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source(kind="person")
    for stance in ("affirms", "denies"):
        newsroom.publish(claim, source, stance=stance)

    found = newsroom.ask(claim, "provenance")

    assert [each["cancelled"] for each in found["origins"]] == [True]
    assert [found["counts"][side]["independent_origins"] for side in ("supporting", "opposing")] == [0, 0]
    assert [found["counts"][side]["origins"] for side in ("supporting", "opposing")] == [1, 1]


def test_a_retraction_does_not_make_two_voices_of_one(newsroom: Newsroom, claim: Kept) -> None:
    one, between, other = (voice(newsroom, claim) for _ in range(3))
    newsroom.depend(one, between)
    newsroom.depend(between, other)

    newsroom.retract(between)

    assert newsroom.ask(claim, "provenance")["counts"]["supporting"]["independent_origins"] == 1


# What hangs on what --------------------------------------------------------------------------------------------------


def test_a_loop_is_circular_until_one_of_it_names_an_origin(newsroom: Newsroom, claim: Kept) -> None:
    loop = [relay(newsroom, claim) for _ in range(3)]
    for place, said in enumerate(loop):
        newsroom.cite(said, loop[place - 1])
    assert newsroom.ask(claim, "provenance")["circular"] == [[one.id for one in loop]]

    newsroom.cite(loop[0], newsroom.say(claim, newsroom.source(kind="person")))

    assert newsroom.ask(claim, "provenance")["circular"] == []


def test_relays_that_a_retraction_cut_off_are_orphaned(newsroom: Newsroom, claim: Kept) -> None:
    origin, other = voice(newsroom, claim), voice(newsroom, claim)
    wire = relay(newsroom, claim, origin)
    paper = relay(newsroom, claim, wire)
    relay(newsroom, claim, wire, other)

    newsroom.retract(origin)

    found = newsroom.ask(claim, "provenance")
    assert (found["orphaned"], found["circular"]) == ([wire.id, paper.id], [])


def test_what_every_line_runs_through_is_a_single_point_of_failure(newsroom: Newsroom, claim: Kept) -> None:
    origins = [newsroom.say(claim, newsroom.source(kind="person")) for _ in range(2)]
    agency = newsroom.source("Agency", kind="news_agency")
    wire = newsroom.say(claim, agency, cites=origins)
    for _ in range(3):
        relay(newsroom, claim, wire)

    found = newsroom.ask(claim, "provenance")

    assert [(one["attributions"], [each["name"] for each in one["sources"]]) for one in found[SINGLE]] == [
        ([wire.id], ["Agency"])
    ]
    assert (found["independent_lines"], found["counts"]["supporting"]["independent_origins"]) == (1, 2)


SINGLE = "single_points_of_failure"


def test_a_class_of_origins_can_be_a_single_point_of_failure(newsroom: Newsroom, claim: Kept) -> None:
    one, other, _ = of_one_state(newsroom, claim)
    for each in (one, other):
        relay(newsroom, claim, each)

    found = newsroom.ask(claim, "provenance")

    assert [each["attributions"] for each in found[SINGLE]] == [[one.id, other.id]]
    assert len(found[SINGLE][0]["sources"]) == 2
    assert found["independent_lines"] == 1


def test_lines_are_counted_up_to_eight(newsroom: Newsroom, claim: Kept) -> None:
    seen = []
    for _ in range(9):
        relay(newsroom, claim, voice(newsroom, claim))
        seen.append(newsroom.ask(claim, "provenance")["independent_lines"])

    assert seen == [1, 2, 3, 4, 5, 6, 7, 8, 8]
    assert newsroom.ask(claim, "provenance")[SINGLE] == []


# Drift and gaps ------------------------------------------------------------------------------------------------------


def test_wording_that_went_further_is_drift(newsroom: Newsroom, claim: Kept) -> None:
    careful = voice(newsroom, claim, modality="unconfirmed")
    wire = relay(newsroom, claim, careful, modality="unconfirmed")
    paper = relay(newsroom, claim, wire, modality="stated")

    (drift,) = newsroom.ask(claim, "provenance")["drift"]

    assert (drift["kind"], drift["citing"], drift["cited"]) == ("hardened", paper.id, wire.id)
    assert (drift["from_modality"], drift["to_modality"]) == ("unconfirmed", "stated")
    assert drift["citation"] == paper["cites"][0]["id"]


def test_a_broader_claim_made_of_a_narrow_one_is_drift(newsroom: Newsroom, claim: Kept) -> None:
    narrow = newsroom.claim("Rockets for Wagner")
    newsroom.relate("refines", narrow, claim)
    paper = relay(newsroom, claim, voice(newsroom, narrow))

    (drift,) = newsroom.ask(claim, "provenance")["drift"]

    assert (drift["kind"], drift["citing"]) == ("generalised", paper.id)
    assert (drift["from_claim"]["text"], drift["to_claim"]["text"]) == ("Rockets for Wagner", "P")


def test_what_could_still_be_looked_for_is_a_gap(newsroom: Newsroom, claim: Kept) -> None:
    unseen = newsroom.say(claim, newsroom.source(kind="person"))
    relay(newsroom, claim, unseen)
    silent = relay(newsroom, claim, modality="unconfirmed")
    unnamed = newsroom.say(claim, newsroom.source(kind="anonymous"))
    nobody = newsroom.say(claim)
    relay(newsroom, claim, unnamed, nobody)
    stray = newsroom.say(claim, newsroom.source(kind="person"))

    assert gaps(newsroom, claim) == [
        ("not_on_file", unseen.id),
        ("names_nobody", silent.id),
        ("unnamed_source", unnamed.id),
        ("not_on_file", unnamed.id),
        ("unnamed_source", nobody.id),
        ("not_on_file", nobody.id),
        ("nothing_on_file", stray.id),
    ]
    modalities = {one["kind"]: one["modality"] for one in newsroom.ask(claim, "provenance")["gaps"]}
    assert modalities["names_nobody"] == "unconfirmed"


def test_a_quote_that_its_document_has_no_more_is_a_gap(newsroom: Newsroom, claim: Kept) -> None:
    source = newsroom.source(kind="person")
    page = newsroom.release(source, "We sent the shells.")
    said = newsroom.say(claim, source, document=page, quote={"exact": "sent the shells"})
    assert gaps(newsroom, claim) == []

    newsroom.edit(page, text="Now, again: we sent the shells.")
    moved = gaps(newsroom, claim)
    newsroom.edit(page, text="We sent nothing.")

    assert (moved, gaps(newsroom, claim)) == ([], [("orphaned_quote", said.id)])


def test_a_citation_between_claims_that_are_one_no_more_is_a_gap(newsroom: Newsroom, claim: Kept) -> None:
    other = newsroom.claim()
    same = newsroom.relate("same_as", claim, other)
    paper = relay(newsroom, claim, voice(newsroom, other))
    assert newsroom.ask(claim, "confidence")["level"] == 1

    newsroom.edit(same, status="rejected")

    found = newsroom.ask(claim, "provenance")
    assert [(one["kind"], one["attribution"], one["citation"]) for one in found["gaps"]] == [
        ("leads_nowhere", paper.id, None),
        ("inert_citation", paper.id, paper["cites"][0]["id"]),
    ]
    assert newsroom.ask(claim, "confidence")["level"] == 0


def test_what_hangs_on_a_circle_is_a_gap_of_its_own(newsroom: Newsroom, claim: Kept) -> None:
    first = relay(newsroom, claim)
    second = relay(newsroom, claim, first)
    newsroom.cite(first, second)
    beside = relay(newsroom, claim, second)

    found = newsroom.ask(claim, "provenance")

    assert found["circular"] == [sorted([first.id, second.id])]
    assert [(one["kind"], one["attribution"]) for one in found["gaps"]] == [("leads_nowhere", beside.id)]


def test_a_voice_of_many_origins_is_cut_and_says_so(newsroom: Newsroom, claim: Kept) -> None:
    ministry = newsroom.source(kind="government")
    page = newsroom.release(ministry)
    said = {"claim": claim.ref, "source": ministry.ref, "document": page.ref, "stance": "affirms", "modality": "stated"}
    newsroom.bundle(*({"kind": "attribution", **said} for _ in range(120)))

    found = newsroom.ask(claim, "provenance", max_nodes=1)

    [voice_of_all] = found["origins"]
    assert (len(voice_of_all["origins"]), voice_of_all["origins_total"]) == (100, 120)
    [point] = found["single_points_of_failure"]
    assert (len(point["attributions"]), point["attributions_total"]) == (100, 120)
    sentence = newsroom.ask(claim, "confidence")["explanation"]["support"]["classes"][0]["sentence"]
    assert "120 statements" in sentence


# Requests never disagree ---------------------------------------------------------------------------------------------


def test_whatever_part_is_shown_the_analysis_is_of_the_whole(newsroom: Newsroom, claim: Kept) -> None:
    origin = voice(newsroom, claim, modality="possible")
    wire = relay(newsroom, claim, origin, modality="stated")
    paper = relay(newsroom, claim, wire)
    relay(newsroom, claim)
    voice(newsroom, claim, stance="denies")
    asked: list[dict[str, Any]] = [
        {"direction": "up"},
        {"direction": "down", "depth": 1},
        {"depth": 0},
        {"max_nodes": 1},
        {"from": paper.id},
        {"from": [origin.id, paper.id], "direction": "up", "max_nodes": 2},
    ]

    whole = analysis(newsroom.ask(claim, "provenance"))

    assert whole.keys() >= {"counts", "origins", "drift", "gaps", SINGLE, "independent_lines", "omitted"}
    for one in asked:
        assert analysis(newsroom.ask(claim, "provenance", **one)) == whole, one


def analysis(found: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is shown of the graph."""
    shown = {"nodes", "edges", "complete", "truncated_by", "frontier", "frontier_total"}
    return {name: value for name, value in found.items() if name not in shown}
