"""Fold text for comparing names and finding words: case and compatibility forms do not matter."""

from unicodedata import normalize


def fold(text: str) -> str:
    """Return the text in the form in which two spellings of one name are equal (NFKC, case folded, spaces single)."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def like(text: str) -> str:
    """Return a LIKE pattern (escape character `\\`) for folded text that contains this."""
    folded = fold(text)
    for sign in "\\%_":
        folded = folded.replace(sign, "\\" + sign)
    return f"%{folded}%"
