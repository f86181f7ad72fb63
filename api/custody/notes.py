"""Signed notes and the checkpoints written in them, as C2SP specifies both (signed-note, tlog-checkpoint)."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from api.custody.envelope import read_base64

ED25519 = b"\x01"
KEY_BYTES = 32
ID_BYTES = 4
LONGEST = 1_000_000  # no note of ours is near it; what is longer is not looked at
_NAME = re.compile(r"[^\s+]+")
_SIGNED = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log signs: its origin, its size, and the root of the tree over all its entries."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a checkpoint; lines that extend it are passed over. Raises `ValueError` where it is not one."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or _WHOLE.fullmatch(lines[1]) is None:
            raise ValueError("This is no checkpoint: it has a line each for origin, size and root.")
        root = _decoded(lines[2], "the root")
        if len(root) != hashlib.sha256().digest_size:
            raise ValueError("The root of a checkpoint is the base64 of 32 bytes.")
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key under a name: what checks a note's signature."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != KEY_BYTES:
            raise ValueError("An Ed25519 public key has 32 bytes.")

    @classmethod
    def from_vkey(cls, text: str) -> Self:
        """Read a key as it is published: `name+id+key`. Raises `ValueError` where it is not one of ours."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        key = _decoded(encoded, "the key")
        if key[:1] != ED25519 or len(key) != 1 + KEY_BYTES:
            raise ValueError("This is no Ed25519 key: it is written as name+hash+base64.")
        verifier = cls(name, key[1:])
        if verifier.key_id.hex() != key_id.lower():
            raise ValueError(f"The key of {name} does not have the hash that stands beside it: {key_id}.")
        return verifier

    @property
    def vkey(self) -> str:
        """Write the key as it is published."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:ID_BYTES]

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Say whether this key made the signature over these bytes."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key under a name: what signs notes."""

    name: str
    seed: bytes = field(repr=False)
    verifier: Verifier = field(init=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise ValueError("An Ed25519 seed has 32 bytes.")
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "verifier", Verifier(self.name, key.public_key().public_bytes_raw()))

    def sign(self, text: str) -> str:
        """Write a note: the text, an empty line, and the signature. Raises `ValueError` for what no note can hold."""
        _check_text(text)
        signature = base64.b64encode(self.verifier.key_id + self._key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


def opened(note: str, verifiers: Iterable[Verifier]) -> str:
    """Return a note's text, which at least one of these keys has signed, and none of them wrongly.

    Signatures by other keys are passed over. Raises `ValueError` where the note is not to be believed.
    """
    if len(note) > LONGEST:
        raise ValueError("This note is too long.")
    head, gap, tail = note.rpartition("\n\n")
    text = head + "\n"
    if not gap or not tail.endswith("\n"):
        raise ValueError("This is no signed note: an empty line and signatures must follow the text.")
    _check_text(text)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed = False
    for line in tail[:-1].split("\n"):
        found = _SIGNED.fullmatch(line)
        if found is None:
            raise ValueError("This is no signed note: a line after the text is no signature.")
        signature = _decoded(found[2], "a signature")
        if len(signature) <= ID_BYTES:
            raise ValueError("This is no signed note: a signature is too short.")
        verifier = known.get((found[1], signature[:ID_BYTES]))
        if verifier is None:
            continue
        if not verifier.accepts(text.encode(), signature[ID_BYTES:]):
            raise ValueError(f"The signature of {verifier.name} is not over this text.")
        signed = True
    if not signed:
        raise ValueError("None of the keys given has signed this note.")
    return text


def _check_name(name: str) -> None:
    if _NAME.fullmatch(name) is None:
        raise ValueError("The name of a key is not empty, and has neither spaces nor a plus sign.")


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(one < " " and one != "\n" for one in text):
        raise ValueError("The text of a note ends its last line, and holds no control characters.")


def _decoded(text: str, what: str) -> bytes:
    try:
        return read_base64(text)
    except ValueError:
        raise ValueError(f"{what[0].upper()}{what[1:]} is not base64.") from None
