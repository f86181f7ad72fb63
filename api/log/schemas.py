"""What the verifiable log looks like on the wire."""

from typing import Any
from uuid import UUID

from pydantic import Field

from api.web.making import Made

HASH = "SHA-256, in base64."


class Envelope(Made):
    """What is hashed of an entry: these fields as canonical JSON (RFC 8785), behind a byte 0x00."""

    sequence: int
    kind: str
    id: UUID
    version: int
    action: str
    actor: str | None
    recorded_at: str = Field(description="UTC, to the microsecond.")
    commitments: dict[str, str] = Field(
        description="For each field of the version that is not null: the HMAC-SHA256 of its value as canonical JSON,"
        " under a salt of its own, in base64."
    )


class EntryAnswer(Made):
    """An entry of the log, and its hash as a leaf of the tree."""

    index: int
    leaf_hash: str = Field(description=HASH)
    envelope: Envelope


class Opening(Made):
    """A value, and the salt that its commitment can be checked with."""

    value: Any
    salt: str = Field(description="In base64.")


class Disclosure(Made):
    """What opens the commitments of an entry: only what you may read, and what was not erased."""

    index: int
    kind: str
    id: UUID
    version: int
    openings: dict[str, Opening]
    withheld: list[str] = Field(description="Fields that are sealed, erased, or not answered by the API.")


class InclusionProof(Made):
    """Shows that an entry is in the tree of a size (RFC 9162, 2.1.3)."""

    index: int
    size: int
    leaf_hash: str = Field(description=HASH)
    hashes: list[str] = Field(description="From the leaf upward; each " + HASH)


class ConsistencyProof(Made):
    """Shows that the tree of one size begins with the tree of another (RFC 9162, 2.1.4)."""

    first: int
    second: int
    hashes: list[str] = Field(description=HASH)
