"""The wattwise command: one obvious list of commands, each imported only when it is asked for."""

import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from wattwise_cli.version import VERSION

# Name → `module of commands/:function`; the function may also be a typer.Typer with commands of its own.
COMMANDS = {
    "up": "up:up",
    "demo": "demo:demo",
    "stop": "stop:stop",
    "status": "status:status",
    "logs": "logs:logs",
    "doctor": "doctor:doctor",
    "import": "import_:import_files",
    "imports": "imports:app",
    "sources": "sources:app",
    "export": "export:export",
    "jobs": "jobs:app",
    "user": "user:app",
    "token": "token:app",
    "aggregate": "aggregate:aggregate",
    "cluster": "cluster:cluster",
    "forecast": "forecast:forecast",
    "test": "test:run_checks",
    "bench": "bench:bench",
}


class Commands(TyperGroup):
    """The commands, in the order above."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        target = getattr(importlib.import_module(f"wattwise_cli.commands.{module}"), name)
        if not isinstance(target, typer.Typer):
            target, function = typer.Typer(add_completion=False), target
            target.command(cmd_name)(function)
        command = typer.main.get_command(target)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(VERSION)
        raise typer.Exit


@app.callback()
def wattwise(
    version: bool = typer.Option(
        False, "--version", help="Print the version and leave.", is_eager=True, callback=_print_version
    ),
) -> None:
    """Wattwise: collect energy consumption, keep it correct, compare homes, forecast what comes next."""


def main() -> None:
    """Run the command line; an anticipated failure is one sentence on the error output and exit code 1."""
    try:
        app(prog_name="wattwise")
    except Exception as error:
        if not _is_anticipated(error):
            raise
        sys.exit(f"wattwise: {error}")


def _is_anticipated(error: Exception) -> bool:
    """Say whether the error's text was written for a user."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"PlatformError", "EmbeddedError", "WattwiseError"})
