"""How commands print: tables and statements for people, JSON for programs."""

import csv
import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from wattwise_contract.spreadsheets import harmless

MARKS = "▁▂▃▄▅▆▇█"
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
    console.print(f"[bold]{escape(visible(title))}[/bold]")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify=justify, no_wrap=justify == "right")
    for name, value in lines:
        table.add_row(f"  {name}", escape("\n".join(map(visible, value.splitlines()))))
    console.print(table)


def moment(text: str | None) -> str:
    """An ISO time, short, for a column that says UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%d %H:%M") if text else ""


def save_csv(file: Path, columns: Sequence[str], records: Iterable[dict[str, Any]]) -> int:
    """Writes those columns of records into a file. Answers how many there were."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        rows = ([record[column] for column in columns] for record in records)
        written = [writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row]) for row in rows]
    return len(written)


def sparkline(values: Sequence[float], *, width: int = 60) -> str:
    """The course of values in one line; of many, neighbours share a mark."""
    if not values:
        return ""
    each = -(-len(values) // width)
    means = [sum(some) / len(some) for some in (values[at : at + each] for at in range(0, len(values), each))]
    low, high = min(means), max(means)
    span = (high - low) or 1.0
    return "".join(MARKS[round((mean - low) / span * (len(MARKS) - 1))] for mean in means)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else visible(str(value))


def visible(text: str) -> str:
    """A text that says nothing to the terminal: no colours, no titles, no other lines."""
    return "".join("�" if unicodedata.category(sign)[0] == "C" else sign for sign in text)
