"""`wattwise status`: the nine services at a glance."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from wattwise_cli.commands.options import HomeOption
from wattwise_cli.platform import health, secrets, settings
from wattwise_cli.platform.health import ServiceStatus
from wattwise_cli.platform.home import find_home

COLOURS = {"running": "green", "external": "green", "starting": "yellow", "restarting": "yellow", "stopped": "dim"}


def status(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Show state, process, since when, version and last heartbeat of each service; exit with 1 where one is not up."""
    place, now = find_home(home), datetime.now(UTC)
    chosen = settings.load(place)
    found = health.statuses(place, chosen, secrets.load(place), now=now)
    if as_json:
        content = {"home": str(place.folder), "url": chosen.url, "services": [asdict(one) for one in found]}
        typer.echo(json.dumps(content, indent=2, default=lambda value: value.isoformat()))
    else:
        Console(highlight=False).print(_table(found, now))
    if not all(one.is_up for one in found):
        raise typer.Exit(1)


def _table(found: list[ServiceStatus], now: datetime) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("service", "state", "pid", "since", "heartbeat"):
        table.add_column(column, no_wrap=True)
    table.add_column("version")
    table.add_column("")
    for one in found:
        colour = COLOURS.get(one.state, "red")
        table.add_row(
            one.service,
            f"[{colour}]{one.state}[/{colour}]",
            str(one.pid or ""),
            _ago(one.since, now),
            _ago(one.last_heartbeat, now),
            one.version or "",
            "; ".join(part for part in (f"ended {one.restarts} times" if one.restarts else "", one.detail) if part),
        )
    return table


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    seconds = max(0, int((now - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
