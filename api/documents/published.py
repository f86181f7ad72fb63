"""What rules ask of a document: who published and wrote it, and whether it is held."""

from typing import Protocol
from uuid import UUID


class Published(Protocol):
    """A document, whole or as far as these rules ask."""

    @property
    def publisher_id(self) -> UUID | None: ...

    @property
    def authors(self) -> list[str]: ...

    @property
    def sha256(self) -> str | None: ...

    @property
    def archive_url(self) -> str | None: ...

    @property
    def retrieved_at(self) -> str | None: ...


def is_held(document: Published) -> bool:
    """Say whether somebody here opened a document; else it is only known of."""
    return document.sha256 is not None or document.archive_url is not None or document.retrieved_at is not None


def parties(document: Published) -> frozenset[UUID]:
    """Return who published and who wrote a document."""
    written = frozenset(map(UUID, document.authors))
    return written if document.publisher_id is None else written | {document.publisher_id}
