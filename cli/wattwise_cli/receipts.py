"""Following an import to its end, and what it did as a person reads it."""

from typing import TYPE_CHECKING, Any

import typer

from .output import console, notes, print_json, print_statement
from .waiting import wait_for_job

if TYPE_CHECKING:
    from wattwise_client import Wattwise

SHOWN = 10  # rejected rows, events
COUNTS = ("read", "stored", "unchanged", "corrected", "duplicate", "rejected", "skipped", "consumers", "meters")


def follow(api: "Wattwise", import_id: int, title: str, *, quiet: bool) -> dict[str, Any]:
    """Waits for the job that the import is at, and answers the import. Exits with 1 where that failed."""
    status: dict[str, Any] = {}

    def look() -> dict[str, Any]:
        status.update(api.import_status(import_id))
        job: dict[str, Any] = status["job"]
        return job

    job = wait_for_job(look, title, quiet=quiet)
    if job["state"] != "succeeded":
        if quiet:
            print_json(status)
        notes.print(f"[red]Import {import_id} {job['state']}:[/red] {job['error']}")
        raise typer.Exit(1)
    return status


def follow_to_receipt(api: "Wattwise", import_id: int, *, as_json: bool) -> None:
    """Waits for the receipt and prints it. Exits with 1 where the import failed or every row was rejected."""
    status = follow(api, import_id, f"Import {import_id}", quiet=as_json)
    receipt = status["receipt"]
    print_json(status) if as_json else print_receipt(api, status)
    if receipt["read"] and receipt["rejected"] == receipt["read"]:
        raise typer.Exit(1)


def follow_fetch(api: "Wattwise", run: dict[str, Any], *, as_json: bool) -> None:
    """Like `follow_to_receipt`, of an import whose source is asked: where there was nothing new, it may be gone."""
    from wattwise_client import NotFound

    job = wait_for_job(lambda: api.job(run["job"]["id"]), f"Import {run['id']}", quiet=as_json)
    try:
        status = api.import_status(run["id"])
    except NotFound:
        status = run | {"job": job}
    if job["state"] == "succeeded" and not status["files"]:
        print_json(status) if as_json else console.print("There was nothing new.")
        return
    follow_to_receipt(api, run["id"], as_json=as_json)


def print_receipt(api: "Wattwise", status: dict[str, Any]) -> None:
    receipt = status["receipt"]
    lines = [(name, f"{receipt[name]:,}") for name in COUNTS]
    lines += [("total", f"{value:,.3f} {unit}") for unit, value in receipt["totals"].items()]
    if receipt.get("first_reading_at"):
        lines.append(("from", receipt["first_reading_at"]))
        lines.append(("to", receipt["last_reading_at"]))
    if seconds := receipt["seconds"]:
        lines.append(("seconds", f"{seconds:,.1f}"))
        lines.append(("rows a second", f"{receipt['read'] / seconds:,.0f}"))
    print_statement(f"Import {status['id']}", lines)
    if status.get("undone_at"):
        console.print(f"It was undone on {status['undone_at']}.")
    elif receipt["read"] and not (receipt["stored"] or receipt["corrected"]) and receipt["unchanged"]:
        console.print("Nothing changed: all of it was here already.")
    print_sentences([*receipt["interpretation"], *receipt["warnings"]])
    print_events(receipt.get("events") or [], receipt.get("events_count") or {})
    if receipt["rejected"]:
        _, rows = api.rejected_rows(status["id"], most=SHOWN)
        print_rejected(receipt["rejected"], rows)
    _print_what_is_put_right(status)


def living_fixes(status: dict[str, Any]) -> list[dict[str, Any]]:
    """The imports that put rejected rows of this one right, without those that were undone."""
    return [fix for fix in status.get("fixed_by") or [] if not fix["undone_at"]]


def _print_what_is_put_right(status: dict[str, Any]) -> None:
    number, file = status["id"], status.get("rejected_file")
    if status.get("fixes"):
        console.print(f"It puts rejected rows of import {status['fixes']} right.")
    for fix in living_fixes(status):
        console.print(f"Import {fix['id']} put {fix['put_right']:,} of its rejected rows right.")
    if file and status["put_right"] < file["rows"] and not status.get("undone_at"):
        name = file["name"]
        console.print(f"To put them right: wattwise imports rejected {number} -o {name}", markup=False, soft_wrap=True)


def print_sentences(sentences: list[str]) -> None:
    for sentence in sentences:
        console.print(f"· {sentence}", markup=False, soft_wrap=True)


def print_events(events: list[dict[str, Any]], counts: dict[str, int]) -> None:
    """What happened to the series: how often, and the first of it."""
    if not events:
        return
    counted = ", ".join(f"{count:,} × {kind.replace('_', ' ')}" for kind, count in counts.items())
    console.print(f"What happened to the series: {counted or f'{len(events):,} events'}", markup=False)
    for event in events[:SHOWN]:
        console.print(f"  {event['meter_key']}, {event['starts_at']}: {event['text']}", markup=False, soft_wrap=True)


def print_rejected(count: int, rows: list[dict[str, Any]]) -> None:
    """How many rows were (or would be) rejected, and the first of them, each with its place, reason and remedy."""
    console.print(f"[yellow]{count:,} rejected rows[/yellow]" + (", the first of them:" if rows else "."))
    for row in rows[:SHOWN]:
        place = f"{row['file']}:{row['line']}" if row["line"] else row["file"]
        what = f" {row['column']}={row['value']!r}" if row["column"] else ""
        console.print(f"  {place}{what}: {row['reason']} {row['remedy']}", markup=False, soft_wrap=True)
