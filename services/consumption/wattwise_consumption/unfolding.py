"""Tables that go on to the right in time: a column for each day, month or hour. They become a row for each reading."""

import re
from dataclasses import replace
from functools import lru_cache

import polars as pl

from .formats.format import Table
from .months import month_named
from .numbers import share_of_numbers
from .stamps import StampFormat, is_time_of_day, stamp_format_of

_FEWEST = 3
_MAY_BE_A_DATE = re.compile(r"\d{4}|[^\W\d_]{3,}[ .'-]?\d{2}$|\d{1,2}[./-]\d{1,2}[./-]\d{2}")
_YEAR = re.compile(r"(19|20)\d{2}")
_ROWS_LOOKED_AT = 200
_LONGEST = 100  # of a name that may be a date


def unfolded(table: Table) -> Table:
    """The table as it is, unless its columns are called by moments, or by the months of a year in its rows."""
    months = _months(table.names)
    dates = () if months else _dates(table.names)
    if not (months or dates):
        return table
    named = dict(dates) if dates else {place: f"{number:02d}" for place, number in months}
    others = [place for place in range(len(table.names)) if place not in named]
    year = next((place for place in others if _holds_years(table.cells[f"c{place}"])), None)
    numbers = [share_of_numbers(table.cells[f"c{place}"].head(_ROWS_LOOKED_AT).drop_nulls()) >= 0.5 for place in named]
    if (months and year is None) or sum(numbers) * 2 < len(numbers):
        return table
    kept = [place for place in others if not (months and place == year)]
    time = "date" if not any(table.names[place].strip().lower() == "date" for place in kept) else "time"
    told = f"Each of {len(named):,} columns holds the readings of its name's {'month' if months else 'time'}: they were put into rows."
    cells = _rows(table.cells, named, kept, f"c{year}" if months else "")
    names = (*(table.names[place] for place in kept), time, "value")
    return replace(table, names=names, cells=cells, notes=(*table.notes, told))


def _rows(cells: pl.DataFrame, named: dict[int, str], kept: list[int], year: str) -> pl.DataFrame:
    columns = {f"c{place}": name for place, name in named.items()}
    index = [*(f"c{place}" for place in kept), *([year] if year else []), "extra", "line"]
    long = cells.unpivot(list(columns), index=index, variable_name="time", value_name="value").sort(
        "line", maintain_order=True
    )
    long = long.filter(pl.col("value").str.strip_chars() != "")  # an empty cell of a wide table says nothing
    time = pl.col("time").replace_strict(columns, return_dtype=pl.String)
    if year:
        time = pl.format("{}-{}-01", pl.col(year).str.strip_chars(), time)
    return long.select(
        *(pl.col(f"c{place}").alias(f"c{number}") for number, place in enumerate(kept)),
        time.alias(f"c{len(kept)}"),
        pl.col("value").alias(f"c{len(kept) + 1}"),
        "extra",
        "line",
    )


@lru_cache(maxsize=100)
def _dates(names: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """(place, name) of the columns called by a date or moment, where these are most of a table's."""
    likely = [(place, name.strip()) for place, name in enumerate(names) if _MAY_BE_A_DATE.search(name[:_LONGEST])]
    likely = [(place, name) for place, name in likely if not (_YEAR.fullmatch(name) or is_time_of_day(name))]
    if len(likely) < max(_FEWEST, len(names) // 2):
        return ()
    written = stamp_format_of(pl.Series([name for _, name in likely]))
    if written is None or _counts(written):
        return ()
    return tuple(likely) if len({name for _, name in likely}) == len(likely) else ()


def _counts(written: StampFormat) -> bool:
    return bool(written.epoch_us or written.excel_days)


@lru_cache(maxsize=100)
def _months(names: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """(place, month) of the columns called by the twelve months."""
    found = tuple((place, number) for place, name in enumerate(names) if (number := month_named(name)))
    return found if sorted(number for _, number in found) == list(range(1, 13)) else ()


def _holds_years(cells: pl.Series) -> bool:
    texts = cells.drop_nulls().str.strip_chars()
    return len(texts) > 0 and bool(texts.str.contains(r"^(19|20)\d{2}$").all())
