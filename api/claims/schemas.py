"""What claims look like on the wire."""

from pydantic import Field

from api.web.records import Draft, Filters, Record
from api.web.values import Language, Line, Paragraph, SpokenDate, Value, Wanted, Wikidata


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
    translations: dict[Language, Paragraph] = Field(default_factory=dict, description="{language: text}")
    about: list[Subject] = Field(default_factory=list, max_length=100)
    occurred: SpokenDate | None = Field(None, description="When the thing claimed is to have happened.")
    place: Line | None = None
    topics: list[Line] = Field(default_factory=list, max_length=100)


class ClaimRecord(Record):
    """A proposition, worded once, apart from anyone saying it."""

    text: str
    language: str | None
    translations: dict[str, str]
    about: list[Subject]
    occurred: SpokenDate | None
    place: str | None
    topics: list[str]


class ClaimFilters(Filters):
    """Which claims to list."""

    topic: Wanted | None = Field(None, description="One of its topics, in any case.")
    language: Wanted | None = Field(None, description="The language that it is worded in.")
    about: Wanted | None = Field(None, description="A label, in any case, or a Wikidata id.")
    text: Wanted | None = Field(None, description="Words that its text or a translation contains, in any case.")
    occurred_from: str | None = Field(None, max_length=100, description="It may have happened on or after this date.")
    occurred_to: str | None = Field(None, max_length=100, description="It may have happened on or before this date.")
