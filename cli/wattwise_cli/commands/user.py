"""`wattwise user`: people and what they may do."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import CommandError, choose_organization, connect
from wattwise_cli.output import console, print_json, print_table

if TYPE_CHECKING:
    from wattwise_client import Wattwise

app = typer.Typer(add_completion=False, no_args_is_help=True, help="People: create, list, set-password.")


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    ANALYST = "analyst"
    VIEWER = "viewer"
    HOUSEHOLD = "household"


@app.command()
def create(
    email: Annotated[str, typer.Argument(help="The person's login.")],
    name: Annotated[str, typer.Option(help="The person's name.")] = "",
    role: Annotated[Role, typer.Option(help="What the person may do in the organization.")] = Role.VIEWER,
    consumer: Annotated[str | None, typer.Option(metavar="KEY", help="Of a household: its own consumer.")] = None,
    organization: OrganizationOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Add a person to an organization; a new one gets a password, printed this once."""
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id
        consumer_id = None if consumer is None else _consumer(api, organization_id, consumer)
        made = api.create_user(
            organization_id=organization_id, email=email, name=name, role=role, consumer_id=consumer_id
        )
    if as_json:
        print_json(made)
        return
    console.print(f"{email} is {role} now.", markup=False)
    if made.get("password"):
        console.print(f"Password, shown this once: {made['password']}", markup=False)


@app.command("list")
def list_users(organization: OrganizationOption = None, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the members of an organization."""
    with connect(home) as api:
        found = list(api.members(organization_id=choose_organization(api, organization).id))
    if as_json:
        print_json(found)
        return
    rows = [(member["user"]["email"], member["user"]["name"], member["role"]) for member in found]
    print_table(("login", "name", "role"), rows, empty="There are no members.")


@app.command("set-password")
def set_password(
    email: Annotated[str, typer.Argument(help="The person's login.")],
    generate: Annotated[bool, typer.Option("--generate", help="Make one and print it.")] = False,
    organization: OrganizationOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Set a person's password: asked for without echo, or read from standard input."""
    with connect(home) as api:
        members = api.members(organization_id=choose_organization(api, organization).id)
        found = next((member for member in members if member["user"]["email"] == email.lower()), None)
        if found is None:
            raise CommandError(f"There is no member {email}. See: wattwise user list")
        answer = api.set_password(found["id"], None if generate else _ask())
    if as_json:
        print_json(answer)
    elif generate:
        console.print(f"Password, shown this once: {answer['password']}", markup=False)
    else:
        console.print(f"{email} has a new password.", markup=False)


def _ask() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _consumer(api: "Wattwise", organization_id: int, key: str) -> int:
    found = next((one.id for one in api.consumers(organization_id=organization_id) if one.key == key), None)
    if found is None:
        raise CommandError(f"There is no consumer {key!r}. See: wattwise export consumers")
    return found
