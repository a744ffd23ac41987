"""`wattwise sources add`, `set`, `preview` and `start`: from a kind to a source that brings readings by itself."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import choose_organization, connect
from wattwise_cli.output import console, print_json
from wattwise_cli.receipts import follow_fetch
from wattwise_cli.recipe_words import recipe_in
from wattwise_cli.setting_words import (
    config_of,
    is_secret,
    kind_named,
    needed_secrets,
    properties_of,
    secrets_of,
    setting_named,
)
from wattwise_cli.starting import offer_preview, say_under_way
from wattwise_cli.starting import start as start_import

if TYPE_CHECKING:
    from wattwise_client import Wattwise

SourceId = Annotated[int, typer.Argument(metavar="SOURCE", help="A source's number, as `sources` lists it.")]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A setting; `sources kinds KIND` lists them.", show_default=False),
]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="NAME[=@FILE|=-]",
        show_default=False,
        help="A password or key: asked for, a file's content, or standard input.",
    ),
]
Every = Annotated[
    str | None,
    typer.Option(metavar="DURATION", show_default=False, help="How often it is asked, such as PT1H; '' is by hand."),
]
RecipeFile = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, show_default=False, help="How its numbers are read, in JSON."),
]
Choose = Annotated[
    int | None, typer.Option(min=1, metavar="N", show_default=False, help="Start as the preview's N-th understanding.")
]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the receipt of its first import.")]


def add(
    kind: Annotated[str, typer.Argument(help="One of `sources kinds`.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    settings: Settings = None,
    secrets: Secrets = None,
    every: Every = None,
    recipe: RecipeFile = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would bring, and ask.")] = False,
    choose: Choose = None,
    start: Annotated[bool, typer.Option("--start", help="Start it without a preview.")] = False,
    wait: Wait = False,
    organization: OrganizationOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Connect a source. It is a draft, which nobody asks, until it is started."""
    stated = recipe_in(recipe)
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id
        chosen = kind_named(api.source_kinds(), kind)
        made = api.create_source(
            organization_id=organization_id,
            kind=kind,
            name=name,
            config=config_of(chosen, settings or []),
            secrets=secrets_of(chosen, secrets or [], ask_for=needed_secrets(chosen)),
            recipe=stated,
            every=every,
        )
        if not as_json:
            console.print(f"Source {made['id']}, {made['name']}, is a draft.", markup=False)
        if preview or choose:
            preview_and_start(api, made["id"], choose=choose or 0, wait=wait, as_json=as_json)
        elif start:
            begin(api, made["id"], wait=wait, as_json=as_json)
        elif as_json:
            print_json(made)
        else:
            console.print(f"Look at what it brings:  wattwise sources preview {made['id']}")
            console.print(f"Start it:                wattwise sources start {made['id']}")


def preview(
    number: SourceId, choose: Choose = None, wait: Wait = False, as_json: JsonOption = False, home: HomeOption = None
) -> None:
    """Fetch a sample, show what would be stored of it, and start the source as one of its understandings."""
    with connect(home) as api:
        preview_and_start(api, number, choose=choose or 0, wait=wait, as_json=as_json)


def start(number: SourceId, wait: Wait = False, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Start a draft without a preview."""
    with connect(home) as api:
        begin(api, number, wait=wait, as_json=as_json)


def change(
    number: SourceId,
    name: Annotated[str | None, typer.Option(show_default=False, help="What people call it.")] = None,
    settings: Settings = None,
    secrets: Secrets = None,
    unset: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", show_default=False, help="Take a setting or secret back; several times."),
    ] = None,
    every: Every = None,
    recipe: RecipeFile = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Change a source; what is not named stays. A kept secret is not sent to another address: give it again."""
    with connect(home) as api:
        wish: dict[str, Any] = {"name": name, "every": every, "recipe": recipe_in(recipe) if recipe else None}
        if settings or secrets or unset:
            wish |= _changed(api, api.source(number), settings or [], secrets or [], unset or [])
        changed = api.change_source(number, **wish)
    print_json(changed) if as_json else console.print(f"Source {number} is changed.")


def preview_and_start(api: "Wattwise", source_id: int, *, choose: int, wait: bool, as_json: bool) -> None:
    """Shows what a source would bring, and starts it as `choose` or the person at the terminal says."""
    run = api.preview_source(source_id)
    chosen = offer_preview(api, run["id"], choose=choose, as_json=as_json)
    if chosen:
        _say(api, start_import(api, run["id"], choose=chosen), wait=wait, as_json=as_json)


def begin(api: "Wattwise", source_id: int, *, wait: bool, as_json: bool) -> None:
    source = api.start_source(source_id)
    first = source["last_import"]
    if first is None:
        print_json(source) if as_json else console.print(f"Source {source_id} is listened to from now on.")
    else:
        _say(api, api.import_status(first["id"]), wait=wait, as_json=as_json)


def _say(api: "Wattwise", run: dict[str, Any], *, wait: bool, as_json: bool) -> None:
    if wait:
        follow_fetch(api, run, as_json=as_json)
    else:
        print_json(run) if as_json else say_under_way(run)


def _changed(
    api: "Wattwise", source: dict[str, Any], settings: list[str], secrets: list[str], unset: list[str]
) -> dict[str, Any]:
    kind = kind_named(api.source_kinds(), source["kind"])
    known = properties_of(kind)
    given: dict[str, str | None] = dict(secrets_of(kind, secrets))
    config = source["config"] | config_of(kind, settings)
    for name in unset:
        if is_secret(setting_named(known, name, kind)):
            given[name] = None
        else:
            config.pop(name, None)
    return {"config": config, "secrets": given}
