"""`wattwise imports`: what was imported, what waits to be, and taking it back."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import choose_organization, connect
from wattwise_cli.output import console, moment, notes, print_json, print_table, save_csv
from wattwise_cli.previews import print_preview
from wattwise_cli.receipts import follow, follow_to_receipt, living_fixes, print_receipt
from wattwise_cli.recipe_words import recipe_in
from wattwise_cli.starting import say_under_way, start
from wattwise_contract.imports import ImportStage
from wattwise_contract.previews import Preview

if TYPE_CHECKING:
    from wattwise_client import Wattwise

app = typer.Typer(add_completion=False)
ImportId = Annotated[int, typer.Argument(metavar="IMPORT", help="An import's number.")]
CsvOption = Annotated[Path | None, typer.Option("--csv", dir_okay=False, help="Write all of them into this file.")]
WaitOption = Annotated[bool, typer.Option("--wait", help="Wait for the end; exit with 1 where it failed.")]
SHOWN = 50
REJECTED = ("file", "line", "column", "value", "reason", "remedy")
CORRECTIONS = ("meter", "meter_key", "starts_at", "old_value", "new_value", "unit")


@app.callback(invoke_without_command=True)
def imports(context: typer.Context, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """What was imported: list (also without a command), show, start, undo, discard, rejected, corrections."""
    if context.invoked_subcommand is None:
        list_imports(as_json=as_json, home=home)


@app.command("list")
def list_imports(
    organization: OrganizationOption = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 30,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List imports, newest first."""
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id if organization else None
        found = list(islice(api.imports(organization_id=organization_id), limit))
    if as_json:
        print_json(found)
        return
    columns = ("import", "made (UTC)", "source", "files", "state", "read", "stored", "corrected", "rejected", "total")
    print_table(
        columns, [_line(each) for each in found], empty="There are no imports yet. Begin with: wattwise import FILE"
    )


@app.command()
def show(number: ImportId, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Show an import's receipt; of one that is not started, what it would store."""
    with connect(home) as api:
        status = api.import_status(number)
        if as_json:
            print_json(status)
        elif status["receipt"]:
            print_receipt(api, status)
        elif status.get("preview") and status["stage"] == ImportStage.PREVIEW:
            print_preview(Preview.model_validate(status["preview"]), number)
        else:
            console.print(f"Import {number}: {_state(status)}. {status['job']['message'] or status['job']['error']}")


@app.command("start")
def start_import(
    number: ImportId,
    choose: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", show_default=False, help="As the preview's N-th understanding; the first."),
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, show_default=False, help="By this recipe, in JSON.")
    ] = None,
    remember_as: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="Keep how it was read as a source of this name.")
    ] = "",
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the receipt.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Import what was previewed, or import again what was undone."""
    stated = recipe_in(recipe) if recipe else None
    with connect(home) as api:
        status = start(api, number, choose=choose or 0, recipe=stated, remember_as=remember_as)
        if wait:
            follow_to_receipt(api, number, as_json=as_json)
        else:
            print_json(status) if as_json else say_under_way(status)


@app.command()
def undo(number: ImportId, wait: WaitOption = False, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Take back what an import stored: what it replaced comes back, what it added goes."""
    with connect(home) as api:
        status = api.undo_import(number)
        if wait:
            status = follow(api, number, f"Undoing import {number}", quiet=as_json)
    if as_json:
        print_json(status)
        return
    if wait:
        console.print(f"Import {number} is undone. {status['job']['message']}")
    else:
        console.print(f"Import {number} is being undone. Follow it: wattwise jobs show {status['job']['id'][:8]}")
    for fix in living_fixes(status):
        console.print(f"Rows that were put right stay. To take them back, too: wattwise imports undo {fix['id']}")


@app.command()
def discard(number: ImportId, home: HomeOption = None) -> None:
    """Forget an import that was never started, with its files."""
    with connect(home) as api:
        api.discard_import(number)
    console.print(f"Import {number} is forgotten; nothing of it was stored.")


@app.command()
def rejected(
    number: ImportId,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            dir_okay=False,
            show_default=False,
            help="Write the rows whole into this file, to put right.",
        ),
    ] = None,
    csv: CsvOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """List the rows that were not stored, each with its place, the reason and the remedy. With --output they come whole:
    put them right in that file, and send it back with: wattwise import FILE --fixes IMPORT"""
    with connect(home) as api:
        if output:
            _write_whole(api, number, output)
            return
        _print_rows(api.rejected(number), REJECTED, csv=csv, as_json=as_json, empty="No rows were rejected.")


@app.command()
def corrections(number: ImportId, csv: CsvOption = None, as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the readings that the import replaced, with the old value and the new."""
    with connect(home) as api:
        _print_rows(api.corrections(number), CORRECTIONS, csv=csv, as_json=as_json, empty="It replaced nothing.")


def _write_whole(api: "Wattwise", number: int, output: Path) -> None:
    about = api.import_status(number)["rejected_file"]
    if about and (suffix := Path(about["name"]).suffix) != output.suffix:
        notes.print(f"[yellow]It is a {suffix} file: give it such a name.[/yellow]")
    api.rejected_whole(number, output)
    notes.print(f"{output}: {about['rows']:,} rows", style="dim")
    if about["left_out"]:
        notes.print(f"[yellow]{about['left_out']:,} more rejected rows are not in it.[/yellow]")
    console.print(f"Put them right, and send them back: wattwise import {output} --fixes {number}", markup=False)


def _print_rows(records: Any, columns: tuple[str, ...], *, csv: Path | None, as_json: bool, empty: str) -> None:
    if csv:
        notes.print(f"{csv}: {save_csv(csv, columns, records):,} rows", style="dim")
    elif as_json:
        print_json(list(records))
    else:
        found = list(islice(records, SHOWN + 1))
        print_table(columns, [[record[name] for name in columns] for record in found[:SHOWN]], empty=empty)
        if len(found) > SHOWN:
            console.print("There are more; all of them: --csv FILE")


def _line(status: dict[str, Any]) -> tuple[object, ...]:
    receipt = status["receipt"] or {}
    totals = ", ".join(f"{value:,.3f} {unit}" for unit, value in receipt.get("totals", {}).items())
    counts = (receipt.get(name, "") for name in ("read", "stored", "corrected", "rejected"))
    files = status["files"]
    names = (
        f"{files[0]['name']} and {len(files) - 1} more" if len(files) > 1 else "".join(file["name"] for file in files)
    )
    return status["id"], moment(status["created_at"]), status["source"]["name"], names, _state(status), *counts, totals


def _state(status: dict[str, Any]) -> str:
    """In a word: pushed readings have no job, and a job that is over has done what its stage says."""
    if status.get("undone_at"):
        return "undone"
    job = status["job"]
    if job is None:
        return "imported"
    if job["state"] == "succeeded":
        return {"preview": "previewed", "import": "imported", "undo": "undone"}[status.get("stage", "import")]
    return f"{status.get('stage', 'import')}: {job['state']}"
