"""How documents are kept: the text apart, under its digest, so that versions and copies share it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from api.storage.history import keep_history
from api.storage.records import NOWHERE, Instant, Part, Recorded
from api.storage.sameness import SameAs


class Text(SQLModel, table=True):
    """A text, byte for byte, under the SHA-256 of its UTF-8 form."""

    sha256: str = Field(primary_key=True)
    text: str


@keep_history
class Document(Recorded, table=True):
    """Where something was said or published."""

    url: str | None = None
    url_normal: str | None = Field(default=None, index=True)
    title: str | None = None
    kind: str | None = None
    publisher_id: UUID | None = Field(default=None, foreign_key="source.id", index=True)
    authors: list[str] = Field(default_factory=list, sa_type=JSON)
    language: str | None = None
    published_at: str | None = None
    published_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    published_at_latest: datetime | None = Field(default=None, sa_type=Instant)
    retrieved_at: str | None = None
    retrieved_at_earliest: datetime | None = Field(default=None, sa_type=Instant)
    retrieved_at_latest: datetime | None = Field(default=None, sa_type=Instant)
    archive_url: str | None = None
    archive_url_normal: str | None = Field(default=None, index=True)
    sha256: str | None = Field(default=None, foreign_key="text.sha256")

    @property
    def held(self) -> bool:
        """Say whether somebody here opened it; else it is only known of."""
        return self.sha256 is not None or self.archive_url is not None or self.retrieved_at is not None

    def parts(self) -> list[Part]:
        return [DocumentAuthor(author_id=UUID(author)) for author in self.authors]


class DocumentAuthor(Part, table=True):
    """One of a document's authors."""

    __tablename__ = "document_author"
    of: ClassVar[type[Recorded]] = Document

    record_id: UUID = Field(default=NOWHERE, primary_key=True, foreign_key="document.id")
    author_id: UUID = Field(foreign_key="source.id", index=True)


@keep_history
class DocumentSameAs(SameAs, table=True):
    """An editor's finding that two records are one document."""

    __tablename__ = "document_same_as"

    one_id: UUID = Field(foreign_key="document.id", index=True)
    other_id: UUID = Field(foreign_key="document.id", index=True)
