"""The command line: what it does, what it says, and how it ends."""

import gzip
import io
import json
import logging
import os
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import chdir, closing, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from psycopg.conninfo import conninfo_to_dict
from rich.console import Console

from api.cli import CONTRACT, main
from api.commands.progress import Shown, of_bytes
from api.custody.tokens import FORM, parse
from api.settings import Settings
from api.storage import migrations
from api.web.examples import FOLDER
from tests.conftest import Server
from tests.crowd import wait_until

pytestmark = pytest.mark.early

Ended = subprocess.CompletedProcess[str]
Whence = Callable[..., Ended]


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The settings for a SQLite file that is not there yet."""
    return {"WHENCE_DATABASE_URL": f"sqlite:///{tmp_path}/data/whence.db"}


@pytest.fixture
def kept(bare: dict[str, str], migrated_file: Path) -> None:
    """Have that SQLite file there, with all its tables and the tests' key."""
    _, _, file = bare["WHENCE_DATABASE_URL"].partition("///")
    Path(file).parent.mkdir()
    shutil.copyfile(migrated_file, file)


@pytest.fixture
def process(bare: dict[str, str]) -> Whence:
    """Run the command in a process of its own, with a bare SQLite file unless told otherwise."""

    def run(*arguments: str, said: str = "", **variables: str) -> Ended:
        command = [sys.executable, "-m", "api.cli", *arguments]
        environment = os.environ | bare | variables
        return subprocess.run(command, input=said, capture_output=True, text=True, timeout=60, env=environment)

    return run


@pytest.fixture
def whence(bare: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Whence]:
    """Run the command in this process, which saves its start, and leave the log as it was."""
    root, structured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: str, said: str = "", **variables: str) -> Ended:
        read, out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(3))
        read.buffer.write(said.encode())
        read.buffer.seek(0)
        code: Any = 0
        with monkeypatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.setattr(sys, "argv", ["whence", *arguments])
            patch.setattr(sys, "stdin", read)
            for name, value in (bare | variables).items():
                patch.setenv(name, value)
            try:
                main()
            except SystemExit as ended:
                code = ended.code
        return Ended(arguments, code or 0, *map(_written, (out, err)))

    yield run
    structlog.configure(**structured)
    root.handlers[:] = handlers
    root.setLevel(level)


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()


class Served:
    """A server started by the command, with what it says as it says it."""

    def __init__(self, *arguments: str, **variables: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"WHENCE_HOST": "127.0.0.1"} | variables,
        )
        self.said = ""

    def until(self, pattern: str) -> str:
        """Wait until it says what matches, and return what the pattern captures."""
        assert self.process.stdout is not None
        while (found := re.search(pattern, self.said)) is None:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()[1]
            self.said += line
        return found[1]

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; return the exit code and all it said on standard error."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=20)
        return self.process.returncode, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    served = Served(WHENCE_DATABASE_URL=f"sqlite:///{tmp_path}/whence.db")
    docs = served.until(r"(http://\S+/docs)")
    assert httpx.get(docs, trust_env=False).status_code == 200

    code, said = served.end(number)

    assert code == 0, said
    assert "Traceback" not in said


