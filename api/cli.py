"""The command `whence`: serve, migrate, load, back up, write the contract; the others are in `api.commands`."""

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn
from uuid import UUID

import typer
from rich.markup import escape

from api.commands.console import WRONG_SETTINGS, errors, fail, opened, opened_database, read_settings, says
from api.commands.keys import keys
from api.commands.transfer import bring_in, take_out
from api.commands.verify import verify
from api.errors import Failure, Invalid
from api.settings import Settings

if TYPE_CHECKING:
    from api.storage.database import Database

UNSOUND = "{} can corrupt a store that several processes write to: use one worker, SQLite 3.51.3, or PostgreSQL."
CONTRACT = Path(__file__).parents[1] / "openapi" / "openapi.json"
FIRST_KEY = """\
  key         {token}
              An admin's, shown this once: paste it into Authorize at {docs}, or send it as Authorization: Bearer.
              It has no scopes; `whence keys create --scope …` makes one that has."""

whence = typer.Typer(
    help="Who says so, and where did they get it from? Settings come from WHENCE_… variables.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
whence.add_typer(keys, name="keys")
whence.command("verify")(verify)
whence.command("import")(bring_in)
whence.command("export")(take_out)


def main() -> None:
    """Run the command line; whatever fails is said in one line, without a traceback."""
    with _failures_in_words():
        whence()


def _say_version(asked: bool) -> None:
    if asked:
        from api.web.openapi import project

        says.print(f"Whence {project()['version']}")
        raise typer.Exit


@whence.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    """Take what goes before a command."""


@whence.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of WHENCE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes, instead of WHENCE_WORKERS.", min=1, max=64)] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the example dossier into a store without claims.")] = False,
) -> None:
    """Migrate the database and serve the API until a signal ends it."""
    from api.main import create_app
    from api.process.cores import cores_from_here, keep_to_one
    from api.process.port import listen, take
    from api.process.server import Serving
    from api.process.workers import Workers

    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    given = {"host": host, "port": port, "workers": workers}
    settings = read_settings(**{name: value for name, value in given.items() if value is not None})
    with take(settings.host, settings.port) as socket:
        prepared = _prepare(settings, demo=demo)
        announce = partial(_announce, settings, prepared)
        listen(socket)
        if settings.workers > 1:
            if not prepared.is_sound:
                fail(UNSOUND.format(prepared.database), WRONG_SETTINGS)
            raise SystemExit(Workers(create_app, settings, announce).run(socket))
        if settings.keep_to_core:
            keep_to_one(cores_from_here(), 0)
        Serving(create_app(settings), settings, announce).run([socket])


@whence.command()
def migrate(
    to: Annotated[
        str,
        typer.Option(
            help="Revision to go to, up or down. An older one loses what it has no place for; `base`, before the first,"
            " everything."
        ),
    ] = "head",
) -> None:
    """Bring the database to the shape that this version expects."""
    from api.storage import migrations

    url = read_settings().database_url
    before = migrations.current(url)
    migrations.move(url, to)
    after = migrations.current(url)
    says.print(f"At revision {after}." if before == after else f"From revision {before} to {after}.")


@whence.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="Bundles as POST /v1/bundles takes them; - reads standard input."),
    ],
) -> None:
    """Record bundles, each of them whole or not at all."""
    from api.bundles.loading import load_bundle

    with opened_database() as database:
        for file in files:
            body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
            try:
                results = load_bundle(database, body)
            except Failure as failure:
                _explain(file, failure)
            made = sum(one.created for one in results)
            for one in results:
                says.print(f"{'created' if one.created else 'known  '} {one.kind:<12} {one.id} {escape(one.ref or '')}")
            says.print(f"{escape(str(file))}: {made} created, {len(results) - made} on record already.")


@whence.command()
def backup(file: Annotated[Path, typer.Argument(help="The copy; one that is there already is replaced.")]) -> None:
    """Copy the database while it is in use."""
    from api.storage.address import read_address
    from api.storage.backup import back_up
    from api.storage.postgres import where

    url = read_address(read_settings().database_url)
    if url.get_backend_name() != "sqlite":
        command = shlex.join(["pg_dump", "--format=custom", f"--file={file}", where(url)])
        fail(f"PostgreSQL has a tool of its own for this. Run: {command}", WRONG_SETTINGS)
    back_up(Path(url.database or ""), file)
    says.print(f"{escape(str(file))}: {file.stat().st_size:,} bytes, whole and checked.")


