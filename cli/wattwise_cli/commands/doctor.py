"""`wattwise doctor`: every check that a support person would make, each with its remedy."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from wattwise_cli.commands.options import HomeOption
from wattwise_cli.platform import secrets, settings
from wattwise_cli.platform.checks import Finding, check_machine
from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.home import Home, find_home
from wattwise_cli.platform.service_checks import check_services

SIGNS = {"ok": "[green]✓[/green]", "warning": "[yellow]![/yellow]", "failed": "[red]✗[/red]"}


def doctor(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON only.")] = False,
) -> None:
    """Check this machine, the home and the services; exit with 1 where something failed."""
    console = Console(highlight=False)
    found = []
    for finding in _findings(find_home(home), datetime.now(UTC)):
        found.append(finding)
        if not as_json:
            console.print(f"{SIGNS[finding.outcome]} {finding.check}: {finding.detail}", soft_wrap=True)
            if finding.remedy:
                console.print(f"    {finding.remedy}", soft_wrap=True)
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(finding) for finding in found]}, indent=2))
    if any(finding.outcome == "failed" for finding in found):
        raise typer.Exit(1)


def _findings(home: Home, now: datetime) -> Iterator[Finding]:
    yield from check_machine(home, now=now)
    try:
        chosen, kept = settings.load(home), secrets.load(home)
    except PlatformError:
        return  # the machine's findings have said so already
    yield from check_services(home, chosen, kept, now=now)