def test_a_stalled_body_does_not_keep_the_server_up(serve: Callable[..., Server], sqlite_url: str) -> None:
    served = serve(sqlite_url, WHENCE_SHUTDOWN_SECONDS="1")
    with socket.create_connection((served.client.base_url.host, served.client.base_url.port or 0)) as stalled:
        stalled.sendall(
            b"POST /v1/claims HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        time.sleep(0.3)
        began = time.monotonic()

        served.process.terminate()

        assert served.process.wait(20) == 0, served.log.read_text()
    assert time.monotonic() - began < 10


def test_a_demo_shows_where_to_look_first(serve: Callable[..., Server], database_url: str) -> None:
    served = serve(database_url, "--demo")
    wait_until(lambda: "provenance" in served.log.read_text(), "it says nothing of it", 60)
    said = served.log.read_text()

    (provenance,) = re.findall(r"provenance\s+(http://\S+)", said)
    answer = httpx.get(provenance, trust_env=False)
    served.process.terminate()

    assert answer.status_code == 200, answer.text
    assert answer.json()["nodes"]
    assert re.search(r"(SQLite|PostgreSQL) \d+", said)
    assert served.process.wait(20) == 0, served.log.read_text()


def test_a_demo_leaves_a_store_in_use_alone(serve: Callable[..., Server], whence: Whence, sqlite_url: str) -> None:
    claim = {"records": [{"kind": "claim", "text": "Ours.", "language": "en"}]}
    loaded = whence("load", "-", said=json.dumps(claim), WHENCE_DATABASE_URL=sqlite_url)
    assert loaded.returncode == 0, loaded.stderr

    claims = serve(sqlite_url, "--demo").client.get("/v1/claims").json()["items"]

    assert [one["text"] for one in claims] == ["Ours."]


def test_a_machine_gets_json_lines(tmp_path: Path) -> None:
    served = Served(WHENCE_DATABASE_URL=f"sqlite:///{tmp_path}/whence.db", WHENCE_LOG_FORMAT="json")
    assert served.process.stderr is not None
    lines: list[dict[str, Any]] = []
    while not lines or lines[-1]["message"] != "listening":
        lines.append(json.loads(served.process.stderr.readline()))
    httpx.get(f"{lines[-1]['address']}/healthz", headers={"X-Request-Id": "seen"}, trust_env=False)

    code, said = served.end(signal.SIGTERM)

    lines += [json.loads(line) for line in said.splitlines()]
    assert code == 0
    assert [line["message"] for line in lines if line.get("request_id") == "seen"] == ["answered"]


def test_a_port_that_is_taken_is_said_in_one_line(process: Whence) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        ended = process("serve", "--host", "127.0.0.1", "--port", port)

    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} of 127.0.0.1 cannot be listened on: Address already in use.\n"


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("WHENCE_PORT", "eighty", 2),
        ("WHENCE_CORS_ORIGINS", "https://example.org", 2),
        ("WHENCE_LOG_LEVEL", "loud", 2),
        ("WHENCE_GRAPH_SECONDS", "inf", 2),
        ("WHENCE_KEY_FOLDER", "", 2),
        ("WHENCE_DATABASE_URL", "mysql://nobody@localhost/x", 2),
        ("WHENCE_DATABASE_URL", "nonsense", 2),
        ("WHENCE_DATABASE_URL", "sqlite://", 2),
        ("WHENCE_DATABASE_URL", "sqlite://data/whence.db", 2),
        ("WHENCE_DATABASE_URL", "postgresql://nobody:p@rt:secret@localhost/x", 2),
        ("WHENCE_DATABASE_URL", "sqlite+aiosqlite:///data/whence.db", 2),
        ("WHENCE_DATABASE_URL", "postgresql+psycopg2://nobody:secret@localhost/x", 2),
        ("WHENCE_DATABASE_URL", "postgresql+psycopg://nobody:secret@127.0.0.1:1/x", 1),
    ],
)
def test_wrong_settings_are_said_in_one_line(whence: Whence, variable: str, value: str, code: int) -> None:
    ended = whence("migrate", **{variable: value})

    assert ended.returncode == code
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert "secret" not in ended.stderr
    assert ended.stdout == ""


@pytest.mark.parametrize("told", ["https://example.org", "", "[", "{}", "[1]"])
def test_a_list_that_is_none_is_said_with_its_variable(whence: Whence, told: str) -> None:
    ended = whence("migrate", WHENCE_CORS_ORIGINS=told)

    assert ended.returncode == 2
    assert ended.stderr.startswith("WHENCE_CORS_ORIGINS: Input should be "), ended.stderr


NEVER = {
    "WHENCE_TRUSTED_PROXIES": ("nonsense", "10.0.0.1:80", "10.0.0.1/8", "[::1]", ""),
    "WHENCE_ALLOWED_HOSTS": (
        "https://a.example",
        "a.example:8000",
        "a.example/",
        "::1",
        "*",
        "*.example",
        "é.example",
        "",
    ),
    "WHENCE_CORS_ORIGINS": (
        "a.example",
        "https://a.example/",
        "https://A.example",
        "https://a.example:443",
        "https://*",
    ),
}


