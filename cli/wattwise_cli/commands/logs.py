"""`wattwise logs`: what the services wrote."""

import contextlib
import subprocess
from typing import Annotated

import typer

from wattwise_cli.commands.options import HomeOption
from wattwise_cli.platform.errors import PlatformError
from wattwise_cli.platform.home import Home, find_home
from wattwise_cli.platform.services import SERVICES

NAMES = ", ".join(service.name for service in SERVICES)


class NoLog(PlatformError):
    def __init__(self, home: Home, service: str) -> None:
        super().__init__(
            f"There is no log of {service or 'any service'} in {home.log}. Start the platform: ./wattwise up"
        )


def logs(
    service: Annotated[
        str | None, typer.Argument(help=f"One of {NAMES}, or supervisor; all of them by default.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing what is added.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", help="How many lines of each to begin with.")] = 40,
    home: HomeOption = None,
) -> None:
    """Print the newest lines of one service's log, or of all."""
    place = find_home(home)
    if service and service not in (*(one.name for one in SERVICES), "supervisor"):
        raise typer.BadParameter(f"there is no service {service}; there are {NAMES}, and supervisor")
    files = sorted(str(file) for file in place.log.glob(f"{service or '*'}.log"))
    if not files:
        raise NoLog(place, service or "")
    # -F follows the name, so that a rotated log goes on.
    with contextlib.suppress(KeyboardInterrupt):
        subprocess.run(
            [
                "tail",
                f"--lines={lines}",
                *(["-F", "--quiet"] if follow and service else ["-F"] if follow else []),
                *files,
            ],
            check=False,
        )
