"""The command `whence`: serve, migrate, load, give keys, back up, verify, write the contract."""

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.markup import escape

from api.errors import Failure, Invalid
from api.settings import Settings

if TYPE_CHECKING:
    from api.custody.notes import Verifier
    from api.log.verifying import Report
    from api.storage.database import Database

CONTRACT = Path(__file__).parents[1] / "openapi" / "openapi.json"
WRONG_SETTINGS = 2
FIRST_KEY = """\
  key         {token}
              An admin's, shown this once: paste it into Authorize at {docs}, or send it as Authorization: Bearer.
              It has no scopes; `whence keys create --scope …` makes one that has."""

keys = typer.Typer(help="Make, list and revoke access keys.", no_args_is_help=True)
whence = typer.Typer(
    help="Who says so, and where did they get it from? Settings come from WHENCE_… variables.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
whence.add_typer(keys, name="keys")
errors = Console(stderr=True, soft_wrap=True, highlight=False)
says = Console(soft_wrap=True, highlight=False)


def main() -> None:
    """Run the command line; whatever fails is said in one line, without a traceback."""
    with _failures_in_words():
        whence()


@whence.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on, instead of WHENCE_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes, instead of WHENCE_WORKERS.", min=1, max=64)] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the example dossier into a store without claims.")] = False,
) -> None:
    """Migrate the database and serve the API until a signal ends it."""
    from api.main import create_app
    from api.web.serving import Serving, listen
    from api.web.workers import Workers

    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    given = {"host": host, "port": port, "workers": workers}
    settings = _settings(**{name: value for name, value in given.items() if value is not None})
    with listen(settings.host, settings.port) as socket:
        prepared = _prepare(settings, demo=demo)
        announce = partial(_announce, settings, prepared)
        if settings.workers > 1:
            raise SystemExit(Workers(create_app, settings, announce).run(socket))
        Serving(create_app(settings), settings, announce).run([socket])


@whence.command()
def migrate(
    to: Annotated[str, typer.Option(help="Revision to go to, up or down; `base` is before the first.")] = "head",
) -> None:
    """Bring the database to the shape that this version expects."""
    from api.storage import migrations

    url = _settings().database_url
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

    with _database() as database:
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