@pytest.mark.parametrize(("variable", "one"), [(name, one) for name, every in NEVER.items() for one in every])
def test_what_would_never_match_is_refused(whence: Whence, variable: str, one: str) -> None:
    ended = whence("migrate", **{variable: json.dumps([one])})

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"{variable}: “{one}” would never match. A")
    assert len(ended.stderr.splitlines()) == 1


def test_what_may_match_is_taken() -> None:
    hosts = ["a.example", "A.example.", "192.0.2.1", "[::1]", "my_service"]
    proxies = ["10.0.0.0/8", "192.0.2.1", "::1", "2001:db8::/32"]
    origins = ["https://a.example", "http://localhost:3000", "http://[::1]:81", "https://a.example:8443", "null", "*"]
    origins += ["https://a.example:80", "http://a.example:8080", "chrome-extension://abc", "file://"]

    settings = Settings(allowed_hosts=hosts, trusted_proxies=proxies, cors_origins=origins)

    assert (settings.allowed_hosts, settings.trusted_proxies, settings.cors_origins) == (hosts, proxies, origins)
    assert Settings(trusted_proxies=["*"]).trusted_proxies == ["*"]


def test_a_variable_that_is_no_setting_is_told_with_the_one_that_was_meant(whence: Whence) -> None:
    ended = whence(
        "migrate", WHENCE_LOG_FORMAT="json", WHENCE_OPEN_READNG="false", WHENCE_X="1", whence_port="8000", WHEN="now"
    )

    lines = [json.loads(line) for line in ended.stderr.splitlines()]
    told = [(line["variable"], line.get("nearest")) for line in lines if line["level"] == "warning"]
    assert told == [("WHENCE_OPEN_READNG", "WHENCE_OPEN_READING"), ("WHENCE_X", None)]
    assert ended.returncode == 0


def test_the_version_is_that_of_the_contract(whence: Whence) -> None:
    ended = whence("--version")

    assert ended.stdout == f"Whence {json.loads(CONTRACT.read_text('utf-8'))['info']['version']}\n"
    assert ended.returncode == 0


def test_migrate_goes_both_ways(process: Whence, whence: Whence, tmp_path: Path) -> None:
    head = migrations.head()
    there = process("migrate")
    again = whence("migrate")
    back = whence("migrate", "--to", "base")

    assert there.stdout == f"From revision None to {head}.\n"
    assert again.stdout == f"At revision {head}.\n"
    assert back.stdout == f"From revision {head} to None.\n"
    assert migrations.current(f"sqlite:///{tmp_path}/data/whence.db") is None


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("command", [["migrate"], ["migrate", "--to", "base"], ["keys", "list"], ["verify"]])
def test_a_store_of_a_newer_version_is_left_alone(whence: Whence, tmp_path: Path, command: list[str]) -> None:
    whence("keys", "create", "--holder", "nobody", "--role", "reader")
    with closing(sqlite3.connect(tmp_path / "data" / "whence.db")) as store, store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")

    ended = whence(*command)

    assert ended.returncode == 1
    assert ended.stderr.startswith("The database is at revision 9999, and this version knows none after ")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.usefixtures("kept")
def test_a_store_of_an_older_version_is_migrated_before_it_is_verified(whence: Whence) -> None:
    whence("keys", "create", "--holder", "nobody", "--role", "reader")
    whence("migrate", "--to", "-1")

    ended = whence("verify")

    assert ended.returncode == 1
    assert ended.stderr.endswith(f" and this version needs {migrations.head()}: run `whence migrate`.\n")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("told", ["nonsense", "", " ", "@", "-"])
def test_an_unknown_revision_is_said_in_one_line(whence: Whence, told: str) -> None:
    ended = whence("migrate", f"--to={told}")

    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1, ended.stderr


