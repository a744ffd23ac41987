"""`wattwise import`: files in, a receipt out."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from wattwise_cli.commands.options import HomeOption, JsonOption, OrganizationOption
from wattwise_cli.connection import choose_organization, connect
from wattwise_cli.output import console, notes, print_json, print_statement
from wattwise_cli.waiting import wait_for_job
from wattwise_contract.quantities import Quantity
from wattwise_contract.recipes import DuplicateRule, ImportKind, Recipe, StampMarks

if TYPE_CHECKING:
    from wattwise_client import Wattwise

TRIES = 5  # of an upload that a restart cut off; sent twice, readings have the effect of once
SHOWN = 10  # rejected rows

Column = Annotated[str, typer.Option(show_default=False, help="Its name in the file's header; found out without.")]


def import_files(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, readable=True, help="One import, together.")
    ],
    organization: OrganizationOption = None,
    kind: Annotated[ImportKind, typer.Option(help="auto: a file with times holds readings.")] = ImportKind.AUTO,
    consumer_column: Column = "",
    meter_column: Column = "",
    time_column: Column = "",
    value_column: Column = "",
    quantity: Annotated[Quantity, typer.Option(help="What the meters measure.")] = Quantity.ELECTRICITY_IMPORT,
    unit: Annotated[str, typer.Option(show_default=False, help="Of the file's values: kWh, Wh, kW, …")] = "",
    timezone: Annotated[str, typer.Option(metavar="ZONE", show_default=False, help="Where the meters are.")] = "",
    stamps_in: Annotated[
        str, typer.Option(metavar="ZONE|UTC", show_default=False, help="What the stamps are written in.")
    ] = "",
    stamp_marks: Annotated[
        StampMarks, typer.Option(help="Which end of its interval a stamp marks.")
    ] = StampMarks.START,
    duplicates: Annotated[DuplicateRule, typer.Option(help="Which of two readings of one time.")] = DuplicateRule.LAST,
    create_consumers: Annotated[bool, typer.Option(help="With details: make consumers that are not there.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the receipt.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
) -> None:
    """Import readings, or details of consumers, from CSV and JSON files (also gzip and zip). Importing a file again
    changes nothing. Exits with 1 where the import failed or every row was rejected."""
    recipe = Recipe(
        kind=kind, consumer_column=consumer_column, meter_column=meter_column, time_column=time_column,
        value_column=value_column, quantity=quantity, unit=unit, timezone=timezone, stamps_in=stamps_in,
        stamp_marks=stamp_marks, duplicates=duplicates, create_consumers=create_consumers,
    )  # fmt: skip
    with connect(home) as api:
        organization_id = choose_organization(api, organization).id
        made = _upload(api, files, organization_id, recipe, quiet=as_json)
        if wait:
            _wait(api, made["id"], as_json=as_json)
        elif as_json:
            print_json(made)
        else:
            console.print(f"Import {made['id']} is under way. Follow it: wattwise jobs show {made['job']['id'][:8]}")


def _upload(api: "Wattwise", files: list[Path], organization_id: int, recipe: Recipe, *, quiet: bool) -> dict[str, Any]:
    from wattwise_client import Unreachable

    total = sum(file.stat().st_size for file in files)
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=notes, disable=quiet or not notes.is_terminal, transient=True) as progress:
        title = files[0].name if len(files) == 1 else f"{len(files)} files"
        bar = progress.add_task(f"Uploading {title}", total=total)
        on_bytes: Callable[[int], None] = lambda count: progress.advance(bar, count)  # noqa: E731 - needs its type
        for last in (attempt == TRIES for attempt in range(1, TRIES + 1)):
            try:
                return api.create_import(files, organization_id=organization_id, recipe=recipe, on_bytes=on_bytes)
            except Unreachable as error:
                if last or not error.maybe_sent:
                    raise
                progress.reset(bar, total=total)
    raise AssertionError("every try either returned or raised")


def _wait(api: "Wattwise", import_id: int, *, as_json: bool) -> None:
    status: dict[str, Any] = {}

    def look() -> dict[str, Any]:
        status.update(api.import_status(import_id))
        job: dict[str, Any] = status["job"]
        return job

    job = wait_for_job(look, f"Import {import_id}", quiet=as_json)
    receipt = status.get("receipt")
    if as_json:
        print_json(status)
    elif receipt:
        _print_receipt(api, import_id, receipt)
    if job["state"] != "succeeded" or not receipt:
        notes.print(f"[red]Import {import_id} {job['state']}:[/red] {job['error']}")
        raise typer.Exit(1)
    if receipt["read"] and receipt["rejected"] == receipt["read"]:
        raise typer.Exit(1)


def _print_receipt(api: "Wattwise", import_id: int, receipt: dict[str, Any]) -> None:
    counts = ("read", "stored", "unchanged", "corrected", "duplicate", "rejected", "skipped", "consumers", "meters")
    lines = [(name, f"{receipt[name]:,}") for name in counts]
    lines += [("total", f"{value:,.3f} {unit}") for unit, value in receipt["totals"].items()]
    if receipt.get("first_reading_at"):
        lines.append(("from", receipt["first_reading_at"]))
        lines.append(("to", receipt["last_reading_at"]))
    seconds = receipt["seconds"]
    lines.append(("seconds", f"{seconds:,.1f}"))
    if seconds:
        lines.append(("rows a second", f"{receipt['read'] / seconds:,.0f}"))
    print_statement(f"Import {import_id}", lines)
    if receipt["read"] and not (receipt["stored"] or receipt["corrected"]) and receipt["unchanged"]:
        console.print("Nothing changed: all of it was here already.")
    for sentence in (*receipt["interpretation"], *receipt["warnings"]):
        console.print(f"· {sentence}", markup=False, soft_wrap=True)
    if receipt["rejected"]:
        _print_rejected(api, import_id, receipt["rejected"])


def _print_rejected(api: "Wattwise", import_id: int, rejected: int) -> None:
    _, rows = api.rejected_rows(import_id, most=SHOWN)
    console.print(f"[yellow]{rejected:,} rejected rows[/yellow]" + (", the first of them:" if rows else "."))
    for row in rows:
        place = f"{row['file']}:{row['line']}" if row["line"] else row["file"]
        what = f" {row['column']}={row['value']!r}" if row["column"] else ""
        console.print(f"  {place}{what}: {row['reason']} {row['remedy']}", markup=False, soft_wrap=True)
