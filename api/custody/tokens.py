"""Access keys as they are written: `whn_<public id>_<secret><checksum>`, in letters and digits.

A double click selects all of it, neither a URL nor a shell needs it quoted, and one regular expression, `FORM`, finds
those that were left lying about. The checksum reveals a typo before any database is asked.
"""

import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from string import ascii_letters, digits
from zlib import crc32

ALPHABET = digits + ascii_letters
PUBLIC_LENGTH = 12
SECRET_BITS = 256
SECRET_LENGTH = 43  # 62^43 > 2^256
CHECKSUM_LENGTH = 6  # 62^6 > 2^32
FORM = rf"whn_[0-9A-Za-z]{{{PUBLIC_LENGTH}}}_[0-9A-Za-z]{{{SECRET_LENGTH + CHECKSUM_LENGTH}}}"


@dataclass(frozen=True, slots=True)
class Token:
    """A key in its two parts: the id, which may be told, and the secret, which only its holder has."""

    public_id: str
    secret: str = field(repr=False)

    @property
    def written(self) -> str:
        """Write it as its holder sends it."""
        body = f"whn_{self.public_id}_{self.secret}"
        return body + _checksum(body)

    @property
    def digest(self) -> bytes:
        """Give what is kept of the secret.

        One SHA-256, no salt and no slow hash: those make up for secrets that people choose. This one is 256 random
        bits, which nobody finds by trying, however fast.
        """
        return sha256(self.secret.encode()).digest()

    def matches(self, digest: bytes) -> bool:
        """Say whether the secret has this digest, in the same time whether or not."""
        return hmac.compare_digest(self.digest, digest)


def make() -> Token:
    """Make a new key."""
    return Token(
        "".join(secrets.choice(ALPHABET) for _ in range(PUBLIC_LENGTH)),
        _spelt(secrets.randbits(SECRET_BITS), SECRET_LENGTH),
    )


def parse(text: str) -> Token:
    """Read a key as it was written. Raises `ValueError` where form or checksum says that it never was one."""
    if re.fullmatch(FORM, text) is None:
        raise ValueError(f"An access key has the form whn_…_…, {len(Token('0' * 12, '0' * 43).written)} signs in all.")
    body, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    if _checksum(body) != checksum:
        raise ValueError("The checksum of this access key is wrong: a sign of it is missing or mistyped.")
    _, public_id, secret = body.split("_")
    return Token(public_id, secret)


def _checksum(body: str) -> str:
    return _spelt(crc32(body.encode()), CHECKSUM_LENGTH)


def _spelt(number: int, length: int) -> str:
    signs = []
    for _ in range(length):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(reversed(signs))
