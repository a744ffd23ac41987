"""`wattwise stop`: all nine services end, gracefully."""

from rich.console import Console

from wattwise_cli.commands.options import HomeOption
from wattwise_cli.platform import supervision
from wattwise_cli.platform.home import find_home


def stop(home: HomeOption = None) -> None:
    """Stop all services of a home; harmless when none runs."""
    console, place = Console(highlight=False), find_home(home)
    if not place.run.is_dir():
        console.print(f"Nothing runs in {place.folder}.", soft_wrap=True)
        return
    with place.alone(), console.status("stopping"):
        ran = supervision.stop(place)
    console.print("Wattwise has stopped." if ran else f"Nothing runs in {place.folder}.", soft_wrap=True)