def test_loading_says_what_was_created(process: Whence, whence: Whence, database_url: str) -> None:
    dossier = FOLDER / "dossier.json"
    records = json.loads(dossier.read_text("utf-8"))["records"]

    first = whence("load", str(dossier), WHENCE_DATABASE_URL=database_url)
    second = process("load", "-", said=dossier.read_text("utf-8"), WHENCE_DATABASE_URL=database_url)

    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert first.stdout.splitlines()[-1] == f"{dossier}: {len(records)} created, 0 on record already."
    assert sum(line.startswith("created ") for line in first.stdout.splitlines()) == len(records)
    assert second.stdout.splitlines()[-1] == f"-: 0 created, {len(records)} on record already."


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"records": [{"kind": "claim"}]}', "/records/0/"),
        ('{"records": []}', "/records "),
        ('{"records": [{"kind": "ghost"}]}', "/records/0"),
        ('{"records": [{"kind": "source", "name": "A"}, {"kind": "source", "name": "A"}]}', "/records/1/name"),
    ],
)
def test_a_wrong_bundle_is_refused_with_its_pointer(whence: Whence, body: str, pointer: str) -> None:
    ended = whence("load", "-", said=body)

    assert ended.returncode == 1
    assert "nothing of it was recorded" in ended.stderr
    assert f"  {pointer}" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("kept")
def test_a_file_that_is_no_json_or_not_there_is_refused(whence: Whence) -> None:
    for ended in (whence("load", "-", said="{"), whence("load", "/nothing/here.json")):
        assert ended.returncode == 1
        assert ended.stderr
        assert "Traceback" not in ended.stderr


def test_a_key_is_made_listed_and_revoked(whence: Whence) -> None:
    made = whence("keys", "create", "--holder", "Ana\nDuarte", "--role", "editor", "--scope", "erase")
    public_id = parse(made.stdout.rstrip("\n")).public_id  # and nothing else is printed
    listed = whence("keys", "list")
    revoked = whence("keys", "revoke", public_id, "--reason", "It was lost.")
    again = whence("keys", "revoke", public_id, "--reason", "It was lost.")

    assert listed.stdout == f"{public_id}  editor, erase  Ana Duarte  never used, never expires\n"
    assert (revoked.returncode, revoked.stdout) == (0, f"{public_id} is revoked.\n")
    assert again.returncode == 1
    assert again.stderr.endswith(": It was lost.\n")
    assert whence("keys", "list").stdout == ""


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (("--role", "boss"), 2),
        (("--role", "editor", "--scope", "everything"), 2),
        (("--role", "editor", "--expires", "never"), 2),
        (("--role", "editor", "--expires", "2020-01-01"), 1),
        (("--role", "editor", "--holder", " "), 2),
    ],
)
def test_a_key_that_cannot_be_is_said_in_one_line(whence: Whence, wrong: tuple[str, ...], code: int) -> None:
    ended = whence("keys", "create", "--holder", "Ana", *wrong)

    assert ended.returncode == code, ended.stderr
    assert ended.stdout == ""
    assert len([line for line in ended.stderr.splitlines() if "[info" not in line]) == 1, ended.stderr


def test_a_key_with_a_last_day_is_valid_on_that_day(whence: Whence) -> None:
    whence("keys", "create", "--holder", "Ana", "--role", "reader", "--expires", "2099-12-31")

    assert whence("keys", "list").stdout.endswith("expires 2099-12-31 23:59 UTC\n")


