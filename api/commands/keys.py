"""Make, list and revoke access keys."""

from typing import Annotated

import typer
from rich.markup import escape

from api.commands.console import WRONG_SETTINGS, fail, opened_database, opened_store, says

keys = typer.Typer(help="Make, list and revoke access keys.", no_args_is_help=True)


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
    from api.web.validation import problems_of

    until = None if expires is None else latest_of(expires)
    try:
        draft = KeyDraft.model_validate(
            {"holder": holder, "role": role, "scopes": scope or [], "expires_at": until and until.isoformat()}
        )
    except ValidationError as wrong:
        fail("; ".join(f"{(one.pointer or '/')[1:]}: {one.detail}" for one in problems_of(wrong)), WRONG_SETTINGS)
    token = tokens.make()
    with opened_database() as database:
        database.write(lambda ledger: create(ledger, draft, token), COMMAND_LINE)
    print(token.written)


@keys.command("list")
def list_keys() -> None:
    """List the keys that are not revoked: id, role, scopes, holder, last day of use, expiry."""
    from api.access.service import every

    with opened_store() as database, database.reading() as reading:
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

    with opened_store() as database:
        database.write(lambda ledger: revoke(ledger, named(ledger, id), reason), COMMAND_LINE)
    says.print(f"{escape(id)} is revoked.")
