"""Signed notes: what others publish is understood, and nothing is believed that a known key has not signed."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from api.custody.notes import Checkpoint, Signer, Verifier, opened

# The example of golang.org/x/mod/sumdb/note, where the format comes from.
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
# The example of C2SP's tlog-checkpoint.
CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

SIGNER = Signer("example.org/log", bytes(range(32)))
TEXT = str(Checkpoint("example.org/log", 3, hashlib.sha256(b"root").digest()))


def test_a_published_note_is_believed() -> None:
    assert opened(PUBLISHED, [Verifier.from_vkey(VKEY)]) == PUBLISHED.partition("\n\n")[0] + "\n"


def test_a_published_note_comes_out_byte_for_byte() -> None:
    signer = Signer("PeterNeumann", base64.b64decode(PRIVATE)[1:])

    assert signer.sign(PUBLISHED.partition("\n\n")[0] + "\n") == PUBLISHED
    assert signer.verifier.vkey == VKEY


def test_a_published_checkpoint_is_read_and_comes_out_the_same() -> None:
    read = Checkpoint.read(CHECKPOINT)

    assert (read.origin, read.size, len(read.root)) == ("example.com/behind-the-sofa", 20_852_163, 32)
    assert str(read) == CHECKPOINT
    assert Checkpoint.read(CHECKPOINT + "more of it\n") == read


def test_the_parts_of_a_note_are_what_the_specification_says() -> None:
    note = SIGNER.sign(TEXT)

    text, _, line = note.partition("\n\n")
    dash, name, encoded = line.removesuffix("\n").split(" ")
    name_again, key_id, key = SIGNER.verifier.vkey.split("+", 2)
    public = base64.b64decode(key)
    assert text + "\n" == TEXT
    assert (dash, name, name_again) == ("\u2014", "example.org/log", "example.org/log")
    assert public[0] == 1
    assert hashlib.sha256(b"example.org/log\n" + public).hexdigest()[:8] == key_id
    signature = base64.b64decode(encoded)
    assert signature[:4].hex() == key_id
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], TEXT.encode())


def test_signatures_of_others_are_passed_over() -> None:
    other = Signer("witness.example", bytes(32))
    note = SIGNER.sign(TEXT) + other.sign(TEXT).partition("\n\n")[2]

    assert opened(note, [SIGNER.verifier]) == opened(note, [other.verifier]) == TEXT
    assert opened(note, [SIGNER.verifier, other.verifier]) == TEXT


def test_a_note_that_no_known_key_signed_is_not_believed() -> None:
    namesake = Signer("example.org/log", bytes(32))
    renamed = Signer("example.com/log", SIGNER.seed)

    for stranger in (namesake, renamed):
        with pytest.raises(ValueError, match="None of the keys"):
            opened(stranger.sign(TEXT), [SIGNER.verifier])
    with pytest.raises(ValueError, match="None of the keys"):
        opened(SIGNER.sign(TEXT), [])


def test_one_wrong_signature_of_a_known_key_spoils_a_note() -> None:
    other = Signer("witness.example", bytes(32))
    wrong = other.sign("another text\n").partition("\n\n")[2]

    with pytest.raises(ValueError, match=r"witness\.example is not over this text"):
        opened(SIGNER.sign(TEXT) + wrong, [SIGNER.verifier, other.verifier])


@given(st.data())
def test_a_note_with_any_byte_changed_is_not_believed(data: st.DataObject) -> None:
    note = SIGNER.sign(TEXT)
    place = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda one: one != note[place]))
    changed = note[:place] + other + note[place + 1 :]

    try:
        text = opened(changed, [SIGNER.verifier])
    except ValueError:
        return
    assert text == TEXT  # base64 has spare bits: they say nothing


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "text\n\n\n",
        "text\n\nno signature\n",
        TEXT,
        SIGNER.sign(TEXT)[:-1],
        TEXT + "\n— a b\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(ValueError, match=r"note|base64"):
        opened(note, [SIGNER.verifier])


@pytest.mark.parametrize("text", ["", "no end of line", "a tab\there\n", "a NUL\0\n"])
def test_what_no_note_can_hold_is_not_signed(text: str) -> None:
    with pytest.raises(ValueError, match="The text of a note"):
        SIGNER.sign(text)


@pytest.mark.parametrize("name", ["", "with space", "with+plus", "with\u00a0space", "line\n"])
def test_a_key_has_a_name_without_spaces_and_plus(name: str) -> None:
    with pytest.raises(ValueError, match="The name of a key"):
        Signer(name, bytes(32))


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000+AQ==",
        VKEY.replace("c74f20a3", "c74f20a4"),
        VKEY.replace("PeterNeumann", "PeterNewman"),
        VKEY.replace("+ARpc", "+AhpC"),
        VKEY[:-4],
        VKEY + "!",
    ],
)
def test_what_is_no_public_key_is_refused(vkey: str) -> None:
    with pytest.raises(ValueError, match=r"key|base64"):
        Verifier.from_vkey(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        "origin\n3\n",
        "origin\n3\nAAAA\n",
        CHECKPOINT[:-1],
        CHECKPOINT.replace("20852163", "020852163"),
        CHECKPOINT.replace("20852163", "-1"),
        CHECKPOINT.replace("20852163", "many"),
        CHECKPOINT.replace("20852163", "٣"),
        "\n" + CHECKPOINT,
        CHECKPOINT + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"checkpoint|base64"):
        Checkpoint.read(text)


def test_a_signer_does_not_show_its_seed() -> None:
    assert "seed" not in repr(SIGNER)
    assert repr(SIGNER.seed) not in repr(SIGNER)
