"""`wattwise bench`: every figure beside its baseline of the same run and its target."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[3]
BENCHMARKS = sorted(path.parent.name for path in REPOSITORY.glob("benchmarks/*/__main__.py"))


def bench(
    names: Annotated[list[str] | None, typer.Argument(help=f"Only these: {', '.join(BENCHMARKS)}")] = None,
    full: Annotated[bool, typer.Option("--full", help="The sizes that the targets are set for; takes long.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON only.")] = False,
) -> None:
    """Run the benchmarks; exit with 1 where a figure falls short of its target."""
    unknown = sorted(set(names or []) - set(BENCHMARKS))
    if unknown:
        typer.echo(f"There is no benchmark called {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.", err=True)
        raise typer.Exit(2)
    figures = [figure for name in names or BENCHMARKS for figure in _figures(name, full=full)]
    if as_json:
        typer.echo(json.dumps(figures, indent=2))
    else:
        Console().print(_table(figures))
    if not all(figure["reached"] for figure in figures):
        raise typer.Exit(1)


def _figures(name: str, *, full: bool) -> list[dict[str, Any]]:
    """Run a benchmark in a process of its own; its progress goes to the error output."""
    words = [sys.executable, "-m", f"benchmarks.{name}", *(["--full"] if full else [])]
    done = subprocess.run(words, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        typer.echo(f"The benchmark {name} stopped with an error; see above.", err=True)
        raise typer.Exit(2)
    return [{"benchmark": name} | json.loads(line) for line in done.stdout.splitlines()]


def _table(figures: list[dict[str, Any]]) -> Table:
    table = Table("benchmark", "figure", "value", "baseline", "ratio", "target", "")
    for figure in figures:
        table.add_row(
            str(figure["benchmark"]),
            str(figure["name"]),
            f"{_rounded(figure['value'])} {figure['unit']}",
            f"{_rounded(figure['baseline'])} ({figure['baseline_name']})",
            f"{figure['ratio']:.2f} ×",
            f"{'≤' if figure['less_is_better'] else '≥'} {figure['target']:.2f} ×",
            "reached" if figure["reached"] else "[red]short[/red]",
        )
    return table


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
