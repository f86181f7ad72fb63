"""Check a store, or a proof, against the signed log."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from api.commands.console import WRONG_SETTINGS, errors, fail, read_settings, says
from api.settings import Settings

if TYPE_CHECKING:
    from api.custody.notes import Verifier
    from api.log.report import Report


def verify(
    key: Annotated[
        list[str] | None,
        typer.Option(
            help="The log's public key, or a file of it; else this machine's own. Where it was replaced: each of them."
        ),
    ] = None,
    earlier: Annotated[Path | None, typer.Option(help="A checkpoint that was kept elsewhere.")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="Offline: the checkpoint that signs what is proved.")] = None,
    proof: Annotated[Path | None, typer.Option(help="Offline: a proof of inclusion; with --earlier of growth.")] = None,
    entry: Annotated[Path | None, typer.Option(help="Offline: the entry that is to be in the log.")] = None,
    disclosure: Annotated[Path | None, typer.Option(help="Offline: values that the entry is to commit to.")] = None,
) -> None:
    """Check the whole store against its log and signatures; or, with --proof, what was downloaded of another's."""
    from api.log import proofs

    settings = read_settings()
    verifiers = _verifiers(settings, key or [])
    note = None if earlier is None else _read(earlier)
    if proof is None:
        if checkpoint or entry or disclosure:
            fail("--checkpoint, --entry and --disclosure go with --proof.", WRONG_SETTINGS)
        _tell(_checked(settings, verifiers, note))
        return
    shown = proofs.read_json(_read(proof))
    if checkpoint is None:
        fail("--proof goes with --checkpoint: the signed note that the proof leads to.", WRONG_SETTINGS)
    signed = _read(checkpoint)
    if entry is not None:
        said = proofs.read_json(_read(entry))
        opened = None if disclosure is None else proofs.read_json(_read(disclosure))
        _tell_problems(proofs.verify_entry(said, shown, signed, verifiers, opened))
    elif note is not None:
        _tell_problems(proofs.verify_growth(note, shown, signed, verifiers))
    else:
        fail("--proof goes with --entry, or with --earlier.", WRONG_SETTINGS)
    says.print("It holds.")


def _checked(settings: Settings, verifiers: "Sequence[Verifier]", earlier: str | None) -> "Report":
    """Check the whole store."""
    import api.main  # noqa: F401  so that every kind of record is known
    from api.custody.keys import find_sealing
    from api.log.verifying import verify_store
    from api.storage import migrations
    from api.storage.database import look

    with look(settings.database_url, find_sealing(settings)) as reading:
        migrations.require_head(reading.connection)
        return verify_store(reading, verifiers, earlier)


def _verifiers(settings: Settings, keys: Sequence[str]) -> "Sequence[Verifier]":
    """Read the log's public keys as they were given, or derive the one from this machine's signing key."""
    from api.custody.keys import find_verifier
    from api.custody.notes import Verifier

    if keys:
        return [Verifier.from_vkey(_read(Path(key)) if Path(key).is_file() else key) for key in keys]
    verifier = find_verifier(settings)
    if verifier is None:
        fail("This machine has no signing key: give --key, as GET /v1/log/key answers it.", WRONG_SETTINGS)
    return [verifier]


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        fail(f"{file} is no text in UTF-8.", WRONG_SETTINGS)


def _tell(report: "Report") -> None:
    from base64 import b64encode

    says.print(
        f"{report.entries:,} entries, {report.versions:,} versions of records, {report.checkpoints:,} checkpoints;"
        f" {report.erased:,} versions erased."
    )
    if report.waiting:
        says.print(f"Not signed yet, as their entries wait for numbers: versions, {report.waiting:,} in all.")
    if report.sealed:
        says.print(f"Not checked, as that takes the sealing key: sealed versions, {report.sealed:,} in all.")
    if report.found > len(report.problems):
        errors.print(f"The first {len(report.problems)} of {report.found:,} problems:")
    _tell_problems(report.problems)
    says.print(f"All of it holds. Root: {b64encode(report.root).decode()}")


def _tell_problems(problems: list[str]) -> None:
    """Say what does not hold, and end with 1 where anything does not."""
    for problem in problems:
        errors.print(escape(problem))
    if problems:
        fail("It does not hold.")
