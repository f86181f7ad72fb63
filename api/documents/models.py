"""How documents are kept: the text apart, under its digest, so that versions and copies share it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, and_, delete, exists, select
from sqlmodel import Field, SQLModel

from api.storage.among import among_words
from api.storage.history import history_of, keep_history, table_of
from api.storage.parts import Part
from api.storage.records import NOWHERE, Blank, Instant, Recorded, Sealable
from api.storage.rows import new_row
from api.storage.sameness import SameAs

if TYPE_CHECKING:
    from api.storage.ledger import Ledger
    from api.storage.reading import Reading

# The digest of a text that is not there: what stands in the row of a document whose text is sealed.
OF_NOTHING = sha256(b"").hexdigest()
ARCHIVED = "sealed"  # what stands there for an archive's address


class Text(SQLModel, table=True):
    """A text, byte for byte, under the SHA-256 of its UTF-8 form."""

    sha256: str = Field(primary_key=True)
    text: str


def read_texts(reading: "Reading", digests: Iterable[str | None]) -> None:
    """Have `reading.texts` hold these texts, as far as they are kept; no digest ever stands for another text."""
    table, unread = table_of(Text), {one for one in digests if one is not None} - reading.texts.keys()
    if unread:
        kept = reading.rows(select(table.c.sha256, table.c.text).where(among_words(table.c.sha256, unread)), about=())
        reading.texts.update((digest, text) for digest, text in kept)


@keep_history
class Document(Sealable, table=True):
    """Where something was said or published."""

    sealable: ClassVar = {
        "url": Blank(),
        "url_normal": Blank(),
        "title": Blank(),
        "archive_url": Blank(ARCHIVED, keeps_null=True),  # whether it is held stays known
        "archive_url_normal": Blank(),
        "sha256": Blank(OF_NOTHING, keeps_null=True),
    }
    protectors: ClassVar = ("publisher_id", "authors")

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
    sha256: str | None = Field(default=None, foreign_key="text.sha256", index=True)

    def found_by(self) -> list[tuple[str, str]]:
        return [] if self.title is None else [("/title", self.title)]

    def found_in(self) -> list[str]:
        return [] if self.language is None else [self.language]

    def found_beside(self, reading: "Reading") -> list[str]:
        return list(self.beside(reading, {"sha256": self.sha256}).values())

    @classmethod
    def expect_found(cls, reading: "Reading", rows: Iterable["Document"]) -> None:
        read_texts(reading, (row.sha256 for row in rows if row.sha256 != OF_NOTHING))

    def parts(self) -> list[Part]:
        return [new_row(DocumentAuthor, author_id=UUID(author)) for author in self.authors]

    @classmethod
    def beside(cls, reading: "Reading", values: Mapping[str, Any]) -> dict[str, Any]:
        digest = values["sha256"]
        if digest is None or digest == OF_NOTHING:
            return {}
        read_texts(reading, [digest])
        return {"text": reading.texts[digest]} if digest in reading.texts else {}

    @classmethod
    def make_room(cls, ledger: "Ledger") -> None:
        if OF_NOTHING not in ledger.texts:
            ledger.texts[OF_NOTHING] = ""
            if ledger.session.get(Text, OF_NOTHING) is None:
                ledger.keep(Text(sha256=OF_NOTHING, text=""))

    @classmethod
    def put_back(cls, ledger: "Ledger", values: Mapping[str, Any]) -> None:
        if "text" in values:
            ledger.put(Text(sha256=values["sha256"], text=values["text"]))

    @classmethod
    def let_go(cls, ledger: "Ledger", values: Iterable[Mapping[str, Any]]) -> None:
        digests = {one["sha256"] for one in values} - {None, OF_NOTHING}
        text, current, earlier = table_of(Text), table_of(cls), history_of(cls)
        unused = and_(*(~exists().where(table.c.sha256 == text.c.sha256) for table in (current, earlier)))
        if digests:
            ledger.session.connection().execute(delete(text).where(among_words(text.c.sha256, digests), unused))
        for digest in digests:
            ledger.texts.pop(digest, None)


class DocumentAuthor(Part, table=True):
    """One of a document's authors."""

    __tablename__ = "document_author"
    of: ClassVar[type[Recorded]] = Document
    protects: ClassVar[str | None] = "author_id"

    record_id: UUID = Field(default=NOWHERE, primary_key=True, foreign_key="document.id")
    author_id: UUID = Field(foreign_key="source.id", index=True)


@keep_history
class DocumentSameAs(SameAs, table=True):
    """An editor's finding that two records are one document."""

    __tablename__ = "document_same_as"

    one_id: UUID = Field(foreign_key="document.id", index=True)
    other_id: UUID = Field(foreign_key="document.id", index=True)
