"""What claims look like on the wire."""

from typing import Literal

from pydantic import Field

from api.confidence.ladder import Status
from api.storage.vault import Redacted
from api.web.making import Made
from api.web.records import Draft, Filters, SealableRecord, sorted_by
from api.web.values import Language, Line, Paragraph, Sought, SpokenDate, Value, Wikidata

MANY = 2**31 - 1
UNKNOWN_EARLIER = " Not with known_at. A claim too large to judge, whose standing is null, never matches."


class Subject(Value):
    """Who or what a claim is about."""

    label: Line = Field(examples=["North Korea"])
    wikidata: Wikidata | None = None


class ClaimDraft(Draft):
    """A claim to record."""

    text: Paragraph = Field(
        description="One proposition, worded as broadly as everyone attached to it said it.",
        examples=["North Korea supplies Russia with arms for the war in Ukraine"],
    )
    language: Language | None = None
    translations: dict[Language, Paragraph] = Field(
        default_factory=dict, max_length=200, description="{language: text}"
    )
    about: list[Subject] = Field(default_factory=list, max_length=100)
    occurred: SpokenDate | None = Field(None, description="When the thing claimed is to have happened.")
    place: Line | None = None
    topics: list[Line] = Field(default_factory=list, max_length=100)


class ClaimRecord(SealableRecord):
    """A proposition, worded once, apart from anyone saying it."""

    text: str | Redacted
    language: str | None
    translations: dict[str, str] | Redacted
    about: list[Subject] | Redacted
    occurred: SpokenDate | None
    place: str | Redacted | None
    topics: list[str] | Redacted


class Standing(Made):
    """How well supported a claim is, as its `/confidence` explains it, and by how many."""

    level: int = Field(description="0 to 5: how well supported, never how likely.", ge=0, le=5)
    label: str = Field(description="NONE, VERY_LOW, LOW, MODERATE, HIGH or VERY_HIGH.")
    status: Status
    support: int = Field(description="The level that the supporting side reaches by itself.", ge=0, le=5)
    opposition: int = Field(description="The level that the opposing side reaches.", ge=0, le=5)
    attributions: int = Field(description="Live statements that affirm it.")
    origins: int = Field(description="Where their chains end.")
    independent_origins: int = Field(description="Those, with each voice counted once, however many repeat it.")
    unknown_origins: int = Field(description="Origins that do not say where they have it from; they are no voice.")
    echoes: int = Field(description="Relays on file, which add nothing.")
    policy: str = Field(description="The editorial policy that it was judged by.")
    stale: bool = Field(
        description="Whether something changed since then that may matter, or may have: see the page's `stale`."
    )
    computed: Literal[True] = Field(description="It is worked out by rule, and nobody's judgement.")


class ListedClaim(ClaimRecord):
    """A claim in a list, with its standing."""

    standing: Standing | None = Field(
        description="How it stands. Null where that is not known: not worked out yet, which the page's `stale` tells,"
        " or this claim alone would take more work than one answer may, as its `/confidence` then says too. With"
        " known_at it is worked out for that instant, for every claim of the page: then only one too large has null."
    )


class ClaimFilters(Filters):
    """Which claims to list."""

    sort: str = sorted_by("recorded_at", "updated_at", "text", "occurred")
    topic: Sought | None = Field(None, description="One of its topics, in any case.")
    language: Sought | None = Field(None, description="The language that it is worded in.")
    about: Sought | None = Field(None, description="A label, in any case, or a Wikidata id.")
    text: Sought | None = Field(None, description="A passage that its text or a translation contains, in any case.")
    occurred_from: str | None = Field(None, max_length=100, description="It may have happened on or after this date.")
    occurred_to: str | None = Field(None, max_length=100, description="It may have happened on or before this date.")
    level_min: int | None = Field(None, ge=0, le=5, description="It stands at this level or better." + UNKNOWN_EARLIER)
    level_max: int | None = Field(None, ge=0, le=5, description="It stands at this level or worse." + UNKNOWN_EARLIER)
    status: list[Status] = Field(
        default_factory=list, max_length=20, description="Only these; repeat it." + UNKNOWN_EARLIER
    )
    independent_origins_min: int | None = Field(
        None, ge=0, le=MANY, description="As many independent origins support it, or more." + UNKNOWN_EARLIER
    )
    independent_origins_max: int | None = Field(
        None, ge=0, le=MANY, description="As many independent origins support it, or fewer." + UNKNOWN_EARLIER
    )
