"""The README is true: its tour works as printed, its tables are current, what it names exists."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import typer

import api
from api.cli import whence
from api.settings import Settings
from tests.keys import ADMIN

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOSSIER = ROOT / "openapi" / "examples" / "dossier.json"
PAGES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "BENCHMARKS.md"]
TOUR = README.partition("## A tour of five minutes")[2].partition("\n## ")[0]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END_OF_BLOCK = "== end of block =="
ELISION = "…"


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the code blocks of a page, each with its language."""
    return [(found[1], found[2]) for found in BLOCK.finditer(text)]


def take_tour(address: str, folder: Path) -> list[str]:
    """Paste the tour's bash blocks into one shell, for a server elsewhere; return what each printed."""
    commands = [code for language, code in blocks(TOUR) if language == "bash"]
    script = "set -eo pipefail\n" + "".join(f"{code}echo '{END_OF_BLOCK}'\n" for code in commands)
    assert "http://127.0.0.1:8000" in script
    assert "KEY=whn_…\n" in script
    script = script.replace("KEY=whn_…", f"KEY={ADMIN.written}")
    (folder / "python3").unlink(missing_ok=True)
    (folder / "python3").symlink_to(sys.executable)
    done = subprocess.run(
        ["bash"],
        input=script.replace("http://127.0.0.1:8000", address),
        env=os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONUTF8": "1", "NO_PROXY": "*"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert done.stderr == ""
    return done.stdout.split(f"{END_OF_BLOCK}\n")


def printed_answers() -> list[tuple[int, str]]:
    """Return what the README prints as the answer to which of the tour's bash blocks."""
    numbers = count()
    answers, latest = [], -1
    for language, code in blocks(TOUR):
        if language == "bash":
            latest = next(numbers)
        else:
            answers.append((latest, code))
    return answers


def assert_abridges(shown: str, whole: str) -> None:
    """Assert that the lines shown are the answer's; a line of … stands for lines left out, "…" for an id."""
    lines = (re.escape(line).replace(f'"{ELISION}"', r'"[^"\n]+"') for line in shown.splitlines())
    pattern = "".join(r"(?:.*\n)+?" if line.strip("\\ ") == ELISION else f"{line}\n" for line in lines)
    if re.fullmatch(pattern, whole) is None:
        pytest.fail(f"The README shows\n{shown}\nand the answer is\n{whole}")


@pytest.mark.skipif(not (shutil.which("bash") and shutil.which("curl")), reason="the tour needs bash and curl")
def test_the_tour_works_as_printed_and_again(serve: Callable[..., Any], sqlite_url: str, tmp_path: Path) -> None:
    server = serve(sqlite_url)
    server.client.post("/v1/bundles", json=json.loads(DOSSIER.read_text("utf-8"))).raise_for_status()
    address = str(server.client.base_url).rstrip("/")

    first, second = (take_tour(address, tmp_path) for _ in range(2))

    assert len(printed_answers()) > 5
    for number, shown in printed_answers():
        assert_abridges(shown, first[number])
        if '"version"' not in shown:  # a retraction, and its end, made new versions of the accusation
            assert_abridges(shown, second[number])


def test_an_answer_that_differs_is_noticed() -> None:
    whole = '{\n    "id": "1",\n    "kind": "named",\n    "stance": "affirms",\n    "origins": 1\n}\n'

    assert_abridges('{\n    "id": "…",\n    …\n    "origins": 1\n}\n', whole)
    for wrong in (
        '{\n    …\n    "origins": 2\n}\n',
        '{\n    "kind": "named",\n    …\n}\n',
        '{\n    …\n    "origins": 1\n    "id": "…",\n    …\n}\n',
    ):
        with pytest.raises(pytest.fail.Exception):
            assert_abridges(wrong, whole)


def test_the_table_of_settings_is_the_settings() -> None:
    defaults = {name: field.get_default(call_default_factory=True) for name, field in Settings.model_fields.items()}
    written = {name: "not set" if value is None else f"`{value}`" for name, value in defaults.items()}
    table = "| variable | default | meaning |\n| --- | --- | --- |\n" + "".join(
        f"| `WHENCE_{name.upper()}` | {written[name]} | {field.description} |\n"
        for name, field in Settings.model_fields.items()
    )

    assert table in README, f"README.md should have this table:\n{table}"


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    helped = subprocess.run([sys.executable, "dev.py", "--help"], cwd=ROOT, capture_output=True, encoding="utf-8")
    ours = set(typer.main.get_command(whence).commands)  # type: ignore[attr-defined]

    assert {name for name in re.findall(r"dev\.py (\w+)", text) if f"  {name} " not in helped.stdout} == set()
    assert set(re.findall(r"(?:`whence|api\.cli) ([a-z]+)", text)) <= ours


def test_every_command_is_in_the_readme() -> None:
    ours = set(typer.main.get_command(whence).commands)  # type: ignore[attr-defined]

    assert set(re.findall(r"^\| `whence (\w+)", README, re.MULTILINE)) == ours


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_points_at_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    named = re.findall(r"`((?:api|tests|benchmarks|openapi|alembic|requirements|\.ci)/[\w./-]*)`", text)

    assert [name for name in [*links, *named] if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_says_is_in_a_file_is_there(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    placed = re.findall(r"`(\w+)`\s+(?:in\s+|\()`(\w+/[\w/]+\.py)`", text)

    assert [
        (name, file) for name, file in placed if not re.search(rf"\b{name}\b", (ROOT / file).read_text("utf-8"))
    ] == []


def test_the_map_of_the_tree_names_every_folder() -> None:
    lines = re.findall(r"^    (\w+(?:, \w+)*)  ", api.__doc__ or "", re.MULTILINE)
    folders = {one.parent.name for one in (ROOT / "api").glob("*/__init__.py")}

    assert folders - {name for line in lines for name in line.split(", ")} == set()
