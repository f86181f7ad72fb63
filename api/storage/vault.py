"""Keep what must not be read without the sealing key: a key for each protector, and the sealed values of records.

A sealed record's row holds placeholders. Its true values, and the seed that its commitments were salted with, are
ciphertext in the same row, under the key of its protector: the source, or the record itself. So whatever does not ask
for them here never meets them.
"""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import LargeBinary, UniqueConstraint, insert
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, col, func, select

from api.custody.sealing import Tampered, new_key, seal, unseal
from api.errors import Conflict, Unavailable
from api.storage.among import among
from api.storage.history import columns, kind_of, table_of
from api.storage.records import Recorded, Sealable
from api.storage.rows import row_of

S = TypeVar("S", bound=Sealable)


class Redacted(BaseModel):
    """Stands for a value that is kept from this reader, or that was erased."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    redacted: Literal["source-identity", "protected", "erased"] = Field(
        description="`source-identity`: it would tell who a protected source is; `protected`: the record is; both take"
        " the scope sources:reveal. `erased`: nobody has it any more."
    )


class SealingKey(SQLModel, table=True):
    """A protector's key, wrapped by the sealing key, and its number among those of its kind; null once destroyed."""

    __tablename__ = "sealing_key"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    owner_id: UUID = Column(primary_key=True)
    kind: str
    number: int
    wrapped: bytes | None = Column(default=None, sa_type=LargeBinary)

    @property
    def alias(self) -> str:
        """Name the protector for those who may not know it."""
        return f"Protected {self._numbered}"

    @property
    def alias_once_erased(self) -> str:
        """Name what was erased, and had no other alias before."""
        return f"Erased {self._numbered}"

    @property
    def called(self) -> str:
        """Name the protector's kind."""
        return self.kind.replace("_", " ")

    @property
    def _numbered(self) -> str:
        return f"{self.called} {self.number}"


@dataclass(frozen=True, slots=True)
class Opened:
    """What was sealed of one version: the values of its columns and those kept beside the row, and its salts."""

    values: Mapping[str, Any]
    seed: bytes | None = None
    salts: Mapping[str, str] | None = None


class Vault:
    """The sealed values that one session meets. `sealing` None: nothing can be opened or sealed."""

    def __init__(self, session: Session, sealing: bytes | None) -> None:
        self._session = session
        self._sealing = sealing
        self._keys: dict[UUID, SealingKey] = {}

    def expect(self, owners: Iterable[UUID]) -> None:
        """Read the keys of many protectors in one statement."""
        new = set(owners) - self._keys.keys()
        if new:
            found = self._session.exec(select(SealingKey).where(among(SealingKey.owner_id, new)))
            self._keys |= {key.owner_id: key for key in found.all()}

    def find(self, owner: UUID) -> SealingKey | None:
        """Return a protector's key, None where it has none."""
        self.expect([owner])
        return self._keys.get(owner)

    def take(self, owner: UUID, kind: str) -> SealingKey:
        """Return a protector's key, made where it has none. Raises `Conflict` where it was destroyed."""
        key = self.find(owner)
        if key is None:
            highest = self._session.exec(select(func.max(SealingKey.number)).where(SealingKey.kind == kind)).one()
            wrapped = seal(self._master(), new_key(), _key_of(owner))
            key = SealingKey(owner_id=owner, kind=kind, number=(highest or 0) + 1, wrapped=wrapped)
            self._session.connection().execute(insert(table_of(SealingKey)), key.model_dump())
            self._keys[owner] = key
        if key.wrapped is None:
            raise Conflict(f"What is recorded of this {key.called} was erased for good: record another one.")
        return key

    def fingerprint(self, digest: str) -> str:
        """Turn the digest of what somebody sent into one that nobody can compute without the sealing key."""
        return hmac.digest(self._master(), b"fingerprint/" + digest.encode(), "sha256").hex()

    def close(self, row: Sealable, opened: Opened) -> bytes:
        """Return the ciphertext of what is sealed in a version of a record."""
        content = {
            "values": dict(opened.values),
            "seed": None if opened.seed is None else b64encode(opened.seed).decode(),
            "salts": opened.salts,
        }
        return seal(self._key(row), json.dumps(content).encode(), _place_of(row))

    def open(self, row: Sealable) -> Opened | None:
        """Return what is sealed in a version of a record, None where it was erased. Raises `Tampered`."""
        if row.sealed is None:
            return None
        content = json.loads(unseal(self._key(row), row.sealed, _place_of(row)))
        seed = content["seed"]
        return Opened(content["values"], None if seed is None else b64decode(seed), content["salts"])

    def fits(self) -> bool:
        """Say whether the sealing key is the one that the protectors' keys were wrapped by."""
        key = self._session.exec(select(SealingKey).where(col(SealingKey.wrapped).is_not(None)).limit(1)).first()
        try:
            return (
                key is None or key.wrapped is None or bool(unseal(self._master(), key.wrapped, _key_of(key.owner_id)))
            )
        except Tampered:
            return False

    def _key(self, row: Sealable) -> bytes:
        owner = row.sealed_under
        key = None if owner is None else self.find(owner)
        if owner is None or key is None or key.wrapped is None:
            raise Conflict(f"What is sealed in {kind_of(row)} {row.id} has no key any more.")
        return unseal(self._master(), key.wrapped, _key_of(owner))

    def _master(self) -> bytes:
        if self._sealing is None:
            raise Unavailable("This process has no sealing key, so it can neither seal nor open protected values.")
        return self._sealing


def redacted(row: Sealable) -> dict[str, Any]:
    """Return what a sealed record shows in its sealed columns to whoever may not see them."""
    if row.sealed is None:
        shown = Redacted(redacted="erased")
    elif row.sealed_under == row.id and kind_of(row) != "source":
        shown = Redacted(redacted="protected")
    else:
        shown = Redacted(redacted="source-identity")
    return {
        name: None if blank.keeps_null and getattr(row, name) is None else shown
        for name, blank in type(row).sealable.items()
    }


def as_shown(row: S, values: Mapping[str, Any]) -> S:
    """Return a copy of a row, in no session, with these values in its columns."""
    names = columns(type(row))
    return row_of(type(row), names, (values[name] if name in values else getattr(row, name) for name in names))


def is_sealed(row: Recorded) -> TypeGuard[Sealable]:
    """Say whether a record's row holds placeholders."""
    return isinstance(row, Sealable) and row.sealed_under is not None


def is_erased(row: Recorded) -> TypeGuard[Sealable]:
    """Say whether an erasure took what the placeholders of a record's row stand for."""
    return is_sealed(row) and row.sealed is None


def _key_of(owner: UUID) -> str:
    return f"sealing_key/{owner}"


def _place_of(row: Sealable) -> str:
    return f"{kind_of(row)}/{row.id}/{row.version}"
