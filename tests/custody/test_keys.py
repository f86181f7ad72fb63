"""Key material: made once, kept from others, taken from where the settings say, and refused where it is none."""

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from api.custody.keys import Keys, load_keys
from api.settings import Settings

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings whose key folder is not there yet."""
    return Settings(key_folder=tmp_path / "kept" / "keys", log_origin="example.org/log")


def test_keys_are_made_once_and_stay(settings: Settings) -> None:
    first, second = load_keys(settings), load_keys(settings)

    assert first == second
    assert first.signer.name == "example.org/log"
    assert len(first.sealing) == len(first.signer.seed) == 32
    assert first.sealing != first.signer.seed


def test_only_their_owner_can_read_them(settings: Settings) -> None:
    load_keys(settings)

    files = sorted(settings.key_folder.iterdir())
    assert [file.name for file in files] == ["sealing.key", "signing.key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE(settings.key_folder.stat().st_mode) == 0o700


def test_a_file_is_in_the_form_that_the_setting_has(settings: Settings) -> None:
    made = load_keys(settings)
    given = {name: (settings.key_folder / f"{name}.key").read_text("ascii") for name in ("sealing", "signing")}

    told = Settings(log_origin="example.org/log", sealing_key=given["sealing"], signing_key=given["signing"])

    assert load_keys(told) == made


def test_keys_that_are_given_make_no_file(settings: Settings) -> None:
    given = settings.model_copy(update={"sealing_key": SecretStr(KEY), "signing_key": SecretStr(KEY)})

    keys = load_keys(given)

    assert keys.sealing == keys.signer.seed == bytes(range(32))
    assert not settings.key_folder.exists()


@pytest.mark.parametrize("wrong", ["", "not base64", KEY[:-4], KEY + "AAAA", "é" * 44])
def test_what_is_no_key_is_refused_in_words(settings: Settings, wrong: str) -> None:
    load_keys(settings)
    file = settings.key_folder / "signing.key"
    file.write_text(wrong, "utf-8")

    with pytest.raises(ValueError, match=r"signing\.key is not a key: it must be the base64 of 32 bytes"):
        load_keys(settings)
    with pytest.raises(ValueError, match="WHENCE_SEALING_KEY is not a key"):
        load_keys(settings.model_copy(update={"sealing_key": SecretStr(wrong), "signing_key": SecretStr(KEY)}))


def test_a_refusal_does_not_show_the_key(settings: Settings) -> None:
    almost = KEY[:-4]
    with pytest.raises(ValueError) as refused:  # noqa: PT011  what it says is looked at below
        load_keys(settings.model_copy(update={"signing_key": SecretStr(almost)}))

    assert almost not in str(refused.value)


def test_keys_do_not_show_themselves() -> None:
    keys = Keys.ephemeral()

    assert repr(keys.sealing) not in repr(keys)
    assert repr(keys.signer.seed) not in repr(keys)
    assert Keys.ephemeral() != keys


def test_processes_that_start_at_once_end_with_the_same_keys(settings: Settings) -> None:
    loading = (
        "from pathlib import Path; from api.custody.keys import load_keys; from api.settings import Settings;"
        f"keys = load_keys(Settings(key_folder=Path({str(settings.key_folder)!r})));"
        "print(keys.sealing.hex(), keys.signer.verifier.vkey)"
    )
    command = [sys.executable, "-c", loading]

    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    said = {process.communicate(timeout=120)[0] for process in processes}

    assert len(said) == 1
    assert said != {""}
    assert len(list(settings.key_folder.iterdir())) == 2
