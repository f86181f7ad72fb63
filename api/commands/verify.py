"""Check a store, or a proof, against the signed log."""

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

    settings = read_settings()
    verifier = _verifier(settings, key)
    note = None if earlier is None else earlier.read_text("utf-8")
    if proof is None:
        if checkpoint or entry or disclosure:
            fail("--checkpoint, --entry and --disclosure go with --proof.", WRONG_SETTINGS)
        with look(settings.database_url, find_sealing(settings)) as reading:
            _tell(verifying.verify_store(reading, verifier, note))
        return
    shown = verifying.read_json(proof.read_text("utf-8"))
    if checkpoint is None:
        fail("--proof goes with --checkpoint: the signed note that the proof leads to.", WRONG_SETTINGS)
    signed = checkpoint.read_text("utf-8")
    if entry is not None:
        said = verifying.read_json(entry.read_text("utf-8"))
        opened = None if disclosure is None else verifying.read_json(disclosure.read_text("utf-8"))
        _tell_problems(verifying.verify_entry(said, shown, signed, verifier, opened))
    elif note is not None:
        _tell_problems(verifying.verify_growth(note, shown, signed, verifier))
    else:
        fail("--proof goes with --entry, or with --earlier.", WRONG_SETTINGS)
    says.print("It holds.")


def _verifier(settings: Settings, key: str | None) -> "Verifier":
    """Read the log's public key as it was given, or derive it from this machine's signing key."""
    from api.custody.keys import find_verifier
    from api.custody.notes import Verifier

    if key is not None:
        return Verifier.from_vkey(Path(key).read_text("utf-8") if Path(key).is_file() else key)
    verifier = find_verifier(settings)
    if verifier is None:
        fail("This machine has no signing key: give --key, as GET /v1/log/key answers it.", WRONG_SETTINGS)
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
        fail("It does not hold.")
