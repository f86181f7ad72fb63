"""The keys of a store: one signs its log, one seals what protected sources entrust to it; the database has neither."""

import base64
import binascii
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from api.custody.notes import Signer, Verifier
from api.settings import Settings

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """What signs the log, and the 32 bytes that seal."""

    signer: Signer
    sealing: bytes = field(repr=False)

    @classmethod
    def ephemeral(cls, origin: str = "whence.invalid/log") -> Self:
        """Make keys that nothing keeps: what they sign is checked, and what they seal is read, by this process only."""
        return cls(Signer(origin, secrets.token_bytes(KEY_BYTES)), secrets.token_bytes(KEY_BYTES))


def load_keys(settings: Settings) -> Keys:
    """Take the keys from the settings, or from their files, which are made where there are none.

    Raises `ValueError` where one is not what it should be.
    """
    return Keys(
        Signer(settings.log_origin, _load(settings.signing_key, settings.key_folder, "signing")),
        _load(settings.sealing_key, settings.key_folder, "sealing"),
    )


def find_sealing(settings: Settings) -> bytes | None:
    """Return the sealing key if there is one, and make none. Raises `ValueError`."""
    return _load(settings.sealing_key, settings.key_folder, "sealing") if _is_there(settings, "sealing") else None


def find_verifier(settings: Settings) -> Verifier | None:
    """Return what checks the log's signatures where this machine has what makes them. Raises `ValueError`."""
    if not _is_there(settings, "signing"):
        return None
    return Signer(settings.log_origin, _load(settings.signing_key, settings.key_folder, "signing")).verifier


def _is_there(settings: Settings, name: str) -> bool:
    return getattr(settings, f"{name}_key") is not None or (settings.key_folder / f"{name}.key").exists()


def _load(given: SecretStr | None, folder: Path, name: str) -> bytes:
    if given is not None:
        return _read(given.get_secret_value(), f"WHENCE_{name.upper()}_KEY")
    file = folder / f"{name}.key"
    if not file.exists():
        _make(file)
    return _read(file.read_text("ascii", errors="replace"), str(file))


def _read(text: str, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"{where} is not a key: it must be the base64 of {KEY_BYTES} bytes, and nothing else.")
    return key


def _make(file: Path) -> None:
    """Write a new key, whole or not at all; if another process does so at the same moment, the first one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # readable for its owner only
    try:
        with os.fdopen(handle, "wb") as writing:
            writing.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            writing.flush()
            os.fsync(writing.fileno())
        with suppress(FileExistsError):
            os.link(name, file)
    finally:
        os.unlink(name)
    _sync(file.parent)


def _sync(folder: Path) -> None:
    """Flush a folder's entries to the disk: what a lost key has sealed, nobody ever reads again."""
    with suppress(PermissionError):  # as on Windows, where no folder is opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
