"""`wattwise up`: all nine services, healthy."""

import signal
import time
from typing import Annotated

import typer
from rich.console import Console

from wattwise_cli.commands.options import HomeOption
from wattwise_cli.platform import supervision
from wattwise_cli.platform.home import find_home
from wattwise_cli.platform.settings import Wishes
from wattwise_cli.platform.startup import Platform, bring_up


def up(
    detach: Annotated[bool, typer.Option("--detach", "-d", help="Return once it is up; it keeps running.")] = False,
    port: Annotated[int | None, typer.Option(help="Where people reach it; 8000 at first.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on; 0.0.0.0 opens it to the network.")] = None,
    home: HomeOption = None,
    backend_port: Annotated[int | None, typer.Option(help="Internal; chosen free at first.")] = None,
    database_port: Annotated[int | None, typer.Option(help="Internal; chosen free at first.")] = None,
    redis_port: Annotated[int | None, typer.Option(help="Internal; chosen free at first.")] = None,
) -> None:
    """Start the nine services and wait until they are healthy. Without --detach, Ctrl-C stops them again."""
    console = Console(highlight=False)
    wishes = Wishes(host, port, backend_port, database_port, redis_port)
    started = time.monotonic()
    with console.status("starting") as status:
        platform = bring_up(find_home(home), wishes, say=lambda words: status.update(words))
    announce(platform, console, seconds=time.monotonic() - started)
    if not detach:
        _stay(platform, console)


def announce(platform: Platform, console: Console, *, seconds: float) -> None:
    """Print where the platform is, and the first login when it has not been shown yet."""
    how = "was already up" if platform.was_running else f"is up after {seconds:.0f} s"
    console.print(f"Wattwise {how}: [bold]{platform.settings.url}[/bold]", soft_wrap=True)
    console.print(f"Its home is {platform.home.folder}", soft_wrap=True)
    if platform.first_login:
        login = platform.first_login
        console.print(f"Sign in as [bold]{login['email']}[/bold] with the password [bold]{login['password']}[/bold]")
        console.print("This is shown once; change it after signing in.")


def _stay(platform: Platform, console: Console) -> None:
    """Wait for Ctrl-C (or an end of the terminal), then stop everything gracefully."""
    console.print("Press Ctrl-C to stop it.")

    def leave(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    try:
        while supervision.is_running(platform.home):
            time.sleep(1)
        console.print("It was stopped from elsewhere.")
    except KeyboardInterrupt:
        console.print("Stopping …")
        with platform.home.alone():
            supervision.stop(platform.home)
