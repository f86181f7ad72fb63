"""Keep where things were said: what is held, whose it is, and its text byte for byte."""

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import col

from api.documents import repository
from api.documents.models import ARCHIVED, OF_NOTHING, Document, DocumentAuthor, DocumentSameAs, read_texts
from api.documents.published import is_held
from api.documents.schemas import DocumentDraft, DocumentRecord, Lookup
from api.errors import Invalid
from api.formats.addresses import normal_form
from api.formats.json import pointer
from api.sources.service import service as sources
from api.storage import listing
from api.storage.ledger import Ledger
from api.storage.listing import Cut, Order, Slice
from api.storage.parts import has_part
from api.storage.reading import Reading
from api.storage.sameness import others
from api.web.keeping import Keeper
from api.web.records import Draft, recorded
from api.web.values import Id, SpokenDate, columns_of


class Documents(Keeper[Document, DocumentDraft, DocumentRecord]):
    """The rules of documents."""

    model = Document
    draft = DocumentDraft
    answer = DocumentRecord
    path = "documents"
    elsewhere: ClassVar = {"same_as": "POST or DELETE /v1/documents/{}/same_as"}
    whole = frozenset({"publisher", "published_at", "retrieved_at"})
    nested: ClassVar = {"publisher": (sources, "publisher_id")}

    def content(self, ledger: Ledger, draft: DocumentDraft, row: Document | None) -> dict[str, Any]:
        publisher = sources.find_or_take(ledger, draft.publisher, "/publisher")
        authors = [
            sources.take(ledger, author, pointer("authors", place)) for place, author in enumerate(draft.authors)
        ]
        author_ids = list(dict.fromkeys(author.id for author in authors))
        return {
            "url": draft.url,
            "url_normal": draft.url and normal_form(draft.url),
            "title": draft.title,
            "kind": draft.kind,
            "publisher_id": publisher and publisher.id,
            "authors": [str(author) for author in author_ids],
            "language": draft.language,
            **columns_of("published_at", draft.published_at),
            **columns_of("retrieved_at", draft.retrieved_at),
            "archive_url": draft.archive_url,
            "archive_url_normal": draft.archive_url and normal_form(draft.archive_url),
            "sha256": None if draft.text is None else repository.keep_texts(ledger, [draft.text])[0],
        }

    def _patch(self, ledger: Ledger, row: Document, draft: Draft) -> dict[str, Any]:
        patch = super()._patch(ledger, row, draft)
        sent = draft.authors if isinstance(draft, DocumentDraft) else []
        for place, (author, current) in enumerate(zip_longest(sent, map(UUID, row.authors[: len(sent)]))):
            if isinstance(author, Draft):
                meant = sources.meant(ledger, author, current, pointer("authors", place))
                patch["authors"][place] = {"id": str(meant)}
        return patch

    def answers(self, reading: Reading, rows: Sequence[Document]) -> list[DocumentRecord]:
        rows = reading.numbered(rows)
        texts = self.texts(reading, rows)
        one_with = others(reading, DocumentSameAs, [row.id for row in rows])
        return [
            DocumentRecord.model_construct(
                **recorded(reading, row),
                url=row.url,
                title=row.title,
                kind=row.kind,
                publisher=Id.of(row.publisher_id),
                authors=[Id.model_construct(id=UUID(author)) for author in row.authors],
                language=row.language,
                published_at=SpokenDate.of(row.published_at, row.published_at_earliest, row.published_at_latest),
                retrieved_at=SpokenDate.of(row.retrieved_at, row.retrieved_at_earliest, row.retrieved_at_latest),
                archive_url=None if row.archive_url == ARCHIVED else row.archive_url,  # erased, as rules see it
                text=texts.get(row.sha256, row.sha256) if row.sha256 and row.sha256 != OF_NOTHING else None,
                sha256=row.sha256,
                held=is_held(row),
                same_as=[Id.model_construct(id=other) for other in one_with.get(row.id, ())],
            )
            for row in rows
        ]

    def texts(self, reading: Reading, rows: Sequence[Document]) -> Mapping[str, str]:
        """Return the texts of documents as they are shown, by digest; what is redacted has none."""
        revealed: dict[str, str] = {}  # apart from those that are kept, which another document may share
        for row in rows:
            opened = None if row.sealed is None or not reading.reveals else reading.opened(row)
            if opened is not None and "text" in opened.values:
                revealed[opened.values["sha256"]] = opened.values["text"]
        shown = {row.sha256 for row in rows if isinstance(row.sha256, str)}
        read_texts(reading, shown - revealed.keys())
        return ChainMap(revealed, reading.texts)

    def digest(self, reading: Reading, row: Document) -> str | None:
        """Return the digest of a document's text, None where it has none or the reader may not know it."""
        if row.sealed_under is None:
            return row.sha256
        opened = reading.opened(row) if reading.reveals else None
        return None if opened is None else opened.values["sha256"]

    def expect_texts(self, ledger: Ledger, texts: Iterable[str]) -> None:
        """Keep many texts at once, ahead of their documents."""
        repository.keep_texts(ledger, texts)

    def conditions(self, reading: Reading, view: type[Document], filters: Any) -> Iterator[ColumnElement[bool]]:
        yield from super().conditions(reading, view, filters)
        for name in ("kind", "language"):
            if (value := getattr(filters, name)) is not None:
                yield col(getattr(view, name)) == value
        if filters.publisher is not None:
            yield col(view.publisher_id) == filters.publisher
        if filters.author is not None:
            yield has_part(view, DocumentAuthor, col(DocumentAuthor.author_id) == filters.author)

    def order(self, view: type[Document]) -> Order:
        return {**super().order(view), "title": listing.beginning(col(view.title))}

    def at_url(self, reading: Reading, asked: Lookup, cut: Cut) -> Slice[Document]:
        """Return the documents recorded about one page, its archive copies included. Raises `Invalid`."""
        try:
            address = normal_form(asked.url)
        except ValueError as wrong:
            raise Invalid(str(wrong), parameter="url") from None
        view = reading.views.of(Document)
        same_page = or_(col(view.url_normal) == address, col(view.archive_url_normal) == address)
        return listing.rows(reading, Document, [same_page], self.order(view), cut)


service = Documents()