@whence.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where the file is not current.")] = False,
    output: Annotated[Path, typer.Option(help="The file.")] = CONTRACT,
) -> None:
    """Write the contract, as the API serves it at /openapi.json."""
    from api.main import create_app
    from api.web.openapi import describe, written

    contract = written(describe(create_app(Settings.model_construct())))
    if not check:
        output.write_text(contract, "utf-8")
        says.print(f"{escape(str(output))}: written.")
    elif not output.exists() or output.read_text("utf-8") != contract:
        fail(f"{output} is not what the API serves: run `whence openapi`.")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Which database is served, where to look first, and the first admin's key where it was just made."""

    database: str
    claim: UUID | None
    token: str | None

    @property
    def is_sound(self) -> bool:
        """Say whether several processes may write to it: a SQLite may be one that corrupts its file then."""
        from api.storage.sqlite import is_sound

        name, _, version = self.database.partition(" ")
        return name != "SQLite" or is_sound(version)


def _prepare(settings: Settings, *, demo: bool) -> _Prepared:
    """Migrate, load what is to be shown, and make the first admin's key where somebody is there to read it."""
    import structlog

    from api.access import service
    from api.bundles.loading import claim_to_show, load_dossier
    from api.custody.keys import load_keys
    from api.storage import migrations
    from api.storage.database import Database

    migrations.upgrade(settings.database_url)
    with opened(Database(settings.database_url, 1, load_keys(settings))) as database:
        database.take_custody()
        if demo:
            load_dossier(database)
        token = _first_token(database) if demo or says.is_terminal else None
        if token is None and not service.is_any(database):
            structlog.get_logger().warning("there is no access key yet: `whence keys create` makes one")
        return _Prepared(database.describe(), claim_to_show(database), token)


def _first_token(database: "Database") -> str | None:
    """Make a key for the first admin; None where keys were made before."""
    from api.access.service import create_first
    from api.custody import tokens

    token = tokens.make()
    return token.written if create_first(database, token) else None


def _announce(settings: Settings, prepared: _Prepared, address: str) -> None:
    """Say where the API listens, in the form that the log has."""
    import structlog

    log = structlog.get_logger()
    if not prepared.is_sound:
        log.warning("this SQLite can corrupt a database that several processes write to: use 3.51.3")
    shown = {"docs": f"{address}/docs"}
    if prepared.claim is not None:
        shown["provenance"] = f"{address}/v1/claims/{prepared.claim}/provenance"
    if settings.log_format == "json":
        log.info("listening", address=address, database=prepared.database, **shown)
    else:
        says.print(f"[bold]Whence[/bold] listens at {address}, on {prepared.database}.")
        for what, where in shown.items():
            says.print(f"  {what:<12}{where}")
    if prepared.token is not None:
        says.print(FIRST_KEY.format(token=prepared.token, docs=shown["docs"]))


def _explain(file: Path, failure: Failure) -> NoReturn:
    """Say why a bundle was not taken, and where in it."""
    errors.print(f"{escape(str(file))}: nothing of it was recorded.")
    if isinstance(failure, Invalid):
        lines = [f"{problem.pointer or problem.parameter or '/'}  {problem.detail}" for problem in failure.problems]
    else:
        lines = [f"{failure.extra.get('pointer', '')}  {failure.detail}".strip()]
    for line in lines:
        errors.print(f"  {escape(line)}")
    raise SystemExit(1)


@contextmanager
def _failures_in_words() -> Iterator[None]:
    from alembic.util import CommandError
    from sqlalchemy.exc import ArgumentError, DBAPIError

    try:
        yield
    except Failure as failure:
        fail(failure.detail)
    except (ArgumentError, ValueError) as wrong:
        fail(str(wrong), WRONG_SETTINGS)
    except DBAPIError as away:
        fail(f"The database does not answer: {_first_line(away.orig)}")
    except CommandError as unknown:
        fail(str(unknown))
    except OSError as failed:
        fail(f"{failed.strerror or failed}{f': {failed.filename}' if failed.filename else ''}")


def _first_line(failed: BaseException | None) -> str:
    return str(failed).strip().partition("\n")[0]


def _leave(_: int, __: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
