"""`wattwise token`: what machines sign in with."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import choose_organization, connect
from wattwise_cli.output import console, moment, notes, print_json, print_table
from wattwise_contract.scopes import Scope

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Tokens for programs: create, list, revoke.")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What it is for, so that somebody knows later.")],
    scope: Annotated[list[Scope], typer.Option(help="What it may do; may be given several times.")],
    organization: OrganizationOption = None,
    days: Annotated[int | None, typer.Option("--expires-in-days", min=1, help="It ends by itself.")] = None,
    platform: Annotated[bool, typer.Option("--platform", help="For every organization; operators only.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Create a token and print it, this once."""
    with connect(home) as api:
        organization_id = None if platform else choose_organization(api, organization).id
        expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
        made = api.create_token(name=name, scopes=scope, organization_id=organization_id, expires_at=expires_at)
    if as_json:
        print_json(made)
        return
    typer.echo(made["token"])
    notes.print("Keep it now: only its digest is stored, and it cannot be shown again.", style="dim")


@app.command("list")
def list_tokens(organization: OrganizationOption = None, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List tokens, never their text."""
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id if organization else None
        found = list(api.tokens(organization_id=organization_id))
    if as_json:
        print_json(found)
        return
    rows = [
        (token["id"], token["name"], token["prefix"] + "…", moment(token["created_at"]),
         "revoked" if token.get("revoked_at") else moment(token["expires_at"]) or "never",
         " ".join(token["scopes"]))
        for token in found
    ]  # fmt: skip
    print_table(("id", "name", "begins", "made (UTC)", "ends (UTC)", "scopes"), rows, empty="There are no tokens.")


@app.command()
def revoke(
    token: Annotated[int, typer.Argument(metavar="ID", help="As `wattwise token list` shows it.")],
    home: HomeOption = None,
) -> None:
    """Revoke a token: it ends at once."""
    with connect(home) as api:
        api.revoke_token(token)
    console.print(f"Token {token} is revoked.")
