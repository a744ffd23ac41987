"""How commands print: tables and statements for people, JSON for programs."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

console = Console(highlight=False)
notes = Console(stderr=True, highlight=False)  # progress and remarks, so that standard output can be piped on


def print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2, default=str, ensure_ascii=False))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Prints rows below plain headings, or the sentence for none."""
    if not rows:
        console.print(empty)
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    console.print(table)


def print_statement(title: str, lines: Sequence[tuple[str, str]]) -> None:
    """Prints figures one below the other, aligned like a bank's statement."""
    console.print(f"[bold]{title}[/bold]")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    for name, value in lines:
        table.add_row(f"  {name}", value)
    console.print(table)


def moment(text: str | None) -> str:
    """An ISO time, short: 2026-01-15 12:00 UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if text else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