@keys.command("create")
def create_key(
    holder: Annotated[str, typer.Option(help="Whose it is: what is recorded with it carries this name.")],
    role: Annotated[str, typer.Option(help="reader, contributor, editor or admin.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="sources:reveal, erase or audit:read; repeat it for several.")
    ] = None,
    expires: Annotated[str | None, typer.Option(help="The last day of its use, or the last instant.")] = None,
) -> None:
    """Make an access key, and print it: this once, and nothing else, so that it can be piped."""
    from pydantic import ValidationError

    from api.access.schemas import KeyDraft
    from api.access.service import create
    from api.custody import tokens
    from api.custody.callers import COMMAND_LINE
    from api.formats.edtf import latest_of
    from api.web.keeping import problems_of

    until = None if expires is None else latest_of(expires)
    try:
        draft = KeyDraft.model_validate(
            {"holder": holder, "role": role, "scopes": scope or [], "expires_at": until and until.isoformat()}
        )
    except ValidationError as wrong:
        _fail("; ".join(f"{(one.pointer or '/')[1:]}: {one.detail}" for one in problems_of(wrong)), WRONG_SETTINGS)
    token = tokens.make()
    with _database() as database:
        database.write(lambda ledger: create(ledger, draft, token), COMMAND_LINE)
    print(token.written)


@keys.command("list")
def list_keys() -> None:
    """List the keys that are not revoked: id, role, scopes, holder, last day of use, expiry."""
    from api.access.service import every

    with _database() as database, database.reading() as reading:
        for one in every(reading):
            ends = "never expires" if one.expires_at is None else f"expires {one.expires_at:%Y-%m-%d %H:%M} UTC"
            used = "never used" if one.last_used is None else f"used {one.last_used}"
            allowed = ", ".join([one.role, *one.scopes])
            says.print(f"{one.public_id}  {allowed}  {escape(' '.join(one.holder.split()))}  {used}, {ends}")


@keys.command("revoke")
def revoke_key(
    id: Annotated[str, typer.Argument(help="The key's public id, as it stands after whn_ and in the list.")],
    reason: Annotated[str, typer.Option(help="Why, in words that will be read later.")],
) -> None:
    """Revoke an access key: it is refused from the next request on."""
    from api.access.service import named, revoke
    from api.custody.callers import COMMAND_LINE

    with _database() as database:
        database.write(lambda ledger: revoke(ledger, named(ledger, id), reason), COMMAND_LINE)
    says.print(f"{escape(id)} is revoked.")


@whence.command()
def backup(file: Annotated[Path, typer.Argument(help="The copy; one that is there already is replaced.")]) -> None:
    """Copy the database while it is in use."""
    from sqlalchemy.engine import URL, make_url

    from api.storage.sqlite import back_up

    url = make_url(_settings().database_url)
    if url.get_backend_name() != "sqlite":
        # Without the password: it would stay in the shell's history.
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
        command = shlex.join(["pg_dump", "--format=custom", f"--file={file}", plain.render_as_string()])
        _fail(f"PostgreSQL has a tool of its own for this. Run: {command}", WRONG_SETTINGS)
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
        _fail(f"{output} is not what the API serves: run `whence openapi`.")


@whence.command()
def verify(
    key: Annotated[
        str | None,
        typer.Option(help="The log's public key, or a file of it; else this machine's own."),
    ] = None,
    earlier: Annotated[Path | None, typer.Option(help="A checkpoint that was kept elsewhere.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="Offline: the checkpoint that signs what is proved.")] = None,
    proof: Annotated[Path | None, typer.Option(help="Offline: a proof of inclusion; with --earlier of growth.")] = None,
    entry: Annotated[Path | None, typer.Option(help="Offline: the entry that is to be in the log.")] = None,
    disclosure: Annotated[Path | None, typer.Option(help="Offline: values that the entry is to commit to.")] = None,
) -> None:
    """Check the whole store against its log and signatures; or, with --proof, what was downloaded of another's."""
    import api.main  # noqa: F401  so that every kind of record is known
    from api.custody.keys import find_sealing
    from api.log import verifying
    from api.storage.database import look

    settings = _settings()
    verifier = _verifier(settings, key)
    note = None if earlier is None else earlier.read_text("utf-8")
    if proof is None:
        with look(settings.database_url, find_sealing(settings)) as reading:
            _tell(verifying.verify_store(reading, verifier, note))
        return
    shown = verifying.read_json(proof.read_text("utf-8"))
    if checkpoint is None:
        _fail("--proof goes with --checkpoint: the signed note that the proof leads to.", WRONG_SETTINGS)
    signed = checkpoint.read_text("utf-8")
    if entry is not None:
        said = verifying.read_json(entry.read_text("utf-8"))
        opened = None if disclosure is None else verifying.read_json(disclosure.read_text("utf-8"))
        _tell_problems(verifying.verify_entry(said, shown, signed, verifier, opened))
    elif note is not None:
        _tell_problems(verifying.verify_growth(note, shown, signed, verifier))
    else:
        _fail("--proof goes with --entry, or with --earlier.", WRONG_SETTINGS)
    says.print("It holds.")


def _verifier(settings: Settings, key: str | None) -> "Verifier":
    """Read the log's public key as it was given, or derive it from this machine's signing key."""
    from api.custody.keys import find_verifier
    from api.custody.notes import Verifier

    if key is not None:
        return Verifier.from_vkey(Path(key).read_text("utf-8") if Path(key).is_file() else key)
    verifier = find_verifier(settings)
    if verifier is None:
        _fail("This machine has no signing key: give --key, as GET /v1/log/key answers it.", WRONG_SETTINGS)
    return verifier


def _tell(report: "Report") -> None:
    from base64 import b64encode

    says.print(
        f"{report.entries:,} entries, {report.versions:,} versions of records, {report.checkpoints:,} checkpoints;"
        f" {report.erased:,} versions erased."
    )
    if report.sealed:
        says.print(f"Of {report.sealed:,} versions the sealed values were not checked: that takes the sealing key.")
    if report.found > len(report.problems):
        errors.print(f"The first {len(report.problems)} of {report.found:,} problems:")
    _tell_problems(report.problems)
    says.print(f"All of it holds. Root: {b64encode(report.root).decode()}")


def _tell_problems(problems: list[str]) -> None:
    """Say what does not hold, and end with 1 where anything does not."""
    for problem in problems:
        errors.print(escape(problem))
    if problems:
        _fail("It does not hold.")


@contextmanager
def _database() -> Iterator["Database"]:
    """Open the database that the settings name, in the shape that this version expects."""
    from api.custody.keys import load_keys
    from api.storage import migrations
    from api.storage.database import Database

    settings = _settings()
    migrations.upgrade(settings.database_url)
    with _opened(Database(settings.database_url, 1, load_keys(settings))) as database:
        database.take_custody()
        yield database


def _settings(**given: Any) -> Settings:
    """Read the settings, and set up the log as they say."""
    from pydantic import ValidationError

    from api.web import logs

    try:
        settings = Settings(**given)
        logs.configure(settings)
    except ValidationError as wrong:
        told = (f"WHENCE_{str(one['loc'][0]).upper()}: {one['msg']}" for one in wrong.errors())
        _fail("; ".join(told), WRONG_SETTINGS)
    except ValueError as wrong:  # pydantic-settings: a value that should be JSON and is not
        _fail(str(wrong), WRONG_SETTINGS)
    return settings


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Which database is served, where to look first, and the first admin's key where it was just made."""

    database: str
    claim: UUID | None
    token: str | None


def _prepare(settings: Settings, *, demo: bool) -> _Prepared:
    """Migrate, load what is to be shown, and make the first admin's key where somebody is there to read it."""
    import structlog

    from api.access import service
    from api.bundles.loading import claim_to_show, load_dossier
    from api.custody.keys import load_keys
    from api.storage import migrations
    from api.storage.database import Database

    migrations.upgrade(settings.database_url)
    with _opened(Database(settings.database_url, 1, load_keys(settings))) as database:
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

    from api.storage.sqlite import is_sound

    log = structlog.get_logger()
    name, _, version = prepared.database.partition(" ")
    if name == "SQLite" and not is_sound(version):
        log.warning("this SQLite can corrupt a database that several processes write to: use 3.51.3", sqlite=version)
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


@contextmanager
def _opened(database: "Database") -> Iterator["Database"]:
    try:
        yield database
    finally:
        database.close()


def _explain(file: Path, failure: Failure) -> NoReturn:
    """Say why a bundle was not taken, and where in it."""
    errors.print(f"{escape(str(file))}: nothing of it was recorded.")
    if isinstance(failure, Invalid):
        lines = [f"{problem.pointer or problem.parameter or '/'}  {problem.detail}" for problem in failure.problems]
    else:
        lines = [failure.detail]
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
        _fail(failure.detail)
    except (ArgumentError, ValueError) as wrong:
        _fail(str(wrong), WRONG_SETTINGS)
    except DBAPIError as away:
        _fail(f"The database does not answer: {_first_line(away.orig)}")
    except CommandError as unknown:
        _fail(str(unknown))
    except OSError as failed:
        _fail(f"{failed.strerror or failed}{f': {failed.filename}' if failed.filename else ''}")


def _first_line(failed: BaseException | None) -> str:
    return str(failed).strip().partition("\n")[0]


def _fail(sentence: str, code: int = 1) -> NoReturn:
    errors.print(escape(sentence))
    raise SystemExit(code)


def _leave(_: int, __: FrameType | None) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
