"""Fold text for comparing names and finding words: case and compatibility forms do not matter."""

from hashlib import sha256
from unicodedata import normalize

KEY, DIGEST = 200, 64  # characters; PostgreSQL's indexes hold 2,704 bytes


def fold(text: str) -> str:
    """Return the text in the form in which two spellings of one name are equal (NFKC, case folded, spaces single)."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def key(text: str) -> str:
    """Return the folded text as an index can hold it: a long one cut, with a digest of the whole."""
    folded = fold(text)
    return folded if len(folded) <= KEY else folded[: KEY - DIGEST] + sha256(folded.encode()).hexdigest()[:DIGEST]


def like(text: str) -> str:
    """Return a LIKE pattern (escape character `\\`) for folded text that contains this."""
    folded = fold(text)
    for sign in "\\%_":
        folded = folded.replace(sign, "\\" + sign)
    return f"%{folded}%"
