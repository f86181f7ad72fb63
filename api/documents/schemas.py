"""What documents look like on the wire."""

from uuid import UUID

from pydantic import Field

from api.sources.schemas import SourceSent
from api.storage.vault import Redacted
from api.web.paging import Asked
from api.web.records import Draft, Filters, SealableRecord, sorted_by
from api.web.values import Body, Id, Language, Line, Sought, SpokenDate, Url


class DocumentDraft(Draft):
    """A document to record."""

    url: Url | None = Field(None, description="Where it was published; null where it has no address.")
    title: Line | None = None
    kind: Line | None = Field(
        None, description="An open word: article, release, transcript, resolution, dataset, image, video, fact_check …"
    )
    publisher: SourceSent | None = Field(None, description="The source that published it.")
    authors: list[SourceSent] = Field(default_factory=list, max_length=1000, description="The sources that wrote it.")
    language: Language | None = None
    published_at: SpokenDate | None = None
    retrieved_at: SpokenDate | None = Field(None, description="When somebody here opened it.")
    archive_url: Url | None = Field(None, description="Where a copy is kept.")
    text: Body | None = Field(None, description="Its text, kept byte for byte; quotes must be found in it.")


class DocumentRecord(SealableRecord):
    """Where something was said or published."""

    url: str | Redacted | None
    title: str | Redacted | None
    kind: str | None
    publisher: Id | None
    authors: list[Id]
    language: str | None
    published_at: SpokenDate | None
    retrieved_at: SpokenDate | None
    archive_url: str | Redacted | None
    text: str | Redacted | None
    sha256: str | Redacted | None = Field(
        description="SHA-256 of the text in UTF-8, in hexadecimal; null without a text."
    )
    held: bool = Field(description="Derived: it has a text, an archive_url or a retrieved_at, so somebody opened it.")
    same_as: list[Id] = Field(description="Other records of the same document; derived, transitive.")


class DocumentFilters(Filters):
    """Which documents to list."""

    sort: str = sorted_by("recorded_at", "updated_at", "title")
    publisher: UUID | None = Field(None, description="Published by this source.")
    author: UUID | None = Field(None, description="Written by this source.")
    kind: Sought | None = Field(None, description="Of this kind, as it was recorded.")
    language: Sought | None = Field(None, description="In this language.")


class Lookup(Asked):
    """Which page is looked up."""

    url: str = Field(
        description="Compared in normal form: http or https, the case of the host, the usual port, fragment and"
        " tracking do not matter; a slash at the end and `www.` do."
    )
