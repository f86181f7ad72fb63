"""How claims are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from api.formats.folding import key
from api.formats.json import pointer
from api.storage.history import keep_history
from api.storage.parts import Part
from api.storage.records import NOWHERE, Blank, Instant, Recorded, Sealable
from api.storage.rows import new_row


@keep_history
class Claim(Sealable, table=True):
    """A proposition, worded once."""

    sealable: ClassVar = {
        "text": Blank(alias=True),
        "words": Blank(""),
        "translations": Blank({}),
        "about": Blank([]),
        "place": Blank(),
        "topics": Blank([]),
    }

    text: str
    # The text and its translations, folded: what a search for words looks through.
    words: str
    language: str | None = Field(default=None, index=True)
    translations: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    about: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    occurred: str | None = None
    occurred_earliest: datetime | None = Field(default=None, sa_type=Instant)
    occurred_latest: datetime | None = Field(default=None, sa_type=Instant)
    place: str | None = None
    topics: list[str] = Field(default_factory=list, sa_type=JSON)

    def found_by(self) -> list[tuple[str, str]]:
        translated = ((pointer("translations", tag), said) for tag, said in self.translations.items())
        return [("/text", self.text), *translated]

    def found_in(self) -> list[str]:
        return [*([] if self.language is None else [self.language]), *self.translations]

    def parts(self) -> list[Part]:
        topics = [new_row(ClaimTopic, topic=topic) for topic in dict.fromkeys(map(key, self.topics))]
        return [
            *topics,
            *(new_row(ClaimSubject, label=key(one["label"]), wikidata=one["wikidata"]) for one in self.about),
        ]


class ClaimTopic(Part, table=True):
    """One of a claim's topics, folded."""

    __tablename__ = "claim_topic"
    of: ClassVar[type[Recorded]] = Claim

    record_id: UUID = Field(default=NOWHERE, primary_key=True, foreign_key="claim.id")
    topic: str = Field(index=True)


class ClaimSubject(Part, table=True):
    """Who or what a claim is about: the label folded, and the Wikidata id where one is given."""

    __tablename__ = "claim_subject"
    of: ClassVar[type[Recorded]] = Claim

    record_id: UUID = Field(default=NOWHERE, primary_key=True, foreign_key="claim.id")
    label: str = Field(index=True)
    wikidata: str | None = Field(default=None, index=True)


class ClaimStanding(SQLModel, table=True):
    """How a claim stood when that was last worked out; null until it first is. Only `provenance` writes it.

    `stale` says that something changed since then that may matter. `flags` counts how often that was said, so that
    what was worked out meanwhile is not taken for new. The numbers are those of the supporting side. Where it would
    have taken too much they are null, and `budget` says how many attributions were not enough.
    """

    __tablename__ = "claim_standing"

    record_id: UUID = Field(primary_key=True, foreign_key="claim.id")
    stale: bool = Field(default=True, index=True)
    flags: int = 1
    level: int | None = Field(default=None, index=True)
    status: str | None = Field(default=None, index=True)
    support: int | None = None
    opposition: int | None = None
    attributions: int | None = None
    origins: int | None = None
    independent_origins: int | None = Field(default=None, index=True)
    unknown_origins: int | None = None
    echoes: int | None = None
    policy: str | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What standings are worked out by: a policy's id, and how many attributions may be worked through."""

    policy: str
    budget: int
