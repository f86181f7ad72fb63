"""Fold text for comparing names and finding words: case and compatibility forms do not matter."""

import re
from functools import cache
from hashlib import sha256
from unicodedata import decimal, normalize

KEY, DIGEST = 200, 64  # characters; PostgreSQL's indexes hold 2,704 bytes

# Accents and points that people leave out: of Latin, Greek, Cyrillic, Hebrew, Arabic and Syriac. Vowel signs of other
# scripts carry meaning, and stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0730-\u074a"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
# Letters that people write without their stroke, or as two, where a keyboard lacks them; Persian letters that Arabic
# has in another form; and the sign that only stretches an Arabic word.
_LETTERS: dict[str, str | int | None] = {
    **{"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"},
    **{"\u06cc": "\u064a", "\u06a9": "\u0643", "\u0640": None},
}
_LAST_DIGIT = 0x1FBF9  # in Unicode


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


def bare(text: str) -> str:
    """Return the text as words are searched: folded, without accents, and with the digits of any script as 0 to 9."""
    if text.isascii():
        return text.lower()
    taken_apart = normalize("NFKD", normalize("NFKC", text).casefold())
    return normalize("NFC", _ACCENTS.sub("", taken_apart).translate(_alike()))


@cache
def _alike() -> dict[int, str | int | None]:
    """List what stands for each letter or digit that has another spelling."""
    digits = {sign: str(decimal(sign)) for sign in map(chr, range(128, _LAST_DIGIT + 1)) if sign.isdecimal()}
    return str.maketrans({**_LETTERS, **digits})
