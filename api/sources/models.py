"""How sources are kept."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from api.formats.folding import key
from api.formats.json import pointer
from api.storage.history import keep_history
from api.storage.parts import Part
from api.storage.records import NOWHERE, Blank, Instant, Recorded, Sealable
from api.storage.rows import new_row
from api.storage.sameness import SameAs


@keep_history
class Source(Sealable, table=True):
    """Who can say something."""

    sealable: ClassVar = {
        "name": Blank(alias=True),
        "aliases": Blank([]),
        "homepage": Blank(),
        "wikidata": Blank(),
        "description": Blank(),
        "attested_reason": Blank("sealed", keeps_null=True),
    }

    name: str
    aliases: list[str] = Field(default_factory=list, sa_type=JSON)
    kind: str | None = Field(default=None, index=True)
    country: str | None = Field(default=None, index=True)
    controlled_by_id: UUID | None = Field(default=None, foreign_key="source.id", index=True)
    homepage: str | None = None
    wikidata: str | None = None
    description: str | None = None
    attested_by: str | None = None
    attested_at: str | None = None
    attested_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    attested_at_latest: datetime | None = Field(default=None, sa_type=Instant)
    attested_reason: str | None = None

    def found_by(self) -> list[tuple[str, str]]:
        aliases = ((pointer("aliases", place), alias) for place, alias in enumerate(self.aliases))
        return [("/name", self.name), *aliases, *([("/description", self.description)] if self.description else [])]

    def parts(self) -> list[Part]:
        return [
            new_row(SourceName, name=name) for name in dict.fromkeys(key(name) for name in (self.name, *self.aliases))
        ]


class SourceName(Part, table=True):
    """A name or alias, folded, so that a source is found by it."""

    __tablename__ = "source_name"
    of: ClassVar[type[Recorded]] = Source

    record_id: UUID = Field(default=NOWHERE, primary_key=True, foreign_key="source.id")
    name: str = Field(index=True)


@keep_history
class SourceSameAs(SameAs, table=True):
    """An editor's finding that two records are one source."""

    __tablename__ = "source_same_as"

    one_id: UUID = Field(foreign_key="source.id", index=True)
    other_id: UUID = Field(foreign_key="source.id", index=True)
