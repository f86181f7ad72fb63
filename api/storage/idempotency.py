"""Answers to remember: a POST repeated with its Idempotency-Key does nothing twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import JSON, delete
from sqlmodel import Field, SQLModel, col

from api.errors import KeyReused
from api.storage.history import kind_of
from api.storage.ledger import Ledger
from api.storage.records import Instant, Recorded

KEPT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a write did: enough to build its answer again, and nothing that was said in it."""

    status: int
    kind: str | None = None
    id: UUID | None = None
    version: int | None = None
    result: list[dict[str, Any]] | None = None
    replayed: bool = False

    @classmethod
    def of(cls, row: Recorded, status: int = 201) -> Self:
        """Say which version of which record a write made."""
        return cls(status, kind_of(row), row.id, row.version)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What was sent as an Idempotency-Key, by whom, and to what: the same text means nothing anywhere else."""

    holder: str
    method: str
    path: str
    text: str


class RememberedAnswer(SQLModel, table=True):
    """The receipt of a POST, kept for a day, written in the transaction that did the work."""

    __tablename__ = "remembered_answer"

    holder: str = Field(primary_key=True)
    method: str = Field(primary_key=True)
    path: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    status: int
    kind: str | None = None
    record_id: UUID | None = None
    version: int | None = None
    result: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    recorded_at: datetime = Field(sa_type=Instant, index=True)


def once(ledger: Ledger, key: IdempotencyKey, fingerprint: str, work: Callable[[Ledger], Receipt]) -> Receipt:
    """Do the work, or return the receipt from when it was done before. Raises `KeyReused` for another body."""
    fingerprint = ledger.vault.fingerprint(fingerprint)  # else a likely body could be tried against what is kept
    place = (key.holder, key.method, key.path, key.text)
    kept = ledger.session.get(RememberedAnswer, place)
    if kept is not None and kept.recorded_at > ledger.now - KEPT:
        if kept.fingerprint != fingerprint:
            raise KeyReused("This Idempotency-Key came before, with another body or other parameters.", None)
        return Receipt(kept.status, kept.kind, kept.record_id, kept.version, kept.result, replayed=True)
    if kept is not None:
        ledger.session.delete(kept)
        ledger.session.flush()
    receipt = work(ledger)
    ledger.flush()
    ledger.session.add(
        RememberedAnswer(
            holder=key.holder,
            method=key.method,
            path=key.path,
            key=key.text,
            fingerprint=fingerprint,
            status=receipt.status,
            kind=receipt.kind,
            record_id=receipt.id,
            version=receipt.version,
            result=receipt.result,
            recorded_at=ledger.now,
        )
    )
    return receipt


def forget_old(ledger: Ledger) -> None:
    """Drop what nobody may ask for any more."""
    ledger.session.connection().execute(
        delete(RememberedAnswer).where(col(RememberedAnswer.recorded_at) < ledger.now - KEPT)
    )
