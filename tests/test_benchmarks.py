"""The archive that benchmarks ask about is one that the application could have recorded."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.settings import Settings
from tests.keys import Client, add_admin
from tests.newsroom import Newsroom

pytestmark = pytest.mark.early

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
FILL = BENCHMARKS / "fill.py"
SIZE = "8000"  # attributions: the smallest archive that there is


def filled(url: str, seed: int = 1) -> None:
    """Fill an empty database with the smallest archive that there is."""
    subprocess.run(
        [sys.executable, str(FILL), f"--size={SIZE}", f"--database={url}", f"--seed={seed}"],
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a generated archive, which these tests share."""
    file = tmp_path_factory.mktemp("archives") / "archive.db"
    filled(f"sqlite:///{file}")
    return file


@pytest.fixture
def left(generated: Path, tmp_path: Path) -> Path:
    """A folder in which an earlier run of the benchmarks has left this archive."""
    place = tmp_path / f"sqlite-{SIZE}"
    place.mkdir()
    shutil.copyfile(generated, place / "whence.db")
    (place / "filled").touch()
    return tmp_path


@pytest.fixture
def archive(generated: Path, tmp_path: Path) -> str:
    """The address of a copy of the archive, to write into."""
    return f"sqlite:///{shutil.copyfile(generated, tmp_path / 'archive.db')}"


def provenance(client: TestClient, number: int) -> dict[str, object]:
    """Ask about one of the claims that are told alike."""
    (claim,) = client.get("/v1/claims", params={"external_id": f"probe-{number}"}).json()["items"]
    answer = client.get(f"/v1/claims/{claim['id']}/provenance")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_it_is_answered_and_goes_on(archive: str) -> None:
    add_admin(archive)  # as an entry of the log that was generated
    with Client(create_app(Settings(database_url=archive))) as client:
        found = [provenance(client, number) for number in (0, 39)]
        claim = Newsroom(client).claim()

        assert [len(one["nodes"]) for one in found] == [100, 100]  # type: ignore[arg-type]
        for one in found:
            assert one["complete"]
            assert one["circular"] == []  # a loop that has origins beside it is none of those
            assert one["drift"]
            assert one["gaps"]
        assert client.get(claim.path).json()["log_index"] > 8000


def test_it_is_the_same_for_the_same_seed(archive: str, tmp_path: Path) -> None:
    answers = []
    for name, seed in (("again", 1), ("other", 2)):
        url = f"sqlite:///{tmp_path}/{name}.db"
        filled(url, seed)
        answers.append(url)
    asked = []
    for url in (archive, *answers):
        with TestClient(create_app(Settings(database_url=url))) as client:
            asked.append(provenance(client, 7))

    assert asked[0] == asked[1]
    assert asked[0] != asked[2]


ON_SQLITE = ("--engines", "sqlite", "--folder", "{folder}")
SHORT = [
    ("bulk", "--attributions", "20"),
    ("hot_paths", "--sizes", SIZE, "--rounds", "1", "--seconds", "1", *ON_SQLITE),
]
LONG = [
    ("bulk", "--attributions", "20", "--engine", "postgresql", "--copy"),
    ("hot_claim", "--sizes", "10"),
    ("search", "--sizes", SIZE, "--times", "1", *ON_SQLITE),
    ("where_time_goes", "--size", SIZE, "--seconds", "1", *ON_SQLITE),
    ("workers", "--size", SIZE, "--workers", "1", "2", "--seconds", "1", *ON_SQLITE),
    ("processor", "--size", SIZE, "--rounds", "1", "--folder", "{folder}"),
    ("hostile", "--seconds", "1", "--attacks", "stalled heads"),
]


@pytest.mark.parametrize(
    "command", [*SHORT, *(pytest.param(one, marks=pytest.mark.slow) for one in LONG)], ids=" ".join
)
def test_each_still_measures(left: Path, command: tuple[str, ...]) -> None:
    name, *told = (word.format(folder=left) for word in command)
    program = str(BENCHMARKS / f"{name}.py")
    run = subprocess.run([sys.executable, program, *told], capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr[-2000:]
    assert "| --- |" in run.stdout


def test_none_is_forgotten() -> None:
    assert {name for name, *_ in (*SHORT, *LONG)} == {file.stem for file in BENCHMARKS.glob("*.py")} - {FILL.stem}
