"""What a search looks like on the wire."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.graph.vocabulary import Stance
from api.web.making import Made
from api.web.paging import Cursor, Limit, Page
from api.web.values import KindId, Language, Sought, SpokenDate

Kind = Literal["claim", "attribution", "source", "document"]


class AskedSearch(BaseModel):
    """What is searched for."""

    q: Sought = Field(
        description="Words that must all occur, in any case, with accents or without; the last may be a beginning,"
        " and so may any with a `*` behind it. Other forms of a word (went, goes) are not looked for: `снаряд*` finds"
        " снаряды."
        ' Words in quotation marks ("…", “…”, «…», 「…」) must stand next to one another. Chinese, Japanese, Korean and'
        " other scripts without spaces are found by any part."
    )
    kind: list[Kind] = Field(default_factory=list, max_length=4, description="Only these kinds; repeat it.")
    language: Language | None = Field(
        None, description="Only what is in this language, or a claim with a translation into it: `pt` finds pt-BR too."
    )
    limit: Limit = None
    cursor: Cursor = None


class Snippet(Made):
    """A piece of a text that was found, as it is written there."""

    field: str = Field(description="Where the text stands in the record: a JSON Pointer, such as `/quote/exact`.")
    text: str
    start: int = Field(description="Where in that text the piece begins, in code points.")
    highlights: list[tuple[int, int]] = Field(
        description="The words that were searched for: [start, end) in code points of the piece."
    )


class Speaker(Made):
    """A source that says something."""

    id: UUID
    name: str


class Said(Made):
    """How an attribution stands to its claim."""

    source: Speaker | None = Field(description="Who says so; null where nobody is named.")
    stance: Stance
    retracted: bool = Field(description="Whether its source withdrew it, or replaced it by another statement.")


class Hit(Made):
    """A record that was found."""

    record: KindId
    title: str | None = Field(
        description="A claim's text, a source's name, a document's title; of an attribution, the claim that it is on."
        " What is protected has its alias here. Long ones are cut."
    )
    said: Said | None = Field(description="Of an attribution: who says so, on which side, and whether it still does.")
    language: str | None
    score: int = Field(description="How well it answers, 0 to 100: see the description of the search.")
    snippets: list[Snippet]


class Hits(Page[Hit]):
    """Some of what was found, the best first."""

    complete: bool = Field(
        description="False where there may be more: of words that are common, the newest records of each kind are"
        " ranked and older ones are left out; of a long document, phrases are looked for in its beginning. Add a word."
    )


class Shared(Made):
    """A reason why two claims may be one."""

    kind: Literal["words", "translation", "subjects", "occurred", "place", "topics"] = Field(
        description="`words`: much the same words; `translation`: those of a translation of either; else they are about"
        " the same, may have happened at the same time, at the same place, or are on the same topic."
    )
    values: list[str] = Field(description="What they share: words, labels, dates.")


class Difference(Made):
    """A reason why they may be two all the same."""

    kind: Literal["numbers", "words", "order", "negation", "subjects", "occurred", "place"] = Field(
        description="`numbers`: each names figures that the other does not; `words`: of texts that are nearly the same,"
        " each has words that the other has not, such as another name; `order`: the same words, in another order, so"
        " that somebody else may have done it; `negation`: one of them denies; `subjects`, `place`: they are about"
        " others, or elsewhere; `occurred`: they are to have happened at different times."
    )
    draft: list[str] = Field(description="What only the draft has.")
    claim: list[str] = Field(description="What only the claim on record has.")


class SimilarClaim(Made):
    """A claim on record that the draft may be."""

    claim: UUID
    text: str
    language: str | None
    occurred: SpokenDate | None
    score: int = Field(description="0 to 100: how alike they are in words and in what else both say.", ge=0, le=100)
    reasons: list[Shared]
    differences: list[Difference]


class SimilarClaims(Made):
    """The likely duplicates of a draft, the most alike first; nobody has merged anything."""

    items: list[SimilarClaim]
