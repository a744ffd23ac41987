"""Days whose hours or half hours are counted from 1, in a column beside the date."""

import polars as pl

from .layout import Layout
from .meaning import Meaning


def with_periods(rows: pl.DataFrame, layout: Layout, meaning: Meaning) -> pl.DataFrame:
    """Place rows that have a date (`local`) and a count. Days of 23 and 25 hours have fewer and more periods: they count
    the time that passed since midnight. But where a day calls autumn's hours 3A and 3B, or counts further than it is
    long, it names what the clock shows."""
    said = pl.col(layout.period).str.strip_chars().str.to_uppercase()
    letter = said.str.extract(r"([AB])$")
    count = said.str.replace(r"[AB]$", "").cast(pl.Int64, strict=False)
    minutes = 24 * 60 // layout.periods_a_day
    midnight, next_one = (
        day.dt.replace_time_zone(meaning.stamps_in, ambiguous="earliest", non_existent="null").dt.convert_time_zone(
            "UTC"
        )
        for day in (pl.col("local"), pl.col("local") + pl.duration(days=1))
    )
    length = (next_one - midnight).dt.total_minutes() // minutes
    by_clock = (letter.is_not_null().any() | (count > length).any()).over("local").fill_null(value=False)
    since = pl.duration(minutes=(count - 1) * minutes)
    both = pl.concat_str(layout.time, layout.period, separator=" ", ignore_nulls=True)
    return (
        rows.with_columns(by_clock.alias("by_clock"), (midnight + since).alias("elapsed"))
        .with_columns(
            pl.when(~pl.col("by_clock")).then("elapsed").alias("instant"),
            pl.when("by_clock").then(pl.col("local") + since).alias("local"),
            pl.when(letter.is_not_null()).then(letter == "A").alias("summer"),
            both.alias("stamp_text"),
        )
        .drop("by_clock", "elapsed")
    )
