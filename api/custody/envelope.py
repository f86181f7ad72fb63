"""What the log says about a version of a record: a commitment to each of its values, and not the values.

A commitment is HMAC-SHA256 of the value under a salt. Whoever is given value and salt can check it; whoever is not
learns nothing from it, not even by trying likely values; and once the salt is destroyed, nobody can any more.
"""

import base64
import json
from binascii import b2a_base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

import rfc8785

from api.custody.tree import leaf_hash

SEED_BYTES = 32
BLOCK = 64  # bytes that SHA-256 takes at once
INNER, OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
SAFE = 2**53 - 1  # the largest whole number that RFC 8785 knows


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log: that somebody did something to a record at an instant, and what came of it."""

    sequence: int
    kind: str
    id: UUID
    version: int
    action: str
    actor: str | None
    recorded_at: datetime
    commitments: Mapping[str, str]

    def envelope(self) -> bytes:
        """Write the entry as canonical JSON: what the leaf of the tree is the hash of."""
        return canonical(
            {
                "sequence": self.sequence,
                "kind": self.kind,
                "id": str(self.id),
                "version": self.version,
                "action": self.action,
                "actor": self.actor,
                "recorded_at": instant(self.recorded_at),
                "commitments": dict(self.commitments),
            }
        )

    def leaf(self) -> bytes:
        """Return the hash of the envelope as a leaf."""
        return leaf_hash(self.envelope())


def commitments(values: Mapping[str, object], seed: bytes, nulls: Collection[str] = ()) -> dict[str, str]:
    """Commit to each value under a salt derived from the seed; to a null only where it must look like any value."""
    return {
        name: commitment(salt(seed, name), value)
        for name, value in values.items()
        if value is not None or name in nulls
    }


def commitment(salt: bytes, value: object) -> str:
    """Commit to a value, in base64."""
    return b2a_base64(keyed(salt, written(value)), newline=False).decode()


def salt(seed: bytes, field: str) -> bytes:
    """Derive the salt of a field from its version's seed: known alone, it tells no other field's."""
    return keyed(seed, field.encode())


def keyed(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA256 (RFC 2104), as two plain hashes: that takes half the time of `hmac.digest`.

    A write needs two of these for each value, which used to be the largest part of an import.
    """
    block = (key if len(key) <= BLOCK else sha256(key).digest()).ljust(BLOCK, b"\0")
    return sha256(block.translate(OUTER) + sha256(block.translate(INNER) + message).digest()).digest()


def written(value: object) -> bytes:
    """Write a value as canonical JSON (RFC 8785)."""
    plainly = PLAINLY.get(type(value))
    if plainly is not None:
        return plainly(value)
    said = plain(value)
    return canonical(said) if _is_simple(said) else rfc8785.dumps(said)


def _is_simple(said: object) -> bool:
    """Say whether it holds only what any JSON writer writes alike: texts and whole numbers, under names in ASCII."""
    if isinstance(said, dict):
        return all(name.isascii() and _is_simple(one) for name, one in said.items())
    return all(map(_is_simple, said)) if isinstance(said, list) else not isinstance(said, float)


@lru_cache(maxsize=1_000)
def instant(value: datetime) -> str:
    """Write an instant: UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _word(text: str) -> bytes:
    """Write a text: the standard library writes it in the same way, in C."""
    return encode_basestring(plain(text)).encode()


# Most values are of these types, and are written without a look inside.
PLAINLY: Mapping[type, Callable[[Any], bytes]] = {
    str: _word,
    bool: lambda value: b"true" if value else b"false",
    int: lambda value: b"%d" % value if -SAFE <= value <= SAFE else b'"%d"' % value,
    UUID: lambda value: b'"%s"' % str(value).encode(),
    datetime: lambda value: b'"%s"' % instant(value).encode(),
    type(None): lambda _: b"null",
}


def canonical(simple: object) -> bytes:
    """Write as canonical JSON, in C, what holds only texts and small whole numbers, under names in ASCII."""
    return ENCODER.encode(simple).encode()


def plain(value: object) -> Any:
    """Turn a column's value into JSON that RFC 8785 can write, the same whichever database it comes from.

    A whole number that is too large for RFC 8785 becomes a string of digits, as the RFC advises; half a surrogate
    pair, which no database keeps, becomes its escape. So whatever can be stored can be committed to.
    """
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -SAFE <= value <= SAFE else str(int(value))
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {plain(str(name)): plain(one) for name, one in value.items()}
    return value


def read_base64(text: str) -> bytes:
    """Read base64 in its one proper spelling: bits that are left over must be zero. Raises `ValueError`."""
    read = base64.b64decode(text, validate=True)
    if base64.b64encode(read).decode() != text:
        raise ValueError("This is not base64 as it is written.")
    return read
