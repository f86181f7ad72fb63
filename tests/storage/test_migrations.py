"""The tables come to the shape that the code expects, however many processes start at once."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from starlette.testclient import TestClient

from api.bundles.loading import claim_to_show, load_dossier
from api.custody.keys import Keys
from api.main import create_app
from api.settings import Settings
from api.storage import migrations
from api.storage.database import Database
from api.storage.records import metadata
from api.storage.search import INDEX
from tests.keys import Client
from tests.newsroom import Newsroom
from tests.numbers import unnumbered
from tests.program import Program
from tests.transfer.lines import imported

pytestmark = pytest.mark.early


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/with %/bare.db"
    return made_on(request.getfixturevalue("postgresql"), "")


def made_on(server: Any, how: str) -> str:
    """Make a database on a PostgreSQL and return its address."""
    name = f"bare_{uuid4().hex}"
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {how}")
    url: str = server.get_uri(name, driver="psycopg")
    return url


def tables(url: str) -> set[str]:
    """List the tables; those that SQLite's full-text index keeps for itself are no schema of ours."""
    with migrations.alone(url) as connection:
        return {name for name in inspect(connection).get_table_names() if not name.startswith(INDEX)}


def test_a_bare_database_gets_every_table(bare_url: str) -> None:
    assert migrations.current(bare_url) is None

    migrations.upgrade(bare_url)

    assert migrations.current(bare_url) == migrations.head() is not None
    assert tables(bare_url) == {*metadata().tables, migrations.VERSIONS}


def test_what_is_current_stays_as_it_is(database_url: str) -> None:
    migrations.upgrade(database_url)

    assert migrations.current(database_url) == migrations.head()


def test_the_way_back_leaves_nothing(database_url: str) -> None:
    migrations.move(database_url, "base")

    assert tables(database_url) == {migrations.VERSIONS}
    migrations.move(database_url, "head")
    assert migrations.current(database_url) == migrations.head()


def test_the_way_back_and_up_again_works_on_a_store_in_use(database_url: str) -> None:
    for _ in range(2):
        with closing(Database(database_url, 10, Keys.ephemeral())) as database:
            load_dossier(database)
            assert claim_to_show(database) is not None
        migrations.move(database_url, "base")
        assert tables(database_url) == {migrations.VERSIONS}
        migrations.move(database_url, "head")

    with closing(Database(database_url, 10, Keys.ephemeral())) as database:
        assert claim_to_show(database) is None


def test_what_was_recorded_before_there_were_standings_gets_them(database_url: str) -> None:
    with closing(Database(database_url, 10, Keys.ephemeral())) as database:
        load_dossier(database)
    before = listed(database_url)
    migrations.move(database_url, "0001")
    migrations.move(database_url, "head")

    assert unnumbered(listed(database_url)) == unnumbered(before)  # the log has no access keys any more
    assert {one["standing"]["stale"] for one in before} == {False}
    assert max(one["standing"]["level"] for one in before) > 0


def test_what_came_from_other_stores_is_known_by_each_of_their_ids_afterwards(database_url: str) -> None:
    said = {"version": 2, "recorded_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
    first = {"id": "01900000-0000-7000-8000-000000000001", **said}
    line = {"kind": "claim", "text": "P.", "origin": {"id": "01900000-0000-7000-8000-000000000002", **said}}
    with Client(create_app(Settings(database_url=database_url))) as client:
        imported(client, [{**line, "origin": {**line["origin"], "origin": first}}])
    migrations.move(database_url, "0007")
    migrations.move(database_url, "head")

    with Client(create_app(Settings(database_url=database_url))) as client:
        for origin in (line["origin"], first):
            (again,), _ = imported(client, [{**line, "origin": origin}])
            assert again["status"] == "known"
        assert [one["text"] for one in client.get("/v1/claims").json()["items"]] == ["P."]


def test_what_the_log_says_of_an_earlier_protection_is_not_lost_on_the_way_back(database_url: str) -> None:
    with Client(create_app(Settings(database_url=database_url))) as client:
        newsroom = Newsroom(client)
        newsroom.edit(newsroom.claim("P.", protected=True), protected=False)

    with pytest.raises(ValueError, match="claim_history say that a record was protected"):
        migrations.move(database_url, "0004")

    assert migrations.current(database_url) == migrations.head()


def listed(url: str) -> list[dict[str, Any]]:
    """List the claims, as a client gets them."""
    with TestClient(create_app(Settings(database_url=url))) as client:
        page = client.get("/v1/claims", params={"level_min": 0}).json()
    assert "stale" not in page
    items: list[dict[str, Any]] = page["items"]
    return items


def test_every_single_step_can_be_taken_back(database_url: str) -> None:
    while migrations.current(database_url) is not None:
        before = migrations.current(database_url)
        migrations.move(database_url, "-1")
        migrations.move(database_url, "+1")
        assert migrations.current(database_url) == before
        migrations.move(database_url, "-1")


def test_revisions_make_what_the_models_say(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_DATABASE_URL", database_url)

    command.check(Config(toml_file=migrations.SCRIPTS.with_name("pyproject.toml")))


@pytest.mark.parametrize("way", [[], ["--autogenerate"]], ids=["by hand", "compared"])
def test_a_new_revision_has_the_next_number(way: list[str], tmp_path: Path, sqlite_url: str) -> None:
    shutil.copytree(migrations.SCRIPTS, tmp_path / "alembic", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(migrations.SCRIPTS.with_name("pyproject.toml"), tmp_path)

    alembic(tmp_path, sqlite_url, "revision", *way, "--message", "claims have a mood")

    scripts = ScriptDirectory(str(tmp_path / "alembic"))
    made = scripts.get_revision("head")
    assert int(made.revision) == int(migrations.head() or 0) + 1
    assert made.down_revision == migrations.head()
    assert Path(made.path).name == f"{made.revision}_claims_have_a_mood.py"


def alembic(folder: Path, url: str, *arguments: str) -> str:
    """Run Alembic in a folder, on a database, as a developer does; return what it prints."""
    told = {"PYTHONPATH": os.pathsep.join(sys.path), "WHENCE_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments], cwd=folder, env=os.environ | told, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_is_one_head() -> None:
    scripts = ScriptDirectory(str(migrations.SCRIPTS))

    assert len(scripts.get_heads()) == 1


def test_revisions_do_not_import_the_application() -> None:
    for revision in (migrations.SCRIPTS / "versions").glob("*.py"):
        text = revision.read_text("utf-8")

        assert "import api" not in text, revision
        assert "from api" not in text, revision


def test_processes_that_start_at_once_do_not_disturb_each_other(bare_url: str, tmp_path: Path) -> None:
    told = os.environ | {"WHENCE_DATABASE_URL": bare_url}
    logs = [tmp_path / f"{number}.log" for number in range(3)]

    processes = [Program(["migrate"], told, log) for log in logs]

    assert [process.wait(120) for process in processes] == [0] * 3, [log.read_text() for log in logs]
    assert migrations.current(bare_url) == migrations.head()


def test_a_database_that_cannot_keep_every_script_is_refused(postgresql: Any) -> None:
    url = made_on(postgresql, "TEMPLATE template0 LOCALE 'C' ENCODING latin1")

    with pytest.raises(ValueError, match="is in LATIN1"):
        migrations.upgrade(url)


def test_a_database_that_we_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="use sqlite or postgresql"):
        migrations.upgrade("mysql://nobody@localhost/nothing")