def test_the_first_demo_prints_an_admins_key_beside_the_log(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/whence.db"
    served = Served("--demo", WHENCE_DATABASE_URL=url, WHENCE_LOG_FORMAT="json")
    token = served.until(rf"key +({FORM})\n")
    docs = served.until(r"Authorize at (\S+)/docs")
    answer = httpx.get(f"{docs}/v1/keys", headers={"Authorization": f"Bearer {token}"}, trust_env=False)
    said = served.end(signal.SIGTERM)[1]
    served = Served("--demo", WHENCE_DATABASE_URL=url)
    served.until(r"docs\s+(\S+)/docs")
    said += served.end(signal.SIGTERM)[1]

    assert [(one["holder"], one["scopes"]) for one in answer.json()["items"]] == [("admin", [])]
    assert re.search(FORM, served.said + said) is None, "the key is shown once, and not to the log"


def test_where_nobody_would_read_it_no_key_is_made(serve: Callable[..., Server], bare: dict[str, str]) -> None:
    said = serve(bare["WHENCE_DATABASE_URL"]).log.read_text()

    assert "`whence keys create` makes one" in said
    assert re.search(FORM, said) is None


def test_what_is_exported_is_imported_elsewhere_and_again(whence: Whence, tmp_path: Path) -> None:
    other = {"WHENCE_DATABASE_URL": f"sqlite:///{tmp_path}/other.db"}
    lines = tmp_path / "all.ndjson.gz"
    whence("load", str(FOLDER / "dossier.json"))

    out = whence("export", str(lines))
    rehearsed = whence("import", "--dry-run", str(lines), **other)
    first = whence("import", str(lines), **other)
    again = whence("import", str(lines), **other)
    verified = whence("verify", **other)

    assert [one.returncode for one in (out, rehearsed, first, again, verified)] == [0] * 5, first.stderr
    assert "0 on record already, 0 refused; rehearsed, nothing was stored." in rehearsed.stdout
    assert ": 0 created" not in first.stdout
    assert ": 0 created, 0 updated" in again.stdout
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.usefixtures("kept")
def test_what_is_revealed_is_written_for_its_owner_only(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    file.touch(0o644)
    ended = whence("export", "--reveal", str(file))

    assert ended.returncode == 0
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("kept")
def test_a_file_that_others_may_not_read_stays_so(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "all.ndjson"
    file.touch(0o640)
    ended = whence("export", str(file))

    assert ended.returncode == 0
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.usefixtures("kept")
def test_a_table_is_imported_and_a_refused_line_is_told(whence: Whence, tmp_path: Path) -> None:
    table = tmp_path / "sources.csv"
    table.write_bytes((FOLDER / "sources.csv").read_bytes() + b"import/x,X,not JSON,person\r\n")

    without = whence("import", str(table))
    ended = whence("import", "--kind", "source", str(table))
    out = whence("export", "--format", "csv", "--kind", "source")
    unknown = whence("export", "--format", "xml")

    assert without.returncode == unknown.returncode == 2
    assert "“xml”: say ndjson or csv" in unknown.stderr
    assert ended.returncode == 1
    assert f"{table}:3: line refused: /aliases" in ended.stderr
    assert "1 created, 0 updated, 0 on record already, 1 refused." in ended.stdout
    assert out.stdout.startswith("external_id,")
    assert "Lighthouse Weekly" in out.stdout


@pytest.mark.usefixtures("kept")
def test_an_import_that_is_stopped_says_where_to_go_on(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "wrong.ndjson"
    file.write_bytes(b'{"kind": "claim", "text": "P."}\n' + b"{}\n" * 11_000)

    ended = whence("import", str(file))
    again = whence("import", "--from-line", "11001", str(file))

    assert (ended.returncode, again.returncode) == (1, 1)
    assert "1 created" in ended.stdout
    assert f"whence import --from-line 11001 {file}" in ended.stderr
    assert "0 created, 0 updated, 0 on record already, 1 refused." in again.stdout


@pytest.mark.usefixtures("kept")
def test_an_export_that_was_cut_short_is_taken_and_does_not_end_well(whence: Whence, tmp_path: Path) -> None:
    lines, short, table = tmp_path / "all.ndjson", tmp_path / "short.ndjson", tmp_path / "claims.csv"
    whence("load", str(FOLDER / "dossier.json"))
    whence("export", str(lines))
    whence("export", "--format", "csv", "--kind", "claim", str(table))
    first, *_ = lines.read_bytes().splitlines(keepends=True)
    short.write_bytes(first)

    ended = whence("import", str(short))
    of_a_table = whence("import", "--kind", "claim", str(table))

    assert (ended.returncode, "1 on record already" in ended.stdout) == (1, True)
    assert "cut short" in ended.stderr
    assert (of_a_table.returncode, "cut short" in of_a_table.stderr) == (0, False)
    assert table.read_bytes().startswith(BOM_UTF8), "spreadsheets know UTF-8 by it"


@pytest.mark.usefixtures("kept")
def test_what_is_no_file_is_written_to_and_a_link_is_followed(whence: Whence, tmp_path: Path) -> None:
    pipe, link, file = tmp_path / "pipe", tmp_path / "link", tmp_path / "folder" / "all.ndjson"
    os.mkfifo(pipe)
    file.parent.mkdir()
    link.symlink_to(file)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)

    codes = [whence("export", str(one)).returncode for one in (pipe, link, Path("/dev/null"))]
    piped, _ = reader.communicate(timeout=20)
    nowhere = whence("export", "/nonexist/x")

    assert codes == [0, 0, 0]
    assert pipe.is_fifo()
    assert link.is_symlink()
    assert b'"kind":"end"' in piped
    assert b'"kind":"end"' in file.read_bytes()
    assert (nowhere.returncode, nowhere.stderr) == (1, "No such file or directory: /nonexist/x\n")


CLAIM = b'{"kind": "claim", "text": "P."}\n'


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("harm", ["cut", "changed", "checksum"])
def test_a_broken_compressed_file_is_said_with_what_was_stored(whence: Whence, tmp_path: Path, harm: str) -> None:
    file, rest = tmp_path / "all.ndjson.gz", tmp_path / "-rest.ndjson"
    noise = b"".join(b'{"kind": "claim", "text": "%s"}\n' % os.urandom(200).hex().encode() for _ in range(3_000))
    whole = bytearray(gzip.compress(noise))
    rest.write_bytes(CLAIM)
    match harm:
        case "cut":
            del whole[-len(whole) // 4 :]
        case "changed":
            whole[-len(whole) // 4] ^= 255
        case "checksum":
            whole[-8] ^= 255
    file.write_bytes(whole)

    ended = whence("import", str(file), str(rest))
    *_, said = ended.stderr.splitlines()

    assert ended.returncode == 1
    assert re.fullmatch(rf"{file}: [\d,]+ created, 0 updated, 0 on record already, \d+ refused.\n", ended.stdout)
    assert said.startswith(f"{file}: What is compressed here is damaged")
    assert re.search(
        rf"up to line [\d,]+\. To go on with line [\d,]+: whence import --from-line \d+ {file} {rest}$", said
    )


@pytest.mark.usefixtures("kept")
def test_only_of_the_first_file_lines_are_left_out(whence: Whence, tmp_path: Path) -> None:
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    first.write_bytes(CLAIM * 3)
    second.write_bytes(CLAIM * 3)

    ended = whence("import", "--from-line", "3", str(first), str(second))

    assert ended.stdout.startswith(f"{first}: 1 created")
    assert f"{second}: 3 created" in ended.stdout


@pytest.mark.usefixtures("kept")
def test_what_stops_in_a_file_that_looks_like_an_option_can_go_on(whence: Whence, tmp_path: Path) -> None:
    file = Path("-wrong.ndjson")
    (tmp_path / file).write_bytes(CLAIM + b"{}\n" * 11_000)
    with chdir(tmp_path):
        ended = whence("import", "--", str(file), "more.ndjson")

    assert "whence import --from-line 11001 -- -wrong.ndjson more.ndjson" in ended.stderr


@pytest.mark.usefixtures("kept")
def test_what_is_piped_in_may_be_a_table_and_compressed(process: Whence, whence: Whence, tmp_path: Path) -> None:
    upper = tmp_path / "SOURCES.CSV"
    upper.write_bytes((FOLDER / "sources.csv").read_bytes())
    command = [sys.executable, "-m", "api.cli", "import", "--kind", "source", "-"]
    piped = subprocess.run(
        command,
        input=gzip.compress(upper.read_bytes()),
        capture_output=True,
        timeout=60,
        env=os.environ | {"WHENCE_DATABASE_URL": f"sqlite:///{tmp_path}/data/whence.db"},
    )
    plain = process("import", "--kind", "source", "-", said=upper.read_text("utf-8"))

    assert (piped.returncode, plain.returncode) == (0, 0), piped.stderr.decode() + plain.stderr
    assert piped.stdout.startswith(b"-: 1 created")
    assert plain.stdout.startswith("-: 0 created, 0 updated, 1 on record already")
    assert "Say what the rows are" in whence("import", str(upper)).stderr


def test_sigterm_stops_an_import_where_it_can_go_on(bare: dict[str, str]) -> None:
    importing = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "import", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | bare,
    )
    assert importing.stdin is not None
    importing.stdin.write(CLAIM * 10_000)
    importing.stdin.flush()
    url = bare["WHENCE_DATABASE_URL"].removeprefix("sqlite:///")
    wait_until(lambda: _claims(url) == 8_000, "lines are recorded")

    importing.send_signal(signal.SIGTERM)
    out, said = importing.communicate(timeout=60)

    assert importing.returncode == 130
    assert out.startswith(b"-: ")
    assert re.search(rb"-: Stopped\. To go on with line [\d,]+: whence import --from-line \d+001 -\n$", said)


def _claims(file: str) -> int:
    """Count the claims in a store, none while there is no table of them."""
    if not Path(file).exists():
        return 0
    with closing(sqlite3.connect(file)) as reading:
        try:
            return int(reading.execute("SELECT count(*) FROM claim").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_a_bar_takes_one_line_of_a_usual_terminal() -> None:
    terminal = Console(width=80, file=io.StringIO(), force_terminal=True)
    with of_bytes() as bars:
        Shown(bars, Path("archive.ndjson"), 3_000_000).move(2_000_000, 24_707)
        terminal.print(bars.get_renderable())

    assert terminal.file.getvalue().count("\n") == 1  # type: ignore[attr-defined]


@pytest.mark.usefixtures("kept")
def test_of_a_name_that_is_on_record_the_candidates_are_told(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "twice.ndjson"
    file.write_text('{"kind": "source", "name": "Agency", "external_id": "a"}\n{"kind": "source", "name": "Agency"}\n')

    ended = whence("import", str(file))

    assert re.search(r"say `use` or `new` in if_named\. On record: [0-9a-f-]{36} \(Agency\)\.$", ended.stderr.rstrip())


@pytest.mark.usefixtures("kept")
def test_an_export_of_the_future_says_that_it_may_change(whence: Whence) -> None:
    future, now = whence("export", "--known-at", "2999-01-01T00:00:00Z"), whence("export")
    wrong = whence("export", "--claim", "foo")

    assert "-: what was still being written, or is still to come, could change this export." in future.stderr
    assert "could change" not in now.stderr
    assert (wrong.returncode, "--claim" in wrong.stderr) == (2, True)


@pytest.mark.usefixtures("kept")
def test_a_backup_is_a_database(whence: Whence, tmp_path: Path) -> None:
    whence("load", str(FOLDER / "dossier.json"))
    copy = tmp_path / "copy.db"

    ended = whence("backup", str(copy))

    assert ended.returncode == 0, ended.stderr
    with closing(sqlite3.connect(copy)) as reading:
        assert reading.execute("SELECT count(*) FROM claim").fetchone()[0] > 0


def test_a_backup_of_nothing_is_refused(whence: Whence, tmp_path: Path) -> None:
    ended = whence("backup", str(tmp_path / "copy.db"))

    assert ended.returncode == 1
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.usefixtures("kept")
def test_a_backup_into_a_folder_that_is_not_there_names_the_folder(whence: Whence, tmp_path: Path) -> None:
    ended = whence("backup", str(tmp_path / "missing" / "copy.db"))

    assert (ended.returncode, ended.stderr) == (1, f"There is no folder {tmp_path / 'missing'}.\n")


@pytest.mark.usefixtures("kept")
def test_a_backup_never_takes_the_place_of_the_store_or_of_what_is_no_file(whence: Whence, tmp_path: Path) -> None:
    store, link, pipe = tmp_path / "data" / "whence.db", tmp_path / "link.db", tmp_path / "pipe"
    link.symlink_to(store)
    os.mkfifo(pipe)
    before = store.stat().st_ino

    ended = [whence("backup", str(target)) for target in (store, link, f"{store}-wal", pipe, tmp_path)]

    assert [one.returncode for one in ended] == [1] * 5
    itself, no_file = " is the store itself, or a part of it: name another file", " is no file that a copy can replace."
    assert [itself in one.stderr for one in ended] == [True, True, True, False, False]
    assert [no_file in one.stderr for one in ended] == [False, False, False, True, True]
    assert (store.stat().st_ino, link.is_symlink(), pipe.is_fifo()) == (before, True, True)


def test_a_store_that_is_not_there_is_not_made_to_be_verified(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "misspelt.db"

    ended = whence("verify", WHENCE_DATABASE_URL=f"sqlite:///{file}")

    assert (ended.returncode, ended.stderr) == (1, f"There is no file {file}.\n")
    assert not file.exists()


@pytest.mark.parametrize("command", [["export", "all.ndjson"], ["keys", "list"], ["keys", "revoke", "x", "--reason=y"]])
def test_a_store_that_is_not_there_is_not_made_to_take_something_out(
    whence: Whence, tmp_path: Path, command: list[str]
) -> None:
    with chdir(tmp_path):
        Path("all.ndjson").write_text("the last good one")
        ended = whence(*command, WHENCE_DATABASE_URL="sqlite:///misspelt.db")

    assert (ended.returncode, ended.stderr) == (1, "There is no file misspelt.db.\n")
    assert [file.name for file in tmp_path.iterdir()] == ["all.ndjson"]
    assert (tmp_path / "all.ndjson").read_text() == "the last good one"


def test_what_is_no_text_is_said_with_its_name(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "kept.txt"
    file.write_bytes(b"\xff\xfe")

    ended = [whence("verify", f"{option}={file}") for option in ("--key", "--earlier", "--proof")]

    assert {(one.returncode, one.stderr) for one in ended} == {(2, f"{file} is no text in UTF-8.\n")}


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("option", ["--checkpoint", "--entry", "--disclosure"])
def test_what_is_to_be_proved_is_never_passed_over(whence: Whence, tmp_path: Path, option: str) -> None:
    ended = whence("verify", option, str(tmp_path / "downloaded"))

    assert ended.returncode == 2
    assert "go with --proof" in ended.stderr
    assert ended.stdout == ""


def test_a_backup_of_postgresql_says_what_to_run(whence: Whence) -> None:
    url = "postgresql+psycopg://desk:secret@/whence?host=one.example.org:5433&host=two.example.org:5434&sslmode=require"

    ended = whence("backup", "copy.dump", WHENCE_DATABASE_URL=url)

    assert ended.returncode == 2
    *command, where = shlex.split(ended.stderr.partition("Run: ")[2])
    assert command == ["pg_dump", "--format=custom", "--file=copy.dump"]
    assert conninfo_to_dict(where) == {
        "user": "desk",
        "host": "one.example.org,two.example.org",
        "port": "5433,5434",
        "dbname": "whence",
        "sslmode": "require",
    }


def test_a_backup_of_postgresql_says_nothing_secret(whence: Whence) -> None:
    url = "postgresql+psycopg://desk:secret@one.example.org/whence?sslcert=desk.crt&sslpassword=secret"

    ended = whence("backup", "copy.dump", WHENCE_DATABASE_URL=url)

    assert "sslcert=desk.crt" in ended.stderr
    assert "secret" not in ended.stderr


def test_a_backup_says_what_of_a_url_postgresql_does_not_know(whence: Whence) -> None:
    ended = whence("backup", "copy.dump", WHENCE_DATABASE_URL="postgresql://one.example.org/whence?sslmod=require")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.count("\n") == 1
    assert '"sslmod"' in ended.stderr


def test_the_contract_is_written_and_checked(whence: Whence, tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"

    missing = whence("openapi", "--check", "--output", str(file))
    written = whence("openapi", "--output", str(file))
    current = whence("openapi", "--check", "--output", str(file))
    file.write_text(file.read_text("utf-8").replace("Whence", "Hence"), "utf-8")
    changed = whence("openapi", "--check", "--output", str(file))

    assert [one.returncode for one in (missing, written, current, changed)] == [1, 0, 0, 1]
    assert not (tmp_path / "data").exists()  # nothing was opened
    assert CONTRACT.parent == FOLDER.parent
