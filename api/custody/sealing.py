"""Seal what must not be read without the key: AES-256-GCM (NIST SP 800-38D), each key wrapped by the sealing key.

Every ciphertext is bound to its place (`where`), so that none passes for another's.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = 32  # bytes
NONCE = 12  # bytes; a random one for each sealing: a source's key seals far fewer than the 2^32 that this bears


class Tampered(Exception):
    """What was sealed is not what it was, or stands in another place, or the key is another one."""


def new_key() -> bytes:
    """Make a random key."""
    return secrets.token_bytes(KEY)


def seal(key: bytes, plain: bytes, where: str) -> bytes:
    """Return the nonce and the ciphertext with its tag."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, where.encode())


def unseal(key: bytes, sealed: bytes, where: str) -> bytes:
    """Return what was sealed. Raises `Tampered`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], where.encode())
    except (InvalidTag, ValueError):
        raise Tampered(f"What is sealed at {where} cannot be opened: it was altered, or the key is another.") from None
