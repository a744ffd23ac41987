"""The columns that Wattwise writes before rejected rows: told apart from a file's own when it comes back."""

import re
from dataclasses import replace

import polars as pl

from .format import Table

PREFIX = "wattwise_"
FILE, LINE, BEYOND = f"{PREFIX}file", f"{PREFIX}line", f"{PREFIX}beyond_the_last_column"
_FORMULA = r"^([=@\t\r]|[+-][^0-9.,])"  # what a spreadsheet would carry out
_MADE_HARMLESS = r"^'([=@\t\r]|[+-][^0-9.,])"


def without_own_columns(table: Table) -> Table:
    """The table as if those columns had never been there. What lay beyond the last column still does."""
    if not any(is_own(name) for name in table.names):
        return table
    kept = [place for place, name in enumerate(table.names) if not is_own(name)]
    if not kept:
        return table
    beyond = next((pl.col(f"c{place}") for place, name in enumerate(table.names) if name.strip() == BEYOND), None)
    cells = table.cells.select(
        *(as_it_was(pl.col(f"c{place}")).alias(f"c{number}") for number, place in enumerate(kept)),
        pl.col("extra") if beyond is None else pl.coalesce("extra", as_it_was(beyond)).alias("extra"),
        "line",
    )
    return replace(table, names=tuple(table.names[place] for place in kept), cells=cells)


def is_own(name: str) -> bool:
    return name.strip().lower().startswith(PREFIX)


def harmless(text: pl.Expr) -> pl.Expr:
    """Cells that no spreadsheet takes for a formula."""
    return text.str.replace(_FORMULA, "'${1}")


def as_it_was(text: pl.Expr) -> pl.Expr:
    return text.str.replace(_MADE_HARMLESS, "${1}")


def text_as_it_was(text: str) -> str:
    return text[1:] if re.match(_MADE_HARMLESS, text) else text
