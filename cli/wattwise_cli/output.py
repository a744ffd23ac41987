"""How commands print: tables and statements for people, JSON for programs."""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

PIPED_WIDTH = 240  # a file or another program has no edge to fold at
console = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
notes = Console(stderr=True, highlight=False)  # progress and remarks, so that standard output can be piped on


def print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2, default=str, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Prints rows below plain headings, or the sentence for none. What does not fit is cut at the end of the line."""
    if not rows:
        console.print(empty)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="ellipsis", no_wrap=True)
    for row in rows:
        table.add_row(*(escape(_text(value)) for value in row))
    console.print(table)


def print_statement(
    title: str, lines: Sequence[tuple[str, str]], *, justify: Literal["left", "right"] = "right"
) -> None:
    """Prints figures one below the other, aligned like a bank's statement (words: to the left)."""
    console.print(f"[bold]{title}[/bold]")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify=justify, no_wrap=justify == "right")
    for name, value in lines:
        table.add_row(f"  {name}", escape(value))
    console.print(table)


def moment(text: str | None) -> str:
    """An ISO time, short, for a column that says UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M") if text else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
