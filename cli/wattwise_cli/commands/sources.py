"""`wattwise sources`: what brings readings by itself, how fresh it is, and everything that can be asked of it."""

from datetime import datetime
from typing import Annotated, Any

import typer

from wattwise_cli.commands import connecting
from wattwise_cli.commands.connecting import SourceId
from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import choose_organization, connect
from wattwise_cli.output import console, moment, print_json, print_statement, print_table
from wattwise_cli.receipts import follow_fetch
from wattwise_cli.setting_words import kind_named, properties_of, type_words
from wattwise_cli.starting import say_under_way

app = typer.Typer(add_completion=False)
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the receipt.")]


@app.callback(invoke_without_command=True)
def sources(context: typer.Context, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """What brings readings by itself: list (also without a command), kinds, add, preview, start, show, set, fetch, pause,
    resume, read-again, remove."""
    if context.invoked_subcommand is None:
        list_sources(as_json=as_json, home=home)


@app.command("list")
def list_sources(organization: OrganizationOption = None, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List sources, oldest first, with how each is."""
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id if organization else None
        found = list(api.sources(organization_id=organization_id))
    if as_json:
        print_json(found)
        return
    columns = ("source", "name", "kind", "state", "every", "brought (UTC)", "imports", "")
    print_table(
        columns,
        [_line(each) for each in found],
        empty="There are no sources yet. See what can be connected: wattwise sources kinds",
    )


@app.command()
def kinds(
    kind: Annotated[str | None, typer.Argument(help="One of them, with its settings.", show_default=False)] = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List what can be connected, or the settings of one kind."""
    with connect(home) as api:
        found = api.source_kinds()
    if kind:
        chosen = kind_named(found, kind)
        print_json(chosen) if as_json else _print_kind(chosen)
    elif as_json:
        print_json(found)
    else:
        rows = [(each["kind"], each["title"], each["description"]) for each in found if each["brings"] != "uploads"]
        print_table(("kind", "title", ""), rows, empty="No worker has said what it can fetch. See: wattwise status")


app.command("add")(connecting.add)
app.command("preview")(connecting.preview)
app.command("start")(connecting.start)


@app.command()
def show(number: SourceId, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Show a source: how it is, its settings, which secrets are kept, and its newest import."""
    with connect(home) as api:
        source = api.source(number)
    print_json(source) if as_json else _print_source(source)


app.command("set")(connecting.change)


@app.command()
def fetch(
    number: SourceId,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], show_default=False, help="Everything from this day on, once more."),
    ] = None,
    wait: Wait = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Ask a source now. What was fetched before is not stored twice."""
    with connect(home) as api:
        run = api.fetch_source(number, since=since.date() if since else None)
        if wait:
            follow_fetch(api, run, as_json=as_json)
        else:
            print_json(run) if as_json else say_under_way(run)


@app.command()
def pause(number: SourceId, home: HomeOption = None) -> None:
    """Let a source rest until it is resumed."""
    with connect(home) as api:
        api.change_source(number, state="paused")
    console.print(f"Source {number} rests. Go on with: wattwise sources resume {number}")


@app.command()
def resume(number: SourceId, home: HomeOption = None) -> None:
    """Let a source go on where it was paused; what it missed is fetched."""
    with connect(home) as api:
        api.change_source(number, state="active")
    console.print(f"Source {number} goes on.")


@app.command("read-again")
def read_again(number: SourceId, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Read what was fetched but could not be understood once more, by the source's present recipe."""
    with connect(home) as api:
        again = api.read_source_again(number)
    if as_json:
        print_json(again)
        return
    count = again["started"]
    console.print("1 failed import is read again." if count == 1 else f"{count:,} failed imports are read again.")
    for import_id in again["undo_first"]:
        console.print(f"Import {import_id} stored something before it failed: wattwise imports undo {import_id}")


@app.command()
def remove(number: SourceId, home: HomeOption = None) -> None:
    """Remove a source, with its passwords and keys. What it brought stays."""
    with connect(home) as api:
        api.remove_source(number)
    console.print(f"Source {number} is removed; what it brought stays.")


def _line(source: dict[str, Any]) -> tuple[object, ...]:
    return (
        source["id"], source["name"], source["kind"], _state(source), source["every"], moment(source["brought_at"]),
        source["imports_count"], source["last_error"],
    )  # fmt: skip


def _state(source: dict[str, Any]) -> str:
    """In a word; what needs somebody comes before the rest."""
    if source["brings"] == "uploads":
        return ""
    if source["state"] != "active":
        return str(source["state"])
    return "failing" if source["failures"] else "late" if source["is_late"] else "active"


def _print_kind(kind: dict[str, Any]) -> None:
    console.print(f"[bold]{kind['title']}[/bold]")
    console.print(kind["description"], markup=False)
    console.print(f"Asked every {kind['every']} where nothing else is said.\n" if kind["brings"] == "fetches" else "")
    required = kind["settings_schema"].get("required", [])
    rows = [
        (name, type_words(setting), "needed" if name in required else setting.get("default", ""),
         " ".join(filter(None, (setting.get("title"), setting.get("description")))))
        for name, setting in properties_of(kind).items()
    ]  # fmt: skip
    print_table(("setting", "value", "without", ""), rows, empty="It has no settings.")


def _print_source(source: dict[str, Any]) -> None:
    last = source["last_import"]
    lines = [
        ("kind", source["kind_title"]),
        ("state", _state(source) or source["state"]),
        ("asked", source["every"] or ("all the time" if source["brings"] == "listens" else "by hand")),
        ("next (UTC)", moment(source["due_at"])),
        ("last asked (UTC)", moment(source["checked_at"])),
        ("last brought (UTC)", moment(source["brought_at"])),
        *((name, str(value)) for name, value in source["config"].items()),
        *((name, "(kept secret)") for name in source["secrets_set"]),
        ("imports", f"{source['imports_count']:,}"),
        ("newest", f"import {last['id']}, {last['stored']:,} stored, {last['rejected']:,} rejected" if last else ""),
    ]
    print_statement(f"Source {source['id']}: {source['name']}", [line for line in lines if line[1]], justify="left")
    if source["failures"]:
        times = "once" if source["failures"] == 1 else f"{source['failures']:,} times in a row"
        console.print(f"It failed {times}: {source['last_error']}", markup=False, soft_wrap=True)
